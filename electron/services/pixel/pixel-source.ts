import { CallError } from '@shared/contract';
import { transferSyntax } from '@shared/dicom';
import type { InstanceId } from '@shared/domain';
import type { Cache } from '../cache';
import { frameLayout, type FrameLayout } from '../part10';
import { createInflatedObjects, type InflatedObjects } from './inflated-objects';
import { inByteOrder } from './swapped-words';
import type { FrameBytes, Lend, PixelSource } from './types';

interface Layout {
  readonly frames: Extract<FrameLayout, { ok: true }>;
  readonly TransferSyntaxUID: string;
  readonly read: (offset: number, length: number, lend?: Lend) => Promise<Uint8Array>;
}

/** Objects whose frame offsets are remembered: reading a big offset table once per frame would be slow. */
const REMEMBERED_LAYOUTS = 256;
/** One frame's bytes at most: what one message may carry. */
const MAX_FRAME_BYTES = 2 ** 30;
/** So many times a frame's bytes a message may carry: copying a frame costs more than a header that goes with it. */
const MOST_AROUND = 1.25;

/** Somebody waits for a frame: it is digested when it was read. */
const atOnce = (): Promise<void> => Promise.resolve();

/** Frames of the objects in the cache. Every byte is read through the cache, which checks it against its digest. */
export function createPixelSource(cache: Pick<Cache, 'locate' | 'readRange'>): PixelSource {
  const layouts = new Map<InstanceId, Promise<Layout>>();
  const inflated = createInflatedObjects(cache);

  function layoutOf(instanceId: InstanceId): Promise<Layout> {
    const known = layouts.get(instanceId);
    layouts.delete(instanceId);
    const layout = known ?? findLayout(cache, inflated, instanceId);
    layouts.set(instanceId, layout); // youngest last
    if (known === undefined) layout.catch(() => layouts.delete(instanceId));
    for (const oldest of layouts.keys()) {
      if (layouts.size <= REMEMBERED_LAYOUTS) break;
      layouts.delete(oldest);
    }
    return layout;
  }

  return {
    async frame(instanceId, frameIndex, lend): Promise<FrameBytes> {
      const { frames, TransferSyntaxUID, read } = await layoutOf(instanceId);
      const ranges = frames.ranges(frameIndex);
      if (ranges.length === 0) throw new CallError('notFound', `the object has ${frames.numberOfFrames} frames, asked for number ${frameIndex + 1}`);
      const length = ranges.reduce((sum, range) => sum + range.length, 0);
      if (length > MAX_FRAME_BYTES) throw new CallError('cannotDecode', `the frame has ${length} bytes, the limit is ${MAX_FRAME_BYTES}`);
      const [only] = ranges;
      const joined =
        ranges.length === 1 && only !== undefined ? sendable(await read(only.offset, only.length, lend)) : await joinedRanges(ranges, length, read);
      dropLeadingBits(joined, frames.leadingBits?.(frameIndex) ?? 0);
      return { bytes: joined, TransferSyntaxUID };
    },
  };
}

async function joinedRanges(ranges: readonly { offset: number; length: number }[], length: number, read: Layout['read']): Promise<Uint8Array<ArrayBuffer>> {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const range of ranges) {
    joined.set(await read(range.offset, range.length), at);
    at += range.length;
  }
  return joined;
}

/** A message carries the whole memory of a view: where that is much more than the frame, the frame is copied out of it. */
function sendable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isMostly = buffer instanceof ArrayBuffer && buffer.byteLength <= bytes.length * MOST_AROUND;
  return isMostly ? new Uint8Array(buffer, bytes.byteOffset, bytes.length) : Uint8Array.from(bytes);
}

/** Moves a frame of 1 bit pixels to the border of its first byte, in place: bit 0 comes first (PS3.5 8.1.1). */
function dropLeadingBits(bytes: Uint8Array, count: number): void {
  if (count === 0) return;
  for (let at = 0; at < bytes.length; at++) bytes[at] = ((bytes[at] ?? 0) >> count) | ((bytes[at + 1] ?? 0) << (8 - count));
}

async function findLayout(cache: Pick<Cache, 'locate' | 'readRange'>, inflated: InflatedObjects, instanceId: InstanceId): Promise<Layout> {
  const { attributes, pixel, sizeBytes } = cache.locate(instanceId);
  const { TransferSyntaxUID, NumberOfFrames, image } = attributes;
  if (image === undefined) throw new CallError('cannotDecode', 'the object has no picture');
  const isDeflated = transferSyntax(TransferSyntaxUID)?.isDeflated === true;
  const read = async (offset: number, length: number, lend?: Lend): Promise<Uint8Array> => {
    if (isDeflated) return (await inflated.get(instanceId, sizeBytes)).slice(offset, offset + length);
    const reading = lend && { memory: lend, turn: atOnce };
    return await cache.readRange(instanceId, offset, Math.max(0, Math.min(length, sizeBytes - offset)), reading);
  };
  const frames = await frameLayout({ read }, { TransferSyntaxUID, NumberOfFrames: Math.max(1, NumberOfFrames), format: image.format, pixel });
  if (!frames.ok) throw new CallError('corrupt', frames.reason);
  return { frames, TransferSyntaxUID, read: await inByteOrder(read, TransferSyntaxUID, image.format, pixel) };
}
