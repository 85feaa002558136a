import { isoDate, timeOfDayMs } from '../dicom';
import type { ImageFrame } from './display-set';
import type { FrameItem } from './frame-items';

/** How far each frame of a set in time is from the one before, and which attribute says so. */
export interface FrameSteps {
  readonly stepsMs: readonly number[];
  readonly basis: string;
}

/** Moments of frames, milliseconds, by what the functional groups say (PS3.3 C.7.6.16), the best first. */
const MOMENTS: readonly { readonly basis: string; readonly atMs: (item: FrameItem) => number | undefined }[] = [
  { basis: 'Frame Reference DateTime', atMs: ({ said }) => dateTimeMs(said.FrameReferenceDateTime) },
  { basis: 'Temporal Position Time Offset', atMs: ({ said }) => inMs(said.TemporalPositionTimeOffset) },
  { basis: 'Nominal Cardiac Trigger Delay Time', atMs: ({ said }) => said.NominalCardiacTriggerDelayTime },
  { basis: 'Frame Acquisition DateTime', atMs: ({ said }) => dateTimeMs(said.FrameAcquisitionDateTime) },
];

/**
 * Times between the frames of one place, in display order, where one kind of moment is said of all of them and grows from each to the next; else the time that each
 * took to be acquired. The first step is that of the second. Undefined for a stack in space, and where nothing is said. Linear in the frames.
 */
export function frameSteps(items: readonly FrameItem[]): FrameSteps | undefined {
  if (items.length < 3 || !isOnePlace(items)) return undefined;
  for (const { basis, atMs } of MOMENTS) {
    const moments = items.map(atMs);
    const steps = moments.slice(1).map((moment, index) => (moment ?? NaN) - (moments[index] ?? NaN));
    // Finer than a thousandth of a millisecond is rounding.
    if (steps.every((step) => Number.isFinite(step) && step > 1e-3)) return { stepsMs: [steps[0] ?? 0, ...steps], basis };
  }
  const durations = items.map(({ said }) => said.FrameAcquisitionDuration ?? NaN);
  if (!durations.every((duration) => Number.isFinite(duration) && duration > 0)) return undefined;
  // A frame is followed by the next one as soon as it is done.
  return { stepsMs: [durations[0] ?? 0, ...durations.slice(0, -1)], basis: 'Frame Acquisition Duration' };
}

/** Longer steps (contrast that is followed for minutes) are no motion: nobody waits for them. */
const MOST_STEP_MS = 500;

/** The same frames with the time that each stands, where they are a loop whose object says nothing else of its play-back (PS3.3 C.7.6.5 goes first). */
export function timedFrames(items: readonly FrameItem[], frames: ImageFrame[]): ImageFrame[] {
  const own = items[0]?.image.cine;
  const isStated = own?.recommendedFps !== undefined || own?.frameTimeMs !== undefined || own?.cineRate !== undefined || frames[0]?.cine?.stepMs !== undefined;
  const steps = isStated ? undefined : frameSteps(items);
  if (steps === undefined) return frames;
  const frameTimeMs = steps.stepsMs.slice(1).reduce((sum, step) => sum + step, 0) / (steps.stepsMs.length - 1);
  if (frameTimeMs > MOST_STEP_MS) return frames;
  return frames.map((frame, index) => ({
    ...frame,
    cine: { ...frame.cine, frameTimeMs, timeBasis: steps.basis, stepMs: steps.stepsMs[index] ?? frameTimeMs },
  }));
}

const SAME_PLACE_MM = 0.01;

function isOnePlace([first, ...rest]: readonly FrameItem[]): boolean {
  const place = first?.positionLps;
  if (place === undefined) return rest.every(({ positionLps }) => positionLps === undefined);
  return rest.every(({ positionLps }) => positionLps?.every((value, axis) => Math.abs(value - (place[axis] ?? NaN)) < SAME_PLACE_MM) === true);
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** A DT of PS3.5 6.2 as milliseconds: good for differences, its offset from UTC is left out. */
function dateTimeMs(DT: string | undefined): number | undefined {
  const match = /^(\d{8})(\d{6}(?:\.\d{1,6})?)(?:[+-]\d{4})?$/.exec(DT?.trim() ?? '');
  const date = isoDate(match?.[1] ?? '');
  const time = timeOfDayMs(match?.[2] ?? '');
  return date === undefined || time === undefined ? undefined : Date.parse(`${date}T00:00:00Z`) + time;
}
