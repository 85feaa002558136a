import { readFile } from 'node:fs/promises';
import { InstanceId, type PixelFormat } from '@shared/domain';
import type { StoredArray } from '@shared/pixel';
import { readPart10Header, walkDataSet } from '../../electron/services/part10';
import { createPixelSource } from '../../electron/services/pixel';

export interface FileFrames {
  readonly TransferSyntaxUID: string;
  readonly format: PixelFormat;
  readonly numberOfFrames: number;
  /** Bytes of a frame as the services hand them out; rejects with their error. */
  frame(index: number): Promise<Uint8Array>;
}

/** The frames of a Part 10 file by the program's own walker and pixel source, or why there are none. */
export async function framesOfFile(path: string): Promise<FileFrames | string> {
  const file = new Uint8Array(await readFile(path));
  const header = readPart10Header(file, true);
  if (!header.ok) return 'no Part 10 file';
  const { TransferSyntaxUID } = header;
  const stored = file.subarray(header.dataSetOffset);
  const walked = walkDataSet(stored, { TransferSyntaxUID });
  if (!walked.ok) return `refused: ${walked.reason.code}`;
  const { attributes, pixel } = walked;
  if (attributes.image === undefined) return `no image${walked.warnings.length === 0 ? '' : `: ${walked.warnings.join(': ')}`}`;
  const source = createPixelSource({
    locate: () => ({ attributes, pixel, sizeBytes: stored.length, location: { path, offset: header.dataSetOffset, length: stored.length } }),
    readRange: async (_id, offset, length) => await Promise.resolve(stored.subarray(offset, offset + length)),
  });
  return {
    TransferSyntaxUID,
    format: attributes.image.format,
    numberOfFrames: Math.max(1, attributes.NumberOfFrames),
    frame: async (index) => (await source.frame(InstanceId.parse(1), index)).bytes,
  };
}

/** The greatest difference of two values in the same place. */
export function greatestDifference(left: StoredArray, right: StoredArray): number {
  if (left.length !== right.length) return Infinity;
  let most = 0;
  for (let at = 0; at < left.length; at++) most = Math.max(most, Math.abs((left[at] ?? 0) - (right[at] ?? 0)));
  return most;
}
