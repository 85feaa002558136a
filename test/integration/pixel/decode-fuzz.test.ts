import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PixelFormat } from '@shared/domain';
import { CHARLS_WASM, CODECS_WASM, OPENJPH_WASM } from '../../support/codecs';
import type { FuzzAnswer, FuzzFrame } from '../../support/decode-fuzz-entry';
import { type Encoder, encodeFrame, pixelFormat } from '../../support/encode-frame';
import { seededRandom, testSeed } from '../../support/seed';
import { bundleForChild } from '../../support/ul-bundle';

const MUTATIONS_PER_FRAME = 15;
/** A mutated small frame that takes longer hangs; a loaded machine does not. */
const HANG_MS = 10_000;
/** Workers that had to be replaced, as the viewer's pool replaces them: a fault of a decoder, held by its thread. */
const MAX_REPLACED = 2;
/** The limit of the WASM memory and what decoding needs around it. */
const MAX_RSS_BYTES = 2.5 * 2 ** 30;

interface Seedling {
  readonly bytes: Uint8Array;
  readonly format: PixelFormat;
  readonly TransferSyntaxUID: string;
}

const GREY = pixelFormat({ BitsStored: 12 });
const COLOUR = pixelFormat({ BitsAllocated: 8, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 });

async function seedlings(): Promise<Seedling[]> {
  const root = '1.2.840.10008.1.2.4.';
  const codecs: readonly (readonly [Encoder, string, PixelFormat, boolean])[] = [
    ['Jpeg', '70', GREY, false],
    ['Jpeg', '50', COLOUR, true],
    ['JpegLs', '80', GREY, false],
    ['JpegLs', '81', COLOUR, true],
    ['Jpeg2000', '90', GREY, false],
    ['Jpeg2000', '91', COLOUR, true],
    ['HtJpeg2000', '201', GREY, false],
    ['HtJpeg2000', '203', COLOUR, true],
    ['JpegXl', '110', pixelFormat({ BitsAllocated: 8 }), false],
  ];
  const found: Seedling[] = [];
  for (const [encoder, suffix, format, lossy] of codecs) {
    const samples = Uint8Array.from({ length: format.Rows * format.Columns * format.SamplesPerPixel * (format.BitsAllocated / 8) }, (_, at) =>
      format.BitsAllocated === 8 ? (at * 7) & 0xff : at % 2 === 0 ? (at * 7) & 0xff : at & 0x0f,
    );
    found.push({ bytes: Uint8Array.from(await encodeFrame(encoder, samples, format, { lossy })), format, TransferSyntaxUID: `${root}${suffix}` });
  }
  const rle = Uint8Array.from([...new Uint8Array(Uint32Array.from([2, 64, 96, ...new Array<number>(13).fill(0)]).buffer), ...new Array<number>(64).fill(200)]);
  found.push({ bytes: rle, format: GREY, TransferSyntaxUID: '1.2.840.10008.1.2.5' });
  return found;
}

/** Flips, cuts, doubles and overwrites; most faults in the first bytes, where the headers are. */
function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const pick = (limit: number): number => Math.floor(random() * limit);
  let out = Uint8Array.from(bytes);
  for (let count = 1 + pick(4); count > 0 && out.length > 0; count--) {
    const at = random() < 0.6 ? pick(Math.min(out.length, 120)) : pick(out.length);
    const kind = pick(5);
    if (kind === 0) out[at] = (out[at] ?? 0) ^ (1 << pick(8));
    else if (kind === 1) out[at] = [0, 0xff, 0x7f, 0x80, pick(256)][pick(5)] ?? 0;
    else if (kind === 2) out = out.slice(0, at);
    else if (kind === 3) out = Uint8Array.from([...out.slice(0, at), ...out.slice(at, at + 1 + pick(40)), ...out.slice(at)]);
    else out = Uint8Array.from([...out.slice(0, at), ...out.slice(at + 1 + pick(20))]);
  }
  return out;
}

/** A worker thread that decodes; each question is answered or it hangs. */
class Decoder {
  private settle: (end: string) => void = () => undefined;

  private constructor(private readonly worker: Worker) {
    worker.on('message', (answer: FuzzAnswer) => this.settle(answer.end));
    worker.on('error', (error) => this.settle(`dies: ${error instanceof Error ? error.message : String(error)}`));
    worker.on('exit', (code) => this.settle(`ends with ${code}`));
  }

  static async start(bundle: string): Promise<Decoder> {
    const decoder = new Decoder(new Worker(bundle, { workerData: { wasm: CODECS_WASM, charls: CHARLS_WASM, openjph: OPENJPH_WASM } }));
    await decoder.answer();
    return decoder;
  }

  async ask(frame: FuzzFrame): Promise<string> {
    this.worker.postMessage(frame);
    return await this.answer();
  }

  private async answer(): Promise<string> {
    return await new Promise((done) => {
      const limit = setTimeout(() => this.settle('hangs'), HANG_MS);
      this.settle = (end) => {
        clearTimeout(limit);
        done(end);
      };
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

describe('mutated frames in a worker thread', () => {
  let scratch = '';
  let bundle = '';
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'alternator-fuzz-'));
    bundle = join(scratch, 'worker.cjs');
    await bundleForChild('test/support/decode-fuzz-entry.ts', bundle);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('are decoded or end in a reason; none kills the process, one that hangs is ended with its thread, memory stays bounded, and whole frames still decode', async () => {
    const seed = testSeed();
    process.stdout.write(`decode fuzz: ALTERNATOR_SEED=${seed}\n`);
    const random = seededRandom(seed);
    let decoder = await Decoder.start(bundle);
    let replaced = 0;
    const bad: string[] = [];
    let refused = 0;
    let most = 0;
    try {
      let id = 0;
      const frames = await seedlings();
      for (let round = 0; round < MUTATIONS_PER_FRAME; round++) {
        for (const { bytes, format, TransferSyntaxUID } of frames) {
          const mutant = mutated(bytes, random);
          const end = await decoder.ask({ id: id++, bytes: mutant, format, TransferSyntaxUID });
          if (end !== 'decoded') refused++;
          if (end === 'hangs') {
            process.stdout.write(`decode fuzz: hangs on ${TransferSyntaxUID}: ${Buffer.from(mutant).toString('base64')}\n`);
            replaced++;
            await decoder.stop();
            decoder = await Decoder.start(bundle);
            continue;
          }
          if (end !== 'decoded' && !/^cannot decode: .+ \([0-9.]+\): [\x20-\x7e]+$/.test(end))
            bad.push(`${TransferSyntaxUID}: ${end}: ${Buffer.from(mutant).toString('base64')}`);
          if (end.startsWith('dies') || end.startsWith('ends')) throw new Error(bad.at(-1));
          most = Math.max(most, process.memoryUsage().rss);
        }
      }
      expect(bad).toEqual([]);
      expect(replaced).toBeLessThanOrEqual(MAX_REPLACED);
      expect(refused).toBeGreaterThan(30);
      expect(most).toBeLessThan(MAX_RSS_BYTES);
      for (const { bytes, format, TransferSyntaxUID } of frames.slice(0, -1)) {
        expect(await decoder.ask({ id: id++, bytes, format, TransferSyntaxUID }), TransferSyntaxUID).toBe('decoded');
      }
    } finally {
      await decoder.stop();
    }
  });
});
