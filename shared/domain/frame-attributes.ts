import type { Vector3, VoiWindow } from './display-set';

type Pair = readonly [number, number];
type Orientation = readonly [number, number, number, number, number, number];

/** A mapping of stored values to a quantity (PS3.3 C.7.6.16.2.11): value = slope * stored + intercept, within first .. last, both inclusive. */
export interface RealWorldMapping {
  readonly first: number;
  readonly last: number;
  readonly slope: number;
  readonly intercept: number;
  /** Code Value of Measurement Units Code Sequence (UCUM), LUT Label. */
  readonly units: string;
  readonly label: string;
}

/** Frame Pixel Shift (PS3.3 C.8.19.6.11): how far the mask of a subtraction is moved for this frame, [rows, columns]. */
export interface PixelShift {
  /** Subtraction Item ID (0028,9416). */
  readonly id: number;
  readonly shift: readonly [number, number];
}

/**
 * What is said of one frame of a multi-frame object: by its functional groups, shared and per frame (PS3.3 C.7.6.16), or by the vectors of a nuclear medicine or
 * cine object, which have a value a frame. What is absent here is said by the top level of the object, if at all.
 */
export interface FrameAttributes {
  readonly positionLps?: Vector3;
  readonly orientation?: Orientation;
  /** Position and orientation count in the volume's own frame of reference (PS3.3 C.7.6.16.2.21): good for order and distance, not for letters of the patient. */
  readonly inVolumeFrame?: true;
  readonly PixelSpacing?: Pair;
  readonly ImagerPixelSpacing?: Pair;
  readonly EstimatedRadiographicMagnificationFactor?: number;
  readonly SliceThickness?: number;
  /** Degrees (PS3.3 C.8.19.6.10). */
  readonly PositionerPrimaryAngle?: number;
  readonly PositionerSecondaryAngle?: number;
  readonly SpacingBetweenSlices?: number;

  readonly StackID?: string;
  readonly InStackPositionNumber?: number;
  readonly TemporalPositionIndex?: number;
  /** Seconds. */
  readonly TemporalPositionTimeOffset?: number;
  readonly DimensionIndexValues?: readonly number[];
  readonly FrameAcquisitionNumber?: number;
  readonly FrameAcquisitionDateTime?: string;
  readonly FrameReferenceDateTime?: string;
  /** Milliseconds. */
  readonly FrameAcquisitionDuration?: number;
  readonly FrameLabel?: string;
  /** Milliseconds after the R wave. */
  readonly NominalCardiacTriggerDelayTime?: number;
  readonly TriggerTime?: number;
  readonly FrameType?: readonly string[];
  readonly FrameLaterality?: string;

  readonly rescale?: { readonly slope: number; readonly intercept: number; readonly type: string };
  readonly windows?: readonly VoiWindow[];
  /** The Frame VOI LUT of this frame has tables. */
  readonly hasVoiLut?: true;
  readonly realWorld?: readonly RealWorldMapping[];
  readonly pixelShifts?: readonly PixelShift[];

  readonly DiffusionBValue?: number;
  readonly DiffusionDirectionality?: string;
  readonly DiffusionGradientOrientation?: Vector3;
  /** Milliseconds. */
  readonly EffectiveEchoTime?: number;

  /** Numbers from 1 of the vectors of NM (PS3.3 C.8.4.8). */
  readonly EnergyWindow?: number;
  readonly Detector?: number;
  readonly Phase?: number;
  readonly Rotation?: number;
  readonly RRInterval?: number;
  readonly TimeSlot?: number;
  readonly Slice?: number;
  readonly AngularView?: number;
  readonly TimeSlice?: number;
  /** Milliseconds from the frame before to this one (Frame Time Vector, PS3.3 C.7.6.5.1.2). */
  readonly FrameTime?: number;
}

/** One attribute over all frames: its different values, and which of them each frame has (-1 = none). Without `of`, frame i has value i. */
interface Column {
  readonly values: readonly unknown[];
  readonly of?: readonly number[];
}

/** What is said of each frame, column by column: thousands of frames say the same thing in most of them. */
export interface FrameTable {
  /** Frames that are described; those beyond say nothing. */
  readonly count: number;
  readonly shared: FrameAttributes;
  readonly columns: Readonly<Record<string, Column>>;
}

/** The table of as many frames as there are records. */
export function makeFrameTable(shared: FrameAttributes, frames: readonly FrameAttributes[]): FrameTable {
  const keys = new Set(frames.flatMap((frame) => Object.keys(frame)));
  const columns: Record<string, Column> = {};
  for (const key of keys) columns[key] = columnOf(frames.map((frame) => frame[key as keyof FrameAttributes]));
  return { count: frames.length, shared, columns };
}

/** Cells are compared by identity: the same array twice is one value, two equal ones are two. */
function columnOf(cells: readonly unknown[]): Column {
  const places = new Map<unknown, number>();
  const values: unknown[] = [];
  const of = cells.map((cell) => {
    if (cell === undefined) return -1;
    const known = places.get(cell);
    if (known !== undefined) return known;
    places.set(cell, values.length);
    return values.push(cell) - 1;
  });
  return values.length === cells.length ? { values } : { values, of };
}

/** What is said of frame `frameIndex` (0-based): its own values before the shared ones. */
export function frameAttributes(table: FrameTable, frameIndex: number): FrameAttributes {
  const own: Record<string, unknown> = { ...table.shared };
  for (const [key, { values, of }] of Object.entries(table.columns)) {
    const value = values[of === undefined ? frameIndex : (of[frameIndex] ?? -1)];
    if (value !== undefined) own[key] = value;
  }
  return own;
}
