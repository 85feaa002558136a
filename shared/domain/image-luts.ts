import { z } from 'zod';
import { IccTransform, Overlay, PaletteColors, Shutter } from './drawings';
import { MaskSubtraction } from './mask-subtraction';

/** A look-up table as `shared/grayscale` takes it. */
export const Lut = z.object({
  first: z.int().min(-32_768).max(65_535),
  bits: z.int().min(1).max(16),
  values: z.instanceof(Uint16Array).refine((values) => values.length >= 1 && values.length <= 65_536, 'a table has 1 to 65,536 entries'),
  explanation: z.string(),
});
export type Lut = z.infer<typeof Lut>;

/** What one image brings beside its pixels: tables of its top level, the same for all its frames, and what lies over it. */
export const ImageLuts = z.object({
  modalityLut: Lut.optional(),
  /** Modality LUT Type (0028,3004): unit of what comes out of the table; empty without one. */
  modalityLutType: z.string(),
  voiLuts: z.array(Lut),
  /** Presentation LUT Sequence of the image (PS3.3 C.11.6). */
  presentationLut: Lut.optional(),
  /** Of PALETTE COLOR, or of a supplemental palette. */
  palette: PaletteColors.optional(),
  overlays: z.array(Overlay).optional(),
  shutter: Shutter.optional(),
  icc: IccTransform.optional(),
  /** Mask subtractions of a multi-frame image, each for its frames. */
  masks: z.array(MaskSubtraction).optional(),
  /** Recommended Viewing Mode (0028,1090) SUB. */
  subtractionRecommended: z.literal(true).optional(),
  /** What cannot be used or is used otherwise than it says, in words for the image. */
  problems: z.array(z.string()),
});
export type ImageLuts = z.infer<typeof ImageLuts>;
