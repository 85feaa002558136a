import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, findScheduled, type FindEnd, type ScheduledStep, type WorklistRequest } from '../../../electron/services/dimse/scu';
import { realData } from '../../support/data';
import { freePort, type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer, peerEnv } from '../../support/peers';
import { targetOf } from '../../support/scu-run';
import { listening } from '../../support/store-scp';
import { worklistFile, worklistPlugin, type WorklistEntry } from '../../support/worklist';

const signal = new AbortController().signal;
const pool = createPool();
const orthancProgram = peer('Orthanc');
const wlmscpfs = peer('wlmscpfs');
const entries: readonly WorklistEntry[] = [
  { id: '4711', issuer: 'ST-BRIGID', name: 'Doe^Jane', date: '20261130', time: '082000', modality: 'CT', description: 'CHEST', study: '2.25.7001' },
  {
    id: '4712',
    name: 'Müller^Jürgen',
    characterSet: 'ISO_IR 100',
    date: '20261130',
    time: '091500',
    modality: 'MR',
    description: 'Schädel',
    study: '2.25.7002',
  },
  {
    id: '4713',
    name: 'Yamada^Tarou=山田^太郎',
    characterSet: 'ISO_IR 192',
    date: '20261201',
    time: '070000',
    modality: 'CT',
    description: '腹部',
    study: '2.25.7003',
  },
  { id: '4714', name: 'Люксембург', characterSet: 'ISO_IR 144', date: '20261129', time: '235959', modality: 'CT', description: 'HEAD', study: '2.25.7004' },
  { id: '4715', name: 'Later^Lea', date: '20261202', time: '000000', modality: 'CT', description: 'LATER', study: '2.25.7005' },
];

async function scheduled(port: number, aet: string, request: WorklistRequest): Promise<{ steps: ScheduledStep[]; end: FindEnd }> {
  const steps: ScheduledStep[] = [];
  const run = findScheduled(pool, targetOf(port, aet, 'ALTERNATOR'), request, signal);
  for (;;) {
    const next = await run.next();
    if (next.done) return { steps: steps.sort((a, b) => a.PatientID.localeCompare(b.PatientID)), end: next.value };
    steps.push(next.value);
  }
}

interface Worklist extends AsyncDisposable {
  readonly port: number;
  readonly aet: string;
}

function folderOf(files: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'alternator-worklist-'));
  const inner = join(folder, files);
  mkdirSync(inner, { recursive: true });
  for (const [at, entry] of entries.entries()) writeFileSync(join(inner, `${String(at)}.wl`), worklistFile(entry));
  return folder;
}

