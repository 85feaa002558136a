import { TlsSettings, type TlsStatus } from '@shared/domain';
import { onMounted, ref, shallowRef } from 'vue';
import { useHost } from './host';

/** Files and port of TLS: a settings document of the services, and what they find in the files. */
export function useTls() {
  const host = useHost();
  const tls = shallowRef<TlsSettings>({});
  const status = shallowRef<TlsStatus>();
  const loaded = ref(false);
  const problem = ref('');
  const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

  async function look(): Promise<void> {
    try {
      status.value = await host.call('tls.status', {});
    } catch {
      // the page keeps what it knows; the status line says that the service does not answer
    }
  }

  async function load(): Promise<void> {
    try {
      const parsed = TlsSettings.safeParse((await host.call('settings.get', { name: 'tls' })).value);
      if (parsed.success) tls.value = parsed.data;
      await look();
      loaded.value = true;
    } catch (error) {
      problem.value = `The settings of TLS could not be read: ${reason(error)}`;
    }
  }

  /** `undefined` takes a value away. */
  async function change(part: { readonly [K in keyof TlsSettings]?: TlsSettings[K] | undefined }): Promise<void> {
    const before = tls.value;
    const all: Partial<Record<keyof TlsSettings, unknown>> = { ...before, ...part };
    tls.value = TlsSettings.parse(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== '')));
    try {
      await host.call('settings.set', { name: 'tls', value: tls.value });
      problem.value = '';
    } catch (error) {
      tls.value = before;
      problem.value = `The change could not be kept: ${reason(error)}`;
    }
    await look();
  }

  /** `passphrase`: the key is locked with one. */
  async function keepKey(file: string, passphrase: string): Promise<'kept' | 'passphrase' | 'failed'> {
    try {
      await host.call('tls.keepKey', { file, ...(passphrase !== '' && { passphrase }) });
      problem.value = '';
      await load();
      return 'kept';
    } catch (error) {
      problem.value = reason(error);
      return problem.value.includes('passphrase') ? 'passphrase' : 'failed';
    }
  }

  async function forgetKey(): Promise<void> {
    try {
      await host.call('tls.forgetKey', {});
      problem.value = '';
    } catch (error) {
      problem.value = `The key could not be forgotten: ${reason(error)}`;
    }
    await look();
  }

  // once for each opening, and after each change: every look reads the key ring
  onMounted(() => void load());
  return { tls, status, loaded, problem, change, keepKey, forgetKey };
}
