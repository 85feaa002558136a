import { describe, expect, it } from 'vitest';
import { JobId, type OutageRule, type OutageSet, StudyUid } from '@shared/domain';
import { type JobProgress, type ListedStudy, OutageSets } from '../../../electron/services/sync';
import { VirtualTime } from '../../support/virtual-time';

const silent: JobProgress = { set() {}, bytes() {}, alreadyHere() {}, refuse() {}, note() {}, touched() {}, checkpoint() {} };
const rule = (changed: Partial<OutageRule> = {}): OutageRule => ({
  ...{ id: 'ct', name: 'CT of today', node: 'MAIN', modality: 'CT', days: 0, priors: 0, priorYears: 5, samePriors: false },
  ...changed,
});
const study = (n: number, changed: Partial<ListedStudy> = {}): ListedStudy => ({
  ...{ StudyInstanceUID: StudyUid.parse(`1.2.${String(n)}`), PatientName: 'Doe^Jane', PatientID: `P${String(n)}`, StudyDate: '20260115' },
  ...{ StudyDescription: 'CHEST', ModalitiesInStudy: ['CT'] },
  ...changed,
});

/** An archive with two objects in each study; `fetch` brings as many of them as `brings` says. */
function setting(archive: ListedStudy[], options: { brings?: number; refusal?: string } = {}) {
  const here = new Set<string>();
  const fetched: string[] = [];
  const time = new VirtualTime();
  let kept: unknown;
  let silentArchive = false;
  let started = 0;
  const make = () =>
    new OutageSets({
      timers: time,
      load: () => structuredClone(kept),
      save: (set) => (kept = structuredClone(set)),
      find: (_node, { PatientID, modality, from = '' }) => {
        if (silentArchive) return Promise.reject(new Error('MAIN does not answer'));
        const matches = archive.filter(
          (one) => (PatientID === undefined || one.PatientID === PatientID) && (modality === undefined || one.ModalitiesInStudy.includes(modality)),
        );
        return Promise.resolve(matches.filter((one) => one.StudyDate >= from));
      },
      contents: (_node, uid) => (silentArchive ? Promise.reject(new Error('MAIN does not answer')) : Promise.resolve([`${uid}.1`, `${uid}.2`])),
      isHere: (uid) => here.has(uid),
      refusal: () => options.refusal,
      fetch: (one) => {
        fetched.push(one.StudyInstanceUID);
        for (let n = 1; n <= (options.brings ?? 2); n++) here.add(`${one.StudyInstanceUID}.${String(n)}`);
        return Promise.resolve();
      },
      onChanged: () => undefined,
      start: () => started++,
    });
  const sets = make();
  const run = async (of = sets): Promise<OutageSet> => {
    await of.job().run({ jobId: JobId.parse('1'), input: {}, resumeFrom: undefined, progress: silent, signal: new AbortController().signal });
    return of.get();
  };
  return { sets, make, run, here, fetched, time, silence: () => (silentArchive = true), started: () => started };
}

describe('the outage set', () => {
  it('holds what the rules want, each study once, and is ready when the list of the archive is here', async () => {
    const { sets, run, fetched, here } = setting([study(1), study(2), study(3, { ModalitiesInStudy: ['MR'] })]);
    sets.plan({ rules: [rule(), rule({ id: 'again' })] });
    here.add('1.2.1.1').add('1.2.1.2');
    const { studies, comparedAt } = await run();
    expect(studies.map(({ StudyInstanceUID, ready, expected }) => [StudyInstanceUID, ready, expected])).toEqual([
      ['1.2.1', true, 2],
      ['1.2.2', true, 2],
    ]);
    expect(fetched).toEqual(['1.2.2']);
    expect(comparedAt).toBeDefined();
  });

  it('takes so many priors of each patient, the newest first, within the years, and none for studies without an id', async () => {
    const prior = (n: number, StudyDate: string, modality = 'CT') => study(n, { PatientID: 'P1', StudyDate, ModalitiesInStudy: [modality] });
    const archive = [
      study(1),
      prior(11, '20250101'),
      prior(12, '20240101'),
      prior(13, '20230101'),
      prior(14, '20000101'),
      study(2, { PatientID: '' }),
      study(3, { PatientID: '', StudyDate: '20240101' }),
    ];
    const { sets, run } = setting(archive);
    sets.plan({ rules: [rule({ priors: 2 })] });
    expect((await run()).studies.map(({ StudyInstanceUID, why }) => `${StudyInstanceUID} ${why}`)).toEqual([
      '1.2.1 CT of today',
      '1.2.2 CT of today',
      '1.2.11 CT of today: prior',
      '1.2.12 CT of today: prior',
    ]);
  });

  it('says why a study is not ready: not all came, or there is no room', async () => {
    const some = setting([study(1)], { brings: 1 });
    some.sets.plan({ rules: [rule()] });
    expect((await some.run()).studies[0]).toMatchObject({ ready: false, here: 1, expected: 2, waits: '1 of 2 came from MAIN' });
    const full = setting([study(1)], { refusal: 'the disk is nearly full' });
    full.sets.plan({ rules: [rule()] });
    expect((await full.run()).studies[0]).toMatchObject({ ready: false, waits: 'the disk is nearly full' });
    expect(full.fetched).toEqual([]);
  });

  it('keeps what it wanted while an archive does not answer, ready for nothing that cannot be verified, and survives a restart', async () => {
    const { sets, run, silence, make } = setting([study(1)]);
    sets.plan({ rules: [rule()] });
    await run();
    silence();
    const set = await run(make());
    expect(set.problems).toEqual(['CT of today: MAIN does not answer']);
    expect(set.studies).toMatchObject([{ StudyInstanceUID: '1.2.1', ready: false, waits: 'MAIN does not answer' }]);
    expect(set.plan.rules).toHaveLength(1);
  });

  it('runs by itself at its hour, once a day', async () => {
    const { sets, time, started } = setting([]);
    sets.plan({ rules: [rule()], hour: (new Date(time.now()).getHours() + 2) % 24 });
    sets.watch();
    await time.advance(3600_000);
    expect(started()).toBe(0);
    await time.advance(3 * 3600_000);
    expect(started()).toBe(1);
    await time.advance(24 * 3600_000);
    expect(started()).toBe(2);
    sets.close();
  });
});
