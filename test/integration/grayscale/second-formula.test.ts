import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Codecs } from '@shared/pixel';
import { transferSyntax } from '@shared/dicom';
import { type WindowChoice } from '../../../renderer/imaging';
import { nodeCodecs } from '../../support/codecs';
import { realData } from '../../support/data';
import { type GreyFile, greyFileOrReason, greyLevels } from '../../support/grey-of-file';
import { referencePythonWith } from '../../support/peers';

const data = realData();
const python = data === undefined ? undefined : referencePythonWith('pydicom', 'numpy', 'pylibjpeg');
const scratch = mkdtempSync(join(tmpdir(), 'alternator-formula-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Of a folder with more grey files than this the first ones stand for the others. */
const OF_A_FOLDER = 6;
/** Levels on the border of rounding: both ways are double precision, but do not add in the same order. */
const MOST_APART = 1e-4;

/** What we draw and pydicom 3 cannot read: frames deflated one by one (1.2.840.10008.1.2.8.1). */
const LEFT_OUT: readonly string[] = ['syntaxes/other/liver_deflate.dcm', 'syntaxes/other/liver_nonbyte_aligned_deflate.dcm'];

interface Job {
  readonly name: string;
  readonly file: GreyFile;
  readonly path: string;
  readonly frame: number;
  readonly choices: readonly (readonly ['LINEAR' | 'LINEAR_EXACT' | 'SIGMOID', number, number])[];
}

/** Grey files by the manifest: all of few, the first of many. */
function greyNames(): string[] {
  const rows = readFileSync(join(data ?? '', 'MANIFEST.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
  const count = new Map<string, number>();
  return rows.flatMap(([name = '', ...cells]) => {
    if (!/^MONOCHROME/.test(cells[10] ?? '')) return [];
    const before = count.get(dirname(name)) ?? 0;
    count.set(dirname(name), before + 1);
    const isRare = /JPEG ?2000|JPEG 2000|High-Throughput|HTJ2K/i.test(cells[4] ?? '');
    return before < OF_A_FOLDER || isRare ? [name] : [];
  });
}

/** Decoders of lossy JPEG may differ by a level (ISO/IEC 10918-2), and do: here formulas are compared. DCMTK draws those files elsewhere. */
function isRounded({ frame: { TransferSyntaxUID } }: GreyFile): boolean {
  return transferSyntax(TransferSyntaxUID)?.codec === 'jpeg';
}

/** Windows of fractions within the values of the frame, for each function; the first and the last frame. */
async function jobsOf(name: string, codecs: Codecs): Promise<Job[]> {
  const path = join(data ?? '', name);
  const bytes = new Uint8Array(readFileSync(path));
  const first = await greyFileOrReason(bytes, 0, codecs);
  if (typeof first === 'string' || first.frame.luts?.modality === true || isRounded(first)) return [];
  const last = first.numberOfFrames > 1 ? await greyFileOrReason(bytes, first.numberOfFrames - 1, codecs) : undefined;
  return [first, ...(last === undefined || typeof last === 'string' ? [] : [last])].flatMap((file) => {
    const { slope, intercept } = file.frame.rescale ?? { slope: 1, intercept: 0 };
    const [low, high] = [file.min * slope + intercept, file.max * slope + intercept].sort((one, other) => one - other) as [number, number];
    const span = high - low;
    if (!(span > 0)) return [];
    const center = Number((low + 0.43 * span).toPrecision(6));
    const width = Number(Math.max(span > 4 ? 2 : span / 4, 0.61 * span).toPrecision(6));
    const linear = width >= 1 ? [['LINEAR', center, width] as const] : [];
    return [
      { name, file, path, frame: file.frame.frameIndex, choices: [...linear, ['LINEAR_EXACT', center, width] as const, ['SIGMOID', center, width] as const] },
    ];
  });
}

async function outcomesOf(jobs: readonly Job[]): Promise<string[]> {
  const list = join(scratch, 'jobs.json');
  writeFileSync(list, JSON.stringify(jobs.map(({ path, frame, choices }) => ({ path, frame, choices }))));
  const child = spawn(python ?? '', [join(import.meta.dirname, '..', '..', 'support', 'python', 'grey-formula.py'), list, scratch], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as string[];
}

/** Stored values that are padding: where they are drawn is the program's own matter. */
function isPadding({ frame: { padding } }: GreyFile, value: number): boolean {
  return padding !== undefined && value >= Math.min(padding.value, padding.limit) && value <= Math.max(padding.value, padding.limit);
}

describe.skipIf(data === undefined || python === undefined)('greys of real files beside pydicom and the formulas in double precision', () => {
  it('are the same in every VOI function, J2K and HTJ2K included', { timeout: 300_000 }, async () => {
    const codecs = await nodeCodecs();
    const jobs: Job[] = [];
    for (const name of greyNames()) jobs.push(...(await jobsOf(name, codecs)));
    const outcomes = await outcomesOf(jobs);
    const left: Record<string, string> = {};
    const differing: string[] = [];
    const compared = { pictures: 0, pixels: 0, apart: 0, exact: 0, j2k: 0 };
    jobs.forEach((job, number) => {
      const reason = outcomes[number] ?? 'no outcome';
      if (reason !== '') {
        left[job.name] = reason;
        return;
      }
      const codec = transferSyntax(job.file.frame.TransferSyntaxUID)?.codec;
      job.choices.forEach(([kind, center, width], at) => {
        const choice: WindowChoice = { center, width, function: kind };
        const ours = greyLevels(job.file, choice);
        const theirs = readFileSync(join(scratch, `${number}-${at}.raw`));
        let [most, apart] = [theirs.length === ours.length ? 0 : Infinity, 0];
        for (let pixel = 0; pixel < ours.length; pixel++) {
          const difference = Math.abs((ours[pixel] ?? 0) - (theirs[pixel] ?? 0));
          if (difference === 0 || isPadding(job.file, job.file.values[pixel] ?? 0)) continue;
          apart++;
          most = Math.max(most, difference);
        }
        compared.pictures++;
        compared.pixels += ours.length;
        compared.apart += apart;
        if (kind === 'LINEAR_EXACT') compared.exact++;
        if (codec === 'jpeg2000' || codec === 'htj2k') compared.j2k++;
        if (most > 1 || apart > MOST_APART * ours.length)
          differing.push(`${job.name} frame ${job.frame + 1} ${kind} ${center},${width}: ${apart} of ${ours.length} pixels by up to ${most}`);
      });
    });
    process.stdout.write(`second formula: ${JSON.stringify(compared)}\n`);
    expect(differing).toEqual([]);
    expect(Object.keys(left).sort(), JSON.stringify(left)).toEqual(LEFT_OUT);
    expect(compared.pictures).toBeGreaterThan(200);
    expect(compared.j2k).toBeGreaterThan(9);
  });
});
