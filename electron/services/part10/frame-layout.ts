import { transferSyntax, transferSyntaxLabel } from '@shared/dicom';
import type { ImageHeader } from './attributes';
import { WindowReader, indexFragments, type DataSetReader } from './fragment-index';
import { groupFragments } from './frame-groups';
import { nativeFrameBytes } from './image-header';
import { locatePixelData } from './locate-pixel-data';
import type { ByteRange, PixelLayout } from './walk-types';

export interface FrameLayoutRequest {
  readonly TransferSyntaxUID: string;
  readonly NumberOfFrames: number;
  readonly format: ImageHeader['format'];
  /** From the walk; without it the head of the data set is walked again. */
  readonly pixel?: PixelLayout;
}

export type FrameLayout =
  | {
      readonly ok: true;
      readonly numberOfFrames: number;
      /** Byte ranges of a frame (0-based), in order, from the start of the (inflated) data set; several where a frame has several fragments. */
      ranges(frameIndex: number): readonly ByteRange[];
      /** Bits of the first byte that belong to the frame before (1 bit a pixel, frames not on byte borders: PS3.5 8.1.1); absent = none. */
      leadingBits?(frameIndex: number): number;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Where each frame of the object's pixel data lies: native by arithmetic (PS3.5 8.1), encapsulated by the Extended Offset Table, the Basic Offset Table, one
 * fragment a frame, one frame of all fragments, or the codec's start and end markers, in this order. A table that contradicts the fragments is passed over
 * with a warning. Reads headers and tables only. `reader` gives the inflated bytes where the syntax is deflated.
 */
export async function frameLayout(reader: DataSetReader, request: FrameLayoutRequest): Promise<FrameLayout> {
  const syntax = transferSyntax(request.TransferSyntaxUID);
  const located = request.pixel ?? (await locatePixelData(reader, request.TransferSyntaxUID));
  if (located === undefined || located.kind === 'none') return { ok: false, reason: 'no pixel data' };
  if (located.kind === 'native') {
    if (syntax?.isEncapsulated ?? true)
      return { ok: false, reason: `pixel data not in fragments as ${transferSyntaxLabel(request.TransferSyntaxUID)} demands` };
    return nativeLayout(located, request);
  }
  if (syntax !== undefined && !syntax.isEncapsulated) return { ok: false, reason: `pixel data in fragments, but the transfer syntax is ${syntax.name}` };
  if (syntax?.codec === 'video') return { ok: false, reason: 'frames of a video stream have no byte ranges of their own' };
  // Looked for anew, they are known by their start only.
  const only = request.pixel === undefined ? undefined : onlyFragment(located, request.NumberOfFrames);
  if (only !== undefined) return { ok: true, numberOfFrames: 1, ranges: (frameIndex) => (frameIndex === 0 ? [only] : []), warnings: [] };
  const window = new WindowReader(reader);
  const index = await indexFragments(window, located.offset);
  if (!index.ok) return index;
  const groups = await groupFragments(window, { ...located, ...index }, request.NumberOfFrames, syntax?.codec ?? 'none');
  if (!groups.ok) return groups;
  return { ok: true, numberOfFrames: groups.frames.length, ranges: (frameIndex) => groups.frames[frameIndex] ?? [], warnings: groups.warnings };
}

const ITEM_HEADER_BYTES = 8;

/** The fragment of an object that has one frame and one fragment, by what the walk noted: nothing is read, and no table can say otherwise but that of true lengths. */
function onlyFragment(pixel: Extract<PixelLayout, { kind: 'encapsulated' }>, count: number): ByteRange | undefined {
  if (count !== 1 || pixel.fragments !== 1 || pixel.extendedOffsetTable !== undefined) return undefined;
  const { basicOffsetTable: table } = pixel;
  const offset = table.offset + table.length + ITEM_HEADER_BYTES;
  const length = pixel.offset + pixel.length - ITEM_HEADER_BYTES - offset;
  return length > 0 ? { offset, length } : undefined;
}

function nativeLayout(pixel: Extract<PixelLayout, { kind: 'native' }>, request: FrameLayoutRequest): FrameLayout {
  const frameBytes = nativeFrameBytes(request.format);
  const { NumberOfFrames } = request;
  const needed = Math.ceil(frameBytes * NumberOfFrames);
  if (pixel.length < needed) {
    return { ok: false, reason: `pixel data too short: ${String(pixel.length)} bytes for ${String(NumberOfFrames)} x ${String(Math.ceil(frameBytes))}` };
  }
  const leadingBits = (frameIndex: number): number => ((frameIndex * frameBytes) % 1) * 8;
  return {
    ok: true,
    numberOfFrames: NumberOfFrames,
    ranges: (frameIndex) => {
      if (frameIndex < 0 || frameIndex >= NumberOfFrames) return [];
      const start = Math.floor(frameIndex * frameBytes);
      return [{ offset: pixel.offset + start, length: Math.ceil((frameIndex + 1) * frameBytes) - start }];
    },
    ...(Number.isInteger(frameBytes) ? {} : { leadingBits }),
    warnings: [],
  };
}
