import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { createApp } from 'vue';
import { hostKey, useArchiveSearchStore, useNodesStore, useWorklistStore } from '../../../renderer/stores';
import { FakeHost } from '../../support/ui-harness/fake-host';

/** A list whose archive is asked when the test lets it; each search is named by its number. */
async function station() {
  const host = new FakeHost({ count: 0 });
  const begun: (() => void)[] = [];
  const answer = host.call.bind(host);
  const node = { name: 'MAIN', aeTitle: 'MAIN', host: 'main', port: 104, role: 'archive', source: 'settings' };
  host.call = (name, request) => {
    if (name === 'archive.search') return new Promise<never>((resolve) => begun.push(() => resolve({ searchId: String(begun.length) } as never)));
    if (name === 'node.list') return Promise.resolve({ nodes: [node] } as never);
    return answer(name, request);
  };
  const app = createApp({});
  const pinia = createPinia();
  app.use(pinia);
  app.provide(hostKey, host);
  setActivePinia(pinia);
  return app.runWithContext(async () => {
    const [searches, worklist, nodes] = [useArchiveSearchStore(), useWorklistStore(), useNodesStore()];
    await nodes.load();
    worklist.setFilter({ text: 'doe' });
    const cancelled = () => host.calls.flatMap(({ name, request }) => (name === 'archive.cancelSearch' ? [(request as { searchId: string }).searchId] : []));
    return { searches, begun, cancelled };
  });
}

describe('a question to archives', () => {
  it('that was put while the one before had not begun leaves no answer of that one, and stops it', async () => {
    const { searches, begun, cancelled } = await station();
    searches.setScope(['MAIN']);
    searches.setScope([]);
    begun[0]?.();
    await expect.poll(cancelled).toEqual(['1']);
    expect(searches.answers).toEqual([]);
  });

  it('is asked once begun, as the name that its free words can be', async () => {
    const { searches, begun, cancelled } = await station();
    searches.setScope(['MAIN']);
    begun[0]?.();
    await expect.poll(() => searches.answers).toMatchObject([{ node: 'MAIN', state: 'asking' }]);
    expect([searches.takenAs, cancelled()]).toEqual(['name', []]);
  });
});