async function orthancWorklist(program: string, plugin: string): Promise<Worklist> {
  const folder = folderOf('.');
  const orthanc: Orthanc = await startOrthanc(
    program,
    { aet: 'ALTERNATOR', port: 1 },
    {
      Plugins: [plugin],
      Worklists: { Enable: true, Database: folder, FilterIssuerAet: false },
      DefaultEncoding: 'Utf8',
      DicomAlwaysAllowFindWorklist: true,
    },
  );
  return {
    port: orthanc.port,
    aet: 'ORTHANC',
    async [Symbol.asyncDispose]() {
      await orthanc[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** DCMTK's worklist server: a folder of worklist files for each AE title, with a lock file. */
async function dcmtkWorklist(program: string, fill?: (folder: string) => void): Promise<Worklist> {
  const folder = fill === undefined ? folderOf('WLM') : mkdtempSync(join(tmpdir(), 'alternator-worklist-'));
  if (fill !== undefined) {
    mkdirSync(join(folder, 'WLM'));
    fill(join(folder, 'WLM'));
  }
  writeFileSync(join(folder, 'WLM', 'lockfile'), '');
  const port = await freePort();
  const child = spawn(program, ['-dfp', folder, '-dfr', '-csk', String(port)], { stdio: 'ignore', env: peerEnv() });
  await listening(port);
  return {
    port,
    aet: 'WLM',
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

afterAll(() => pool.close());

const peers = [
  {
    name: 'the worklist plugin of Orthanc',
    program: orthancProgram !== undefined ? worklistPlugin() : undefined,
    start: (plugin: string) => orthancWorklist(orthancProgram ?? '', plugin),
  },
  { name: 'wlmscpfs', program: wlmscpfs, start: (program: string) => dcmtkWorklist(program) },
] as const;

describe.each(peers)('the modality worklist of $name', ({ program, start }) => {
  describe.skipIf(program === undefined)('answers', () => {
    let worklist: Worklist;
    beforeAll(async () => {
      worklist = await start(program ?? '');
    }, 30_000);
    afterAll(() => worklist[Symbol.asyncDispose]());
    const ask = (request: WorklistRequest) => scheduled(worklist.port, worklist.aet, request);

    it('with the steps of the days that were asked for, names and texts in their own characters', async () => {
      const { steps, end } = await ask({ from: '20261130', to: '20261201' });
      expect(end).toMatchObject({ kind: 'complete' });
      expect(steps).toEqual([
        expect.objectContaining({
          ...{ PatientName: 'Doe^Jane', PatientID: '4711', IssuerOfPatientID: 'ST-BRIGID', PatientBirthDate: '19540314', PatientSex: 'F' },
          ...{ StudyInstanceUID: '2.25.7001', AccessionNumber: 'A4711', Modality: 'CT', ScheduledStationAETitle: 'CT2' },
          ...{ ScheduledProcedureStepStartDate: '20261130', ScheduledProcedureStepStartTime: '082000', ScheduledProcedureStepDescription: 'CHEST' },
        }),
        expect.objectContaining({ PatientID: '4712', PatientName: 'Müller^Jürgen', ScheduledProcedureStepDescription: 'Schädel', IssuerOfPatientID: '' }),
        expect.objectContaining({ PatientID: '4713', PatientName: 'Yamada^Tarou=山田^太郎', ScheduledProcedureStepDescription: '腹部' }),
      ]);
    });

    it('with one day, and one modality', async () => {
      expect((await ask({ from: '20261130', to: '20261130', modality: 'MR' })).steps.map(({ PatientID }) => PatientID)).toEqual(['4712']);
      expect((await ask({ from: '20261129', to: '20261129' })).steps).toMatchObject([{ PatientID: '4714', PatientName: 'Люксембург' }]);
      expect(await ask({ from: '20300101', to: '20300102' })).toMatchObject({ steps: [], end: { kind: 'complete', matches: 0 } });
    });

    it('and is left early without harm', async () => {
      const { steps, end } = await ask({ from: '20261129', to: '20261202', maxMatches: 2 });
      expect([steps.length, end.kind]).toEqual([2, 'limited']);
      expect((await ask({ from: '20261129', to: '20261202' })).steps).toHaveLength(5);
    });
  });
});

describe.skipIf(wlmscpfs === undefined)('a node without a worklist', () => {
  it('is named in words', async () => {
    await using worklist = await dcmtkWorklist(wlmscpfs ?? '');
    expect((await scheduled(worklist.port, 'NOBODY', { from: '20261130', to: '20261130' })).end.kind).toBe('failed');
  });
});

const folder = realData();
const real = folder === undefined ? undefined : join(folder, 'worklist');
describe.skipIf(wlmscpfs === undefined || real === undefined || !existsSync(real))('worklist files of the field', () => {
  it('are all read', { timeout: 30_000 }, async () => {
    const names = readdirSync(real ?? '').filter((name) => name.endsWith('.wl'));
    await using worklist = await dcmtkWorklist(wlmscpfs ?? '', (folder) => {
      for (const name of names) copyFileSync(join(real ?? '', name), join(folder, name));
    });
    const { steps, end } = await scheduled(worklist.port, worklist.aet, { from: '19000101', to: '20991231' });
    expect(end.kind).toBe('complete');
    expect(steps).toHaveLength(names.length);
    for (const { PatientName, PatientID, Modality, ScheduledProcedureStepStartTime } of steps)
      for (const value of [PatientName, PatientID, Modality, ScheduledProcedureStepStartTime]) expect(value).not.toBe('');
  });
});
