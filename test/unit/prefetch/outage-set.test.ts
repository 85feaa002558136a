import { describe, expect, it } from 'vitest';
import { JobId, type OutageRule, type OutageSet, StudyUid } from '@shared/domain';
import type { ScheduledStep } from '../../../electron/services/dimse';
import { type JobProgress, type ListedStudy, OutageSets } from '../../../electron/services/sync';
import { VirtualTime } from '../../support/virtual-time';

const silent: JobProgress = { set() {}, bytes() {}, alreadyHere() {}, refuse() {}, note() {}, touched() {}, checkpoint() {} };
const rule = (changed: Partial<OutageRule> = {}): OutageRule => ({
  ...{ id: 'ct', name: 'CT of today', node: 'MAIN', worklist: '', bodyPart: '', modality: 'CT', days: 0, priors: 0, priorYears: 5, samePriors: false },
  ...changed,
});
const study = (n: number, changed: Partial<ListedStudy> = {}): ListedStudy => ({
  ...{
    StudyInstanceUID: StudyUid.parse(`1.2.${String(n)}`),
    PatientName: 'Doe^Jane',
    PatientID: `P${String(n)}`,
    IssuerOfPatientID: '',
    StudyDate: '20260115',
  },
  ...{ StudyDescription: 'CHEST', ModalitiesInStudy: ['CT'] },
  ...changed,
});

const step = (PatientID: string, changed: Partial<ScheduledStep> = {}): ScheduledStep => ({
  ...{ PatientName: 'Doe^Jane', PatientID, IssuerOfPatientID: '', PatientBirthDate: '19540314', PatientSex: 'F', AccessionNumber: '' },
  ...{ StudyInstanceUID: '1.9.1', RequestedProcedureDescription: 'CT CHEST', ScheduledProcedureStepStartDate: '20260116' },
  ...{ ScheduledProcedureStepStartTime: '0820', Modality: 'CT', ScheduledStationAETitle: 'CT2', ScheduledProcedureStepDescription: 'CHEST' },
  ...changed,
});

/** An archive with two objects in each study; `fetch` brings as many of them as `brings` says. */
function setting(archive: ListedStudy[], options: { brings?: number; refusal?: string; steps?: ScheduledStep[] } = {}) {
  const here = new Set<string>();
  const fetched: string[] = [];
  const asked: unknown[] = [];
  const compared: string[] = [];
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
          (one) =>
            (PatientID === undefined || PatientID.includes('*') || one.PatientID === PatientID) &&
            (modality === undefined || one.ModalitiesInStudy.includes(modality)),
        );
        return Promise.resolve(matches.filter((one) => one.StudyDate >= from));
      },
      scheduled: (_worklist, request) => {
        asked.push(request);
        return silentArchive ? Promise.reject(new Error('RIS does not answer')) : Promise.resolve(options.steps ?? []);
      },
      contents: (_node, uid) => (silentArchive ? Promise.reject(new Error('MAIN does not answer')) : Promise.resolve([`${uid}.1`, `${uid}.2`])),
      isHere: (uid) => here.has(uid),
      sizeOf: (uid) => [...here].filter((one) => one.startsWith(`${uid}.`)).length * 5_000_000,
      refusal: () => options.refusal,
      fetch: (one) => {
        fetched.push(one.StudyInstanceUID);
        for (let n = 1; n <= (options.brings ?? 2); n++) here.add(`${one.StudyInstanceUID}.${String(n)}`);
        return Promise.resolve();
      },
      compareContent: (node, uid) => {
        compared.push(`${uid} at ${node}`);
        return Promise.resolve(0);
      },
      onChanged: () => undefined,
      start: () => started++,
    });
  const sets = make();
  const run = async (of = sets): Promise<OutageSet> => {
    await of.job().run({ jobId: JobId.parse('1'), input: {}, resumeFrom: undefined, progress: silent, signal: new AbortController().signal });
    return of.get();
  };
  return { sets, make, run, here, fetched, asked, compared, time, silence: () => (silentArchive = true), started: () => started };
}

