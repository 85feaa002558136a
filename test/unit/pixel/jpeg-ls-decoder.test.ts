import { decodeFrame } from '@shared/pixel';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FastDecoder } from '../../../shared/pixel/codecs/codec-types';
import { createJpegLsDecoder } from '../../../shared/pixel/codecs/jpeg-ls-decoder';
import { nodeCodecs, plainCodecs } from '../../support/codecs';
import { ctFrames, CT_FORMAT, CT_SYNTAXES } from '../../support/bench/ct-series';
import { encodeFrame, pixelFormat } from '../../support/encode-frame';
import { encodeJpegLs, type JpegLsParameters } from '../../support/encode-jpeg-ls';

/** Our decoder of JPEG-LS beside CharLS, which is the reference implementation. */
let decode: FastDecoder;
let charls: FastDecoder;

beforeAll(async () => {
  decode = await createJpegLsDecoder();
  const plain = await plainCodecs();
  charls = (bytes, shape) => plain.decode('JpegLs', bytes, shape);
});

type Filling = (x: number, y: number, random: () => number) => number;

/** Pictures that each take another way through the decoder. */
const PICTURES: readonly (readonly [string, Filling])[] = [
  ['one value: runs over whole lines', () => 0.3],
  ['noise: long codes', (_x, _y, random) => random()],
  ['soft noise on a slope', (x, y, random) => 0.2 + x / 200 + y / 300 + random() / 40],
  ['a disk on a flat ground: runs that are interrupted', (x, y, random) => (Math.hypot(x - 20, y - 15) < 12 ? 0.5 + random() / 30 : 0.1)],
  ['columns of one sample: interrupted by what stands above', (x) => (x % 7 === 0 ? 0.9 : 0.1)],
  ['black and white: the largest differences', (x, y) => ((x * 5 + y * 3) % 11 < 5 ? 0 : 0.99999)],
  ['flat with rare points', (_x, _y, random) => (random() < 0.02 ? random() : 0.5)],
];

function samplesOf(filling: Filling, columns: number, rows: number, bits: number): Uint16Array {
  let state = 17;
  const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x80000000;
  const most = 2 ** bits - 1;
  return Uint16Array.from({ length: columns * rows }, (_, at) =>
    Math.min(most, Math.floor(filling(at % columns, Math.floor(at / columns), random) * 2 ** bits)),
  );
}

interface Sized {
  readonly columns: number;
  readonly rows: number;
  readonly bits: number;
}

/** The standard's own thresholds for 8 bits and more of NEAR = 0, as the decoder has them from the codestream. */
function encoded(samples: ArrayLike<number>, size: Sized, changes: Partial<JpegLsParameters> = {}): Uint8Array {
  const most = 2 ** size.bits - 1;
  return encodeJpegLs(samples, { ...size, T1: Math.min(18, most), T2: Math.min(67, most), T3: Math.min(276, most), RESET: 64, ...changes });
}

function shapeOf({ columns, rows, bits }: Sized) {
  return { columns, rows, samplesPerPixel: 1, bitsAllocated: bits > 8 ? 16 : 8, bitsStored: bits, isSigned: false, isReversible: true } as const;
}

function valuesOf(bytes: Uint8Array | undefined, bits: number): number[] | undefined {
  if (bytes === undefined) return undefined;
  return bits > 8 ? [...new Uint16Array(bytes.slice().buffer)] : [...bytes];
}

/** Values of a decoder; undefined where it leaves the frame to another one. */
function through(decoder: FastDecoder, bytes: Uint8Array, size: Sized): number[] | undefined {
  const decoded = decoder(bytes, shapeOf(size));
  return decoded?.ok === true ? valuesOf(decoded.bytes, size.bits) : undefined;
}

