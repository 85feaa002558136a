import { InstanceId } from '@shared/domain';
import { ImageLuts } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { walkDataSet } from '../../../electron/services/part10';
import { imageLuts } from '../../../electron/services/pixel';
import { el, encapsulated, encodeDataSet, type Element, type Encoding, sampleImage, type SampleImage, sq } from '../../support/dicom';

const SYNTAX: Readonly<Record<Encoding, string>> = {
  implicitLE: '1.2.840.10008.1.2',
  explicitLE: '1.2.840.10008.1.2.1',
  explicitBE: '1.2.840.10008.1.2.2',
};
const id = InstanceId.parse(1);

/** What `image.luts` answers for an image with these elements, checked against the contract. */
async function drawingsOf(options: SampleImage, encoding: Encoding = 'explicitLE') {
  const bytes = encodeDataSet(sampleImage(options), encoding);
  const TransferSyntaxUID = SYNTAX[encoding];
  const walked = walkDataSet(bytes, { TransferSyntaxUID });
  if (!walked.ok) return expect.fail(walked.reason.text);
  const { attributes, pixel } = walked;
  const luts = await imageLuts(
    {
      locate: () => ({ attributes, pixel, sizeBytes: bytes.length, location: { path: '', offset: 0, length: bytes.length } }),
      readRange: (_id, offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
    },
    id,
  );
  return { ...ImageLuts.parse(structuredClone(luts)), extras: attributes.image?.extras };
}

const graphics = (bits: readonly number[], more: readonly Element[] = []): Element[] => [
  el(0x60000010, 'US', 4),
  el(0x60000011, 'US', 6),
  el(0x60000040, 'CS', 'G'),
  el(0x60000050, 'SS', [1, 1]),
  el(0x60000100, 'US', 1),
  el(0x60000102, 'US', 0),
  el(0x60001500, 'LO', 'Mark'),
  ...more,
  ...(bits.length === 0 ? [] : [el(0x60003000, 'OW', [...bits])]),
];

describe('overlays of an image', () => {
  it.each([[[Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)]], [[]], [[new Uint8Array(70_000), Uint8Array.of(1, 2)]]])(
    'are found behind an icon whose pixels are compressed (PS3.5 A.4), fragments %#',
    async (fragments) => {
      const icon = [el(0x00280010, 'US', 64), encapsulated(fragments), el(0xeaea0102, 'SH', 'DCM')];
      const { overlays, problems } = await drawingsOf({ extra: [sq(0x00880200, [icon]), ...graphics([0xffff, 0xff])] });
      expect([overlays?.length, problems]).toEqual([1, []]);
    },
  );

  for (const encoding of ['implicitLE', 'explicitLE', 'explicitBE'] as const)
    it(`come with their bits in order, ${encoding}`, async () => {
      const { overlays, problems, extras } = await drawingsOf({ extra: graphics([0x0201, 0x0080]) }, encoding);
      expect(problems).toEqual([]);
      expect(extras).toEqual({ overlays: true });
      expect(overlays).toMatchObject([{ group: 0x6000, rows: 4, columns: 6, origin: [1, 1], type: 'graphics', label: 'Mark', planes: 1, everyFrame: true }]);
      expect([...(overlays?.[0]?.bits ?? [])].slice(0, 3)).toEqual([0x01, 0x02, 0x80]);
    });

  it('of several frames are put on whole bytes, each for its frame', async () => {
    const more = [el(0x60000015, 'IS', 2), el(0x60000051, 'US', 2)];
    // 3 x 5 bits: the second plane begins inside of a byte.
    const extra = [...graphics([0b1000_0000_0000_0001, 0b11], more), el(0x60000010, 'US', 3), el(0x60000011, 'US', 5)];
    const { overlays } = await drawingsOf({ NumberOfFrames: 3, extra: [...new Map(extra.map((one) => [one.tag, one])).values()] });
    expect(overlays).toMatchObject([{ planes: 2, firstFrame: 1, everyFrame: false }]);
    expect([...(overlays?.[0]?.bits ?? [])]).toEqual([0b1, 0b0, 0b111, 0b0]);
  });

  for (const encoding of ['explicitLE', 'explicitBE'] as const)
    it(`in unused bits of the pixel cells are taken from there, frame by frame, ${encoding}`, async () => {
      const cells = Uint16Array.from({ length: 48 }, (_, at) => (at % 5 === 0 ? 0x8000 : 0) | (at & 0xfff));
      const pixels = new Uint8Array(cells.buffer);
      if (encoding === 'explicitBE') for (let at = 0; at < pixels.length; at += 2) pixels.subarray(at, at + 2).reverse();
      const extra = [
        ...graphics([]).filter(({ tag }) => tag !== 0x60000100 && tag !== 0x60000102),
        el(0x60000015, 'IS', 2),
        el(0x60000100, 'US', 16),
        el(0x60000102, 'US', 15),
      ];
      const { overlays, problems } = await drawingsOf({ NumberOfFrames: 2, pixels, extra }, encoding);
      expect(problems).toEqual([]);
      const bits = overlays?.[0]?.bits ?? new Uint8Array(0);
      const seen = Array.from({ length: 48 }, (_, at) => ((bits[Math.floor(at / 24) * 3 + ((at % 24) >> 3)] ?? 0) >> ((at % 24) & 7)) & 1);
      expect(seen).toEqual(Array.from({ length: 48 }, (_, at) => (at % 5 === 0 ? 1 : 0)));
    });

  it.each([
    ['data that are cut short', graphics([1]), 'it has 2 of 3 bytes'],
    ['a bit of the picture itself', graphics([]).map((one) => (one.tag === 0x60000100 ? el(0x60000100, 'US', 16) : one)), 'bit 0 belongs to the picture'],
    ['no data', graphics([]), 'it has no data'],
    [
      'a size that no memory has',
      graphics([1]).map((one) => (one.tag === 0x60000010 || one.tag === 0x60000011 ? el(one.tag, 'US', 65_535) : one)),
      'larger than 64 MiB',
    ],
  ])('with %s are named, not drawn', async (_, extra, words) => {
    const { overlays, problems } = await drawingsOf({ extra });
    expect(overlays).toBeUndefined();
    expect(problems.join()).toContain(words);
  });
});

