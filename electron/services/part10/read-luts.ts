import { DEFAULT_CHARACTER_SET, decodeText, parseCharacterSet, Tag, type CharacterSet } from '@shared/dicom';
import type { ImageLuts } from '@shared/domain';
import { isModalitySigned, readLut, type LutReading } from '@shared/grayscale';
import type { ImageHeader } from './attributes';
import type { DataSetReader } from './fragment-index';
import { EXPLICIT_BE } from './level-stack';
import { encodingMode } from './locate-pixel-data';
import { LutCollector, MAX_TABLES, type RawLut } from './lut-collector';
import { StructureWalker } from './structure-walker';
import { ValueStore } from './value-store';
import { vrCode } from './vr-form';
import { WALK_LIMITS } from './walk-types';

const PIECE_BYTES = 65_536;
const VR_SS = vrCode('SS');

export interface ReadLutsRequest {
  readonly TransferSyntaxUID: string;
  readonly image: Pick<ImageHeader, 'format' | 'rescale'>;
}

/**
 * The Modality LUT and the VOI LUTs of an image (PS3.3 C.11.1, C.11.2), read from its own bytes when a viewer asks: the index says only that there are
 * some, so that a station with many mammograms does not keep megabytes of tables. Walks the head of the data set up to its pixel data and stops there.
 * What no table can be made of is named in `problems`; bytes that are no data set give problems only. Never throws on bytes.
 */
export async function readImageLuts(reader: DataSetReader, { TransferSyntaxUID, image }: ReadLutsRequest): Promise<ImageLuts> {
  const mode = encodingMode(TransferSyntaxUID);
  const collector = new LutCollector();
  const store = new ValueStore(1);
  const interest = { slots: new Map([[Tag.SpecificCharacterSet, 0]]), onceBelow: 0, nested: collector };
  const walker = new StructureWalker(mode, interest, store, WALK_LIMITS);
  const problems: string[] = [];
  if (!(await walkToPixelData(reader, walker))) problems.push('the object is damaged before its pixel data: tables may be missing');
  collector.dropUnfinished();
  if (collector.left > 0) problems.push(`${collector.left} tables beyond the first ${MAX_TABLES} are not read`);
  const words = charactersOf(store);
  const isLittleEndian = mode !== EXPLICIT_BE;
  const read = (raw: RawLut, isSigned: boolean): LutReading => readRaw(raw, isSigned, isLittleEndian, words);

  const [first, ...others] = collector.modality.map((raw) => read(raw, image.format.PixelRepresentation === 1));
  if (others.length > 0) problems.push('more than one Modality LUT: the first is used');
  const modalityLut = first === undefined ? undefined : taken(first, 'Modality LUT', problems);
  if (first !== undefined && modalityLut === undefined) problems.push('values are shown as stored');
  const isSigned = isModalitySigned(image.format, image.rescale, modalityLut !== undefined);
  const voiLuts = collector.voi.flatMap((raw, index) => taken(read(raw, isSigned), `VOI LUT ${index + 1}`, problems) ?? []);
  const type = collector.modality[0]?.type;
  return {
    ...(modalityLut === undefined ? {} : { modalityLut }),
    modalityLutType: modalityLut === undefined || type === undefined ? '' : words(type),
    voiLuts,
    problems,
  };
}

/** False when the bytes before the pixel data are no data set. */
async function walkToPixelData(reader: DataSetReader, walker: StructureWalker): Promise<boolean> {
  let at = 0;
  for (;;) {
    const piece = await reader.read(at, PIECE_BYTES);
    const isGood = walker.write(piece);
    at += piece.length;
    if (walker.layoutSoFar.kind !== 'none') return true;
    if (!isGood) return false;
    if (piece.length < PIECE_BYTES) return walker.finish() === undefined;
    at += walker.skipAhead();
  }
}

function readRaw(raw: RawLut, firstIsSigned: boolean, isLittleEndian: boolean, words: (bytes: Uint8Array) => string): LutReading {
  const { descriptor, data } = raw;
  if (descriptor === undefined) return { ok: false, reason: 'its descriptor does not have three values' };
  if (raw.tooLong !== undefined) return { ok: false, reason: `${raw.tooLong} bytes of data` };
  if (data === undefined) return { ok: false, reason: 'it has no data' };
  const view = new DataView(descriptor.buffer, descriptor.byteOffset, 6);
  const value = (index: number): number => view.getUint16(2 * index, isLittleEndian);
  return readLut({
    descriptor: { entries: value(0), first: value(1), bits: value(2) },
    // The VR, where it is stated, may say SS also where nothing else makes the input signed.
    firstIsSigned: firstIsSigned || raw.descriptorVr === VR_SS,
    data,
    isLittleEndian,
    explanation: raw.explanation === undefined ? '' : words(raw.explanation),
  });
}

function taken(reading: LutReading, name: string, problems: string[]): Extract<LutReading, { ok: true }>['lut'] | undefined {
  if (!reading.ok) {
    problems.push(`${name} cannot be used: ${reading.reason}`);
    return undefined;
  }
  for (const note of reading.notes) problems.push(`${name}: ${note}`);
  return reading.lut;
}

/** LO of an item, by the character set of the whole object, without padding and control characters. */
function charactersOf(store: ValueStore): (bytes: Uint8Array) => string {
  const declared = Buffer.from(store.bytes(0))
    .toString('latin1')
    .replace(/^[\0 ]+|[\0 ]+$/g, '');
  const set: CharacterSet = declared === '' ? DEFAULT_CHARACTER_SET : parseCharacterSet(declared);
  return (bytes) =>
    decodeText(bytes, set)
      .text.replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, 128);
}
