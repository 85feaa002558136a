import type { ErrorCode, FramePriority } from '@shared/contract';
import type { ImageFrame } from '@shared/domain';

/** What a decode worker needs to know of a frame. */
export type FrameRequest = Pick<ImageFrame, 'instanceId' | 'frameIndex' | 'tile' | 'TransferSyntaxUID' | 'format'>;

/** Place of one frame in a display set's shared buffer, in the stored type. */
export interface FrameTarget {
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
}

export type ToDecodeWorker =
  /** A new way to the pixels (transferred); what was under way on the old one has failed. */
  | { readonly kind: 'port'; readonly port: MessagePort }
  | { readonly kind: 'load'; readonly job: number; readonly frame: FrameRequest; readonly priority: FramePriority; readonly target: FrameTarget }
  | { readonly kind: 'cancel'; readonly job: number }
  /** Have the codecs ready before a frame needs them. */
  | { readonly kind: 'warm' };

export type FromDecodeWorker =
  /** The bytes are here and a codec starts: from now on it is the decoder that may hang. */
  | { readonly kind: 'decoding'; readonly job: number }
  | { readonly kind: 'loaded'; readonly job: number }
  | { readonly kind: 'failed'; readonly job: number; readonly code: ErrorCode; readonly reason: string }
  | { readonly kind: 'portLost' };

/** A decode worker as the pool sees it; a stand-in in tests. */
export interface DecodeWorker {
  post(message: ToDecodeWorker, transfer?: MessagePort[]): void;
  onMessage(listener: (message: FromDecodeWorker) => void): void;
  onError(listener: (reason: string) => void): void;
  terminate(): void;
}
