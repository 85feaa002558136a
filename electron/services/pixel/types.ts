import type { InstanceId } from '@shared/domain';

export interface FrameBytes {
  /** As stored: native, or the joined fragments of one frame. Around it lies a little of the same object at most: a message carries all of its memory. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly TransferSyntaxUID: string;
}

/** Where frames come from. Rejects with a CallError that names what is wrong. */
export interface PixelSource {
  /** `lend`: memory that the bytes may be read into; others may come back. */
  frame(instanceId: InstanceId, frameIndex: number, lend?: Lend): Promise<FrameBytes>;
}

/** Memory of so many bytes. */
export type Lend = (length: number) => Uint8Array<ArrayBuffer>;
