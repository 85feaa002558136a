import { describe, expect, it } from 'vitest';
import { JobId, type ReconcileRun, StudyUid } from '@shared/domain';
import { type JobProgress, type LocalStudy, Reconcile, type RemoteStudy } from '../../../electron/services/sync';

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
  return { StudyInstanceUID: uid(n), ...texts, Modalities: ['CT'], objects, unsent };
}

/** An archive with what `remote` says of each study; done choices are written down. */
function setting(remote: (n: number) => RemoteStudy | undefined | Error, unsent: Record<number, number> = {}) {
  const done: string[] = [];
  const audited: string[] = [];
  const told: ReconcileRun[] = [];
  const asked: string[] = [];
  const say = (what: string) => (item: { StudyInstanceUID: string }) => {
    if (item.StudyInstanceUID === '1.2.9') return Promise.reject(new Error('the disk is full'));
    done.push(`${what} ${item.StudyInstanceUID}`);
    return Promise.resolve(what);
  };
  const reconcile = new Reconcile({
    clock: { now: () => 0, monotonic: () => 0 },
    studiesAt: () => [uid(1), uid(2), uid(3)],
    local: (_node, of) => local(Number(of.split('.')[2]), unsent[Number(of.split('.')[2])]),
    remote: (_node, of) => {
      asked.push(of);
      const answer = remote(Number(of.split('.')[2]));
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    does: { setAside: say('aside'), fetch: say('fetch'), fetchAgain: say('again'), forgetProof: say('forget'), send: say('send') },
    audit: (_user, detail) => audited.push(detail),
    onChanged: (run) => told.push(run),
  });
  const compare = async () => {
    const input = { node: 'MAIN', awaySince: '2026-11-22T08:14:00.000Z' };
    await reconcile.job().run({ jobId: JobId.parse('1'), input, resumeFrom: undefined, progress: silent, signal: new AbortController().signal });
    return reconcile.list()[0] as ReconcileRun;
  };
  return { reconcile, compare, done, audited, told, asked, unsent };
}

const same = (n: number): RemoteStudy => ({ ...local(n), rejections: [] });

describe('what changed at an archive', () => {
  it('is compared study by study; what cannot be compared is named and hides nothing of the rest', async () => {
    const { compare, told } = setting((n) => (n === 1 ? same(1) : n === 2 ? new Error('MAIN did not answer') : undefined));
    const run = await compare();
    expect(run).toMatchObject({ state: 'ready', compared: 3, total: 3, same: 1, awaySince: '2026-11-22T08:14:00.000Z' });
    expect(run.failed).toEqual([{ StudyInstanceUID: '1.2.2', words: 'MAIN did not answer' }]);
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

  it('is not applied over work that was made since the comparison: the row needs a choice again', async () => {
    const { reconcile, compare, done, unsent } = setting((n) => ({ ...same(n), ...(n === 1 ? { PatientID: 'NEW' } : {}) }));
    await compare();
    unsent[1] = 2;
    const run = await reconcile.apply('MAIN', 'okafor');
    expect(done).toEqual([]);
    expect(run.items[0]).toMatchObject({ unsent: 2 });
    expect(run.items[0]?.choice).toBeUndefined();
  });
});
