import { describe, expect, it } from 'vitest';
import { JobId, type ReconcileRun } from '@shared/domain';
import type { RemoteStudy } from '../../../electron/services/sync';
import { same, setting, uid, silent } from '../../support/reconcile-setting';

describe('what changed at an archive', () => {
  it('is compared study by study; what cannot be compared is named and hides nothing of the rest', async () => {
    const { compare, told } = setting((n) => (n === 1 ? same(1) : n === 2 ? new Error('MAIN did not answer') : undefined));
    const run = await compare();
    expect(run).toMatchObject({ state: 'ready', compared: 3, total: 3, same: 1, awaySince: '2026-11-22T08:14:00.000Z' });
    expect(run.failed).toEqual([{ StudyInstanceUID: '1.2.2', PatientName: 'Doe^Jane', words: 'MAIN did not answer' }]);
    expect(run.items.map(({ kind }) => kind)).toEqual(['missing']);
    expect(told.map(({ compared }) => compared)).toEqual([0, 1, 2, 3, 3]);
  });

  it('is missing only when it was not found twice', async () => {
    let answers = 0;
    const { compare, asked } = setting((n) => (n === 1 && answers++ === 0 ? undefined : same(n)));
    expect((await compare()).items).toEqual([]);
    expect(asked).toEqual(['1.2.1', '1.2.1', '1.2.2', '1.2.3']);
  });

  it('is applied as chosen, once, with an audit entry; held and unchosen rows stay untouched', async () => {
    const { reconcile, compare, done, audited } = setting((n) => (n === 3 ? { ...same(3), PatientID: 'NEW' } : undefined), { 2: 1 });
    await compare();
    expect(() => reconcile.choose('MAIN', 'missing 1.2.1', 'follow')).toThrow('cannot be chosen');
    reconcile.choose('MAIN', 'missing 1.2.1', 'send');
    const run = await reconcile.apply('MAIN', 'okafor');
    expect(done).toEqual(['send 1.2.1', 'again 1.2.3']);
    expect(audited).toHaveLength(2);
    expect(run.items.map(({ applied }) => applied)).toEqual(['send', undefined, 'again']);
    await reconcile.apply('MAIN', 'okafor');
    expect(done).toHaveLength(2);
  });

  it('is applied once by two who apply at the same time', async () => {
    const { reconcile, compare, done } = setting((n) => (n === 3 ? { ...same(3), PatientID: 'NEW' } : undefined), { 2: 1 });
    await compare();
    reconcile.choose('MAIN', 'missing 1.2.1', 'send');
    const runs = await Promise.all([reconcile.apply('MAIN', 'okafor'), reconcile.apply('MAIN', 'weber')]);
    expect(done).toEqual(['send 1.2.1', 'again 1.2.3']);
    for (const { items } of runs) expect(items.map(({ appliedBy }) => appliedBy)).toEqual(['okafor', undefined, 'okafor']);
  });

  it('is not applied over work that was made since the comparison: the row needs a choice again', async () => {
    const { reconcile, compare, done, unsent } = setting((n) => ({ ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) }));
    await compare();
    unsent[1] = 2;
    const run = await reconcile.apply('MAIN', 'okafor');
    expect(done).toEqual([]);
    expect(run.items[0]).toMatchObject({ unsent: 2 });
    expect(run.items[0]?.choice).toBeUndefined();
  });

  it('and cannot be asked about when such work came: waits for a choice, and what is to be sent waits too', async () => {
    let isAway = false;
    const { reconcile, compare, done, unsent, orders } = setting((n) =>
      isAway ? new Error('MAIN did not answer') : { ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) },
    );
    await compare();
    [unsent[1], isAway] = [2, true];
    orders.length = 0;
    const run = await reconcile.apply('MAIN', 'okafor');
    expect(done).toEqual([]);
    expect(orders).toContain('hold 1.2.1');
    expect(run.items[0]).toMatchObject({ unsent: 2, isOld: true, here: expect.stringContaining('not done: MAIN must be asked again first') as string });
    expect(run.items[0]?.choice).toBeUndefined();
  });

  it('holds what is to be sent of a study in conflict, and lets results of each other study go once it was compared', async () => {
    const { compare, orders } = setting((n) => ({ ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) }), { 1: 1 });
    await compare();
    const clean = (n: number) => [`release 1.2.${String(n)} by system`, `results of 1.2.${String(n)} may go`];
    expect(orders).toEqual(['gate of MAIN shut', 'hold 1.2.1', 'results of 1.2.1 may go', ...clean(2), ...clean(3), 'gate of MAIN open']);
  });

  it('that breaks off lets nothing go that it did not reach, says why, and leaves everything to be compared again', async () => {
    const { reconcile, orders } = setting(same, { 1: 1, 2: 1, 3: 1 });
    const signal = AbortSignal.abort();
    const input = { node: 'MAIN', awaySince: '2026-11-22T08:14:00.000Z' };
    await expect(reconcile.job().run({ jobId: JobId.parse('1'), input, resumeFrom: undefined, progress: silent, signal })).rejects.toThrow();
    expect(orders).toEqual(['gate of MAIN shut', 'gate of MAIN stays shut: it was stopped']);
    expect(reconcile.list()).toMatchObject([{ state: 'ready', brokeOff: 'it was stopped', compared: 0 }]);
    expect(reconcile.left('MAIN')).toBe('everything');
  });

  it('breaks off when study after study cannot be compared: a dead archive is not asked about all of them', async () => {
    const { compare, reconcile, orders } = setting(() => new Error('MAIN did not answer.'), { 1: 1, 2: 1, 3: 1 });
    const words = '3 studies in a row could not be compared: MAIN did not answer';
    await expect(compare()).rejects.toThrow(words);
    expect(orders).toEqual(['gate of MAIN shut', ...[1, 2, 3].map((n) => `results of 1.2.${String(n)} wait`), `gate of MAIN stays shut: ${words}`]);
    expect(reconcile.list()[0]).toMatchObject({ state: 'ready', brokeOff: words });
  });

  it('of a study that could not be compared, made again, lets its results go and takes it off the list; failing again keeps it there', async () => {
    const there: { answer: RemoteStudy | Error } = { answer: new Error('MAIN did not answer') };
    const { compare, reconcile, orders } = setting((n) => (n === 2 ? there.answer : same(n)), { 2: 1 });
    await compare();
    expect(orders.filter((one) => one.startsWith('results of 1.2.2'))).toEqual(['results of 1.2.2 wait']);
    expect(reconcile.left('MAIN')).toEqual([uid(2)]);
    there.answer = new Error('MAIN refuses the query');
    const again = () => reconcile.compareOne('MAIN', uid(2), new AbortController().signal);
    await expect(again()).rejects.toThrow('refuses');
    expect(reconcile.list()[0]?.failed).toEqual([{ StudyInstanceUID: '1.2.2', PatientName: 'Doe^Jane', words: 'MAIN refuses the query' }]);
    there.answer = same(2);
    await again();
    expect(reconcile.list()[0]).toMatchObject({ failed: [], same: 3 });
    expect(reconcile.left('MAIN')).toEqual([]);
    expect(orders.at(-1)).toBe('results of 1.2.2 may go');
  });

  it('lets go what waited once the study has nothing left to choose, and says who did it and when', async () => {
    const { reconcile, compare, done, orders } = setting((n) => ({ ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) }), { 1: 1 });
    await compare();
    reconcile.choose('MAIN', 'reidentified 1.2.1', 'asIs');
    orders.length = 0;
    const run = await reconcile.apply('MAIN', 'okafor');
    expect(done).toEqual([]);
    expect(orders).toEqual(['release 1.2.1 by okafor']);
    expect(run.items[0]).toMatchObject({ appliedBy: 'okafor', appliedAt: '1970-01-01T00:00:00.000Z' });
  });

  it('is replaced: the archive wins unless somebody keeps the old one; over unsent work nothing is chosen', async () => {
    const objects = [{ SOPInstanceUID: '1.2.2.1', SeriesInstanceUID: '1.3', isCompared: true }];
    const quiet = setting(same, {}, { '1.2.2': objects });
    const [item] = (await quiet.compare()).items;
    expect(item).toMatchObject({ kind: 'replaced', choice: 'useNew', objects: ['1.2.2.1'], there: '1 image replaced, same UID, other content' });
    await quiet.reconcile.apply('MAIN', 'okafor');
    expect(quiet.done).toEqual(['again 1.2.2']);
    const busy = setting(same, { 2: 1 }, { '1.2.2': objects });
    expect((await busy.compare()).items[0]?.choice).toBeUndefined();
    busy.reconcile.choose('MAIN', 'replaced 1.2.2', 'keepOld');
    await busy.reconcile.apply('MAIN', 'okafor');
    expect(busy.done).toEqual([]);
  });

  it('is another image than the one that was answered for, in the same words: is asked about, and held until somebody chooses', async () => {
    const image = (n: number) => ({ SOPInstanceUID: `1.2.2.${String(n)}`, SeriesInstanceUID: '1.3', isCompared: true });
    const replaced: Record<string, ReturnType<typeof image>[]> = { '1.2.2': [image(1)] };
    const { reconcile, compare, orders, spared } = setting(same, { 2: 1 }, replaced);
    await compare();
    reconcile.choose('MAIN', 'replaced 1.2.2', 'keepOld');
    await reconcile.apply('MAIN', 'okafor');
    replaced['1.2.2'] = [image(1), image(3)];
    orders.length = 0;
    await reconcile.compareOne('MAIN', uid(2), new AbortController().signal);
    const open = reconcile.runOf('MAIN').items.filter(({ applied }) => applied === undefined);
    expect(open.map(({ objects, there }) => [objects, there])).toEqual([[['1.2.2.3'], '1 image replaced, same UID, other content']]);
    expect(orders).toContain('hold 1.2.2');
    expect(spared.at(-1)).toBe('1.2.2.1');
  });

  it('and was answered for holds nothing when it is found again: there is no row to let it go by', async () => {
    const { reconcile, compare, orders } = setting((n) => ({ ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) }), { 1: 1 });
    await compare();
    reconcile.choose('MAIN', 'reidentified 1.2.1', 'asIs');
    await reconcile.apply('MAIN', 'okafor');
    orders.length = 0;
    await reconcile.compareOne('MAIN', uid(1), new AbortController().signal);
    expect(reconcile.runOf('MAIN').items.filter(({ applied }) => applied === undefined)).toEqual([]);
    expect(orders).toEqual(['release 1.2.1 by system', 'results of 1.2.1 may go']);
    // after an outage everything is asked anew
    expect((await compare()).items.find(({ kind }) => kind === 'reidentified')?.applied).toBeUndefined();
    expect(orders).toContain('hold 1.2.1');
  });

  it('is replaced, and the old one was kept: asks only about images that were not answered for, and holds nothing for the others', async () => {
    const image = (n: number) => ({ SOPInstanceUID: `1.2.2.${String(n)}`, SeriesInstanceUID: '1.3', isCompared: true });
    const replaced: Record<string, ReturnType<typeof image>[]> = { '1.2.2': [image(1), image(2)] };
    const { reconcile, compare, orders } = setting(same, { 2: 1 }, replaced);
    await compare();
    reconcile.choose('MAIN', 'replaced 1.2.2', 'keepOld');
    await reconcile.apply('MAIN', 'okafor');
    const look = async () => {
      await reconcile.compareOne('MAIN', uid(2), new AbortController().signal);
      return reconcile
        .runOf('MAIN')
        .items.filter(({ applied }) => applied === undefined)
        .map(({ objects, there }) => [objects, there]);
    };
    orders.length = 0;
    replaced['1.2.2'] = [image(2)];
    expect(await look()).toEqual([]);
    expect(orders.some((order) => order.startsWith('hold'))).toBe(false);
    replaced['1.2.2'] = [image(1), image(2), image(3)];
    expect(await look()).toEqual([[['1.2.2.3'], '1 image replaced, same UID, other content']]);
  });

  it('looks for replaced images only where the patient is the same: another patient changes them all', async () => {
    const objects = [{ SOPInstanceUID: '1.2.1.1', SeriesInstanceUID: '1.3', isCompared: true }];
    const { compare } = setting((n) => ({ ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) }), {}, { '1.2.1': objects });
    expect((await compare()).items.map(({ kind }) => kind)).toEqual(['reidentified']);
  });

  it('of one study takes the place of what was known of it; what was chosen about is asked again only when it is another difference', async () => {
    let there: RemoteStudy | undefined = same(1);
    const { reconcile } = setting(() => there);
    const signal = new AbortController().signal;
    const items = () => reconcile.list()[0]?.items.map(({ kind, applied }) => [kind, applied]);
    await reconcile.compareOne('MAIN', uid(1), signal);
    expect(reconcile.list()).toEqual([]);
    const more = (...ns: number[]) => ns.map((n) => ({ SOPInstanceUID: `1.2.1.${String(n)}`, SeriesInstanceUID: '1.3' }));
    there = { ...same(1), objects: more(1, 2) };
    await reconcile.compareOne('MAIN', uid(1), signal);
    expect(items()).toEqual([['newObjects', undefined]]);
    reconcile.choose('MAIN', 'newObjects 1.2.1', 'notNow');
    await reconcile.apply('MAIN', 'okafor');
    await reconcile.compareOne('MAIN', uid(1), signal);
    expect(items()).toEqual([['newObjects', 'left as it is']]);
    there = { ...same(1), objects: more(1, 2, 3) };
    await reconcile.compareOne('MAIN', uid(1), signal);
    expect(items()).toEqual([['newObjects', undefined]]);
    there = same(1);
    await reconcile.compareOne('MAIN', uid(1), signal);
    expect(items()).toEqual([]);
  });

  it('keeps what somebody chose and applied while the comparison went on', async () => {
    let applied: Promise<ReconcileRun> | undefined;
    const { reconcile, compare, done } = setting((n) => {
      if (n === 2) reconcile.choose('MAIN', 'missing 1.2.1', 'send');
      if (n === 3) applied ??= reconcile.apply('MAIN', 'okafor');
      return undefined;
    });
    await compare();
    const run = (await applied) as ReconcileRun;
    expect(run.items.map(({ choice }) => choice)).toEqual(['send', 'keep', 'keep']);
    expect(run.items.map(({ applied }) => applied)).toEqual(['send', 'forget', undefined]);
    expect(done).toEqual(['send 1.2.1', 'forget 1.2.2']);
  });

  it('says what was done also when a comparison that went on meanwhile finds nothing to do any more', async () => {
    let isSent = false;
    const { reconcile, compare } = setting((n) => (n === 1 && !isSent ? undefined : same(n)));
    await compare();
    reconcile.choose('MAIN', 'missing 1.2.1', 'send');
    const { does } = reconcile['parts'];
    const { send } = does;
    does.send = async (item, node) => {
      isSent = true;
      await compare();
      return await send(item, node);
    };
    const run = await reconcile.apply('MAIN', 'reader');
    expect(run.items).toMatchObject([{ id: 'missing 1.2.1', appliedBy: 'reader', applied: 'send' }]);
  });

  it('keeps what somebody chose when the same difference is found again, by one study or by all', async () => {
    const { reconcile, compare, unsent } = setting(() => undefined);
    await compare();
    reconcile.choose('MAIN', 'missing 1.2.1', 'send');
    const choices = () =>
      reconcile
        .list()[0]
        ?.items.map(({ id, choice }) => [id, choice])
        .sort();
    await reconcile.compareOne('MAIN', uid(1), new AbortController().signal);
    expect(choices()).toContainEqual(['missing 1.2.1', 'send']);
    await compare();
    expect(choices()).toContainEqual(['missing 1.2.1', 'send']);
    unsent[1] = 1; // work that was not there when it was chosen
    await compare();
    expect(choices()).toContainEqual(['missing 1.2.1', undefined]);
  });

  it('is applied only where it stands as somebody saw it', async () => {
    const { reconcile, compare, done } = setting(() => undefined);
    const { items } = await compare();
    const [first, second] = items;
    if (first === undefined || second === undefined) throw new Error('two rows are needed');
    const seen = [
      { id: first.id, there: first.there, choice: 'keep' as const },
      { id: second.id, there: 'something else', choice: 'keep' as const },
    ];
    const run = await reconcile.apply('MAIN', 'okafor', seen);
    expect(done).toEqual(['forget 1.2.1']);
    expect(run.items.map(({ applied }) => applied)).toEqual(['forget', undefined, undefined]);
  });

  it('of one study that cannot be asked about changes nothing and says so to who asked', async () => {
    const { reconcile } = setting(() => new Error('MAIN did not answer'));
    await expect(reconcile.compareOne('MAIN', uid(1), new AbortController().signal)).rejects.toThrow('did not answer');
    expect(reconcile.list()).toEqual([]);
  });
});

describe('an image that was found to be replaced', () => {
  it('is looked at in each later comparison: one that looks at others does not forget it', async () => {
    const { compare, reconcile, looked } = setting(same, {}, { '1.2.2': [{ SOPInstanceUID: '1.2.2.1', SeriesInstanceUID: '1.3', isCompared: true }] });
    await compare();
    looked.length = 0;
    await reconcile.compareOne('MAIN', uid(2), new AbortController().signal);
    await compare();
    expect(looked).toEqual(['1.2.2: 1.2.2.1 and some', '1.2.1: ', '1.2.2: 1.2.2.1', '1.2.3: ']);
  });
});
