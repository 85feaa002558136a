import type { InstanceId } from '@shared/domain';

export interface FrameBytes {
  /** As stored: native, or the joined fragments of one frame. Its own memory, exactly as long as the frame. */
  readonly bytes: ArrayBuffer;
  readonly TransferSyntaxUID: string;
}

/** Where frames come from. Rejects with a CallError that names what is wrong. */
export interface PixelSource {
  frame(instanceId: InstanceId, frameIndex: number): Promise<FrameBytes>;
}