describe('JPEG-LS of one component without loss', () => {
  const sizes = [2, 3, 6, 7, 8, 10, 12, 15, 16].flatMap((bits) => [{ columns: 53, rows: 31, bits }]);
  describe.each(sizes)('of $bits bits', (size) => {
    it.each(PICTURES)('gives every sample, as CharLS does: %s', (_name, filling) => {
      const samples = samplesOf(filling, size.columns, size.rows, size.bits);
      const bytes = encoded(samples, size);
      expect(through(decode, bytes, size)).toEqual([...samples]);
      expect(through(charls, bytes, size)).toEqual([...samples]);
    });
  });

  it.each([
    [1, 1],
    [1, 40],
    [40, 1],
    [2, 2],
    [7, 9],
    [8, 8],
    [9, 5],
    [4099, 3],
  ])('gives every sample of %d x %d', (columns, rows) => {
    for (const bits of [8, 12, 16]) {
      for (const [, filling] of PICTURES) {
        const samples = samplesOf(filling, columns, rows, bits);
        expect(through(decode, encoded(samples, { columns, rows, bits }), { columns, rows, bits })).toEqual([...samples]);
      }
    }
  });

  it('gives every sample of any picture, with any thresholds', () => {
    const picture = fc.record({
      columns: fc.integer({ min: 1, max: 40 }),
      rows: fc.integer({ min: 1, max: 12 }),
      bits: fc.integer({ min: 2, max: 16 }),
      seed: fc.array(fc.nat({ max: 65_535 }), { minLength: 1, maxLength: 60 }),
      repeat: fc.integer({ min: 1, max: 9 }),
      steps: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 40 }), fc.nat({ max: 400 })),
      RESET: fc.integer({ min: 3, max: 255 }),
    });
    fc.assert(
      fc.property(picture, ({ seed, repeat, steps, RESET, ...size }) => {
        const samples = Uint16Array.from(
          { length: size.columns * size.rows },
          (_, at) => (seed[Math.floor(at / repeat) % seed.length] ?? 0) & (2 ** size.bits - 1),
        );
        const most = 2 ** size.bits - 1;
        const [T1, T2, T3] = [1 + steps[0], 1 + steps[0] + steps[1], 1 + steps[0] + steps[1] + steps[2]].map((T) => Math.min(T, most)) as [
          number,
          number,
          number,
        ];
        expect(through(decode, encoded(samples, size, { T1, T2, T3, RESET }), size)).toEqual([...samples]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives every sample of CT slices, one after the other', async () => {
    const [, syntax] = CT_SYNTAXES;
    const frames = syntax === undefined ? [] : await ctFrames(syntax);
    const [own, plain] = [await nodeCodecs(), await plainCodecs()];
    for (const frame of frames.slice(0, 5)) {
      const ours = decodeFrame(frame, CT_FORMAT, '1.2.840.10008.1.2.4.80', undefined, own);
      const other = decodeFrame(frame, CT_FORMAT, '1.2.840.10008.1.2.4.80', undefined, plain);
      if (!ours.ok || !other.ok) return expect.fail('not decoded');
      expect(Buffer.compare(Buffer.from(ours.values.slice().buffer), Buffer.from(other.values.slice().buffer))).toBe(0);
      expect(decode(frame, shapeOf({ columns: 512, rows: 512, bits: 16 }))?.ok).toBe(true);
    }
    expect.assertions(10);
  });

  it('takes the standard thresholds where the codestream gives none', () => {
    for (const [bits, T1, T2, T3] of [
      [8, 3, 7, 21],
      [12, 18, 67, 276],
      [16, 18, 67, 276],
      [6, 2, 3, 5],
      [4, 2, 3, 4],
    ] as const) {
      const size = { columns: 53, rows: 31, bits };
      const samples = samplesOf((x, y, random) => 0.2 + x / 200 + y / 300 + random() / 4, size.columns, size.rows, bits);
      const bytes = encoded(samples, size, { T1, T2, T3 });
      const without = Uint8Array.of(...bytes.subarray(0, 15), ...bytes.subarray(30));
      for (const coded of [without, withPreset(without, [2 ** bits - 1, 0, 0, 0, 0]), withPreset(without, [0, 0, 0, 0, 64])]) {
        expect(through(decode, coded, size)).toEqual([...samples]);
        expect(through(charls, coded, size)).toEqual([...samples]);
      }
    }
  });
});

describe('what is not that', () => {
  const size = { columns: 53, rows: 31, bits: 12 };
  const samples = samplesOf((x, y, random) => 0.2 + x / 200 + y / 300 + random() / 40, size.columns, size.rows, size.bits);

  it('is left to the other decoder: with loss, several components, a table, a restart interval, another MAXVAL', async () => {
    const bytes = encoded(samples, size);
    const format = pixelFormat({ Columns: size.columns, Rows: size.rows });
    const lossy = await encodeFrame('JpegLs', new Uint8Array(samples.slice().buffer), format, { lossy: true, allowedLossyError: 3 });
    expect(through(decode, lossy, { ...size, bits: 16 })).toBeUndefined();
    expect(through(decode, withPreset(bytes, [4000, 0, 0, 0, 0]), size)).toBeUndefined();
    expect(through(decode, withPreset(bytes, [4095, 40, 30, 50, 0]), size)).toBeUndefined();
    expect(through(decode, withSegment(bytes, 0xdd, [0, 8]), size)).toBeUndefined();
    expect(through(decode, withSegment(bytes, 0xf8, [2, 1, 1, 7]), size)).toBeUndefined();
    expect(decode(bytes, { ...shapeOf(size), samplesPerPixel: 3 })).toBeUndefined();
    expect(decode(new Uint8Array(0), shapeOf(size))).toBeUndefined();
    expect(through(decode, withSegment(bytes, 0xe4, [1, 2, 3]), size)).toEqual([...samples]);
  });

  it('is left to the other decoder with a reset value beyond 255: sums of so many errors would not fit, and looking for k never ended', () => {
    const bytes = encoded(samples, size, { RESET: 255 });
    expect(through(decode, bytes, size)).toEqual([...samples]);
    expect(through(decode, encoded(samples, size, { RESET: 256 }), size)).toBeUndefined();
    expect(through(charls, encoded(samples, size, { RESET: 256 }), size)).toEqual([...samples]);
  });

  it('ends, whatever the bytes are, in what CharLS says or in nothing (8 bits and more)', () => {
    let state = 99;
    const random = (below: number): number => Math.floor(((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32) * below);
    let decodable = 0;
    for (let round = 0; round < 20_000; round++) {
      const rubbish = { columns: 1 + random(6), rows: 1 + random(5), bits: [8, 12, 16][random(3)] ?? 8 };
      const header = encoded([0], { ...rubbish, columns: 1, rows: 1 }).slice(0, 40);
      header.set([0, rubbish.rows, 0, rubbish.columns], 7);
      const kind = random(3);
      const body = Array.from({ length: 1 + random(12) }, () =>
        kind === 0 ? random(256) : kind === 1 ? random(256) & random(256) : random(256) | random(256),
      );
      const ours = through(decode, Uint8Array.of(...header, ...body, 0xff, 0xd9), rubbish);
      if (ours === undefined) continue;
      decodable++;
      expect(ours).toEqual(through(charls, Uint8Array.of(...header, ...body, 0xff, 0xd9), rubbish));
    }
    expect(decodable).toBeGreaterThan(20);
  });

  it('is not decoded when it is cut short, wherever, or goes on where the picture ends', () => {
    const bytes = encoded(samples, size);
    const from = bytes.length - 2;
    for (let end = 3; end < from - 2; end++) expect(through(decode, bytes.subarray(0, end), size)).toBeUndefined();
    expect(through(decode, bytes, { ...size, rows: size.rows - 1 })).toBeUndefined();
    expect(through(decode, bytes, { ...size, rows: size.rows + 1 })).toBeUndefined();
    expect(through(decode, bytes, size)).toEqual([...samples]);
  });

  it('never comes out as something else than CharLS says, whatever byte is broken', () => {
    const bytes = encoded(samples, size);
    let agreed = 0;
    for (let at = 40; at < bytes.length - 2; at += 3) {
      const broken = bytes.slice();
      broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
      const ours = through(decode, broken, size);
      if (ours === undefined) continue;
      expect(ours).toEqual(through(charls, broken, size));
      agreed++;
    }
    expect(agreed).toBeGreaterThan(0);
    expect(through(decode, bytes, size)).toEqual([...samples]);
  });
});

/** With a segment of its own right behind Start of Image. */
function withSegment(bytes: Uint8Array, marker: number, body: readonly number[]): Uint8Array {
  const length = body.length + 2;
  return Uint8Array.of(...bytes.subarray(0, 2), 0xff, marker, length >> 8, length & 0xff, ...body, ...bytes.subarray(2));
}

/** With preset coding parameters (14495-1 C.2.4.1.1) before its scan: MAXVAL, T1, T2, T3, RESET. */
function withPreset(bytes: Uint8Array, values: readonly number[]): Uint8Array {
  const scan = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xda);
  const body = [1, ...values.flatMap((value) => [value >> 8, value & 0xff])];
  return Uint8Array.of(...bytes.subarray(0, scan), 0xff, 0xf8, 0, body.length + 2, ...body, ...bytes.subarray(scan));
}
