/**
 * `npm run bench -- retrieve [--rounds N] [--objects N] [--ways WAY,WAY] [--link MBIT]`: CT slices from Orthanc into our cache by C-MOVE, by C-GET and by WADO-RS, by our services as shipped (the whole job: what
 * the archive has is listed, arrival counted, each object synced before its answer), against `movescu` with a `storescp` as destination, `getscu` and a curl of the same study,
 * in turns. One round is each way once, with a study of its own; every other round goes the other way round. All write to the same file system. Before each turn everything written is
 * on the disk and the kernel is done with it; behind it the archive and the other programs delete what they got. `diskMs` beside each round is what the disk took of the same bytes,
 * so that a slow round can be told from a slow program. The first round warms up and does not count. Medians, extremes and ratios (median of the rounds' own) as JSON on stdout;
 * WADO-RS has two: to curl as it is, which is the goal, and to curl whose file is then made durable (`sync -d`), as ours are. `--link`: both sides talk over a link of so many megabits a second
 * (the loopback interface, shaped by `tc` of iproute2 for as long as the bench runs; needs root): what a network between archive and station leaves of a difference.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Job, StudyUid } from '@shared/domain';
import { encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { freePort, startOrthanc, webPlugin } from '../support/orthanc';
import { peer } from '../support/peers';
import { listening } from '../support/store-scp';
import { seeded } from '../support/ul-mutations';
import { median, rounded } from './figures';
import { diskMs, settle } from './settle';
import { startShipped } from './shipped-services';

const ALL_WAYS = ['C-MOVE', 'movescu', 'C-GET', 'getscu', 'WADO-RS', 'curl'] as const;
type Way = (typeof ALL_WAYS)[number];
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    objects: { type: 'string', default: '500' },
    ways: { type: 'string', default: ALL_WAYS.join(',') },
    link: { type: 'string' },
  },
});
const WAYS: readonly Way[] = ALL_WAYS.filter((way) => values.ways.split(',').includes(way));
/** Bytes of one object, nearly: what the disk is asked beside the ways. */
const OBJECT_BYTES = 525_000;
const [rounds, count] = [Number(values.rounds), Number(values.objects)];
const CT = '1.2.840.10008.5.1.4.1.1.2';
const ACCEPT = 'Accept: multipart/related; type="application/dicom"; transfer-syntax=*';
const ELE = '1.2.840.10008.1.2.1';
const folder = mkdtempSync(join(tmpdir(), 'alternator-retrieve-'));
const env = { ...process.env, TCP_NODELAY: '1' };
const children: ChildProcess[] = [];

const studyOf = (round: number): StudyUid => StudyUid.parse(`2.25.88${String(round).padStart(3, '0')}`);

function files(round: number): Uint8Array[] {
  const random = seeded(7 + round);
  return Array.from({ length: count }, (_unused, n) => {
    const pixels = new Uint8Array(512 * 512 * 2).map(() => random() * 256);
    const SOPInstanceUID = `${studyOf(round)}.${String(n + 1)}`;
    const names = { SOPInstanceUID, StudyInstanceUID: studyOf(round), SeriesInstanceUID: `${studyOf(round)}.0`, InstanceNumber: n + 1 };
    return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE }, encodeDataSet(sampleImage({ ...names, Rows: 512, Columns: 512, pixels })));
  });
}

/** Throws when it cannot be shaped: a figure of another link than was asked for is none. */
function shapeLink(megabits: string): void {
  if (!/^[1-9]\d{1,5}$/.test(megabits)) throw new Error(`--link ${megabits}: megabits a second`);
  const made = spawnSync('tc', ['qdisc', 'add', 'dev', 'lo', 'root', 'tbf', 'rate', `${megabits}mbit`, 'burst', '256kb', 'latency', '50ms'], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`tc: ${made.error?.message ?? made.stderr}`);
  const free = (): void => void spawnSync('tc', ['qdisc', 'del', 'dev', 'lo', 'root']);
  process.on('exit', free);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { env, stdio: 'ignore' });
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`${program}: ${String(code)}`))));
  });
}

