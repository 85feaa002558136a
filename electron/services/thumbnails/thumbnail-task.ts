import type { ImageFrame, ImageLuts } from '@shared/domain';
import { makeThumbnail } from '@shared/picture';
import { type Codecs, decodeFrame } from '@shared/pixel';

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
  const decoded = decodeFrame(bytes, frame.format, frame.TransferSyntaxUID, undefined, codecs);
  if (!decoded.ok) return { ok: false, reason: decoded.reason };
  const rgb = makeThumbnail(frame, decoded, luts, THUMBNAIL_SIZE);
  return rgb === undefined ? { ok: false, reason: 'its palette or table could not be read' } : { ok: true, rgb };
}
