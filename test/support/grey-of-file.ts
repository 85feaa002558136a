import { buildDisplaySets, type ImageFrame, type ImageHeader, type ImageLuts } from '@shared/domain';
import { levelFunction, outputLevel } from '@shared/grayscale';
import { type Codecs, decodeFrame, type StoredArray } from '@shared/pixel';
import { frameLayout, inflateDataSet, readImageLuts, readPart10Header, walkDataSet } from '../../electron/services/part10';
import { readImageDrawings } from '../../electron/services/presentation';
import { chosenVoi, greySettings, type TableState, type WindowChoice, wholeRange } from '../../renderer/imaging';

/** One frame of a Part 10 file with all that its grey levels depend on, by the program's own way from bytes to levels. */
export interface GreyFile {
  readonly frame: ImageFrame;
  /** What the top level of the object says. */
  readonly image: ImageHeader;
  readonly numberOfFrames: number;
  readonly tables: TableState;
  readonly values: StoredArray;
  readonly min: number;
  readonly max: number;
}

/** Undefined where the file has no grey picture that decodes; without `codecs` that is, of those that need none. */
export async function readGreyFile(file: Uint8Array, frameIndex = 0, codecs?: Codecs): Promise<GreyFile | undefined> {
  const found = await greyFileOrReason(file, frameIndex, codecs);
  return typeof found === 'string' ? undefined : found;
}

/** The same, or in words what stands in the way of a grey picture. */
export async function greyFileOrReason(file: Uint8Array, frameIndex: number, codecs?: Codecs): Promise<GreyFile | string> {
  const header = readPart10Header(file, true);
  if (!header.ok) return header.text;
  const { TransferSyntaxUID } = header;
  let bytes = file.subarray(header.dataSetOffset);
  if (TransferSyntaxUID === '1.2.840.10008.1.2.1.99') {
    const inflated = inflateDataSet(bytes, 2 ** 29);
    if (!inflated.ok) return inflated.reason.text;
    bytes = inflated.bytes;
  }
  const walked = walkDataSet(file.subarray(header.dataSetOffset), { TransferSyntaxUID });
  if (!walked.ok) return walked.reason.text;
  const { attributes, pixel } = walked;
  const { image } = attributes;
  if (image === undefined) return attributes.warnings.join(', ') || 'no image';
  const numberOfFrames = Math.max(1, attributes.NumberOfFrames);
  const frames = buildDisplaySets([{ instanceId: 1, attributes }]).flatMap((set) => set.frames);
  const frame = frames.find((candidate) => candidate.frameIndex === frameIndex);
  if (frame === undefined) return 'no such frame';
  if (frame.cannotDecode !== undefined) return frame.cannotDecode;
  if (!image.format.PhotometricInterpretation.startsWith('MONOCHROME')) return image.format.PhotometricInterpretation;
  const reader = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const layout = await frameLayout(reader, { TransferSyntaxUID, NumberOfFrames: numberOfFrames, format: image.format, pixel });
  if (!layout.ok) return layout.reason;
  const parts = layout.ranges(frameIndex).map(({ offset, length }) => bytes.subarray(offset, offset + length));
  const decoded = decodeFrame(Buffer.concat(parts), image.format, TransferSyntaxUID, undefined, codecs);
  if (!decoded.ok) return decoded.reason;
  const request = { TransferSyntaxUID, image };
  const needed = frame.luts !== undefined || frame.extras?.presentationLut === true;
  const tables: TableState = needed ? { kind: 'ready', luts: { ...(await readImageLuts(reader, request)), ...(await presentationLut()) } } : { kind: 'none' };
  return { frame, image, numberOfFrames, tables, values: decoded.values, min: decoded.min, max: decoded.max };

  async function presentationLut(): Promise<Pick<ImageLuts, 'presentationLut'>> {
    const drawings = await readImageDrawings(reader, { ...request, numberOfFrames: 1, cells: undefined });
    return drawings.presentationLut === undefined ? {} : { presentationLut: drawings.presentationLut };
  }
}

/** Output levels 0..255 of every pixel under the user's choice (undefined: as the file is opened). */
export function greyLevels({ frame, tables, values, min, max }: GreyFile, choice?: WindowChoice, inverted = false): Uint8Array {
  const voi = chosenVoi(frame, tables, choice) ?? wholeRange(frame, tables, { key: '', values, min, max });
  const levelOf = levelFunction({ ...greySettings(frame, tables, voi, inverted), signed: frame.format.PixelRepresentation === 1 });
  const { BitsAllocated, floatElement } = frame.format;
  // A level for each stored value is worked out once; floating point and 32 bits have too many of them to keep.
  const known = floatElement === undefined && BitsAllocated <= 16 ? new Int16Array(65_536).fill(-1) : undefined;
  const levels = new Uint8Array(values.length);
  for (let at = 0; at < levels.length; at++) {
    const value = values[at] ?? 0;
    let level = known?.[value & 0xffff] ?? -1;
    if (level < 0) level = outputLevel(levelOf(value));
    if (known !== undefined) known[value & 0xffff] = level;
    levels[at] = level;
  }
  return levels;
}
