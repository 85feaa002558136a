import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { createApp, effectScope, nextTick, shallowRef } from 'vue';
import { rowsOf } from '../../../renderer/features/archives/reconcile-groups';
import { comparedShare, footWords } from '../../../renderer/features/archives/reconcile-words';
import { useHistory, useReturnCounts } from '../../../renderer/features/archives/use-return';
import { type ReconcileItem, type ReconcileRun, StudyUid } from '@shared/domain';
import { hostKey, useNodeStore, useReconcileStore } from '../../../renderer/stores';
import { FakeHost } from '../../support/ui-harness/fake-host';

function runOf(node: string, at: string, ...ids: string[]): ReconcileRun {
  const about = { StudyInstanceUID: StudyUid.parse('1.2.3'), PatientName: 'DOE^JANE', PatientID: '1', StudyDate: '', StudyDescription: '', Modalities: ['CT'] };
  const item = (id: string): ReconcileItem => ({
    ...{ ...about, id, kind: 'rejected', there: `${id} rejected`, here: '', unsent: 0, objects: [], results: [], values: [], choice: 'follow' },
    choices: [{ id: 'follow', text: 'Follow', willHappen: 'set aside' }],
  });
  return { ...{ node, state: 'ready', at, compared: 3, total: 3, same: 0, failed: [] }, items: ids.map(item) };
}

function station() {
  const host = new FakeHost({ count: 0 });
  const app = createApp({});
  const pinia = createPinia();
  app.use(pinia);
  app.provide(hostKey, host);
  setActivePinia(pinia);
  const reconcile = app.runWithContext(() => useReconcileStore());
  reconcile.runs = [runOf('MAIN', '2026-11-22T08:00:00Z', 'a', 'b')];
  return { host, app, reconcile };
}

describe('the comparison on the screen', () => {
  it('stays while the screen is open, whatever else is compared meanwhile; another is shown when it is asked for', () => {
    const { reconcile } = station();
    const leave = reconcile.stay();
    const other = runOf('OLDPACS', '2026-11-22T09:00:00Z', 'c');
    reconcile.runs = [...reconcile.runs, other];
    expect(reconcile.run?.node).toBe('MAIN');
    reconcile.show('OLDPACS');
    expect(reconcile.ready.map(({ id }) => id)).toEqual(['c']);
    reconcile.show('MAIN');
    leave();
    expect(reconcile.run?.node).toBe('OLDPACS');
  });

  it('is applied as it stands there: the rows that are seen are named with their choices', async () => {
    const { host, reconcile } = station();
    await reconcile.apply();
    const asked = host.calls.find(({ name }) => name === 'reconcile.apply');
    const row = (id: string) => ({ id, there: `${id} rejected`, choice: 'follow' });
    expect(asked?.request).toEqual({ node: 'MAIN', seen: [row('a'), row('b')] });
  });
});

describe('the words under the rows', () => {
  const words = (reconcile: ReturnType<typeof useReconcileStore>): string =>
    footWords(reconcile.run ?? expect.fail(), reconcile.needsChoice.length, reconcile.ready.length);

  it('never say that all is done while chosen rows wait for a comparison, or for one that cannot begin', () => {
    const { reconcile } = station();
    const run = runOf('MAIN', '2026-11-22T08:00:00Z', 'a', 'b');
    const [a, b] = run.items.map((item) => ({ ...item, isOld: true }));
    if (a === undefined || b === undefined) throw new Error('two rows');
    const show = (state: ReconcileRun['state'], ...items: ReconcileItem[]): string => {
      reconcile.runs = [{ ...run, state, items }];
      return words(reconcile);
    };
    const open = ({ choice: _choice, ...item }: ReconcileItem): ReconcileItem => item;
    expect(show('comparing', a, b)).toBe('2 rows wait until they are compared again. Nothing has been changed yet.');
    expect(show('comparing', a, { ...b, isOld: false })).toBe(
      '1 row waits until it is compared again. Everything else is ready; nothing has been changed yet.',
    );
    expect(show('comparing', a, open(b))).toBe('1 row needs a choice. 1 row waits until it is compared again. Nothing has been changed yet.');
    expect(show('ready', a, b)).toBe('Everything is ready; nothing has been changed yet.');
    expect(show('ready', a, open(b))).toBe('1 row needs a choice. Everything else is ready; nothing has been changed yet.');
    expect(show('comparing', { ...a, applied: 'set aside' }, { ...b, choice: 'hold' })).toBe('Everything that was chosen is done.');
    expect(show('ready')).toBe('');
  });

  it('have a bar for what is being compared only', () => {
    const run = { ...runOf('MAIN', '2026-11-22T08:00:00Z'), compared: 1, total: 4 };
    expect(comparedShare({ ...run, state: 'comparing' })).toBe(0.25);
    expect(comparedShare({ ...run, state: 'comparing', compared: 0, total: 0, waits: 'the list of images must be made again first' })).toBeUndefined();
    expect(comparedShare({ ...run, state: 'comparing', compared: 0, total: 0 })).toBe(1);
    expect(comparedShare(run)).toBeUndefined();
  });
});

