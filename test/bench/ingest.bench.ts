/**
 * `npm run bench -- ingest [--rounds N] [--objects N] [--services DIR]…`: wall time in which storescu sends CT objects over one and over eight
 * associations to our services as shipped (in Electron's own Node, with the heap that main gives them) and to storescp, alternating in each round; medians and ratios as JSON on stdout.
 * DCMTK runs with TCP_NODELAY=1. Further builds of the services can be named, to compare them in the same rounds.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, closeSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { seeded } from '../support/ul-mutations';
import { startShipped } from './shipped-services';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    objects: { type: 'string', default: '500' },
    services: { type: 'string', multiple: true, default: [join('dist', 'services')] },
  },
});
const rounds = Number(values.rounds);
const objectCount = Number(values.objects);
const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const ASSOCIATIONS = [1, 8] as const;

const folder = mkdtempSync(join(tmpdir(), 'alternator-bench-'));
const env = { ...process.env, TCP_NODELAY: '1' };
const children: ChildProcess[] = [];

/** Same length for every run and number: files are patched in place. */
const uid = (run: number, index: number): string => `2.25.9${String(run).padStart(4, '0')}${String(index).padStart(6, '0')}`;

interface BenchFile {
  readonly path: string;
  /** Where the SOP Instance UID stands: meta header and data set. */
  readonly uidAt: readonly number[];
  readonly index: number;
}

function makeFiles(): BenchFile[] {
  const random = seeded(7);
  return Array.from({ length: objectCount }, (_unused, index) => {
    const pixels = new Uint8Array(512 * 512 * 2);
    for (let at = 0; at < pixels.length; at += 2) pixels[at] = random() * 256;
    const SOPInstanceUID = uid(0, index);
    const dataSet = encodeDataSet(
      sampleImage({ SOPInstanceUID, StudyInstanceUID: '2.25.801', SeriesInstanceUID: '2.25.802', Rows: 512, Columns: 512, InstanceNumber: index + 1, pixels }),
    );
    const bytes = Buffer.from(encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE }, dataSet));
    const path = join(folder, 'send', String(index % 8), `${String(index).padStart(4, '0')}.dcm`);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytes);
    const first = bytes.indexOf(SOPInstanceUID);
    return { path, index, uidAt: [first, bytes.indexOf(SOPInstanceUID, first + 1)] };
  });
}

/** New objects for a run: nothing is a duplicate. */
function renumber(files: readonly BenchFile[], run: number): void {
  for (const { path, uidAt, index } of files) {
    const handle = openSync(path, 'r+');
    for (const at of uidAt) writeSync(handle, uid(run, index), at, 'latin1');
    closeSync(handle);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}

interface Receiver {
  readonly name: string;
  readonly port: number;
  readonly associations: readonly number[];
  readonly child: ChildProcess;
  /** Our data folder. */
  readonly dataDir?: string;
}

async function startOurs(services: string, name: string): Promise<Receiver> {
  const dataDir = join(folder, name.replace(/[^a-z0-9]/g, '-'));
  const { child, port } = await startShipped(dataDir, services);
  children.push(child);
  return { name, port, child, associations: ASSOCIATIONS, dataDir };
}

/** An fsync before each fclose: what a storescp that keeps its promise would do. */
function buildSyncShim(): string | undefined {
  const source = join(folder, 'sync.c');
  const library = join(folder, 'sync.so');
  writeFileSync(
    source,
    `#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
int fclose(FILE *f) {
  static int (*real)(FILE *);
  if (!real) real = dlsym(RTLD_NEXT, "fclose");
  if (f) { fflush(f); fsync(fileno(f)); }
  return real(f);
}
`,
  );
  return spawnSync('gcc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']).status === 0 ? library : undefined;
}

async function startStorescp(name: string, args: readonly string[], extraEnv: NodeJS.ProcessEnv, associations: readonly number[]): Promise<Receiver> {
  const port = await freePort();
  const out = join(folder, name.replace(/[^a-z]/g, '-'));
  mkdirSync(out);
  const child = spawn('storescp', [...args, '-od', out, String(port)], { env: { ...env, ...extraEnv }, stdio: 'ignore' });
  children.push(child);
  await new Promise((done) => setTimeout(done, 500));
  return { name, port, child, associations };
}

function storescu(port: number, folders: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn('storescu', ['-xe', '-R', '-aec', 'ALTERNATOR', '+sd', '127.0.0.1', String(port), ...folders], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('exit', (code) => (code === 0 && errors === '' ? done() : fail(new Error(`storescu: ${String(code)} ${errors}`))));
  });
}

