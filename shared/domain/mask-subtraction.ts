import { z } from 'zod';

const frameNumber = z.int();

/** One item of a Mask Subtraction Sequence (PS3.3 C.7.6.10). Frames are counted from 1. */
export const MaskSubtraction = z.object({
  operation: z.enum(['AVG_SUB', 'TID', 'REV_TID']),
  /** Frames that are averaged to the mask (AVG_SUB). */
  frames: z.array(frameNumber),
  /** The frame and so many less one after it are averaged before the mask is taken off. */
  contrastAveraging: z.int().min(1),
  /** Distance of the mask from its frame (TID, REV_TID). */
  tidOffset: z.int(),
  /** [rows, columns] that the mask is moved down and to the right by. */
  shift: z.tuple([z.number(), z.number()]),
  /** First and last frame that it is for, in pairs; empty = all. */
  range: z.array(frameNumber),
  explanation: z.string(),
  /** Subtraction Item ID (0028,9416): by it frames of enhanced XA say a shift of their own. */
  id: z.int().optional(),
});
export type MaskSubtraction = z.infer<typeof MaskSubtraction>;
