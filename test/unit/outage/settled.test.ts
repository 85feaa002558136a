import { JobId, type ReconcileItem, StudyUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { type CatchUpParts, createCatchUp } from '../../../electron/services/create-catch-up';
import { silentLogger } from '../../../electron/services/logging/logger';
import { type FoundDifferences, ResultsGate } from '../../../electron/services/sync';
import { silent } from '../../support/reconcile-setting';

const STUDY = StudyUid.parse('1.2.1');
const AWAY = 'away MAIN';
const row = { id: `reidentified ${STUDY}`, kind: 'reidentified', StudyInstanceUID: STUDY, there: 're-identified', here: '', objects: [], choices: [] };

/** A station whose archive was away, with one row that waits for a choice from before. */
function setting(marks = new Map<string, number>([[AWAY, 5]])) {
  const kept: FoundDifferences[] = [{ node: 'MAIN', StudyInstanceUID: STUDY, items: [row as unknown as ReconcileItem] }];
  const list = { isLost: false, needed: undefined as string | undefined, changed: (): void => undefined, studies: (): unknown[] => [] };
  const started: unknown[] = [];
  let remove: (uids: readonly StudyUid[]) => void = () => undefined;
  const gate = new ResultsGate({ isUnsettled: () => (marks.get(AWAY) ?? 0) > 0, onChanged: () => undefined });
  const { reconcile } = createCatchUp({
    clock: { now: () => 7, monotonic: () => 0 },
    index: {
      mark: (name: string) => marks.get(name),
      setMark: (name: string, value: number) => void marks.set(name, value),
      getStudy: () => undefined,
      keeping: { evictable: () => list.studies() },
      onRemoved(listener: typeof remove) {
        remove = listener;
        return () => undefined;
      },
    },
    cache: {
      rebuildNeeded: () => list.needed,
      onStored: () => () => undefined,
      onListChanged: (listener: () => void) => (list.changed = listener),
      isListLost: () => list.isLost,
      listLosses: () => 0,
    },
    differences: { all: () => kept, keep: () => undefined },
    settings: { value: () => ({}) },
    nodes: { all: () => [{ name: 'MAIN', role: 'archive' }] },
    archiving: { gate, outbox: {} },
    keyImages: {},
    jobs: () => ({ start: (kind: string, input: unknown) => started.push([kind, input]) }),
    log: silentLogger,
    emit: () => undefined,
  } as unknown as CatchUpParts);
  const removed = async (): Promise<void> => {
    remove([STUDY]);
    await expect.poll(() => reconcile.runOf('MAIN').items).toEqual([]);
  };
  return { reconcile, gate, removed, isSettled: () => marks.get(AWAY) === 0, list, marks, started };
}

describe('an outage whose last open row goes with its study', () => {
  it('is not settled by that while nothing was compared since: results go on waiting', async () => {
    const { gate, removed, isSettled } = setting();
    await removed();
    expect([isSettled(), gate.held('MAIN')]).toEqual([false, { but: true, studies: [] }]);
  });

  it('is not settled by that when the archive went away again', async () => {
    const { gate, removed, isSettled } = setting();
    gate.began('MAIN');
    gate.finished('MAIN');
    gate.away('MAIN');
    await removed();
    expect([isSettled(), gate.held('MAIN')]).toEqual([false, { but: true, studies: [] }]);
  });

  it('is settled when everything was compared', async () => {
    const { gate, removed, isSettled } = setting();
    gate.began('MAIN');
    gate.finished('MAIN');
    await removed();
    expect([isSettled(), gate.held('MAIN')]).toEqual([true, undefined]);
  });
});

it('a list that is lost while the program runs has lost whether an archive was away: it is compared before results go there', () => {
  const { gate, list, marks, started } = setting(new Map());
  gate.open('MAIN');
  list.isLost = true;
  list.changed();
  expect([marks.get(AWAY), gate.held('MAIN'), started]).toEqual([expect.anything(), { but: true, studies: [] }, [['reconcile', { node: 'MAIN' }]]]);
  list.changed();
  expect(started).toHaveLength(1);
});

it('a comparison that broke off is made again when the list has become whole, not by each thing that is told of the list', async () => {
  const { reconcile, list, started } = setting(new Map());
  const stop = new AbortController();
  list.studies = () => {
    stop.abort(new Error('stopped'));
    return [{ StudyInstanceUID: STUDY, nodes: ['MAIN'], unsent: 0, lastArrivalMs: 1 }];
  };
  const job = { jobId: JobId.parse('1'), input: { node: 'MAIN' }, resumeFrom: undefined, progress: silent, signal: stop.signal };
  await expect(reconcile.job().run(job)).rejects.toThrow('stopped');
  expect(reconcile.left('MAIN')).toBe('everything');
  // the check after an unclean end failed, as often as it may
  for (let n = 0; n < 3; n++) {
    list.changed();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(started).toEqual([]);
  for (const needed of ['it was damaged', undefined, undefined]) {
    list.needed = needed;
    list.changed();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(started).toEqual([['reconcile', { node: 'MAIN' }]]);
});
