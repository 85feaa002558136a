import { z } from 'zod';

const frameNumber = z.int();

/** Shifts of the mask by region (PS3.3 C.11.19.1.2): later regions lie over earlier ones, and what no region holds is not moved. */
const RegionShifts = z.object({
  /** First and last frame that they are for, in pairs; empty = all. */
  range: z.array(frameNumber),
  regions: z.array(
    z.object({
      /** Corners as [row, column], counted from 1; absent = the whole frame. */
      vertices: z.array(z.tuple([z.number(), z.number()])).optional(),
      shift: z.tuple([z.number(), z.number()]),
    }),
  ),
});
export type RegionShifts = z.infer<typeof RegionShifts>;

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
  /** SOP Instance UIDs that it is for; absent = all images (PS3.3 C.11.19). */
  images: z.array(z.string()).optional(),
  /** In place of `shift`, by frames. */
  byRegion: z.array(RegionShifts).optional(),
});
export type MaskSubtraction = z.infer<typeof MaskSubtraction>;
