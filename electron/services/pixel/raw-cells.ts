import type { InstanceId, PixelFormat } from '@shared/domain';
import { decodeFrame, needsCodecs } from '@shared/pixel';
import type { Cache } from '../cache';
import { createPixelSource } from './pixel-source';

/**
 * Pixel cells with all their bits, those beside Bits Stored too (overlays of old: PS3.5 8.1.1): native, deflated and RLE frames. Undefined where only a codec
 * could tell them, or where the frame cannot be read.
 */
export function rawCellsOf(
  cache: Pick<Cache, 'locate' | 'readRange'>,
  instanceId: InstanceId,
  format: PixelFormat,
): (frameIndex: number) => Promise<Uint8Array | Uint16Array | Uint32Array | undefined> {
  const source = createPixelSource(cache);
  const cells: PixelFormat = { ...format, BitsStored: format.BitsAllocated, HighBit: format.BitsAllocated - 1, PixelRepresentation: 0 };
  return async (frameIndex) => {
    const frame = await source.frame(instanceId, frameIndex).catch(() => undefined);
    if (frame === undefined || needsCodecs(frame.TransferSyntaxUID) || format.SamplesPerPixel !== 1) return undefined;
    const decoded = decodeFrame(frame.bytes, cells, frame.TransferSyntaxUID);
    if (!decoded.ok) return undefined;
    const { values } = decoded;
    return values instanceof Uint8Array || values instanceof Uint16Array || values instanceof Uint32Array ? values : undefined;
  };
}