async function main(): Promise<void> {
  const program = peer('Orthanc');
  if (program === undefined) throw new Error('Orthanc is not installed');
  if (values.link !== undefined) shapeLink(values.link);
  const station = await startShipped(join(folder, 'data'));
  children.push(station.child);
  const client = await station.connect();
  const scp = await freePort();
  const received = join(folder, 'received');
  mkdirSync(received);
  children.push(spawn('storescp', ['-od', received, String(scp)], { env, stdio: 'ignore' }));
  await listening(scp);
  const plugin = webPlugin();
  if (plugin === undefined) throw new Error('the DICOMweb plugin of Orthanc is not installed');
  const dicomWeb = { Plugins: [plugin], DicomWeb: { Enable: true, Root: '/dicom-web/' } };
  const DicomModalities = {
    us: { AET: 'ALTERNATOR', Host: '127.0.0.1', Port: station.port, AllowGet: true, AllowMove: true, AllowFind: true },
    scp: { AET: 'SCP', Host: '127.0.0.1', Port: scp, AllowGet: true, AllowMove: true, AllowFind: true },
  };
  await using orthanc = await startOrthanc(program, { aet: 'ALTERNATOR', port: station.port }, { DicomModalities, ...dicomWeb });
  const walls = new Map<string, number[]>(WAYS.map((way) => [way, []]));
  const disk: number[] = [];
  /** curl and what makes its one file as durable as our objects are, in the rounds' order. */
  const curlDurable: number[] = [];
  const node = (retrieveBy: 'move' | 'get' | 'wado') => ({
    name: retrieveBy,
    aeTitle: 'ORTHANC',
    host: '127.0.0.1',
    port: orthanc.port,
    role: 'archive' as const,
    retrieveBy,
    ...(retrieveBy === 'wado' && { url: `${orthanc.url}/dicom-web` }),
  });
  const query = (StudyInstanceUID: string): string[] => ['-S', '-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${StudyInstanceUID}`];
  const address = ['-aet', 'SCP', '-aec', 'ORTHANC', '127.0.0.1', String(orthanc.port)];
  const endedJobs = new Map<string, Job>();
  /** When each job knew what there is to come: the archive had listed it. */
  const listedAt = new Map<string, number>();
  let tellEnded = (): void => undefined;
  client.on('job.changed', (job) => {
    if (job.total !== undefined && !listedAt.has(job.id)) listedAt.set(job.id, performance.now());
    if (job.endedAt !== undefined) endedJobs.set(job.id, job);
    tellEnded();
  });
  const jobEnd = async (id: string): Promise<Job> => {
    for (;;) {
      const job = endedJobs.get(id);
      if (job !== undefined) return job;
      await new Promise<void>((resolve) => (tellEnded = resolve));
    }
  };
  const listing = new Map<string, number[]>();
  const fetchAll = async (StudyInstanceUID: StudyUid, node: 'move' | 'get' | 'wado'): Promise<void> => {
    const began = performance.now();
    const { jobId } = await client.call('transfer.retrieve', { StudyInstanceUID, node });
    const job = await jobEnd(jobId);
    if (job.state !== 'done') throw new Error(job.error ?? 'the fetch failed');
    listing.set(node, [...(listing.get(node) ?? []), (listedAt.get(jobId) ?? began) - began]);
  };
  for (const by of ['move', 'get', 'wado'] as const) await client.call('node.save', { node: node(by) });
  /** The archive and the folder of the other programs as they were before: neither a growing folder nor a growing index is measured. */
  const clear = async (): Promise<void> => {
    for (const id of (await orthanc.ask('/studies')) as string[]) await fetch(`${orthanc.url}/studies/${id}`, { method: 'DELETE' });
    for (const name of readdirSync(received)) rmSync(join(received, name), { recursive: true });
  };
  let fetched = 0;
  for (let round = 0; round <= rounds; round++) {
    if (round === 1) listing.clear();
    await settle();
    const ofDisk = diskMs(join(received, 'disk'), count, OBJECT_BYTES);
    process.stderr.write(`round ${String(round)} disk: ${String(Math.round(ofDisk))} ms\n`);
    if (round > 0) disk.push(ofDisk);
    for (const [index, way] of (round % 2 === 0 ? WAYS : WAYS.toReversed()).entries()) {
      // a study of its own for each, so that nothing is here already
      const study = round * WAYS.length + index;
      for (const file of files(study)) await orthanc.upload(file);
      await station.filesMade(fetched);
      await settle();
      const began = performance.now();
      if (way === 'C-MOVE') await fetchAll(studyOf(study), 'move');
      else if (way === 'C-GET') await fetchAll(studyOf(study), 'get');
      else if (way === 'WADO-RS') await fetchAll(studyOf(study), 'wado');
      else if (way === 'curl') await run('curl', ['-sf', '-H', ACCEPT, '-o', join(received, 'curl'), `${orthanc.url}/dicom-web/studies/${studyOf(study)}`]);
      else if (way === 'movescu') await run('movescu', ['-aem', 'SCP', ...query(studyOf(study)), ...address]);
      else await run('getscu', ['-od', received, ...query(studyOf(study)), ...address]);
      const wall = performance.now() - began;
      if (way === 'curl') {
        await run('sync', ['-d', join(received, 'curl')]);
        if (round > 0) curlDurable.push(performance.now() - began);
      }
      if (['C-MOVE', 'C-GET', 'WADO-RS'].includes(way)) fetched += count;
      process.stderr.write(`round ${String(round)} ${way}: ${String(Math.round(wall))} ms\n`);
      if (round > 0) walls.get(way)?.push(wall);
      await clear();
    }
  }
  const wall = (way: Way): number => median(walls.get(way) ?? []);
  const ratioTo = (ours: Way, theirs: readonly number[]): number =>
    rounded(median((walls.get(ours) ?? []).map((each, at) => each / (theirs[at] ?? Number.NaN))));
  const ratio = (ours: Way, theirs: Way): number => ratioTo(ours, walls.get(theirs) ?? []);
  const span = (list: readonly number[]): string => `${String(Math.round(Math.min(...list)))} to ${String(Math.round(Math.max(...list)))}`;
  const result = {
    ...{ bench: 'retrieve', objects: count, rounds, linkMegabits: values.link ?? null, cores: cpus().length, loadAverage: loadavg().map(rounded) },
    medianMs: Object.fromEntries(WAYS.map((way) => [way, Math.round(wall(way))])),
    lowestToHighestMs: Object.fromEntries([...walls].map(([way, each]) => [way, span(each)])),
    diskMs: { median: Math.round(median(disk)), lowestToHighest: span(disk) },
    // curl, and `sync -d` of the one file that it wrote
    curlDurableMs: { median: Math.round(median(curlDurable)), lowestToHighest: span(curlDurable) },
    // of which until the archive had listed what it has, which the other programs do not ask
    listingMs: Object.fromEntries([...listing].map(([way, each]) => [way, Math.round(median(each))])),
    ratios: {
      moveToMovescu: { value: ratio('C-MOVE', 'movescu'), goal: 1.0 },
      // the goal is against plain curl, which makes nothing durable
      wadoToCurl: { value: ratio('WADO-RS', 'curl'), goal: 1.0 },
      wadoToDurableCurl: { value: ratioTo('WADO-RS', curlDurable) },
      getToGetscu: { value: ratio('C-GET', 'getscu'), goal: 1.0 },
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
