import dcmjs from 'dcmjs';
import type { DemoObject, RenderedImage } from './types';

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** A value of a naturalised data set: what dcmjs takes under an attribute's keyword. */
export type Value = string | number | readonly string[] | readonly number[] | readonly Attributes[];
export interface Attributes {
  readonly [keyword: string]: Value;
}
/** Attributes of a whole object: these two name it. */
export interface ObjectAttributes extends Attributes {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
}

/** The part of dcmjs that writes headers; it ships no types of its own. */
interface DicomDictLike {
  dict: Record<string, unknown>;
  write(options?: { fragmentMultiframe?: boolean }): ArrayBuffer;
}

/** Decimal String of at most 16 characters (PS3.5 6.2), exact to 1e-6 or to the digits that fit. */
export function decimal(value: number): string {
  const text = String(Number(value.toFixed(6)));
  return text.length <= 16 ? text : value.toPrecision(9);
}

/**
 * Authors one object: header by dcmjs (keywords -> tags -> Explicit VR Little Endian), then Pixel Data written here, so
 * that every sample stays exactly as rendered. Pixel Data (7FE0,0010) is the last element of what we author.
 */
export function authorObject(attributes: ObjectAttributes, image: RenderedImage): DemoObject {
  const { SOPClassUID, SOPInstanceUID } = attributes;
  const header = writeHeader({ ...attributes, Rows: image.Rows, Columns: image.Columns }, SOPClassUID, SOPInstanceUID);
  const samples = new Uint8Array(image.pixels.buffer, image.pixels.byteOffset, image.pixels.byteLength);
  const dataSet = new Uint8Array(header.length + 12 + samples.length);
  dataSet.set(header, 0);
  const view = new DataView(dataSet.buffer);
  view.setUint16(header.length, 0x7fe0, true);
  view.setUint16(header.length + 2, 0x0010, true);
  dataSet.set([0x4f, 0x57, 0, 0], header.length + 4); // OW
  view.setUint32(header.length + 8, samples.length, true);
  dataSet.set(samples, header.length + 12);
  return { SOPClassUID, SOPInstanceUID, TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN, dataSet };
}

function writeHeader(attributes: Attributes, SOPClassUID: string, SOPInstanceUID: string): Uint8Array {
  const { DicomDict, DicomMetaDictionary } = dcmjs.data;
  const meta = {
    '00020010': { vr: 'UI', Value: [EXPLICIT_LITTLE_ENDIAN] },
    '00020002': { vr: 'UI', Value: [SOPClassUID] },
    '00020003': { vr: 'UI', Value: [SOPInstanceUID] },
  };
  const part10: DicomDictLike = new DicomDict(meta);
  const known: Record<string, Value> = {};
  // A keyword that the dictionary does not know would be left out without a word.
  for (const [keyword, value] of Object.entries(attributes)) {
    if (DicomMetaDictionary.nameMap[keyword] === undefined) throw new Error(`Unknown attribute ${keyword} in a demo object`);
    known[keyword] = value;
  }
  const naturalised = { ...known, _vrMap: { SmallestImagePixelValue: 'US', PixelPaddingValue: 'SS' } };
  part10.dict = DicomMetaDictionary.denaturalizeDataset(naturalised);
  const bytes = new Uint8Array(part10.write());
  // Preamble 128, "DICM" 4, then (0002,0000) UL with the length of the rest of group 2 (PS3.10 7.1).
  const groupLength = new DataView(bytes.buffer).getUint32(140, true);
  return bytes.subarray(144 + groupLength);
}
