import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { createApp } from 'vue';
import { hostKey, useArchiveSearchStore, useNodesStore, useWorklistStore } from '../../../renderer/stores';
import { FakeHost } from '../../support/ui-harness/fake-host';

/** A list whose archive is asked when the test lets it; each search is named by its number. */
async function station(names = ['MAIN']) {
  const host = new FakeHost({ count: 0 });
  const begun: (() => void)[] = [];
  const answer = host.call.bind(host);
  const archives = names.map((name) => ({ name, aeTitle: name, host: 'main', port: 104, role: 'archive', source: 'settings' }));
  const gone: string[] = [];
  host.call = (name, request) => {
    if (name === 'study.search') return (answer(name, request) as Promise<object>).then((found) => ({ ...found, gone: [...gone] })) as never;
    if (name === 'archive.search') {
      const searchId = String(begun.length + 1);
      return new Promise<never>((resolve) => begun.push(() => resolve({ searchId } as never)));
    }
    if (name === 'node.list') return Promise.resolve({ nodes: archives } as never);
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
    return { host, searches, worklist, begun, cancelled, gone };
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

  it('has every search of fifty archives in the list, and names those whose rows are not in it', async () => {
    const names = Array.from({ length: 51 }, (_, n) => `N${String(n)}`);
    const { searches, worklist, begun, gone } = await station(names);
    searches.setScope(names);
    for (const begin of begun) begin();
    await expect.poll(() => worklist.searches).toHaveLength(51);
    expect(searches.answers.filter(({ isLeftOut }) => isLeftOut)).toEqual([]);
    gone.push(worklist.searches[3] ?? '');
    await worklist.refresh();
    await expect.poll(() => searches.answers.filter(({ isLeftOut }) => isLeftOut).map(({ node }) => node)).toHaveLength(1);
  });

  it('to more archives than a list takes names those that are left out', async () => {
    const names = Array.from({ length: 402 }, (_, n) => `N${String(n)}`);
    const { searches, worklist, begun } = await station(names);
    searches.setScope(names);
    for (const begin of begun) begin();
    await expect.poll(() => worklist.searches).toHaveLength(400);
    expect(searches.answers.filter(({ isLeftOut }) => isLeftOut).map(({ node }) => node)).toEqual(['N400', 'N401']);
  });

  it('goes on naming those that are left out when rows of an archive that fails are shown from before', async () => {
    const names = Array.from({ length: 402 }, (_, n) => `N${String(n)}`);
    const { host, searches, worklist, begun } = await station(names);
    searches.start();
    const ended = (searchId: string, outcome: 'complete' | 'failed', matches: number): void =>
      host.emit('archive.searchEnded', { searchId, outcome, matches, words: '' });
    const leftOut = () => searches.answers.filter(({ isLeftOut }) => isLeftOut).map(({ node }) => node);
    searches.setScope(names);
    for (const begin of begun) begin();
    await expect.poll(() => worklist.searches).toHaveLength(400);
    const before = [...worklist.searches];
    for (const id of before.slice(0, 2)) ended(id, 'complete', 3);
    const again = searches.ask();
    for (const begin of begun.slice(402)) begin();
    await again;
    expect(leftOut()).toEqual(['N400', 'N401']);
    const [first = '', second = ''] = worklist.searches;
    expect(before).not.toContain(first);
    ended(first, 'failed', 0);
    expect(leftOut()).toEqual(['N0', 'N400', 'N401']);
    ended(second, 'failed', 0);
    expect(leftOut()).toEqual(['N0', 'N1', 'N400', 'N401']);
  });
});
