import { buildDisplaySets, type ImageFrame, type ImageLuts } from '@shared/domain';
import { levelFunction, outputLevel } from '@shared/grayscale';
import { decodeFrame, type StoredArray } from '@shared/pixel';
import { frameLayout, inflateDataSet, readImageLuts, readPart10Header, walkDataSet } from '../../electron/services/part10';
import { readImageDrawings } from '../../electron/services/presentation';
import { chosenVoi, greySettings, type TableState, type WindowChoice, wholeRange } from '../../renderer/imaging';

/** One frame of a Part 10 file with all that its grey levels depend on, by the program's own way from bytes to levels. */
export interface GreyFile {
  readonly frame: ImageFrame;
  readonly tables: TableState;
  readonly values: StoredArray;
  readonly min: number;
  readonly max: number;
}

/** Undefined where the file has no grey picture that decodes without codecs. */
export async function readGreyFile(file: Uint8Array, frameIndex = 0): Promise<GreyFile | undefined> {
  const header = readPart10Header(file);
  if (!header.ok) return undefined;
  const { TransferSyntaxUID } = header;
  let bytes = file.subarray(header.dataSetOffset);
  if (TransferSyntaxUID === '1.2.840.10008.1.2.1.99') {
    const inflated = inflateDataSet(bytes, 2 ** 29);
    if (!inflated.ok) return undefined;
    bytes = inflated.bytes;
  }
  const walked = walkDataSet(file.subarray(header.dataSetOffset), { TransferSyntaxUID });
  if (!walked.ok || walked.attributes.image === undefined) return undefined;
  const { attributes, pixel } = walked;
  const image = walked.attributes.image;
  const [set] = buildDisplaySets([{ instanceId: 1, attributes }]);
  const frame = set?.frames[frameIndex];
  if (frame === undefined || frame.cannotDecode !== undefined || !image.format.PhotometricInterpretation.startsWith('MONOCHROME')) return undefined;
  const reader = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const layout = await frameLayout(reader, { TransferSyntaxUID, NumberOfFrames: Math.max(1, attributes.NumberOfFrames), format: image.format, pixel });
  if (!layout.ok) return undefined;
  const parts = layout.ranges(frameIndex).map(({ offset, length }) => bytes.subarray(offset, offset + length));
  const decoded = decodeFrame(Buffer.concat(parts), image.format, TransferSyntaxUID);
  if (!decoded.ok) return undefined;
  const request = { TransferSyntaxUID, image };
  const needed = frame.luts !== undefined || frame.extras?.presentationLut === true;
  const tables: TableState = needed ? { kind: 'ready', luts: { ...(await readImageLuts(reader, request)), ...(await presentationLut()) } } : { kind: 'none' };
  return { frame, tables, values: decoded.values, min: decoded.min, max: decoded.max };

  async function presentationLut(): Promise<Pick<ImageLuts, 'presentationLut'>> {
    const drawings = await readImageDrawings(reader, { ...request, numberOfFrames: 1, cells: undefined });
    return drawings.presentationLut === undefined ? {} : { presentationLut: drawings.presentationLut };
  }
}

/** Output levels 0..255 of every pixel under the user's choice (undefined: as the file is opened). */
export function greyLevels({ frame, tables, values, min, max }: GreyFile, choice?: WindowChoice, inverted = false): Uint8Array {
  const voi = chosenVoi(frame, tables, choice) ?? wholeRange(frame, tables, { key: '', values, min, max });
  const levelOf = levelFunction({ ...greySettings(frame, tables, voi, inverted), signed: frame.format.PixelRepresentation === 1 });
  return Uint8Array.from(values as ArrayLike<number>, (value) => outputLevel(levelOf(value)));
}