describe('the outage set', () => {
  it('holds what the rules want, each study once, and is ready when the list of the archive is here', async () => {
    const { sets, run, fetched, here, compared } = setting([study(1), study(2), study(3, { ModalitiesInStudy: ['MR'] })]);
    sets.plan({ rules: [rule(), rule({ id: 'again' })] });
    here.add('1.2.1.1').add('1.2.1.2');
    const { studies, comparedAt } = await run();
    expect(studies.map(({ StudyInstanceUID, ready, expected }) => [StudyInstanceUID, ready, expected])).toEqual([
      ['1.2.1', true, 2],
      ['1.2.2', true, 2],
    ]);
    expect(fetched).toEqual(['1.2.2']);
    // what was here already is looked at: its UIDs say nothing of what the archive has under them
    expect(compared).toEqual(['1.2.1 at MAIN']);
    expect(comparedAt).toBeDefined();
  });

  it('was not compared once its rules are others, also when they become so while it is compared', async () => {
    const { sets, run } = setting([study(1)]);
    sets.plan({ rules: [rule({ modality: 'MR' })] });
    const { studies, comparedAt } = await run();
    expect([studies, comparedAt]).toEqual([[], expect.any(String)]);
    expect(sets.plan({ rules: [rule({ modality: 'MR' })], hour: 3 }).comparedAt, 'the same rules').toBe(comparedAt);
    expect(sets.plan({ rules: [rule({ modality: 'MR' }), rule({ id: 'more' })], hour: 3 }).comparedAt).toBeUndefined();
    expect((await run()).comparedAt).toBeDefined();
    sets.plan({ rules: [rule()] });
    const running = run();
    sets.plan({ rules: [rule(), rule({ id: 'more', name: 'more' })] });
    expect((await running).comparedAt).toBeUndefined();
    expect((await run()).comparedAt).toBeDefined();
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

  it('takes only what says the body part, of studies and priors, without case and marks', async () => {
    const prior = (n: number, StudyDescription: string) => study(n, { PatientID: 'P1', StudyDate: '20250101', StudyDescription, ModalitiesInStudy: ['MR'] });
    const archive = [study(1, { StudyDescription: 'CT Schädel nativ' }), study(2), prior(3, 'MR SCHADEL'), prior(4, 'MR Knie')];
    const { sets, run } = setting(archive);
    sets.plan({ rules: [rule({ bodyPart: 'schädel', priors: 5 })] });
    expect((await run()).studies.map(({ StudyInstanceUID }) => StudyInstanceUID)).toEqual(['1.2.1', '1.2.3']);
  });

  it('takes no more of the line than it may: it rests after each study that was fetched', async () => {
    const { sets, run, time, fetched } = setting([study(1), study(2)]);
    sets.plan({ rules: [rule()], megabitsPerSecond: 8 });
    const running = run();
    await time.advance(9000);
    // two objects of 5 MB by 1 MB a second
    expect(fetched).toEqual(['1.2.1']);
    await time.advance(2000);
    expect(fetched).toEqual(['1.2.1', '1.2.2']);
    await time.advance(10_000);
    expect((await running).studies.every(({ ready }) => ready)).toBe(true);
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

describe('the outage set of a modality worklist', () => {
  const tomorrow = (changed: Partial<OutageRule> = {}) => rule({ name: 'CT tomorrow', worklist: 'RIS', days: 1, priors: 2, ...changed });
  const why = ({ studies }: OutageSet) => studies.map(({ StudyInstanceUID, ready }) => `${StudyInstanceUID}${ready ? ' ready' : ''}`);

  it('asks for today until so many days ahead, and holds the priors of each patient by the rule, and his study where the archive has it already', async () => {
    const of = (n: number, StudyDate: string, changed: Partial<ListedStudy> = {}) => study(n, { PatientID: '4711', StudyDate, ...changed });
    const archive = [
      ...[of(1, '20250101'), of(2, '20240101'), of(3, '20230101'), of(4, '20250601', { ModalitiesInStudy: ['US'] })],
      ...[of(5, '20260115', { StudyInstanceUID: StudyUid.parse('1.9.1') }), study(6, { PatientID: '4712' })],
    ];
    const { sets, run, asked, time } = setting(archive, { steps: [step('4711')] });
    sets.plan({ rules: [tomorrow({ samePriors: true })] });
    const set = await run();
    const day = (ahead: number) => {
      const at = new Date(time.now());
      const date = new Date(at.getFullYear(), at.getMonth(), at.getDate() + ahead);
      return `${String(date.getFullYear())}${String(date.getMonth() + 1).padStart(2, '0')}${String(date.getDate()).padStart(2, '0')}`;
    };
    expect(asked).toEqual([{ from: day(0), to: day(1), modality: 'CT' }]);
    expect(why(set)).toEqual(['1.9.1 ready', '1.2.1 ready', '1.2.2 ready']);
    expect(set.scheduled).toMatchObject([
      { PatientID: '4711', worklist: 'RIS', node: 'MAIN', date: '20260116', studies: ['1.9.1', '1.2.1', '1.2.2'], words: '' },
    ]);
  });

  it('knows a patient by id and issuer: another issuer with the same id is another patient', async () => {
    const of = (n: number, IssuerOfPatientID: string) => study(n, { PatientID: '4711', IssuerOfPatientID });
    const { sets, run } = setting([of(1, 'A'), of(2, 'B'), of(3, '')], { steps: [step('4711', { IssuerOfPatientID: 'A' })] });
    sets.plan({ rules: [tomorrow({ priors: 9 })] });
    expect(why(await run())).toEqual(['1.2.1 ready', '1.2.3 ready']);
  });

  it('fetches nothing where nobody can tell whose it is, and says so', async () => {
    const of = (n: number, IssuerOfPatientID: string) => study(n, { PatientID: '4711', IssuerOfPatientID });
    const steps = [step('4711'), step(''), step('47*'), step('0815')];
    const { sets, run, fetched } = setting([of(1, 'A'), of(2, 'B'), study(3, { PatientID: '4712' })], { steps });
    sets.plan({ rules: [tomorrow()] });
    const { scheduled, studies } = await run();
    expect([studies, fetched]).toEqual([[], []]);
    expect(scheduled.map(({ PatientID, words }) => `${PatientID}: ${words}`)).toEqual([
      '4711: MAIN has this ID from several issuers (A, B), the worklist names none: not fetched',
      ': no Patient ID: priors cannot be found',
      '47*: MAIN has no study of this patient within 5 years',
      '0815: MAIN has no study of this patient within 5 years',
    ]);
  });

  it('takes the steps of one patient together, earliest first', async () => {
    const steps = [step('2', { ScheduledProcedureStepStartTime: '0900' }), step('1', { ScheduledProcedureStepStartTime: '0930', Modality: 'MR' }), step('1')];
    const { sets, run } = setting([], { steps });
    sets.plan({ rules: [tomorrow({ modality: '' })] });
    expect((await run()).scheduled.map(({ PatientID, time, Modalities }) => [PatientID, time, ...Modalities])).toEqual([
      ['1', '0820', 'CT', 'MR'],
      ['2', '0900', 'CT'],
    ]);
  });

  it('keeps who was scheduled, and what was wanted for them, while the worklist does not answer', async () => {
    const { sets, run, silence } = setting([study(1, { PatientID: '4711' })], { steps: [step('4711')] });
    sets.plan({ rules: [tomorrow()] });
    await run();
    silence();
    const { problems, scheduled, studies } = await run();
    expect(problems).toEqual(['CT tomorrow: RIS does not answer']);
    expect(scheduled).toMatchObject([{ PatientID: '4711' }]);
    expect(studies).toMatchObject([{ StudyInstanceUID: '1.2.1', ready: false }]);
  });
});
