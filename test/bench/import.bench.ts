/**
 * `npm run bench -- import [--rounds N] [--files N] [--bytes N]`: a folder of Part 10 files into an empty cache of our services as shipped, by the job that the page starts, until the job is done
 * (every object synced) and until all plain files stand; against `cp` of the same folder and a sync. Medians, rates and ratio as JSON on stdout.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Job } from '@shared/domain';
import { encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { median, rounded } from './figures';
import { startShipped } from './shipped-services';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, files: { type: 'string', default: '10000' }, bytes: { type: 'string', default: '65536' } },
});
const [rounds, count, bytes] = [Number(values.rounds), Number(values.files), Number(values.bytes)];
const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const IN_FOLDER = 500;
const folder = mkdtempSync(join(tmpdir(), 'alternator-import-'));

function fill(source: string): void {
  const columns = Math.floor(bytes / 2 / 128) - 4;
  for (let n = 0; n < count; n++) {
    const study = Math.floor(n / IN_FOLDER);
    const [StudyInstanceUID, SOPInstanceUID] = [`2.25.66${String(study)}`, `2.25.66${String(study)}.1.${String(n)}`];
    const names = { SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID: `2.25.66${String(study)}.1`, PatientID: `P${String(study)}`, InstanceNumber: n };
    const dataSet = encodeDataSet(sampleImage({ ...names, Rows: 128, Columns: columns, pixels: new Uint8Array(128 * columns * 2).fill(n) }));
    const place = join(source, String(study));
    if (n % IN_FOLDER === 0) mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `${String(n)}.dcm`), encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE }, dataSet));
  }
}

async function once(source: string, round: number): Promise<{ jobMs: number; filesMs: number }> {
  const station = await startShipped(join(folder, `data-${String(round)}`));
  try {
    const client = await station.connect();
    const ended = new Promise<Job>((resolve) => client.on('job.changed', (job) => job.kind === 'import' && job.endedAt !== undefined && resolve(job)));
    const began = performance.now();
    await client.call('import.start', { paths: [source] });
    const job = await ended;
    const jobMs = performance.now() - began;
    if (job.state !== 'done' || job.refused.length > 0) throw new Error(job.error ?? 'files were refused');
    await station.filesMade(count);
    client.close();
    return { jobMs, filesMs: performance.now() - began };
  } finally {
    station.child.kill('SIGKILL');
  }
}

/** What the disk itself takes for it. */
function copied(source: string, round: number): number {
  const began = performance.now();
  spawnSync('cp', ['-r', source, join(folder, `copy-${String(round)}`)]);
  spawnSync('sync', ['-f', folder]);
  return performance.now() - began;
}

async function main(): Promise<void> {
  const source = join(folder, 'source');
  fill(source);
  const [jobs, files, copies]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const { jobMs, filesMs } = await once(source, round);
    const copyMs = copied(source, round);
    process.stderr.write(
      `round ${String(round)}: import ${String(Math.round(jobMs))} ms, plain files ${String(Math.round(filesMs))} ms, cp ${String(Math.round(copyMs))} ms\n`,
    );
    jobs.push(jobMs);
    files.push(filesMs);
    copies.push(copyMs);
  }
  const rate = Math.round((count / median(jobs)) * 1000);
  const result = {
    ...{ bench: 'import', files: count, bytes, rounds, cores: cpus().length, loadAverage: loadavg().map(rounded) },
    medianMs: { import: Math.round(median(jobs)), plainFiles: Math.round(median(files)), cpAndSync: Math.round(median(copies)) },
    filesPerSecond: { value: rate, goal: 1000 },
    ratios: { toCp: { value: rounded(median(jobs) / median(copies)) } },
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
