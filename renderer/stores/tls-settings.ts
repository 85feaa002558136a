import { TlsSettings } from '@shared/domain';
import { onMounted, ref, shallowRef } from 'vue';
import { useHost } from './host';

/** Files and port of TLS, a settings document of the services: read when the calling component is mounted. */
export function useTls() {
  const host = useHost();
  const tls = shallowRef<TlsSettings>({});
  const loaded = ref(false);
  const problem = ref('');

  async function load(): Promise<void> {
    try {
      const parsed = TlsSettings.safeParse((await host.call('settings.get', { name: 'tls' })).value);
      if (parsed.success) tls.value = parsed.data;
      loaded.value = true;
    } catch (error) {
      problem.value = `The settings of TLS could not be read: ${error instanceof Error ? error.message : String(error)}`;
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
      problem.value = `The change could not be kept: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  onMounted(() => void load());
  return { tls, loaded, problem, change };
}