describe('shutters of an image', () => {
  it('come with all their shapes, value and colour', async () => {
    const extra = [
      el(0x00181600, 'CS', ['RECTANGULAR', 'CIRCULAR', 'POLYGONAL']),
      el(0x00181602, 'IS', 2),
      el(0x00181604, 'IS', 5),
      el(0x00181606, 'IS', 1),
      el(0x00181608, 'IS', 4),
      el(0x00181610, 'IS', [2, 3]),
      el(0x00181612, 'IS', 2),
      el(0x00181620, 'IS', [1, 1, 1, 6, 4, 6]),
      el(0x00181622, 'US', 0x8000),
      el(0x00181624, 'US', [1, 2, 3]),
    ];
    const { shutter, problems } = await drawingsOf({ extra });
    expect(problems).toEqual([]);
    expect(shutter).toEqual({
      rectangle: { left: 2, right: 5, upper: 1, lower: 4 },
      circle: { center: [2, 3], radius: 2 },
      polygon: [
        [1, 1],
        [1, 6],
        [4, 6],
      ],
      value: 0x8000,
      lab: [1, 2, 3],
    });
  });

  it('that lack a number are named', async () => {
    const { shutter, problems } = await drawingsOf({ extra: [el(0x00181600, 'CS', 'CIRCULAR'), el(0x00181612, 'IS', 2)] });
    expect(shutter).toBeUndefined();
    expect(problems).toEqual(['the shutter CIRCULAR cannot be drawn']);
  });
});

describe('palettes of an image', () => {
  const palette = (entries: number, first: number, bits: number, data: (channel: number) => readonly number[] | Uint8Array): Element[] =>
    [0, 1, 2].flatMap((channel) => [el(0x00281101 + channel, 'US', [entries, first & 0xffff, bits]), el(0x00281201 + channel, 'OW', data(channel))]);

  for (const encoding of ['implicitLE', 'explicitLE', 'explicitBE'] as const)
    it(`of 16 bits keep their upper byte, ${encoding}`, async () => {
      const extra = palette(4, 10, 16, (channel) => [0, 0x1200 + channel, 0xff00, 0xabcd]);
      const drawings = await drawingsOf({ extra: [...extra, el(0x00280004, 'CS', 'PALETTE COLOR')] }, encoding);
      expect(drawings.palette?.first).toBe(10);
      expect([...(drawings.palette?.rgb ?? [])]).toEqual([0, 0, 0, 0x12, 0x12, 0x12, 0xff, 0xff, 0xff, 0xab, 0xab, 0xab]);
    });

  it('take the first value as signed where the pixels are', async () => {
    const { palette: read } = await drawingsOf({ extra: [...palette(2, -5, 16, () => [0, 0xffff]), el(0x00280103, 'US', 1)] });
    expect(read?.first).toBe(-5);
  });

  it('without one of their tables are named', async () => {
    const { palette: read, problems } = await drawingsOf({ extra: palette(2, 0, 8, () => [0, 1]).filter(({ tag }) => tag !== 0x00281203) });
    expect(read).toBeUndefined();
    expect(problems.join()).toContain('one of its three tables is missing');
  });
});

it('a Presentation LUT, its shape, burned-in words and the method of compression are read', async () => {
  const lut = [el(0x00283002, 'US', [4, 0, 8]), el(0x00283006, 'OW', [0, 10, 20, 255])];
  const drawings = await drawingsOf({
    extra: [sq(0x20500010, [lut]), el(0x20500020, 'CS', 'INVERSE'), el(0x00280301, 'CS', 'YES')],
  });
  expect(drawings.presentationLut).toMatchObject({ first: 0, bits: 8 });
  expect(drawings.extras).toEqual({ presentationLut: true, presentationLutShape: 'INVERSE', burnedIn: true });
});

it('a random prefix of an image with all of it ends in words, never in an exception', async () => {
  const bytes = encodeDataSet(sampleImage({ extra: graphics([1, 2]) }));
  const walked = walkDataSet(bytes, { TransferSyntaxUID: SYNTAX.explicitLE });
  if (!walked.ok) return expect.fail(walked.reason.text);
  const { attributes, pixel } = walked;
  let told = 0;
  let tried = 0;
  for (let length = 1; length < bytes.length - 48; length += 7) {
    tried++;
    const cut = bytes.subarray(0, length);
    const luts = await imageLuts(
      {
        locate: () => ({ attributes, pixel, sizeBytes: length, location: { path: '', offset: 0, length } }),
        readRange: (_id, offset, count) => Promise.resolve(cut.slice(offset, offset + count)),
      },
      id,
    );
    if (luts.problems.length > 0) told++;
  }
  // A cut between two elements looks like an end.
  expect(told).toBeGreaterThan(tried / 2);
});