async function send(receiver: Receiver, associations: number): Promise<number> {
  const all = Array.from({ length: 8 }, (_unused, index) => join(folder, 'send', String(index)));
  const groups = associations === 1 ? [all] : all.map((each) => [each]);
  spawnSync('sync');
  await new Promise((done) => setTimeout(done, 300));
  const began = performance.now();
  await Promise.all(groups.map((group) => storescu(receiver.port, group)));
  return performance.now() - began;
}

/** Ours makes plain files of what it has answered for when nothing arrives: waits for the `count`th, so that this neither helps nor hinders whoever is next. */
async function filesMade({ dataDir, name }: Receiver, count: number): Promise<number> {
  if (dataDir === undefined) return 0;
  const began = performance.now();
  const objects = join(dataDir, 'cache', 'objects');
  for (;;) {
    const made = readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.dcm')).length;
    if (made >= count) return performance.now() - began;
    if (performance.now() - began > 120_000) throw new Error(`${name} made ${String(made)} of ${String(count)} files`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

function peakRssMiB(child: ChildProcess): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8'))?.[1];
  return Math.round(Number(line) / 1024);
}

const median = (list: readonly number[]): number => {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
const rounded = (value: number): number => Math.round(value * 100) / 100;

async function main(): Promise<void> {
  const files = makeFiles();
  const shim = buildSyncShim();
  const syncArgs = shim ? [] : ['--exec-on-reception', 'sync -f #p/#f', '--exec-sync'];
  const syncEnv = shim ? { LD_PRELOAD: shim } : {};
  const others = await Promise.all(values.services.slice(1).map((services, index) => startOurs(services, `other ${String(index + 1)}`)));
  const ours = await startOurs(values.services[0] ?? '', 'alternator');
  const receivers = [
    ours,
    ...others,
    await startStorescp('storescp', [], {}, [1]),
    await startStorescp('storescp syncing', syncArgs, syncEnv, [1]),
    await startStorescp('storescp --fork', ['--fork'], {}, [8]),
    await startStorescp('storescp --fork syncing', ['--fork', ...syncArgs], syncEnv, [8]),
  ];
  const walls = new Map<string, number[]>();
  const filesMs: number[] = [];
  const sent = new Map<Receiver, number>();
  let run = 0;
  // Round 0 warms up: memory touched first, code compiled, files in the page cache.
  for (let round = 0; round <= rounds; round++) {
    for (const associations of ASSOCIATIONS) {
      const turn = receivers.filter((receiver) => receiver.associations.includes(associations));
      for (const receiver of round % 2 === 0 ? turn : [...turn].reverse()) {
        renumber(files, ++run);
        const wall = await send(receiver, associations);
        sent.set(receiver, (sent.get(receiver) ?? 0) + objectCount);
        const untilFiles = await filesMade(receiver, sent.get(receiver) ?? 0);
        if (receiver === ours) filesMs.push(untilFiles);
        process.stderr.write(`round ${String(round)} ${receiver.name} x${String(associations)}: ${String(Math.round(wall))} ms\n`);
        if (round === 0) continue;
        const key = `${receiver.name} x${String(associations)}`;
        walls.set(key, [...(walls.get(key) ?? []), wall]);
      }
    }
  }
  const wall = (key: string): number => median(walls.get(key) ?? []);
  const result = {
    bench: 'ingest',
    objects: objectCount,
    objectBytes: readFileSync(files[0]?.path ?? '').length,
    rounds,
    cores: cpus().length,
    loadAverage: loadavg().map(rounded),
    syncingBy: shim ? 'LD_PRELOAD shim: fsync before fclose' : 'storescp --exec-on-reception sync -f',
    medianMs: Object.fromEntries([...walls.keys()].map((key) => [key, Math.round(wall(key))])),
    ratios: {
      oneToStorescp: { value: rounded(wall('alternator x1') / wall('storescp x1')), goal: 1.3 },
      oneToSyncing: { value: rounded(wall('alternator x1') / wall('storescp syncing x1')), goal: 0.8 },
      eightToFork: { value: rounded(wall('alternator x8') / wall('storescp --fork x8')), goal: 1.0 },
      eightToForkSyncing: { value: rounded(wall('alternator x8') / wall('storescp --fork syncing x8')) },
    },
    // a second of this is the rest that the services wait for
    plainFilesAfterMs: Math.round(median(filesMs)),
    servicesPeakRssMiB: { value: peakRssMiB(ours.child), goal: 200 },
    ...(others.length === 0 ? {} : { othersPeakRssMiB: others.map(({ child }) => peakRssMiB(child)) }),
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
