import { DEFAULT_EVICTION, EvictionPolicy } from '@shared/domain';
import { onMounted, ref, shallowRef } from 'vue';
import { useHost } from '../../stores';

/** The limits of the cache: a settings document of the services, which check each change and use it at once. */
export function useEviction() {
  const host = useHost();
  const policy = shallowRef<EvictionPolicy>(DEFAULT_EVICTION);
  const loaded = ref(false);
  const problem = ref('');
  /** What would happen with these limits now, in words. */
  const words = ref('');

  async function look(): Promise<void> {
    try {
      words.value = (await host.call('eviction.preview', {})).words;
    } catch (error) {
      words.value = `What would go could not be asked: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async function load(): Promise<void> {
    try {
      const parsed = EvictionPolicy.safeParse((await host.call('settings.get', { name: 'eviction' })).value);
      if (parsed.success) policy.value = parsed.data;
      loaded.value = true;
      await look();
    } catch (error) {
      problem.value = `The limits could not be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async function change(part: Partial<EvictionPolicy>): Promise<void> {
    const before = policy.value;
    policy.value = { ...before, ...part };
    try {
      await host.call('settings.set', { name: 'eviction', value: policy.value });
      problem.value = '';
      await look();
    } catch (error) {
      policy.value = before;
      problem.value = `The change could not be kept: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  onMounted(() => void load());
  return { policy, loaded, problem, words, change };
}
