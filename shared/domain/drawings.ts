import { z } from 'zod';

const Bytes = z.instanceof(Uint8Array);

/** A plane of bits over an image (PS3.3 C.9.2). */
export const Overlay = z.object({
  /** 0x6000 to 0x601e. */
  group: z.int(),
  rows: z.int().min(1).max(65_535),
  columns: z.int().min(1).max(65_535),
  /** Row and column of the image, counted from 1, on which the first bit lies; may be beside the image. */
  origin: z.tuple([z.int(), z.int()]),
  /** ROI or graphics (Overlay Type). */
  type: z.enum(['graphics', 'roi']),
  subtype: z.string(),
  label: z.string(),
  description: z.string(),
  /** Planes, one behind the other on whole bytes; the first one lies on image frame `firstFrame` (0-based). 1 and 0 for what lies on every frame. */
  planes: z.int().min(1),
  firstFrame: z.int().min(0),
  everyFrame: z.boolean(),
  /** Bits, the first in the lowest of a byte. */
  bits: Bytes,
  /** Overlay Activation Layer (60xx,1001) of a presentation state: drawn with this layer only; empty = none. */
  layer: z.string().default(''),
});
export type Overlay = z.infer<typeof Overlay>;

/** CIE Lab of PS3.3 C.10.7.1.1 as three numbers of 16 bits. */
export const LabValue = z.tuple([z.int(), z.int(), z.int()]);
export type LabValue = z.infer<typeof LabValue>;

/** Places as [row, column], counted from 1 (PS3.3 C.7.6.11). All shapes together: what one of them hides is hidden. */
export const Shutter = z.object({
  /** First and last row and column that are seen. */
  rectangle: z.object({ left: z.number(), right: z.number(), upper: z.number(), lower: z.number() }).optional(),
  circle: z.object({ center: z.tuple([z.number(), z.number()]), radius: z.number().min(0) }).optional(),
  polygon: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** Overlay group whose bits hide (PS3.3 C.7.6.15). */
  bitmapGroup: z.int().optional(),
  /** P-value of what is hidden, 0 to 65,535; black when absent. */
  value: z.int().min(0).max(65_535).optional(),
  lab: LabValue.optional(),
});
export type Shutter = z.infer<typeof Shutter>;

/** Colours of stored values. */
export const PaletteColors = z.object({
  first: z.int(),
  /** RGB of 8 bits, 3 bytes an entry. */
  rgb: Bytes,
});
export type PaletteColors = z.infer<typeof PaletteColors>;

/** One step of a profile that works by tables (ICC.1 10.10 to 10.12); values are 0..1. */
export const IccStage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('curves'),
    /** Of each channel: values at places evenly over 0..1, a line between them. */
    curves: z.tuple([z.instanceof(Float64Array), z.instanceof(Float64Array), z.instanceof(Float64Array)]),
  }),
  z.object({ kind: z.literal('matrix'), matrix: z.array(z.number()).length(9), offset: z.tuple([z.number(), z.number(), z.number()]) }),
  z.object({
    kind: z.literal('grid'),
    /** Points of each channel; the last one varies fastest. */
    points: z.tuple([z.int().min(2), z.int().min(2), z.int().min(2)]),
    /** Three values a point. */
    values: z.instanceof(Float32Array),
  }),
]);
export type IccStage = z.infer<typeof IccStage>;

/** An ICC profile: RGB of the image to sRGB, which the screen is taken to be. Or why it is not applied. */
export const IccTransform = z.discriminatedUnion('kind', [
  /** Three curves and a matrix (ICC.1 F.3). */
  z.object({
    kind: z.literal('matrix'),
    name: z.string(),
    /** Linear value 0..1 of each of 256 levels. */
    curves: z.tuple([z.instanceof(Float64Array), z.instanceof(Float64Array), z.instanceof(Float64Array)]),
    /** Row by row: linear image RGB to linear sRGB. */
    matrix: z.array(z.number()).length(9),
  }),
  /** Tables (A2B of ICC.1 8.3.2): the steps lead to the connection space as it is encoded in 0..1. */
  z.object({
    kind: z.literal('tables'),
    name: z.string(),
    stages: z.array(IccStage).min(1).max(6),
    /** Lab: L* / 100 and (a* + 128) / 255; XYZ: a share of 1 + 32767 / 32768. */
    space: z.enum(['Lab', 'XYZ']),
    /** The connection space's own black is the display's (perceptual tables of version 4, ICC.1 6.3.3). */
    referenceBlack: z.boolean(),
  }),
  /** The image is in sRGB already: nothing is to be done. */
  z.object({ kind: z.literal('sRgb'), name: z.string() }),
  z.object({ kind: z.literal('notApplied'), name: z.string(), reason: z.string() }),
]);
export type IccTransform = z.infer<typeof IccTransform>;
