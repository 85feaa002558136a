import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameLayout, locatePixelData, walkDataSet, type DataSetReader, type FrameLayout } from '../../../electron/services/part10';
import { el, encodeDataSet, sampleImage, type SampleImage } from '../../support/dicom';

const RLE = '1.2.840.10008.1.2.5';
const JPEG = '1.2.840.10008.1.2.4.50';
const J2K = '1.2.840.10008.1.2.4.90';
const NATIVE = '1.2.840.10008.1.2.1';

const SEED = Number(process.env['ALTERNATOR_SEED'] ?? 20261122);
const FORMAT = {
  Rows: 4,
  Columns: 6,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: 16,
  BitsStored: 12,
  HighBit: 11,
  PixelRepresentation: 0,
} as const;

function readerOf(bytes: Uint8Array): DataSetReader & { largest: number; total: number } {
  return {
    largest: 0,
    total: 0,
    read(offset, length) {
      this.largest = Math.max(this.largest, length);
      const piece = bytes.subarray(offset, offset + length);
      this.total += piece.length;
      return Promise.resolve(piece);
    },
  };
}

async function layoutOf(options: SampleImage, TransferSyntaxUID: string): Promise<{ layout: FrameLayout; bytes: Uint8Array }> {
  const bytes = encodeDataSet(sampleImage(options));
  const walked = walkDataSet(bytes, { TransferSyntaxUID });
  if (!walked.ok || walked.attributes.image === undefined) throw new Error('no image');
  const { image, NumberOfFrames } = walked.attributes;
  const request = { TransferSyntaxUID, NumberOfFrames, format: image.format };
  const layout = await frameLayout(readerOf(bytes), request);
  const known = await frameLayout(readerOf(bytes), { ...request, pixel: walked.pixel });
  expect(contents(known, bytes)).toEqual(contents(layout, bytes));
  return { layout, bytes };
}

/** Bytes of each frame's pieces, or the reason. */
function contents(layout: FrameLayout, bytes: Uint8Array): string | number[][][] {
  if (!layout.ok) return layout.reason;
  return Array.from({ length: layout.numberOfFrames }, (_, index) =>
    layout.ranges(index).map(({ offset, length }) => [...bytes.subarray(offset, offset + length)]),
  );
}

const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);
const A = bytesOf(1, 1, 1, 1);
const B = bytesOf(2, 2);
const C = bytesOf(3, 3, 3, 3);

describe('frames of native pixel data', () => {
  it('lie one behind the other', async () => {
    const pixels = Uint8Array.from({ length: 12 }, (_, index) => index);
    const { layout, bytes } = await layoutOf({ Rows: 2, Columns: 2, BitsAllocated: 8, NumberOfFrames: 3, pixels }, NATIVE);
    expect(contents(layout, bytes)).toEqual([[[0, 1, 2, 3]], [[4, 5, 6, 7]], [[8, 9, 10, 11]]]);
    if (layout.ok) expect([layout.ranges(3), layout.ranges(-1)]).toEqual([[], []]);
  });

  it('are refused when the pixel data are too short', async () => {
    const { layout } = await layoutOf({ NumberOfFrames: 3, pixels: new Uint8Array(100) }, NATIVE);
    expect(layout).toEqual({ ok: false, reason: 'pixel data too short: 100 bytes for 3 x 48' });
  });

  it('of 1 bit that share bytes say how many bits belong to the frame before', async () => {
    const bits = [el(0x00280100, 'US', 1), el(0x00280101, 'US', 1), el(0x00280102, 'US', 0)];
    const { layout } = await layoutOf({ Rows: 3, Columns: 3, NumberOfFrames: 2, pixels: new Uint8Array(4), extra: bits }, NATIVE);
    if (!layout.ok) throw new Error(layout.reason);
    expect([0, 1, 2].map((index) => layout.ranges(index).map(({ length }) => length))).toEqual([[2], [2], []]);
    expect((layout.ranges(1)[0]?.offset ?? 0) - (layout.ranges(0)[0]?.offset ?? 0)).toBe(1);
    expect([0, 1].map((index) => layout.leadingBits?.(index))).toEqual([0, 1]);
    const aligned = await layoutOf({ Rows: 4, Columns: 4, NumberOfFrames: 2, pixels: bytesOf(1, 2, 3, 4), extra: bits }, NATIVE);
    expect(contents(aligned.layout, aligned.bytes)).toEqual([[[1, 2]], [[3, 4]]]);
  });

  it('are found without reading past the head of a large object', async () => {
    const bytes = encodeDataSet(sampleImage({ Rows: 1000, Columns: 1000, extra: [el(0x00291001, 'OB', new Uint8Array(3_000_000))] }));
    const reader = readerOf(bytes);
    expect(await locatePixelData(reader, NATIVE)).toMatchObject({ kind: 'native', length: 2_000_000 });
    expect(reader.total).toBeLessThan(200_000);
  });
});

