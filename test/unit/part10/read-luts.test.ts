import { describe, expect, it } from 'vitest';
import { Tag } from '@shared/dicom';
import { readImageLuts } from '../../../electron/services/part10';
import { el, encodeDataSet, type Element, type Encoding, sampleImage, sq } from '../../support/dicom';

const SYNTAX: Readonly<Record<Encoding, string>> = {
  implicitLE: '1.2.840.10008.1.2',
  explicitLE: '1.2.840.10008.1.2.1',
  explicitBE: '1.2.840.10008.1.2.2',
};

const DESCRIPTOR = 0x00283002;
const EXPLANATION = 0x00283003;
const TYPE = 0x00283004;
const DATA = 0x00283006;

interface Given {
  readonly encoding?: Encoding;
  readonly signed?: boolean;
  readonly rescale?: { readonly slope: number; readonly intercept: number };
  readonly piece?: number;
}

/** What the reader makes of an image with these elements; `piece` caps what one read returns, as a journal's end may. */
async function lutsOf(extra: readonly Element[], { encoding = 'explicitLE', signed = false, rescale }: Given = {}) {
  const bytes = encodeDataSet(sampleImage({ extra }), encoding);
  const format = {
    Rows: 4,
    Columns: 6,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: signed ? 1 : 0,
  } as const;
  const image = { format, ...(rescale === undefined ? {} : { rescale: { ...rescale, type: '' } }) };
  return await readImageLuts({ read: (offset, length) => bytes.subarray(offset, offset + length) }, { TransferSyntaxUID: SYNTAX[encoding], image });
}

const table = (entries: number, first: number, bits: number, data: readonly number[], vr = 'US'): Element[] => [
  el(DESCRIPTOR, vr, [entries, first, bits]),
  el(EXPLANATION, 'LO', 'NORMAL'),
  el(DATA, 'OW', data),
];

