import { CallError } from '@shared/contract';
import { transferSyntax, transferSyntaxLabel } from '@shared/dicom';
import type { InstanceId } from '@shared/domain';
import type { Cache } from '../cache';
import { frameLayout, type FrameLayout } from '../part10';
import type { FrameBytes, PixelSource } from './types';

type Layout = Extract<FrameLayout, { ok: true }> & { readonly TransferSyntaxUID: string };

/** Objects whose frame offsets are remembered: reading a big offset table once per frame would be slow. */
const REMEMBERED_LAYOUTS = 256;
/** One frame's bytes at most: what one message may carry. */
const MAX_FRAME_BYTES = 2 ** 30;

/** Frames of the objects in the cache. Every byte is read through the cache, which checks it against its digest. */
export function createPixelSource(cache: Pick<Cache, 'locate' | 'readRange'>): PixelSource {
  const layouts = new Map<InstanceId, Promise<Layout>>();

  function layoutOf(instanceId: InstanceId): Promise<Layout> {
    const known = layouts.get(instanceId);
    layouts.delete(instanceId);
    const layout = known ?? findLayout(cache, instanceId);
    layouts.set(instanceId, layout); // youngest last
    if (known === undefined) layout.catch(() => layouts.delete(instanceId));
    for (const oldest of layouts.keys()) {
      if (layouts.size <= REMEMBERED_LAYOUTS) break;
      layouts.delete(oldest);
    }
    return layout;
  }

  return {
    async frame(instanceId, frameIndex): Promise<FrameBytes> {
      const layout = await layoutOf(instanceId);
      const ranges = layout.ranges(frameIndex);
      if (ranges.length === 0) throw new CallError('notFound', `the object has ${layout.numberOfFrames} frames, asked for number ${frameIndex + 1}`);
      const length = ranges.reduce((sum, range) => sum + range.length, 0);
      if (length > MAX_FRAME_BYTES) throw new CallError('cannotDecode', `the frame has ${length} bytes, the limit is ${MAX_FRAME_BYTES}`);
      const joined = new Uint8Array(length);
      let at = 0;
      for (const range of ranges) {
        joined.set(await cache.readRange(instanceId, range.offset, range.length), at);
        at += range.length;
      }
      return { bytes: joined.buffer, TransferSyntaxUID: layout.TransferSyntaxUID };
    },
  };
}

async function findLayout(cache: Pick<Cache, 'locate' | 'readRange'>, instanceId: InstanceId): Promise<Layout> {
  const { attributes, pixel, sizeBytes } = cache.locate(instanceId);
  const { TransferSyntaxUID, NumberOfFrames, image } = attributes;
  if (image === undefined) throw new CallError('cannotDecode', 'the object has no picture');
  if (transferSyntax(TransferSyntaxUID)?.isDeflated === true) {
    throw new CallError('cannotDecode', `cannot decode yet: ${transferSyntaxLabel(TransferSyntaxUID)}`);
  }
  const reader = {
    read: (offset: number, length: number) => cache.readRange(instanceId, offset, Math.max(0, Math.min(length, sizeBytes - offset))),
  };
  const layout = await frameLayout(reader, { TransferSyntaxUID, NumberOfFrames: Math.max(1, NumberOfFrames), format: image.format, pixel });
  if (!layout.ok) throw new CallError('corrupt', layout.reason);
  return { ...layout, TransferSyntaxUID };
}
