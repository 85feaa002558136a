import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFrame } from '@shared/pixel';
import type { PixelFormat } from '@shared/domain';
import { nodeCodecs } from '../support/codecs';
import { el, encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { framesOfFile } from '../support/dicom-frames';
import { type Encoder, encodeFrame, pixelFormat } from '../support/encode-frame';

/**
 * `npm run bench -- decode [frames]`: decode rate of each transfer syntax on one core, MB of decoded pixels a second, against DCMTK's program on the same file,
 * and OpenJPEG's (`opj_decompress`, where it is installed) on the same codestreams (their time less the time for one small frame). One CT-like picture of
 * 512 x 512, 16 bits signed, and one in colour. JSON on stdout.
 */
const ROOT = '1.2.840.10008.1.2.';
const [Rows, Columns] = [512, 512];

interface Case {
  readonly name: string;
  readonly TransferSyntaxUID: string;
  readonly make: (plain: string, coded: string, frames: number) => Promise<void>;
  readonly dcmtk?: string;
}

/** Round tissue with noise below it, as a CT has it. */
function picture(rows: number, columns: number): Int16Array {
  let state = 1;
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 27;
  };
  return Int16Array.from({ length: rows * columns }, (_, index) => {
    const x = (index % columns) / columns - 0.5;
    const y = Math.floor(index / columns) / rows - 0.5;
    return x * x + y * y > 0.2 ? -1000 : Math.round(40 + 60 * Math.sin(x * 12) * Math.cos(y * 9)) + noise() - 16;
  });
}

