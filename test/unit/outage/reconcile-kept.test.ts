import { describe, expect, it } from 'vitest';
import { JobId } from '@shared/domain';
import type { RemoteStudy } from '../../../electron/services/sync';
import { same, setting, silent, uid } from '../../support/reconcile-setting';

describe('what was found before the program ended', () => {
  const corrected = (n: number): RemoteStudy => ({ ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) });

  it('is there at the next start, as of then, with what somebody chose; what is ordered of a study in conflict waits from the start on', async () => {
    const { compare, restart, orders, clock } = setting(corrected, { 1: 1 });
    clock.ms = Date.parse('2026-11-22T08:14:00Z');
    await compare();
    orders.length = 0;
    clock.ms = Date.parse('2026-11-22T09:00:00Z');
    const run = restart().list()[0];
    expect(run).toMatchObject({ node: 'MAIN', state: 'ready', isFromBefore: true, at: '2026-11-22T08:14:00.000Z' });
    expect(run?.items).toMatchObject([{ id: 'reidentified 1.2.1', isOld: true, seenAt: '2026-11-22T08:14:00.000Z', unsent: 1 }]);
    expect(run?.items[0]?.choice).toBeUndefined();
    expect(orders).toEqual([expect.stringContaining('hold what is new of 1.2.1: re-identified')]);
    restart().choose('MAIN', 'reidentified 1.2.1', 'asIs');
    expect(restart().list()[0]?.items[0]).toMatchObject({ choice: 'asIs', isOld: true });
  });

  it('of an archive that is not in the settings any more is nothing to choose about, and is not lost', async () => {
    const { compare, kept } = setting(corrected);
    await compare();
    const other = setting(corrected);
    for (const [uid_, found] of kept) other.kept.set(uid_, { ...found, node: 'OLD' });
    expect(other.restart().list()).toEqual([]);
    expect(other.kept.size).toBe(1);
  });

  it('stands until the study was compared again, and goes when a newer comparison says otherwise', async () => {
    let answer: (n: number) => RemoteStudy | Error = corrected;
    const { compare, restart, told, kept } = setting((n) => answer(n));
    await compare();
    const reconcile = restart();
    answer = (n) => (n === 1 ? new Error('MAIN did not answer') : same(n));
    const again = () =>
      reconcile.job().run({ jobId: JobId.parse('2'), input: { node: 'MAIN' }, resumeFrom: undefined, progress: silent, signal: new AbortController().signal });
    told.length = 0;
    await again();
    expect(told[0]?.items).toMatchObject([{ id: 'reidentified 1.2.1', isOld: true }]);
    expect(reconcile.list()[0]?.items).toMatchObject([{ id: 'reidentified 1.2.1', isOld: true }]);
    answer = same;
    await again();
    expect(reconcile.list()[0]).toMatchObject({ items: [], same: 3 });
    expect(kept.size).toBe(0);
    expect(restart().list()).toEqual([]);
  });

  it('of a study that is here and too old to be among those that are compared stands: somebody may still choose', async () => {
    const { compare, studies, kept } = setting((n) => (n === 1 ? corrected(1) : same(n)), { 1: 1 });
    await compare();
    studies.shift();
    expect((await compare()).items).toMatchObject([{ id: 'reidentified 1.2.1', isOld: true }]);
    expect([...kept.keys()]).toEqual(['1.2.1']);
  });

  it('is asked about again before anything is done: it is done where it is the same, and asked anew where it is not', async () => {
    let there: RemoteStudy | Error = corrected(1);
    const { compare, restart, done } = setting((n) => (n === 1 ? there : same(n)));
    await compare();
    const reconcile = restart();
    there = new Error('MAIN did not answer.');
    expect((await reconcile.apply('MAIN', 'okafor')).items[0]?.here).toContain('not done: MAIN must be asked again first: MAIN did not answer');
    there = { ...corrected(1), PatientID: 'NEWER' };
    expect((await reconcile.apply('MAIN', 'okafor')).items[0]?.there).toContain('NEWER');
    expect(done).toEqual([]);
    const later = restart();
    expect((await later.apply('MAIN', 'okafor')).items[0]).toMatchObject({ applied: 'again', appliedBy: 'okafor' });
    expect(done).toEqual(['again 1.2.1']);
    expect(restart().list()).toEqual([]);
  });

  it('stands while the list is made again, which does not know its study yet: nothing may go, and all is compared once it is made', async () => {
    const { compare, restart, unlisted, orders, kept, asked } = setting(corrected);
    await compare();
    const next = restart();
    unlisted.add(uid(1));
    await expect(next.compareOne('MAIN', uid(1), new AbortController().signal)).rejects.toThrow('being made again');
    orders.length = asked.length = 0;
    const comparing = compare();
    await expect.poll(() => next.runOf('MAIN').waits).toContain('must be made again first');
    expect([orders, asked]).toEqual([['gate of MAIN shut'], []]);
    expect(next.runOf('MAIN')).toMatchObject({ state: 'comparing', compared: 0, items: [{ id: 'reidentified 1.2.1' }] });
    unlisted.clear();
    expect(await comparing).toMatchObject({ state: 'ready', compared: 3, total: 3, failed: [], items: [{ id: 'reidentified 1.2.1' }] });
    expect(next.runOf('MAIN')).not.toHaveProperty('waits');
    expect([orders.at(-1), kept.size]).toEqual(['gate of MAIN open', 1]);
  });

  it('can be stopped while it waits for the list, and begins anew when the list is lost in the middle', async () => {
    const { compare, restart, unlisted, asked } = setting((n) => {
      if (n === 2 && asked.length === 2) unlisted.add(uid(1));
      return same(n);
    });
    const next = restart();
    unlisted.add(uid(1));
    const stop = new AbortController();
    const stopped = compare(stop.signal);
    await expect.poll(() => next.runOf('MAIN').waits).toBeDefined();
    stop.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
    expect(next.runOf('MAIN')).toMatchObject({ state: 'ready', brokeOff: 'it was stopped' });
    expect([next.left('MAIN'), next.runOf('MAIN').waits]).toEqual(['everything', undefined]);
    unlisted.clear();
    const comparing = compare();
    await expect.poll(() => next.runOf('MAIN').waits).toBeDefined();
    expect(asked).toEqual([uid(1), uid(2)]);
    unlisted.clear();
    expect(await comparing).toMatchObject({ state: 'ready', compared: 3, failed: [], same: 3 });
    expect(asked.slice(2)).toEqual([uid(1), uid(2), uid(3)]);
  });

  it('begins anew when the list was lost and made again while the archive was asked: what was read of the old one is not said', async () => {
    const { compare, list, asked, orders, told } = setting((n) => {
      if (asked.length === 2) list.losses++;
      return asked.length === 2 ? corrected(n) : same(n);
    });
    expect(await compare()).toMatchObject({ state: 'ready', compared: 3, same: 3, failed: [], items: [] });
    expect(asked).toEqual([uid(1), uid(2), uid(1), uid(2), uid(3)]);
    expect(told.flatMap(({ items }) => items)).toEqual([]);
    expect(orders.filter((one) => one.startsWith('gate'))).toEqual(['gate of MAIN shut', 'gate of MAIN shut', 'gate of MAIN open']);
  });

  it('has images that somebody kept as they are: the next start asks about others alone', async () => {
    const image = (n: number) => ({ SOPInstanceUID: `1.2.2.${String(n)}`, SeriesInstanceUID: '1.3', isCompared: true });
    const replaced: Record<string, ReturnType<typeof image>[]> = { '1.2.2': [image(1)] };
    const { reconcile, compare, restart, orders, spared } = setting(same, { 2: 1 }, replaced);
    await compare();
    reconcile.choose('MAIN', 'replaced 1.2.2', 'keepOld');
    await reconcile.apply('MAIN', 'okafor');
    replaced['1.2.2'] = [image(1), image(3)];
    const next = restart();
    expect(next.list()).toEqual([]);
    orders.length = 0;
    await next.compareOne('MAIN', uid(2), new AbortController().signal);
    expect(spared.at(-1)).toBe('1.2.2.1');
    expect(next.runOf('MAIN').items.map(({ objects }) => objects)).toEqual([['1.2.2.3']]);
    next.choose('MAIN', 'replaced 1.2.2', 'keepOld');
    await next.apply('MAIN', 'weber');
    replaced['1.2.2'] = [image(3), image(1)];
    const third = restart();
    orders.length = 0;
    await third.compareOne('MAIN', uid(2), new AbortController().signal);
    expect([third.list(), orders.filter((one) => one.startsWith('hold'))]).toEqual([[], []]);
  });

  it('that cannot be kept is told, and the comparison goes on', async () => {
    const station = setting(corrected);
    const full = new Error('ENOSPC');
    station.kept.set = () => {
      throw full;
    };
    expect((await station.compare()).items).toHaveLength(1);
    expect(station.orders).toContain('Error: ENOSPC');
  });
});
