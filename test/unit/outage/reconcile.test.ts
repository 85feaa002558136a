import { describe, expect, it } from 'vitest';
import { JobId, type ReconcileRun, StudyUid } from '@shared/domain';
import { type FoundDifferences, type JobProgress, type LocalStudy, Reconcile, type ReconcileParts, type RemoteStudy } from '../../../electron/services/sync';

const uid = (n: number) => StudyUid.parse(`1.2.${String(n)}`);
const silent: JobProgress = { set() {}, bytes() {}, alreadyHere() {}, refuse() {}, note() {}, touched() {}, checkpoint() {} };

function local(n: number, unsent = 0): LocalStudy {
  const objects = [{ SOPInstanceUID: `1.2.${String(n)}.1`, SeriesInstanceUID: '1.3', wasThere: true }];
  const texts = {
    PatientName: 'Doe^Jane',
    PatientID: '4711',
    IssuerOfPatientID: '',
    PatientBirthDate: '',
    PatientSex: '',
    AccessionNumber: '',
    StudyDate: '',
    StudyDescription: '',
  };
  return { StudyInstanceUID: uid(n), ...texts, Modalities: ['CT'], objects, unsent, results: [] };
}

/** An archive with what `remote` says of each study; done choices are written down. */
function setting(
  remote: (n: number) => RemoteStudy | undefined | Error,
  unsent: Record<number, number> = {},
  replaced: Record<string, RemoteStudy['replaced']> = {},
) {
  const orders: string[] = [];
  const studies = [1, 2, 3];
  const done: string[] = [];
  const audited: string[] = [];
  const told: ReconcileRun[] = [];
  const asked: string[] = [];
  const looked: string[] = [];
  const kept = new Map<string, FoundDifferences>();
  const clock = { ms: 0, monotonic: () => 0, now: () => clock.ms };
  const say = (what: string) => (item: { StudyInstanceUID: string }) => {
    if (item.StudyInstanceUID === '1.2.9') return Promise.reject(new Error('the disk is full'));
    done.push(`${what} ${item.StudyInstanceUID}`);
    return Promise.resolve(what);
  };
  const parts: ReconcileParts = {
    clock,
    kept: {
      all: () => [...kept.values()],
      keep(found) {
        if (found.items.length > 0) kept.set(found.StudyInstanceUID, structuredClone(found));
        else kept.delete(found.StudyInstanceUID);
      },
    },
    onNotKept: (error) => orders.push(String(error)),
    studiesAt: () => studies.map(uid),
    replaced(_node, of, _remote, how) {
      looked.push(`${of.StudyInstanceUID}: ${how.known.join(' ')}${how.isSampled ? ' and some' : ''}`);
      return Promise.resolve(replaced[of.StudyInstanceUID] ?? []);
    },
    gate: {
      began: (node) => orders.push(`gate of ${node} shut`),
      cleared: (_node, of) => orders.push(`results of ${of} may go`),
      failed: (_node, of) => orders.push(`results of ${of} wait`),
      brokeOff: (node, words) => orders.push(`gate of ${node} stays shut: ${words}`),
      finished(node) {
        orders.push(`gate of ${node} open`);
        return true;
      },
    },
    hold: (_node, of) => orders.push(`hold ${of}`),
    holdNew: (_node, of, why) => orders.push(`hold what is new of ${of}: ${why}`),
    release: (_node, of, by) => orders.push(`release ${of} by ${by}`),
    local: (_node, of) => local(Number(of.split('.')[2]), unsent[Number(of.split('.')[2])]),
    remote: (_node, of) => {
      asked.push(of);
      const answer = remote(Number(of.split('.')[2]));
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    does: {
      ...{ setAside: say('aside'), fetch: say('fetch'), fetchAgain: say('again'), forgetProof: say('forget'), send: say('send') },
      rewrite: (item, _node, { PatientID }, user) => say(`rewrite for ${PatientID} by ${user}`)(item),
    },
    audit: (_user, detail) => audited.push(detail),
    onChanged: (run) => told.push(run),
  };
  let reconcile = new Reconcile(parts);
  const compare = async () => {
    const input = { node: 'MAIN', awaySince: '2026-11-22T08:14:00.000Z' };
    await reconcile.job().run({ jobId: JobId.parse('1'), input, resumeFrom: undefined, progress: silent, signal: new AbortController().signal });
    return reconcile.list()[0] as ReconcileRun;
  };
  /** The program ends and starts again. */
  const restart = () => {
    reconcile = new Reconcile(parts);
    reconcile.restore((node) => node === 'MAIN');
    return reconcile;
  };
  return { reconcile, compare, studies, done, audited, told, asked, looked, unsent, orders, clock, kept, restart };
}

const same = (n: number): RemoteStudy => ({ ...local(n), rejections: [], suspects: [], replaced: [] });

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