async function writePlain(path: string, rows: number, columns: number, frames: number): Promise<void> {
  const one = new Uint8Array(picture(rows, columns).buffer);
  const pixels = new Uint8Array(one.length * frames);
  for (let index = 0; index < frames; index++) pixels.set(one, index * one.length);
  const extra = [el(0x00280101, 'US', 16), el(0x00280102, 'US', 15), el(0x00280103, 'US', 1)];
  const dataSet = encodeDataSet(sampleImage({ Rows: rows, Columns: columns, NumberOfFrames: frames, pixels, extra }));
  await writeFile(path, encodePart10({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', SOPInstanceUID: '2.25.1001', TransferSyntaxUID: `${ROOT}1` }, dataSet));
}

function run(program: string, args: readonly string[]): number {
  const started = performance.now();
  const done = spawnSync(program, [...args], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${program}: ${done.error?.message ?? done.stderr}`);
  return performance.now() - started;
}

const byDcmtk =
  (program: string, ...options: string[]): Case['make'] =>
  async (plain, coded) => {
    await Promise.resolve(run(program, [...options, plain, coded]));
  };

const CASES: readonly Case[] = [
  { name: 'RLE', TransferSyntaxUID: `${ROOT}5`, make: byDcmtk('dcmcrle'), dcmtk: 'dcmdrle' },
  { name: 'JPEG lossless', TransferSyntaxUID: `${ROOT}4.70`, make: byDcmtk('dcmcjpeg', '+e1'), dcmtk: 'dcmdjpeg' },
  { name: 'JPEG-LS lossless', TransferSyntaxUID: `${ROOT}4.80`, make: byDcmtk('dcmcjpls'), dcmtk: 'dcmdjpls' },
];

const COLOUR: Partial<PixelFormat> = { BitsAllocated: 8, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 };

/** Milliseconds that OpenJPEG takes for so many frames like this one, on one core; undefined where it is not installed. */
async function openJpegMs(folder: string, encoded: Uint8Array, frames: number): Promise<number | undefined> {
  const program = process.env['OPJ_DECOMPRESS'] ?? 'opj_decompress';
  if (spawnSync(program, ['-h']).error !== undefined) return undefined;
  const timed = async (count: number): Promise<number> => {
    const codestreams = join(folder, `j2k-${count}`);
    await mkdir(codestreams, { recursive: true });
    for (let at = 0; at < count; at++) await writeFile(join(codestreams, `${at}.j2k`), encoded);
    return Math.min(...[1, 2, 3].map(() => run(program, ['-ImgDir', codestreams, '-OutFor', 'RAW'])));
  };
  return (await timed(frames + 1)) - (await timed(1));
}

/** Syntaxes that DCMTK has no decoder for, and 8 bit JPEG and colour made here. */
const OWN: readonly (readonly [string, Encoder, string, Partial<PixelFormat>, boolean])[] = [
  ['JPEG baseline', 'Jpeg', '4.50', { BitsAllocated: 8 }, true],
  ['JPEG 2000 lossless', 'Jpeg2000', '4.90', { PixelRepresentation: 1 }, false],
  ['JPEG 2000 lossy', 'Jpeg2000', '4.91', { PixelRepresentation: 1 }, true],
  ['HTJ2K lossless', 'HtJpeg2000', '4.201', { PixelRepresentation: 1 }, false],
  ['HTJ2K lossy', 'HtJpeg2000', '4.203', { PixelRepresentation: 1 }, true],
  ['JPEG-LS lossless, colour', 'JpegLs', '4.80', COLOUR, false],
  ['JPEG 2000 lossless, colour', 'Jpeg2000', '4.90', COLOUR, false],
  ['HTJ2K lossless, colour', 'HtJpeg2000', '4.201', COLOUR, false],
  ['HTJ2K lossy, colour', 'HtJpeg2000', '4.203', COLOUR, true],
];

async function main(): Promise<void> {
  const frames = Number(process.argv[2] ?? 20);
  const startedAt = performance.now();
  const codecs = await nodeCodecs();
  const compileMs = Math.round(performance.now() - startedAt);
  const scratch = await mkdtemp(join(tmpdir(), 'alternator-bench-decode-'));
  const results: object[] = [];

  const rate = (bytes: readonly Uint8Array[], format: PixelFormat, TransferSyntaxUID: string): number => {
    const decodeAll = (): number => {
      let size = 0;
      for (const frame of bytes) {
        const decoded = decodeFrame(frame, format, TransferSyntaxUID, undefined, codecs);
        if (!decoded.ok) throw new Error(decoded.reason);
        size += decoded.values.byteLength;
      }
      return size;
    };
    decodeAll(); // optimised code first
    const started = performance.now();
    const size = decodeAll();
    return Math.round(size / 1000 / (performance.now() - started));
  };

  try {
    const [plain, small] = [join(scratch, 'plain.dcm'), join(scratch, 'small.dcm')];
    await writePlain(plain, Rows, Columns, frames);
    await writePlain(small, 16, 16, 1);
    for (const { name, TransferSyntaxUID, make, dcmtk } of CASES) {
      const [coded, codedSmall, out] = [join(scratch, 'coded.dcm'), join(scratch, 'coded-small.dcm'), join(scratch, 'out.dcm')];
      await make(plain, coded, frames);
      await make(small, codedSmall, 1);
      const file = await framesOfFile(coded);
      if (typeof file === 'string') throw new Error(file);
      const bytes = await Promise.all(Array.from({ length: frames }, async (_, index) => await file.frame(index)));
      const startMs = dcmtk === undefined ? 0 : Math.min(...[1, 2, 3].map(() => run(dcmtk, [codedSmall, out])));
      const peerMs = dcmtk === undefined ? undefined : Math.min(...[1, 2, 3].map(() => run(dcmtk, [coded, out]))) - startMs;
      const peerMbPerS = peerMs === undefined ? undefined : Math.round((frames * Rows * Columns * 2) / 1000 / peerMs);
      results.push({ name, TransferSyntaxUID, mbPerS: rate(bytes, file.format, TransferSyntaxUID), dcmtkMbPerS: peerMbPerS });
    }
    for (const [name, encoder, suffix, changes, lossy] of OWN) {
      const format = pixelFormat({ Rows, Columns, ...changes });
      const words = picture(Rows, Columns * format.SamplesPerPixel);
      const samples = format.BitsAllocated === 8 ? Uint8Array.from(words, (value) => (value + 1000) >> 3) : new Uint8Array(words.buffer);
      const encoded = await encodeFrame(encoder, samples, format, { lossy });
      const mbPerS = rate(new Array<Uint8Array>(frames).fill(encoded), format, ROOT + suffix);
      const peerMs = encoder === 'Jpeg2000' || encoder === 'HtJpeg2000' ? await openJpegMs(join(scratch, name), encoded, frames) : undefined;
      const openjpegMbPerS = peerMs === undefined ? undefined : Math.round((frames * samples.length) / 1000 / peerMs);
      results.push({ name, TransferSyntaxUID: ROOT + suffix, mbPerS, openjpegMbPerS });
    }
    process.stdout.write(`${JSON.stringify({ bench: 'decode', frames, Rows, Columns, compileMs, results }, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
