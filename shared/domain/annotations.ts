import { z } from 'zod';
import { LabValue } from './drawings';

/** Points are [column, row] in pixels of the image, counted from 0.0 at the left upper corner of the left upper pixel; or parts of the displayed area. */
const Points = z.array(z.tuple([z.number(), z.number()]));
export const AnnotationUnits = z.enum(['PIXEL', 'DISPLAY', 'MATRIX']);
export type AnnotationUnits = z.infer<typeof AnnotationUnits>;

/** Line Style and Fill Style of a graphic (PS3.3 Tables C.10-5b, C.10-5c); lengths in the units of the graphic. */
const style = {
  lab: LabValue.optional(),
  opacity: z.number().min(0).max(1).optional(),
  /** Line Thickness. */
  width: z.number().optional(),
  /** Line Pattern: 32 bits of foreground, the first to be drawn the highest. */
  dash: z.int().min(1).max(0xffffffff).optional(),
  shadow: z
    .object({ outlined: z.boolean(), offset: z.tuple([z.number(), z.number()]), lab: LabValue.optional(), opacity: z.number().min(0).max(1) })
    .optional(),
  fill: z.object({ lab: LabValue.optional(), opacity: z.number().min(0).max(1) }).optional(),
};

/** Text Style (Table C.10-5a). */
const TextStyle = z.object({
  lab: LabValue.optional(),
  family: z.enum(['serif', 'sans-serif', 'monospace', 'cursive', 'fantasy']).optional(),
  bold: z.boolean(),
  italic: z.boolean(),
  underlined: z.boolean(),
  /** Place within the bounding box; absent = as the box says, at its top. */
  across: z.enum(['LEFT', 'CENTER', 'RIGHT']).optional(),
  down: z.enum(['TOP', 'CENTER', 'BOTTOM']).optional(),
});
export type TextStyle = z.infer<typeof TextStyle>;

/** The compound graphic that this one stands for, where there are such (PS3.3 C.10.5.1.3.1). */
const compoundId = z.int().optional();

export const GraphicObject = z.object({
  units: AnnotationUnits,
  type: z.enum(['POINT', 'POLYLINE', 'INTERPOLATED', 'CIRCLE', 'ELLIPSE']),
  points: Points,
  filled: z.boolean(),
  compoundId,
  ...style,
});
export type GraphicObject = z.infer<typeof GraphicObject>;

export const TextObject = z.object({
  text: z.string(),
  box: z
    .object({
      units: AnnotationUnits,
      topLeft: z.tuple([z.number(), z.number()]),
      bottomRight: z.tuple([z.number(), z.number()]),
      align: z.enum(['LEFT', 'RIGHT', 'CENTER']),
    })
    .optional(),
  anchor: z.object({ units: AnnotationUnits, point: z.tuple([z.number(), z.number()]), visible: z.boolean() }).optional(),
  compoundId,
  style: TextStyle.optional(),
});
export type TextObject = z.infer<typeof TextObject>;

/** Compound Graphic Type (0070,0294). */
export const CompoundType = z.enum(['MULTILINE', 'INFINITELINE', 'CUTLINE', 'RANGELINE', 'RULER', 'AXIS', 'CROSSHAIR', 'ARROW', 'RECTANGLE', 'ELLIPSE']);
export type CompoundType = z.infer<typeof CompoundType>;

/** An item of Compound Graphic Sequence (PS3.3 C.10.5.1.3). */
export const CompoundGraphic = z.object({
  id: z.int(),
  type: CompoundType,
  units: z.enum(['PIXEL', 'DISPLAY']),
  points: Points,
  filled: z.boolean(),
  /** Counterclockwise about the point. */
  rotation: z.object({ angleDeg: z.number(), about: z.tuple([z.number(), z.number()]).optional() }).optional(),
  /** Gap Length and Diameter of Visibility, in parts of the displayed area's width. */
  gap: z.number().optional(),
  visibility: z.number().optional(),
  /** Along the line from its start (0) to its end (1). */
  ticks: z.array(z.object({ position: z.number(), label: z.string() })),
  tickAlignment: z.enum(['TOP', 'CENTER', 'BOTTOM']),
  tickLabels: z.enum(['TOP', 'BOTTOM', 'none']),
  text: TextStyle.optional(),
  ...style,
});
export type CompoundGraphic = z.infer<typeof CompoundGraphic>;

export const GraphicLayer = z.object({
  name: z.string(),
  order: z.int(),
  description: z.string(),
  /** Recommended P-value 0 to 65,535. */
  value: z.int().optional(),
  lab: LabValue.optional(),
});
export type GraphicLayer = z.infer<typeof GraphicLayer>;
