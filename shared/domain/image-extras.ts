import { z } from 'zod';

/** What an image brings beside its pixels. */
export const ImageExtras = z.object({
  /** Tables of a palette (PS3.3 C.7.9), or of a supplemental one (C.7.6.19). */
  palette: z.literal(true).optional(),
  /** Pixel Presentation (0008,9205) COLOR or MIXED: stored values of the palette's range are coloured, the others grey. */
  colourPixels: z.literal(true).optional(),
  /** Presentation LUT Shape (2050,0020). */
  presentationLutShape: z.enum(['IDENTITY', 'INVERSE']).optional(),
  presentationLut: z.literal(true).optional(),
  overlays: z.literal(true).optional(),
  shutter: z.literal(true).optional(),
  iccProfile: z.literal(true).optional(),
  /** Mask Subtraction Sequence (PS3.3 C.7.6.10). */
  mask: z.literal(true).optional(),
  /** Burned In Annotation (0028,0301) YES: words in the pixels may name the patient. */
  burnedIn: z.literal(true).optional(),
});
export type ImageExtras = z.infer<typeof ImageExtras>;
