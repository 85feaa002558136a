import { el, encodeDataSet, encodePart10, type Element, type Encoding, sampleImage } from './dicom';

const SYNTAX: Readonly<Record<Encoding, string>> = {
  implicitLE: '1.2.840.10008.1.2',
  explicitLE: '1.2.840.10008.1.2.1',
  explicitBE: '1.2.840.10008.1.2.2',
};

export interface StoredPicture {
  readonly bits: number;
  readonly signed: boolean;
  /** Lowest bit of the stored value in its cell of 16 bits; bits beside it are filled with rubbish. */
  readonly shift?: number;
  readonly encoding?: Encoding;
  /** Elements that take the place of the sample's or are new; its window and rescale are left out. */
  readonly extra?: readonly Element[];
}

/** A Part 10 file of a picture 256 pixels wide in which every stored value of its depth stands once, in ascending order. */
export function storedPicture({ bits, signed, shift = 0, encoding = 'explicitLE', extra = [] }: StoredPicture): Uint8Array {
  const all = 2 ** bits;
  const pixels = new Uint8Array(all * 2);
  const view = new DataView(pixels.buffer);
  const mask = (2 ** bits - 1) << shift;
  for (let index = 0; index < all; index++) {
    const value = signed ? index - all / 2 : index;
    const rubbish = Math.imul(index, 0x9e3779b1) & ~mask;
    view.setUint16(2 * index, ((value << shift) & mask) | rubbish, encoding !== 'explicitBE');
  }
  const elements = sampleImage({
    Rows: all / 256,
    Columns: 256,
    pixels,
    extra: [el(0x00280101, 'US', bits), el(0x00280102, 'US', bits - 1 + shift), el(0x00280103, 'US', signed ? 1 : 0), ...extra],
  });
  const given = new Set(extra.map(({ tag }) => tag));
  const bare = elements.filter(({ tag }) => given.has(tag) || tag < 0x00281050 || tag > 0x00281054);
  const meta = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '2.25.1001', TransferSyntaxUID: SYNTAX[encoding] };
  return encodePart10(meta, encodeDataSet(bare, encoding));
}

export const windowElements = (center: number | string, width: number | string, voiFunction?: string): Element[] => [
  el(0x00281050, 'DS', String(center)),
  el(0x00281051, 'DS', String(width)),
  ...(voiFunction === undefined ? [] : [el(0x00281056, 'CS', voiFunction)]),
];

export const rescaleElements = (slope: number, intercept: number): Element[] => [el(0x00281052, 'DS', String(intercept)), el(0x00281053, 'DS', String(slope))];

/** Elements of one item of a LUT sequence; `entries` gives each entry. `packed`: 8-bit entries, two in a word. */
export function lutItem(length: number, first: number, bits: number, entryAt: (index: number) => number, packed = false): Element[] {
  const entries = Array.from({ length }, (_, index) => Math.floor(entryAt(index)));
  return [
    el(0x00283002, 'US', [length === 65_536 ? 0 : length, first & 0xffff, bits]),
    el(0x00283003, 'LO', 'TEST'),
    packed ? el(0x00283006, 'OW', Uint8Array.from(entries)) : el(0x00283006, 'OW', entries),
  ];
}
