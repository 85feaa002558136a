import { ComparisonPolicy, DEFAULT_COMPARISON } from '@shared/domain';
import { onMounted, ref } from 'vue';
import { useHost } from '../../stores';

/** What comparing in quiet moments may cost the archives in a day, bytes: a settings document of the services. */
export function useComparison() {
  const host = useHost();
  const bytesADay = ref(DEFAULT_COMPARISON.bytesADay);
  const loaded = ref(false);
  const problem = ref('');
  const read = async (): Promise<ComparisonPolicy> => ComparisonPolicy.parse((await host.call('settings.get', { name: 'comparison' })).value);

  async function load(): Promise<void> {
    try {
      ({ bytesADay: bytesADay.value } = await read());
      loaded.value = true;
    } catch (error) {
      problem.value = `The bound of comparisons could not be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async function change(bytes: number): Promise<void> {
    const before = bytesADay.value;
    bytesADay.value = bytes;
    try {
      await host.call('settings.set', { name: 'comparison', value: { bytesADay: bytes } satisfies ComparisonPolicy });
      problem.value = '';
    } catch (error) {
      bytesADay.value = before;
      problem.value = `The change could not be kept: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  onMounted(() => void load());
  return { bytesADay, loaded, problem, change };
}