const ramp = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe('reading the tables of an image', () => {
  const lengths = [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const;
  for (const encoding of ['implicitLE', 'explicitLE', 'explicitBE'] as const)
    for (const [undefinedLength, undefinedItems] of lengths)
      it(`gives both kinds from ${encoding}, ${undefinedLength ? 'un' : ''}defined sequence and ${undefinedItems ? 'un' : ''}defined item length`, async () => {
        const options = { undefinedLength, undefinedItems };
        const luts = await lutsOf(
          [
            sq(
              Tag.ModalityLUTSequence,
              [[...table(3, 5, 16, [10, 20, 65_535]).filter((element) => element.tag < TYPE), el(TYPE, 'LO', 'OD'), el(DATA, 'US', [10, 20, 65_535])]],
              options,
            ),
            sq(Tag.VOILUTSequence, [table(4, 7, 12, [0, 1, 2, 4095]), table(2, 0, 16, [9, 8])], options),
          ],
          { encoding },
        );
        expect(luts).toEqual({
          modalityLut: { first: 5, bits: 16, values: Uint16Array.of(10, 20, 65_535), explanation: 'NORMAL' },
          modalityLutType: 'OD',
          voiLuts: [
            { first: 7, bits: 12, values: Uint16Array.of(0, 1, 2, 4095), explanation: 'NORMAL' },
            { first: 0, bits: 16, values: Uint16Array.of(9, 8), explanation: 'NORMAL' },
          ],
          problems: [],
        });
      });

  it('takes a sequence in an element of VR UN', async () => {
    const item = [table(2, 0, 8, [1, 2])];
    for (const undefinedLength of [true, false]) {
      const { voiLuts, problems } = await lutsOf([sq(Tag.VOILUTSequence, item, { vr: 'UN', undefinedLength })]);
      expect(voiLuts.map(({ values }) => [...values])).toEqual([[1, 2]]);
      expect(problems).toEqual([]);
    }
  });

  it('reads 65,536 entries where the descriptor says 0, over several pieces', async () => {
    const { voiLuts } = await lutsOf([sq(Tag.VOILUTSequence, [table(0, 0, 16, ramp(65_536))])]);
    expect(voiLuts[0]?.values).toEqual(Uint16Array.from(ramp(65_536)));
  });

  it('has no tables in an image without, and stops at the pixel data', async () => {
    const asked: number[] = [];
    const bytes = encodeDataSet(sampleImage({ Rows: 400, Columns: 400 }));
    const luts = await readImageLuts(
      {
        read: (offset, length) => {
          asked.push(offset);
          return bytes.subarray(offset, offset + length);
        },
      },
      { TransferSyntaxUID: SYNTAX.explicitLE, image: { format: { ...FORMAT } } },
    );
    expect(luts).toEqual({ modalityLutType: '', voiLuts: [], problems: [] });
    expect(asked).toEqual([0]);
  });
});

const FORMAT = {
  Rows: 4,
  Columns: 6,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 0,
} as const;

describe('the first input value', () => {
  const first = async (tag: number, vr: string, given: Given): Promise<number | undefined> => {
    const luts = await lutsOf([sq(tag, [table(2, vr === 'SS' ? -1024 : 64_512, 16, [1, 2], vr)])], given);
    return (tag === Tag.ModalityLUTSequence ? luts.modalityLut : luts.voiLuts[0])?.first;
  };

  it('of a Modality LUT is signed as Pixel Representation says', async () => {
    expect(await first(Tag.ModalityLUTSequence, 'US', { signed: false })).toBe(64_512);
    expect(await first(Tag.ModalityLUTSequence, 'US', { signed: true })).toBe(-1024);
    expect(await first(Tag.ModalityLUTSequence, 'US', { signed: true, encoding: 'implicitLE' })).toBe(-1024);
  });

  it('of a VOI LUT is signed when modality values can be negative', async () => {
    expect(await first(Tag.VOILUTSequence, 'US', { signed: false })).toBe(64_512);
    expect(await first(Tag.VOILUTSequence, 'US', { signed: true })).toBe(-1024);
    expect(await first(Tag.VOILUTSequence, 'US', { signed: false, rescale: { slope: 1, intercept: -1024 } })).toBe(-1024);
    expect(await first(Tag.VOILUTSequence, 'US', { signed: true, rescale: { slope: 1, intercept: 32_768 } })).toBe(64_512);
  });

  it('is signed where the descriptor is of VR SS', async () => {
    expect(await first(Tag.VOILUTSequence, 'SS', { signed: false })).toBe(-1024);
  });

  it('of a VOI LUT behind a Modality LUT is unsigned: entries of that never are negative', async () => {
    const luts = await lutsOf([sq(Tag.ModalityLUTSequence, [table(2, 0, 16, [1, 2])]), sq(Tag.VOILUTSequence, [table(2, 64_512, 16, [1, 2])])], {
      signed: true,
    });
    expect(luts.voiLuts[0]?.first).toBe(64_512);
  });
});

describe('tables that are not what they say', () => {
  it('are dropped with the reason when data are too short, absent or far too long', async () => {
    const { voiLuts, problems } = await lutsOf([
      sq(Tag.VOILUTSequence, [
        table(4, 0, 16, [1, 2, 3]),
        [el(DESCRIPTOR, 'US', [4, 0, 16])],
        [el(DATA, 'OW', [1, 2])],
        [el(DESCRIPTOR, 'US', [4, 0]), el(DATA, 'OW', [1, 2, 3, 4])],
        [el(DESCRIPTOR, 'US', [2, 0, 17]), el(DATA, 'OW', [1, 2])],
        [el(DESCRIPTOR, 'US', [2, 0, 16]), el(DATA, 'OW', new Uint8Array(200_000))],
        table(1, 0, 16, [7]),
      ]),
    ]);
    expect(voiLuts.map(({ values }) => [...values])).toEqual([[7]]);
    expect(problems).toEqual([
      'VOI LUT 1 cannot be used: 6 bytes of data for 4 entries of 16 bits',
      'VOI LUT 2 cannot be used: it has no data',
      'VOI LUT 3 cannot be used: its descriptor does not have three values',
      'VOI LUT 4 cannot be used: its descriptor does not have three values',
      'VOI LUT 5 cannot be used: entries of 17 bits',
      'VOI LUT 6 cannot be used: 200000 bytes of data',
    ]);
  });

  it('say so when the Modality LUT cannot be used: values are as stored then', async () => {
    const luts = await lutsOf([sq(Tag.ModalityLUTSequence, [table(9, 0, 16, [1])])]);
    expect(luts.modalityLut).toBeUndefined();
    expect(luts.problems).toEqual(['Modality LUT cannot be used: 2 bytes of data for 9 entries of 16 bits', 'values are shown as stored']);
  });

  it('are limited in number', async () => {
    const { voiLuts, problems } = await lutsOf([
      sq(
        Tag.VOILUTSequence,
        Array.from({ length: 40 }, () => table(1, 0, 16, [1])),
      ),
    ]);
    expect(voiLuts).toHaveLength(32);
    expect(problems).toEqual(['8 tables beyond the first 32 are not read']);
  });

  it('do not reach beyond their item: a damaged sequence is a problem, never an exception', async () => {
    const good = encodeDataSet(sampleImage({ extra: [sq(Tag.VOILUTSequence, [table(8, 0, 16, ramp(8))])] }));
    for (let cut = 0; cut < good.length; cut += 3) {
      const bytes = good.subarray(0, cut);
      const luts = await readImageLuts(
        { read: (offset, length) => bytes.subarray(offset, offset + length) },
        { TransferSyntaxUID: SYNTAX.explicitLE, image: { format: FORMAT } },
      );
      for (const { values } of luts.voiLuts) expect([...values]).toEqual(ramp(8));
      expect(luts.problems.every((problem) => /^(the object is damaged|VOI LUT 1 cannot be used)/.test(problem))).toBe(true);
    }
  });

  it('keep a sequence with the same tags elsewhere out of it', async () => {
    const { voiLuts } = await lutsOf([
      sq(0x00400555, [[el(DESCRIPTOR, 'US', [1, 0, 16]), el(DATA, 'OW', [1])]]),
      sq(Tag.VOILUTSequence, [[...table(1, 0, 16, [3]), sq(0x00400555, [[el(DATA, 'OW', [4])]])]]),
    ]);
    expect(voiLuts.map(({ values }) => [...values])).toEqual([[3]]);
  });
});
