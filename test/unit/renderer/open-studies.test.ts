import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApp } from 'vue';
import { hostKey, useDetailsStore, useLookedStore, useNodeStore, useTabsStore, useWorklistStore } from '../../../renderer/stores';
import { FakeHost, fakeRow } from '../../support/ui-harness/fake-host';

type Answer = (name: string, request: { readonly StudyInstanceUID?: string }) => unknown;

/** Stores over a fake host; `answer` gives an answer of its own, or a promise of one, to the calls that it knows. */
function station(answer: Answer) {
  const host = new FakeHost({ count: 10 });
  const plain = host.call.bind(host);
  host.call = async (name, request, options) => ((await answer(name, request)) ?? (await plain(name, request, options))) as never;
  const app = createApp({});
  app.use(setActivePinia(createPinia()) as never);
  app.provide(hostKey, host);
  return app.runWithContext(() => ({
    host,
    tabs: useTabsStore(),
    node: useNodeStore(),
    details: useDetailsStore(),
    worklist: useWorklistStore(),
    looked: useLookedStore(),
  }));
}

const opened = (index: number, revision: number, priors: readonly number[] = []) => ({
  study: fakeRow(index, { instanceCount: revision }),
  series: [],
  displaySets: [],
  priors: priors.map((prior) => fakeRow(prior)),
  revision,
});
const settle = () => vi.advanceTimersByTimeAsync(3000);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a study that was deleted and came again is shown as it is now, though it counts its changes anew', async () => {
  const uid = fakeRow(2).StudyInstanceUID;
  let revision = 300;
  const { host, tabs } = station((name) => (name === 'study.open' ? opened(2, revision) : undefined));
  tabs.start();
  tabs.open(uid);
  await settle();
  revision = 4;
  host.emit('study.changed', { study: fakeRow(2), revision });
  await settle();
  expect(tabs.active?.opened?.revision).toBe(4);
});

it('an answer that was overtaken by a later one is dropped', async () => {
  const uid = fakeRow(2).StudyInstanceUID;
  const answers: ((value: unknown) => void)[] = [];
  const { tabs } = station((name) => (name === 'study.open' ? new Promise((resolve) => answers.push(resolve)) : undefined));
  tabs.open(uid);
  tabs.retry(uid);
  await settle();
  answers[1]?.(opened(2, 8));
  await settle();
  answers[0]?.(opened(2, 7));
  await settle();
  expect(tabs.active?.opened?.revision).toBe(8);
});

it('a prior that is shown beside its study follows what comes of it', async () => {
  const [uid, prior] = [fakeRow(2).StudyInstanceUID, fakeRow(3).StudyInstanceUID];
  let revision = 1;
  const { host, tabs } = station((name, { StudyInstanceUID }) =>
    name !== 'study.open' ? undefined : StudyInstanceUID === prior ? opened(3, revision) : opened(2, 1, [3]),
  );
  tabs.start();
  tabs.open(uid);
  await settle();
  expect(tabs.active?.priors.get(prior)?.revision).toBe(1);
  revision = 2;
  host.emit('study.changed', { study: fakeRow(3), revision });
  await settle();
  expect(tabs.active?.priors.get(prior)?.revision).toBe(2);
  revision = 3;
  host.setState('ready');
  await settle();
  expect(tabs.active?.priors.get(prior)?.revision, 'after a restart of the services').toBe(3);
});

it('a prior that cannot be opened is said', async () => {
  const [uid, prior] = [fakeRow(2).StudyInstanceUID, fakeRow(3).StudyInstanceUID];
  const { tabs, node } = station((name, { StudyInstanceUID }) =>
    name === 'study.open' && StudyInstanceUID === prior ? Promise.reject(new Error('it is being deleted')) : undefined,
  );
  tabs.open(uid);
  void tabs.loadPrior(uid, prior);
  await settle();
  expect(node.notices.map(({ text, detail }) => `${text} ${detail}`)).toEqual([expect.stringMatching(/^The prior could not be opened.*it is being deleted$/)]);
});

it('what an archive says of one study never stands under another', async () => {
  const [a, b] = [fakeRow(1), fakeRow(2)].map((row) => ({ ...row, at: [{ node: 'MAIN', instanceCount: 99_999, asOf: '' }] }));
  if (a === undefined || b === undefined) expect.fail();
  const series = { SeriesInstanceUID: '1.9', SeriesNumber: '1', Modality: 'CT', SeriesDescription: 'of B', hereCount: 0 };
  const { host, details, worklist } = station((name, { StudyInstanceUID }) => {
    if (name === 'node.list') return { nodes: [{ name: 'MAIN', aeTitle: 'MAIN', host: 'h', port: 1, permissions: { weQuery: true } }] };
    // The study itself is slower than the archive.
    if (name === 'study.get' && StudyInstanceUID === b.StudyInstanceUID) return new Promise(() => undefined);
    if (name === 'archive.series') return StudyInstanceUID === b.StudyInstanceUID ? { series: [series] } : { series: [] };
    return undefined;
  });
  host.rows = [a, b];
  details.start();
  worklist.start();
  await settle();
  worklist.select(a.StudyInstanceUID);
  await settle();
  worklist.select(b.StudyInstanceUID);
  await settle();
  worklist.select(a.StudyInstanceUID);
  await settle();
  expect(details.uid).toBe(a.StudyInstanceUID);
  expect(details.elsewhere?.series ?? []).toEqual([]);
});

it('the details of a study that was looked at as the next one ask for nothing more of it', async () => {
  const { host, worklist, details, looked } = station(() => undefined);
  worklist.ensureRange(0, 5);
  details.start();
  const row = fakeRow(2);
  void looked.at(row.StudyInstanceUID, 'next');
  await settle();
  worklist.select(row.StudyInstanceUID);
  await settle();
  expect(details.displaySets).toHaveLength(3);
  const looks = host.calls.filter(({ name, request }) => name === 'study.look' && (request as typeof row).StudyInstanceUID === row.StudyInstanceUID);
  expect(looks).toHaveLength(1);
});
