import { z } from 'zod';
import { CompoundGraphic, GraphicLayer, GraphicObject, TextObject } from './annotations';
import { VoiWindow } from './display-set';
import { IccTransform, Overlay, PaletteColors, Shutter } from './drawings';
import { InstanceId } from './ids';
import { Lut } from './image-luts';
import { MaskSubtraction } from './mask-subtraction';

/** Image and frames (counted from 1) that something is meant for; no frames = all of them. */
export const ImageReference = z.object({ SOPInstanceUID: z.string(), frames: z.array(z.int()) });
export type ImageReference = z.infer<typeof ImageReference>;

/** References of a part of the state; empty = all images of the state. */
const scope = z.array(ImageReference);

/** A softcopy presentation state as it is applied (PS3.3 A.33, C.10 to C.12; PS3.4 N). */
export const PresentationState = z.object({
  instanceId: InstanceId,
  SOPInstanceUID: z.string(),
  SOPClassUID: z.string(),
  kind: z.enum(['greyscale', 'colour', 'pseudoColour']),
  label: z.string(),
  description: z.string(),
  creator: z.string(),
  /** Presentation Creation Date and Time as they stand. */
  created: z.string(),
  images: z.array(ImageReference),
  modalityLut: Lut.optional(),
  rescale: z.object({ slope: z.number(), intercept: z.number(), type: z.string() }).optional(),
  voi: z.array(z.object({ images: scope, windows: z.array(VoiWindow), luts: z.array(Lut) })),
  presentationLutShape: z.enum(['IDENTITY', 'INVERSE']).optional(),
  presentationLut: Lut.optional(),
  palette: PaletteColors.optional(),
  icc: IccTransform.optional(),
  shutter: Shutter.optional(),
  /** Shutters of some of the frames (PS3.3 C.11.20): the first that is for a frame lies over it. */
  frameShutters: z.array(z.object({ images: scope, shutter: Shutter })),
  /** Planes of the state itself: a bitmap shutter, or drawn in their layer. */
  overlays: z.array(Overlay),
  /** Overlay groups of the images that are drawn, and in which layer (PS3.3 C.11.7); the others are not. */
  overlayLayers: z.array(z.object({ group: z.int(), layer: z.string() })),
  /** The first that is for a frame counts there. */
  masks: z.array(MaskSubtraction),
  /** Frames that are to be seen as they are stored, though there is a mask (PS3.3 C.11.21). */
  native: z.array(z.object({ images: scope, first: z.int(), last: z.int() })),
  areas: z.array(
    z.object({
      images: scope,
      /** [column, row] counted from 1, both belong to the area; may lie beside the image. */
      topLeft: z.tuple([z.int(), z.int()]),
      bottomRight: z.tuple([z.int(), z.int()]),
      mode: z.enum(['SCALE TO FIT', 'TRUE SIZE', 'MAGNIFY']),
      /** [between rows, between columns] in millimetres. */
      spacing: z.tuple([z.number(), z.number()]).optional(),
      aspect: z.tuple([z.number(), z.number()]).optional(),
      magnification: z.number().optional(),
    }),
  ),
  rotationDeg: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  flipped: z.boolean(),
  layers: z.array(GraphicLayer),
  annotations: z.array(
    z.object({ images: scope, layer: z.string(), graphics: z.array(GraphicObject), texts: z.array(TextObject), compounds: z.array(CompoundGraphic) }),
  ),
  problems: z.array(z.string()),
});
export type PresentationState = z.infer<typeof PresentationState>;

/** A presentation state in the list of what can be applied to an image. */
export const PresentationStateRow = PresentationState.pick({
  instanceId: true,
  SOPInstanceUID: true,
  kind: true,
  label: true,
  description: true,
  creator: true,
  created: true,
  images: true,
});
export type PresentationStateRow = z.infer<typeof PresentationStateRow>;
