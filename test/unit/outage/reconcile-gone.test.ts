import { describe, expect, it } from 'vitest';
import type { RemoteStudy } from '../../../electron/services/sync';
import { same, setting, uid } from '../../support/reconcile-setting';

describe('a study that is not here any more', () => {
  const corrected = (n: number): RemoteStudy => ({ ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) });

  it('waits for no choice, fails no comparison and is not asked about after a restart; what was done about it still stands', async () => {
    const { reconcile, compare, restart, gone, kept, orders, done } = setting((n) =>
      n === 2 ? new Error('MAIN did not answer') : n === 3 ? undefined : corrected(n),
    );
    await compare();
    reconcile.choose('MAIN', 'missing 1.2.3', 'send');
    await reconcile.apply('MAIN', 'okafor', [{ id: 'missing 1.2.3', there: 'not found, 1 were proven', choice: 'send' }]);
    expect(reconcile.runOf('MAIN').items.map(({ id }) => id)).toEqual(['reidentified 1.2.1', 'missing 1.2.3']);
    for (const n of [1, 2, 3]) {
      gone.add(uid(n));
      await reconcile.forget(uid(n));
    }
    expect(reconcile.runOf('MAIN')).toMatchObject({ items: [{ id: 'missing 1.2.3', applied: 'send' }], failed: [] });
    expect(orders).toContain('nothing is known of 1.2.2');
    await reconcile.apply('MAIN', 'okafor');
    expect(done).toEqual(['send 1.2.3']);
    expect([kept.size, restart().list()]).toEqual([0, []]);
  });

  it('and comes back is asked about anew, its images that were kept as they were too', async () => {
    const image = { SOPInstanceUID: '1.2.2.1', SeriesInstanceUID: '1.3', isCompared: true };
    const { reconcile, compare, gone, kept } = setting(same, {}, { '1.2.2': [image] });
    await compare();
    reconcile.choose('MAIN', 'replaced 1.2.2', 'keepOld');
    await reconcile.apply('MAIN', 'okafor');
    expect(kept.size).toBe(1);
    gone.add(uid(2));
    await reconcile.forget(uid(2));
    expect(kept.size).toBe(0);
    gone.delete(uid(2));
    await reconcile.compareOne('MAIN', uid(2), new AbortController().signal);
    expect(reconcile.runOf('MAIN').items.filter(({ applied }) => applied === undefined)).toMatchObject([{ id: 'replaced 1.2.2' }]);
  });

  it('is left as it is when it came back before its turn', async () => {
    const { reconcile, compare } = setting(corrected);
    await compare();
    await reconcile.forget(uid(1));
    expect(reconcile.runOf('MAIN').items).toHaveLength(1);
  });

  it.each(['same patient', 'another patient', 'no answer'])('since the archive was asked about it: nothing of it is held or waits (%s)', async (what) => {
    const { reconcile, compare, gone, kept, orders } = setting((n) => {
      if (n === 1) gone.add(uid(1));
      if (n === 1 && what === 'no answer') return new Error('MAIN did not answer');
      return n === 1 && what === 'another patient' ? { ...same(1), PatientID: 'NEW' } : same(n);
    });
    await compare();
    expect(reconcile.runOf('MAIN')).toMatchObject({ state: 'ready', items: [], failed: [] });
    expect([kept.size, orders.filter((one) => one.includes('1.2.1'))]).toEqual([0, []]);
  });

  it('has the values that results are written with asked for when they are written', async () => {
    let PatientID = 'NEW';
    const note = { kind: 'note', SOPInstanceUID: '1.2.1.9', title: 'For surgery', images: 1, by: 'okafor', at: '2026-11-22T08:00:00Z' } as const;
    const { reconcile, compare, done, asked } = setting((n) => (n === 1 ? { ...same(1), PatientID } : same(n)), { 1: 1 }, {}, { 1: [note] });
    await compare();
    const choose = () => reconcile.choose('MAIN', 'reidentified 1.2.1', 'newId');
    choose();
    PatientID = 'NEWER';
    asked.length = 0;
    await reconcile.apply('MAIN', 'okafor');
    expect([done, asked]).toEqual([[], ['1.2.1']]);
    choose();
    await reconcile.apply('MAIN', 'okafor');
    expect(done).toEqual(['rewrite for NEWER by okafor 1.2.1']);
  });
});
