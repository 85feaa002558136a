/**
 * `npm run bench -- send [--rounds N] [--objects N]`: C-STORE of CT slices out of the cache, digests checked on the way, by our SCU over one association, against storescu
 * with the same objects as files; both to the same storescp, alternating. Medians and ratio as JSON on stdout. DCMTK runs with TCP_NODELAY=1.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { heldObject } from '../../electron/services/archive/held-object';
import { createNodeFiles, openStorage, type Storage } from '../../electron/services/cache';
import { createPool, sendObjects, type SendObject } from '../../electron/services/dimse';
import { silentLogger } from '../../electron/services/logging/logger';
import { encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { freePort } from '../support/orthanc';
import { targetOf } from '../support/scu-run';
import { listening } from '../support/store-scp';
import { seeded } from '../support/ul-mutations';
import { median, rounded } from './figures';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, objects: { type: 'string', default: '500' } } });
const [rounds, count] = [Number(values.rounds), Number(values.objects)];
const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const folder = mkdtempSync(join(tmpdir(), 'alternator-send-'));
const env = { ...process.env, TCP_NODELAY: '1' };
const children: ChildProcess[] = [];

function openCache(): Promise<Storage> {
  return openStorage({
    options: {
      dataDir: join(folder, 'data'),
      aeTitle: 'ALTERNATOR',
      dicomHost: '127.0.0.1',
      dicomPort: 0,
      accept: [],
      demo: false,
      workersDir: join(process.cwd(), 'dist', 'services'),
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    files: createNodeFiles(),
    log: silentLogger,
  });
}

/** The same objects in the cache and as files. */
async function fill(storage: Storage): Promise<void> {
  const random = seeded(7);
  mkdirSync(join(folder, 'send'));
  for (let n = 0; n < count; n++) {
    const pixels = new Uint8Array(512 * 512 * 2).map(() => random() * 256);
    const SOPInstanceUID = `2.25.7${String(n).padStart(6, '0')}`;
    const names = { SOPInstanceUID, StudyInstanceUID: '2.25.701', SeriesInstanceUID: '2.25.702', InstanceNumber: n + 1 };
    const dataSet = encodeDataSet(sampleImage({ ...names, Rows: 512, Columns: 512, pixels }));
    const identity = { SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE };
    writeFileSync(join(folder, 'send', `${String(n).padStart(4, '0')}.dcm`), encodePart10(identity, dataSet));
    const writer = storage.cache.store.receive({ ...identity, source: { kind: 'demo' } });
    if (!writer.write(dataSet)) await writer.drained();
    if ((await writer.finish()).kind !== 'stored') throw new Error('an object was not stored');
  }
  await storage.cache.flush();
}

async function ours(port: number, storage: Storage): Promise<void> {
  const objects = Array.from({ length: count }, (_, n): SendObject => {
    const record = storage.index.instanceByUid(`2.25.7${String(n).padStart(6, '0')}`);
    if (record === undefined) throw new Error('an object is not in the cache');
    return heldObject(storage.cache, record);
  });
  const pool = createPool({ keepMs: 0 });
  let sent = 0;
  const onOutcome = (_object: SendObject, outcome: { kind: string }): void => void (outcome.kind === 'sent' && sent++);
  await sendObjects(pool, targetOf(port, 'STORESCP'), { objects, parallel: 1, onOutcome }, new AbortController().signal);
  await pool.close();
  if (sent !== count) throw new Error(`${String(sent)} of ${String(count)} were sent`);
}

function storescu(port: number): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn('storescu', ['-xe', '-R', '-aec', 'STORESCP', '+sd', '127.0.0.1', String(port), join(folder, 'send')], { env, stdio: 'ignore' });
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`storescu: ${String(code)}`))));
  });
}

async function main(): Promise<void> {
  const port = await freePort();
  const received = join(folder, 'received');
  mkdirSync(received);
  children.push(spawn('storescp', ['--ignore', '-od', received, String(port)], { env, stdio: 'ignore' }));
  await listening(port);
  let storage = await openCache();
  await fill(storage);
  const walls: Record<'alternator' | 'alternator, digests known' | 'storescu', number[]> = { alternator: [], 'alternator, digests known': [], storescu: [] };
  const timed = async (name: keyof typeof walls, round: number, work: () => Promise<void>): Promise<void> => {
    const began = performance.now();
    await work();
    const wall = performance.now() - began;
    process.stderr.write(`round ${String(round)} ${name}: ${String(Math.round(wall))} ms\n`);
    // round 0 warms up
    if (round > 0) walls[name].push(wall);
  };
  for (let round = 0; round <= rounds; round++) {
    // each first read of a run checks the digests
    await storage.close();
    storage = await openCache();
    const held = storage;
    await timed('alternator', round, () => ours(port, held));
    await timed('storescu', round, () => storescu(port));
    await timed('alternator, digests known', round, () => ours(port, held));
  }
  const wall = (name: keyof typeof walls): number => median(walls[name]);
  const result = {
    ...{ bench: 'send', objects: count, rounds, cores: cpus().length, loadAverage: loadavg().map(rounded) },
    medianMs: Object.fromEntries(Object.keys(walls).map((name) => [name, Math.round(wall(name as keyof typeof walls))])),
    ratios: {
      toStorescu: { value: rounded(wall('alternator') / wall('storescu')), goal: 1.0 },
      toStorescuDigestsKnown: { value: rounded(wall('alternator, digests known') / wall('storescu')), goal: 1.0 },
    },
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
