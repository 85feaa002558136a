import { transferSyntax } from '@shared/dicom';
import { createDataSetWalker, frameLayout, type InstanceAttributes } from '../part10';
import { inflated, sameContent } from './compare';
import type { DataSetSource } from './data-set-source';
import { CHUNK_BYTES } from './digest';

/** A frame as it is stored, and what its decoder must know. */
export interface StoredFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: NonNullable<InstanceAttributes['image']>['format'];
  readonly TransferSyntaxUID: string;
}

/** SHA-256 of a frame's decoded values; undefined: it cannot be decoded. Hostile bytes: in a thread of their own. */
export type FrameDigest = (frame: StoredFrame) => Promise<string | undefined>;

/** What a comparison of two data sets came to; `unknown`: they may be the same, but frames of them cannot be had. */
export type SameVerdict = 'same' | 'different' | 'unknown';

/** Pixel Data and the tables of its frames; how colour is arranged in it (PS3.5 8.2): what another compression may change without changing a pixel. */
const CODED = new Set(['7fe00010', '7fe00001', '7fe00002', '00280004', '00280006']);
const MOST_FRAMES = 50_000;

/**
 * Whether two data sets in different transfer syntaxes say the same and show the same: all other elements equal, and every frame equal value by value when
 * decoded, one frame of each in memory at a time.
 */
export async function samePicture(a: DataSetSource, b: DataSetSource, digest: FrameDigest): Promise<SameVerdict> {
  if (!isEncapsulated(a) && !isEncapsulated(b)) return 'different';
  if (!(await sameContent(a, b, (path) => CODED.has(path.slice(0, 8))))) return 'different';
  const [first, second] = [await framesOf(a), await framesOf(b)];
  if (first === undefined || second === undefined) return 'unknown';
  if (second.count !== first.count) return 'different';
  for (let frame = 0; frame < first.count; frame++) {
    const left = await digest(await first.frame(frame));
    const right = await digest(await second.frame(frame));
    if (left === undefined || right === undefined) return 'unknown';
    if (left !== right) return 'different';
  }
  return 'same';
}

function isEncapsulated({ TransferSyntaxUID }: DataSetSource): boolean {
  return transferSyntax(TransferSyntaxUID)?.isEncapsulated === true;
}

async function framesOf(stored: DataSetSource): Promise<{ count: number; frame(at: number): Promise<StoredFrame> } | undefined> {
  const source = await inflated(stored);
  if (source === undefined) return undefined;
  const { TransferSyntaxUID } = stored;
  const walker = createDataSetWalker({ TransferSyntaxUID });
  for (let at = 0; at < stored.sizeBytes; at += CHUNK_BYTES) {
    walker.write(await stored.read(at, Math.min(CHUNK_BYTES, stored.sizeBytes - at)));
    await walker.drained();
  }
  const walked = await walker.finish();
  if (!walked.ok || walked.attributes.image === undefined) return undefined;
  const { format } = walked.attributes.image;
  const reader = { read: (offset: number, length: number) => source.read(offset, Math.max(0, Math.min(length, source.sizeBytes - offset))) };
  const layout = await frameLayout(reader, { TransferSyntaxUID, NumberOfFrames: walked.attributes.NumberOfFrames, format, pixel: walked.pixel });
  // frames that begin within a byte (1 bit a pixel) are not taken apart here
  if (!layout.ok || layout.numberOfFrames > MOST_FRAMES || layout.leadingBits !== undefined) return undefined;
  const frame = async (at: number): Promise<StoredFrame> => {
    const pieces: Uint8Array[] = [];
    for (const { offset, length } of layout.ranges(at)) pieces.push(await source.read(offset, length));
    return { bytes: Uint8Array.from(Buffer.concat(pieces)), ...{ format, TransferSyntaxUID } };
  };
  return { count: layout.numberOfFrames, frame };
}