describe(`frames of encapsulated pixel data, seed ${String(SEED)}`, () => {
  it('follow the Basic Offset Table, several fragments a frame', async () => {
    const { layout, bytes } = await layoutOf({ NumberOfFrames: 2, fragments: [A, B, C], offsets: [0, 22] }, JPEG);
    expect(contents(layout, bytes)).toEqual([[[...A], [...B]], [[...C]]]);
  });

  it('follow the Extended Offset Table with true lengths', async () => {
    const extra = [el(0x7fe00001, 'OV', [0, 12]), el(0x7fe00002, 'OV', [3, 2])];
    const { layout, bytes } = await layoutOf({ NumberOfFrames: 2, fragments: [A, B], extra }, JPEG);
    expect(contents(layout, bytes)).toEqual([[[1, 1, 1]], [[2, 2]]]);
  });

  it('fall back to one fragment a frame when a table contradicts the fragments', async () => {
    const wrong: SampleImage[] = [
      { offsets: [0, 13] },
      { offsets: [12, 0] },
      { offsets: [0] },
      { offsets: [0, 0xfffffff0] },
      { extra: [el(0x7fe00001, 'OV', [0, 11]), el(0x7fe00002, 'OV', [4, 2])] },
      { extra: [el(0x7fe00001, 'OV', [0, 12]), el(0x7fe00002, 'OV', [400, 2])] },
      { extra: [el(0x7fe00001, 'OV', [0, 12])] },
    ];
    for (const options of wrong) {
      const { layout, bytes } = await layoutOf({ NumberOfFrames: 2, fragments: [A, B], ...options }, RLE);
      expect(contents(layout, bytes)).toEqual([[[...A]], [[...B]]]);
      expect(layout).toMatchObject({ ok: true, warnings: [expect.stringContaining('does not fit') as string] });
    }
  });

  it('take all fragments for the one frame', async () => {
    const { layout, bytes } = await layoutOf({ fragments: [A, B, C] }, JPEG);
    expect(contents(layout, bytes)).toEqual([[[...A], [...B], [...C]]]);
  });

  it.each([
    ['JPEG', JPEG, [0xff, 0xd8, 0xff, 0xe0], 0],
    ['JPEG with padding behind the end marker', JPEG, [0xff, 0xd8, 0xff, 0xdb], 1],
    ['JPEG 2000', J2K, [0xff, 0x4f, 0xff, 0x51], 0],
  ])('are told apart by the markers of %s', async (_, uid, start, padding) => {
    const first = bytesOf(...start, 7, 7);
    const last = bytesOf(8, 8, 0xff, 0xd9, ...Array.from({ length: padding }, () => 0), ...Array.from({ length: padding }, () => 0));
    const whole = bytesOf(...start, 9, 9, 0xff, 0xd9);
    const { layout, bytes } = await layoutOf({ NumberOfFrames: 2, fragments: [first, B, last, whole] }, uid);
    expect(contents(layout, bytes)).toEqual([[[...first], [...B], [...last]], [[...whole]]]);
  });

  it('are refused with the reason when nothing tells them apart', async () => {
    expect((await layoutOf({ NumberOfFrames: 2, fragments: [A, B, C] }, RLE)).layout).toMatchObject({ ok: false });
    expect((await layoutOf({ NumberOfFrames: 2, fragments: [A, B, C] }, JPEG)).layout).toMatchObject({ ok: false });
    expect((await layoutOf({ NumberOfFrames: 4, fragments: [A, B, C] }, JPEG)).layout).toEqual({ ok: false, reason: '3 fragments for 4 frames' });
    expect((await layoutOf({ fragments: [A] }, '1.2.840.10008.1.2.4.102')).layout).toMatchObject({
      ok: false,
      reason: expect.stringContaining('video') as string,
    });
    expect((await layoutOf({ fragments: [A] }, NATIVE)).layout).toMatchObject({ ok: false, reason: expect.stringContaining('in fragments') as string });
    expect((await layoutOf({}, JPEG)).layout).toMatchObject({ ok: false, reason: expect.stringContaining('not in fragments') as string });
  });

  it('of one frame in one fragment are known from the walk: nothing is read', async () => {
    for (const offsets of [[], [0], [7]]) {
      const bytes = encodeDataSet(sampleImage({ fragments: [A], offsets }));
      const walked = walkDataSet(bytes, { TransferSyntaxUID: JPEG });
      if (!walked.ok) throw new Error('refused');
      const reader = readerOf(bytes);
      const layout = await frameLayout(reader, { TransferSyntaxUID: JPEG, NumberOfFrames: 1, format: FORMAT, pixel: walked.pixel });
      expect(contents(layout, bytes)).toEqual([[[...A]]]);
      expect(reader.total).toBe(0);
      if (layout.ok) expect(layout.ranges(1)).toEqual([]);
    }
    // The true length stands in a table.
    const extra = [el(0x7fe00001, 'OV', [0]), el(0x7fe00002, 'OV', [3])];
    const { layout, bytes } = await layoutOf({ fragments: [A], extra }, JPEG);
    expect(contents(layout, bytes)).toEqual([[[1, 1, 1]]]);
  });

  it('are indexed by their headers, not by reading them', async () => {
    const fragments = Array.from({ length: 50 }, () => new Uint8Array(200_000));
    const bytes = encodeDataSet(sampleImage({ NumberOfFrames: 50, fragments }));
    const reader = readerOf(bytes);
    const layout = await frameLayout(reader, { TransferSyntaxUID: RLE, NumberOfFrames: 50, format: FORMAT });
    expect(layout).toMatchObject({ ok: true, numberOfFrames: 50 });
    expect(reader.total).toBeLessThan(300_000);
  });

  it('never throw and never read a frame from outside of the bytes, whatever was changed', async () => {
    const extra = [el(0x7fe00001, 'OV', [0, 12, 22]), el(0x7fe00002, 'OV', [4, 2, 4])];
    const whole = encodeDataSet(sampleImage({ NumberOfFrames: 3, fragments: [A, B, C], offsets: [0, 12, 22], extra }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 }), fc.nat(30), async (changes, cut) => {
        const bytes = whole.slice(0, whole.length - cut);
        for (const [fromEnd, value] of changes) bytes[bytes.length - 1 - fromEnd] = value;
        const layout = await frameLayout(readerOf(bytes), { TransferSyntaxUID: JPEG, NumberOfFrames: 3, format: FORMAT });
        if (!layout.ok) return;
        for (const { offset, length } of [0, 1, 2].flatMap((index) => layout.ranges(index))) expect(offset + length).toBeLessThanOrEqual(bytes.length);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('are refused when the bytes end or hold no items', async () => {
    const bytes = encodeDataSet(sampleImage({ fragments: [A, B] }));
    const request = { TransferSyntaxUID: RLE, NumberOfFrames: 2, format: FORMAT };
    expect(await frameLayout(readerOf(bytes.subarray(0, -8)), request)).toMatchObject({ ok: false, reason: expect.stringContaining('delimiter') as string });
    const damaged = bytes.slice();
    damaged[bytes.length - 18] = 0x11;
    expect(await frameLayout(readerOf(damaged), request)).toMatchObject({ ok: false, reason: expect.stringContaining('fragments') as string });
    expect(await frameLayout(readerOf(new Uint8Array(0)), request)).toEqual({ ok: false, reason: 'no pixel data' });
  });
});
