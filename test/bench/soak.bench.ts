/**
 * `npm run bench -- soak [--associations N] [--objects N] [--side PIXELS] [--electron]`: so many associations at the same time, each with so many CT images of its own, into our
 * services as shipped (in Electron's own Node, or with --electron the whole workstation); their memory all the while, and what is in the index in the end: resident, and the
 * proportional share, which counts what the program's processes have in common (Chromium's text in Electron) once. JSON on stdout; exit code 1 when something is missing or the
 * share was above its limit.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectToRunning } from '../../electron/main/control/connect';
import { encodeDataSet, sampleImage } from '../support/dicom';
import { RawSender, type RawObject } from '../support/raw-sender';
import { seeded } from '../support/ul-mutations';
import { type Program, processesOf, runtimeOf, startStation } from '../support/bench/program';
import { median, rounded } from './figures';
import { startShipped } from './shipped-services';

const { values } = parseArgs({
  options: {
    associations: { type: 'string', default: '20' },
    objects: { type: 'string', default: '2500' },
    side: { type: 'string', default: '128' },
    electron: { type: 'boolean', default: false },
  },
});
const [associations, perAssociation, side] = [Number(values.associations), Number(values.objects), Number(values.side)];
const total = associations * perAssociation;
const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const GOAL_MB = 300;
const LOOK_EVERY_MS = 250;
const folder = mkdtempSync(join(tmpdir(), 'alternator-soak-'));
let child: ChildProcess | undefined;
let station: Program | undefined;

/** Always as long: the UID of an object is written over that of the template. */
const uid = (association: number, n: number): string => `2.25.7${String(association).padStart(3, '0')}${String(n).padStart(6, '0')}`;

async function startServices(): Promise<{ port: number; pid: number }> {
  const started = await startShipped(join(folder, 'data'));
  child = started.child;
  return { port: started.port, pid: started.child.pid ?? 0 };
}

/** The workstation in Electron, its services' process and the port that they listen on. */
async function startInElectron(): Promise<{ port: number; pid: number }> {
  const dataDir = join(folder, 'data');
  station = await startStation(await runtimeOf(), dataDir, ['--accept', '*@*']);
  const pid = (await processesOf(station.pid)).find(({ kind }) => kind === 'services')?.pid;
  const client = await connectToRunning(dataDir);
  const { port } = await client.call('node.status', {});
  client.close();
  if (pid === undefined || port === undefined) throw new Error('the workstation has no services that listen');
  return { port, pid };
}

interface Memory {
  readonly resident: number;
  readonly share: number;
}

/** The process's memory now, MB (10^6 bytes). */
function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'latin1');
  const field = (name: string): number => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * 1024) / 1e6;
  return { resident: field('Rss'), share: field('Pss') };
}

/** What the samples were at the start, in the middle, in the end and at most, MB. */
function course(samples: readonly number[]): Record<string, number> {
  const whole = { atStart: samples[0] ?? Number.NaN, median: median(samples), atEnd: samples.at(-1) ?? Number.NaN, highest: Math.max(...samples) };
  return Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, Math.round(value)]));
}

/** One association: its objects one after the other, made from a template as they go. */
async function sendAll(port: number, association: number): Promise<number> {
  const random = seeded(association);
  const pixels = new Uint8Array(side * side * 2).map(() => random() * 256);
  const names = {
    StudyInstanceUID: `2.25.6${String(association)}`,
    SeriesInstanceUID: `2.25.5${String(association)}`,
    PatientID: `SOAK${String(association)}`,
  };
  const template = Buffer.from(encodeDataSet(sampleImage({ ...names, SOPInstanceUID: uid(association, 0), Rows: side, Columns: side, pixels })));
  const at = template.indexOf(uid(association, 0));
  const object = (n: number): RawObject => {
    const dataSet = Buffer.from(template);
    dataSet.write(uid(association, n), at, 'latin1');
    return { SOPClassUID: CT, SOPInstanceUID: uid(association, n), TransferSyntaxUID: ELE, dataSet };
  };
  const sender = await RawSender.open([object(0)], { port, callingAeTitle: `SOAK${String(association)}`, localAddress: `127.0.0.${String(association + 2)}` });
  let taken = 0;
  for (let n = 1; n <= perAssociation; n++) if ((await sender.store(object(n))).status === 0) taken++;
  await sender.release();
  return taken;
}

async function main(): Promise<void> {
  const { port, pid } = values.electron ? await startInElectron() : await startServices();
  const samples = [memoryOf(pid)];
  const timer = setInterval(() => samples.push(memoryOf(pid)), LOOK_EVERY_MS);
  const began = performance.now();
  const taken = (await Promise.all(Array.from({ length: associations }, (_unused, index) => sendAll(port, index)))).reduce((sum, one) => sum + one, 0);
  const wallMs = performance.now() - began;
  clearInterval(timer);
  samples.push(memoryOf(pid));
  const client = await connectToRunning(join(folder, 'data'));
  let objects = 0;
  for (let turn = 0; turn < 600 && objects < total; turn++) {
    ({ objects } = await client.call('cache.status', {}));
    if (objects < total) await new Promise((done) => setTimeout(done, 200));
  }
  client.close();
  const result = {
    ...{ bench: 'soak', associations, perAssociation, bytesAnObject: side * side * 2, cores: cpus().length, loadAverage: loadavg().map(rounded) },
    ...{ taken, inTheIndex: objects, seconds: rounded(wallMs / 1000), objectsASecond: Math.round(total / (wallMs / 1000)) },
    megabytes: { resident: course(samples.map((one) => one.resident)), share: course(samples.map((one) => one.share)), goal: GOAL_MB },
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  const highest = Math.max(...samples.map((one) => one.share));
  if (taken !== total || objects !== total || highest > GOAL_MB) process.exitCode = 1;
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(async () => {
    child?.kill('SIGKILL');
    await station?.close();
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
