import type { ImageFrame, ImageLuts, MosaicTile } from '@shared/domain';
import { makeThumbnail } from '@shared/picture';
import { type Codecs, cutTile, type DecodedFrame, decodeFrame, extremes, pictureFormat, storedType, storedView, valuesPerFrame } from '@shared/pixel';

/** Pixels of a side: what the rail shows. */
export const THUMBNAIL_SIZE = 64;

export interface ThumbnailTask {
  readonly frame: ImageFrame;
  readonly bytes: Uint8Array;
  readonly luts: ImageLuts | undefined;
}

export type ThumbnailOutcome = { readonly ok: true; readonly rgb: Uint8Array<ArrayBuffer> } | { readonly ok: false; readonly reason: string };

/** Decodes one frame and makes it small. Never throws on bytes. */
export function runThumbnailTask({ frame, bytes, luts }: ThumbnailTask, codecs: Codecs | undefined): ThumbnailOutcome {
  const { format, tile } = frame;
  const decoded = decodeFrame(bytes, tile === undefined ? format : pictureFormat(format, tile), frame.TransferSyntaxUID, undefined, codecs);
  if (!decoded.ok) return { ok: false, reason: decoded.reason };
  const rgb = makeThumbnail(frame, tile === undefined ? decoded : tileOf(decoded, format, tile), luts, THUMBNAIL_SIZE);
  return rgb === undefined ? { ok: false, reason: 'its palette or table could not be read' } : { ok: true, rgb };
}

type Decoded = Extract<DecodedFrame, { ok: true }>;

function tileOf({ values }: Decoded, format: ImageFrame['format'], tile: MosaicTile): Pick<Decoded, 'values' | 'min' | 'max'> {
  const count = valuesPerFrame(format);
  const place = storedView(storedType(format), new ArrayBuffer(count * values.BYTES_PER_ELEMENT), 0, count);
  cutTile(values, format, tile, place);
  return { values: place, ...extremes(place) };
}