describe('what happened to the study of a row', () => {
  /** A station whose answers come when the test lets them. */
  function waiting() {
    const parts = station();
    const answers: { readonly request: { node: string; StudyInstanceUID?: string }; readonly give: (value: unknown) => void }[] = [];
    parts.host.call = ((name: string, request: { node: string }) =>
      name === 'reconcile.history' || name === 'reconcile.counts'
        ? new Promise<unknown>((resolve) => answers.push({ request, give: resolve }))
        : Promise.resolve({ runs: [] })) as unknown as typeof parts.host.call;
    return { ...parts, answers };
  }
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 5; n++) await nextTick();
  };

  it('is not shown under another row when it comes late', async () => {
    const { app, reconcile, answers } = waiting();
    const [a, b] = reconcile.run?.items ?? [];
    if (a === undefined || b === undefined) throw new Error('two rows');
    const shown = shallowRef(a);
    const scope = effectScope();
    const history = app.runWithContext(() =>
      scope.run(() =>
        useHistory(
          () => shown.value,
          () => 'MAIN',
        ),
      ),
    );
    await settle();
    shown.value = b;
    await settle();
    expect(answers).toHaveLength(2);
    answers[1]?.give({ events: [{ at: '2026-11-22T08:00:00Z', text: 'of b' }] });
    await settle();
    answers[0]?.give({ events: [{ at: '2026-11-22T08:00:00Z', text: 'of a' }] });
    await settle();
    expect(history?.events.value.map(({ text }) => text)).toEqual(['of b']);
    shown.value = a;
    await nextTick();
    expect(history?.events.value).toEqual([]);
    scope.stop();
  });

  it('and what left for an archive is not shown for another archive', async () => {
    const { app, reconcile, answers } = waiting();
    const back = (name: string): ReconcileRun => ({ ...runOf(name, '2026-11-22T08:00:00Z', 'a'), backSince: '2026-11-22T07:00:00Z' });
    reconcile.runs = [back('MAIN'), back('OLDPACS')];
    reconcile.show('MAIN');
    const scope = effectScope();
    const counts = app.runWithContext(() => scope.run(() => useReturnCounts()));
    await settle();
    reconcile.show('OLDPACS');
    await settle();
    const none = { images: 0, imagesSent: 0, results: 0, resultsSent: 0, proven: 0, resultsHeld: 0, resultsUncompared: 0 };
    answers.find(({ request }) => request.node === 'MAIN')?.give({ ...none, images: 7 });
    await settle();
    expect(counts?.value).toBeUndefined();
    answers.find(({ request }) => request.node === 'OLDPACS')?.give({ ...none, images: 3 });
    await settle();
    expect(counts?.value?.images).toBe(3);
    scope.stop();
  });
});

describe('what was found before the start', () => {
  it('is told, marks its study in the list, and is not applied while it is being compared again', async () => {
    const { host, reconcile } = station();
    const before: ReconcileRun = { ...runOf('MAIN', '2026-11-22T08:14:00Z', 'a'), isFromBefore: true };
    const items = before.items.map((item) => ({ ...item, isOld: true, seenAt: before.at }));
    host.call = ((name: string) => Promise.resolve(name === 'reconcile.list' ? { runs: [{ ...before, items }] } : {})) as unknown as typeof host.call;
    await reconcile.load();
    expect(
      useNodeStore()
        .notices.map(({ text }) => text)
        .join(),
    ).toContain('MAIN had a study otherwise than here when it was compared before the start');
    expect(reconcile.wordsOf('1.2.3')).toBe('MAIN has it otherwise: a rejected. Open "Reconcile".');
    expect(reconcile.ready).toHaveLength(1);
    reconcile.runs = reconcile.runs.map((run) => ({ ...run, state: 'comparing' }));
    expect(reconcile.ready).toEqual([]);
  });
});

describe('the rows of a filter', () => {
  it('keep the one that is selected when its choice is made: the next key does not choose for another study', () => {
    const [a, b, c] = runOf('MAIN', '', 'a', 'b', 'c').items;
    if (a === undefined || b === undefined || c === undefined) throw new Error('no items');
    const { choice: _a, ...waiting } = a;
    const { choice: _b, ...alsoWaiting } = b;
    const ids = (items: readonly ReconcileItem[], selected: string) => rowsOf(items, 'choice', selected).map(({ id }) => id);
    expect(ids([waiting, alsoWaiting, c], 'a')).toEqual(['a', 'b']);
    expect(ids([a, alsoWaiting, c], 'a')).toEqual(['a', 'b']);
    expect(ids([a, alsoWaiting, c], 'b')).toEqual(['b']);
  });
});
