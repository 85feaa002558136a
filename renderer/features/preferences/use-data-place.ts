import type { DataPlace } from '@shared/contract';
import { onMounted, ref, shallowRef } from 'vue';
import { useHost } from '../../stores';

/** Where everything is kept, and from the next start on: main's to know, since it is needed before the services run. */
export function useDataPlace() {
  const host = useHost();
  const place = shallowRef<DataPlace>();
  const problem = ref('');

  async function attempt(action: string, ask: () => Promise<DataPlace>): Promise<void> {
    try {
      place.value = await ask();
      problem.value = '';
    } catch (error) {
      problem.value = `${action}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  const choose = (to: 'folder' | 'usual'): Promise<void> => attempt('The place was not changed', () => host.call('app.chooseDataPlace', { to }));

  onMounted(() => void attempt('The place could not be read', () => host.call('app.dataPlace', {})));
  return { place, problem, choose };
}
