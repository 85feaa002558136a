import type { ImageFrame, MaskSubtraction, PresentationState } from '@shared/domain';
import { fullRangeWindow, type Voi } from '@shared/grayscale';
import type { StoredArray } from '@shared/pixel';
import type { TableState } from '../image-tables';
import { type GreyParts, greySettings } from './grey';
import { isMeant } from './state-scope';
import { type MaskShifts, type Subtracted, subtract, type SubtractionPlan } from './subtraction';
import { subtractionSpace } from './subtraction-space';

/** Masks of a state for one frame: none where it wants the frame to be seen as it is stored (PS3.3 C.11.21). */
export function stateMasks({ masks, native }: PresentationState, frame: ImageFrame | undefined): readonly MaskSubtraction[] {
  if (frame === undefined) return [];
  const number = frame.frameIndex + 1;
  if (native.some(({ images, first, last }) => number >= first && number <= last && isMeant(images, frame))) return [];
  return masks.filter(({ images }) => images === undefined || images.includes(frame.SOPInstanceUID));
}

export interface DifferenceRequest {
  readonly frame: ImageFrame;
  readonly tables: TableState;
  readonly state: PresentationState | undefined;
  readonly plan: Pick<SubtractionPlan, 'contrast' | 'masks'>;
  readonly shifts: MaskShifts;
  /** Stored values of frames, counted from 1. */
  readonly valuesOf: (numbers: readonly number[]) => readonly StoredArray[];
}

/** Pixels less those of their mask. */
export function makeDifference({ frame, tables, state, plan, shifts, valuesOf }: DifferenceRequest): Subtracted {
  const { toLog } = subtractionSpace(frame, tables, state);
  return subtract(valuesOf(plan.contrast), valuesOf(plan.masks), frame.format.Columns, shifts, toLog);
}

/** What a value of a difference counts, in the space that it was made in. */
export function differenceRescale(made: Pick<Subtracted, 'factor'>, frame: ImageFrame, tables: TableState, state: PresentationState | undefined) {
  return { slope: subtractionSpace(frame, tables, state).slope / made.factor, intercept: 0 };
}

/** All values of a difference, symmetrical about none, so that what did not change is mid grey. */
export function wholeDifference({ values }: Pick<Subtracted, 'values'>, rescale: { readonly slope: number; readonly intercept: number }): Voi {
  let most = 1;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return fullRangeWindow(-most, most, rescale);
}

export interface DifferenceLook {
  readonly frame: ImageFrame;
  readonly tables: TableState;
  readonly state: PresentationState | undefined;
  readonly voi: Voi;
  readonly inverted: boolean;
}

/** The grey chain of a difference: no Modality LUT, which is behind it, and no padding, which is a stored value. */
export function differenceGrey(made: Pick<Subtracted, 'factor'>, { frame, tables, state, voi, inverted }: DifferenceLook): GreyParts {
  return {
    ...greySettings(frame, tables, voi, inverted, state),
    rescale: differenceRescale(made, frame, tables, state),
    modalityLut: undefined,
    padding: undefined,
  };
}

/** The frame without colours of its own: those of a supplemental palette belong to values that are not seen in a difference. */
export function withoutColours(frame: ImageFrame): ImageFrame {
  if (frame.extras?.colourPixels !== true) return frame;
  const { colourPixels: _colourPixels, ...extras } = frame.extras;
  return { ...frame, extras };
}
