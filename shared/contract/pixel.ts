import { z } from 'zod';
import { InstanceId } from '../domain';
import { WireError } from './errors';

/** Pixel ports: a decode worker talks straight to the services. Frames are named by ids that the index knows. */
export const FramePriority = z.enum(['interaction', 'visible', 'neighbour', 'rest', 'ahead']);
export type FramePriority = z.infer<typeof FramePriority>;

export const PixelRequest = z.union([
  z.object({ id: z.int(), instanceId: InstanceId, frameIndex: z.int().min(0), priority: FramePriority }),
  z.object({ cancel: z.int() }),
]);
export type PixelRequest = z.infer<typeof PixelRequest>;

/**
 * `bytes`: the frame as stored (native: little or big endian as the syntax says; encapsulated: the fragments joined). A view: its memory may hold a little more
 * of the same object.
 * Not zod-parsed with its bytes on the hot path; `parsePixelReply` checks the frame around them.
 */
export type PixelReply = { id: number; ok: true; bytes: Uint8Array<ArrayBuffer>; TransferSyntaxUID: string } | { id: number; ok: false; error: WireError };

const failed = z.object({ id: z.int(), ok: z.literal(false), error: WireError });
const succeeded = z.object({ id: z.int(), ok: z.literal(true), bytes: z.instanceof(Uint8Array<ArrayBuffer>), TransferSyntaxUID: z.string() });

export function parsePixelReply(message: unknown): PixelReply | undefined {
  const ok = succeeded.safeParse(message);
  if (ok.success) return ok.data;
  const bad = failed.safeParse(message);
  return bad.success ? bad.data : undefined;
}
