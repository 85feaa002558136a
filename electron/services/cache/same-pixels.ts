import { transferSyntax } from '@shared/dicom';
import { frameLayout, type InstanceAttributes, inflateDataSet, walkDataSet } from '../part10';
import { type DataSetBytes, INFLATED_BYTES, sameContent } from './compare';

/** A frame as it is stored, and what its decoder must know. */
export interface StoredFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: NonNullable<InstanceAttributes['image']>['format'];
  readonly TransferSyntaxUID: string;
}

/** SHA-256 of a frame's decoded values; undefined: it cannot be decoded. Hostile bytes: in a thread of their own. */
export type FrameDigest = (frame: StoredFrame) => Promise<string | undefined>;

/** Pixel Data and the tables of its frames; how colour is arranged in it (PS3.5 8.2): what another compression may change without changing a pixel. */
const CODED = new Set(['7fe00010', '7fe00001', '7fe00002', '00280004', '00280006']);
const MOST_FRAMES = 2000;

/**
 * Whether two data sets in different transfer syntaxes say the same and show the same: all other elements equal, and every frame equal value by value when
 * decoded. False where the frames cannot be had: what is not known to be the same is not called so.
 */
export async function samePicture(a: DataSetBytes, b: DataSetBytes, digest: FrameDigest): Promise<boolean> {
  if (!isEncapsulated(a) && !isEncapsulated(b)) return false;
  if (!sameContent(a, b, (path) => CODED.has(path.slice(0, 8)))) return false;
  const [first, second] = [await framesOf(a), await framesOf(b)];
  if (first === undefined || second?.count !== first.count) return false;
  for (let frame = 0; frame < first.count; frame++) {
    const left = await digest(first.frame(frame));
    if (left === undefined || left !== (await digest(second.frame(frame)))) return false;
  }
  return true;
}

function isEncapsulated({ TransferSyntaxUID }: DataSetBytes): boolean {
  return transferSyntax(TransferSyntaxUID)?.isEncapsulated === true;
}

async function framesOf({ bytes: stored, TransferSyntaxUID }: DataSetBytes): Promise<{ count: number; frame(at: number): StoredFrame } | undefined> {
  const walked = walkDataSet(stored, { TransferSyntaxUID });
  if (!walked.ok || walked.attributes.image === undefined) return undefined;
  const { format } = walked.attributes.image;
  const inflated = transferSyntax(TransferSyntaxUID)?.isDeflated === true ? inflateDataSet(stored, INFLATED_BYTES) : { ok: true as const, bytes: stored };
  if (!inflated.ok) return undefined;
  const { bytes } = inflated;
  const reader = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const layout = await frameLayout(reader, { TransferSyntaxUID, NumberOfFrames: walked.attributes.NumberOfFrames, format, pixel: walked.pixel });
  // frames that begin within a byte (1 bit a pixel) are not taken apart here
  if (!layout.ok || layout.numberOfFrames > MOST_FRAMES || layout.leadingBits !== undefined) return undefined;
  const frame = (at: number): StoredFrame => ({
    bytes: Uint8Array.from(Buffer.concat(layout.ranges(at).map(({ offset, length }) => bytes.subarray(offset, offset + length)))),
    ...{ format, TransferSyntaxUID },
  });
  return { count: layout.numberOfFrames, frame };
}
