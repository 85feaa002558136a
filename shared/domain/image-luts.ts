import { z } from 'zod';

/** A look-up table as `shared/grayscale` takes it. */
export const Lut = z.object({
  first: z.int().min(-32_768).max(65_535),
  bits: z.int().min(1).max(16),
  values: z.instanceof(Uint16Array).refine((values) => values.length >= 1 && values.length <= 65_536, 'a table has 1 to 65,536 entries'),
  explanation: z.string(),
});
export type Lut = z.infer<typeof Lut>;

/** The tables of one image: of its top level, the same for all its frames. */
export const ImageLuts = z.object({
  modalityLut: Lut.optional(),
  /** Modality LUT Type (0028,3004): unit of what comes out of the table; empty without one. */
  modalityLutType: z.string(),
  voiLuts: z.array(Lut),
  /** Tables that cannot be used or are used otherwise than they say, in words for the image. */
  problems: z.array(z.string()),
});
export type ImageLuts = z.infer<typeof ImageLuts>;
