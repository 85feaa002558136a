import { add, cross, dot, SAME_PLACE_MM, scale } from '../geometry';
import type { ImageFrame, StackNote } from './display-set';

/** A step is the usual one within this share of it, or within this many millimetres (positions are written rounded). */
const STEP_TOLERANCE = 0.02;
const STEP_TOLERANCE_MM = 0.05;
/** More places with a note than this become one note. */
const MAX_PLACES = 50;

/** What is wrong with a stack of single-frame images in display order, in words for the image. */
export function stackNotes(frames: readonly ImageFrame[], times: readonly number[], localiser: boolean): StackNote[] {
  if (frames.length < 2 || localiser) return [];
  const places = frames.map((frame) => frame.alongNormalMm);
  if (places.some((place) => place === undefined)) return unplacedNotes(frames);
  const steps = frames.slice(1).map((_, index) => Math.abs((places[index + 1] ?? 0) - (places[index] ?? 0)));
  const same = steps.filter((step) => step <= SAME_PLACE_MM).length;
  if (same === steps.length) return timeNotes(frames, times);
  const duplicates = duplicateNotes(frames, steps, same);
  return [...duplicates, ...gapNotes(frames, steps), ...tiltNotes(frames)];
}

/** Slices that move sideways by this angle against their normal, and by more than half a pixel, are tilted. */
const LEAST_TILT_DEG = 0.5;

/** A tilted gantry: each slice lies beside the one before, and the stack is no box. */
function tiltNotes(frames: readonly ImageFrame[]): StackNote[] {
  const [first, last] = [frames[0], frames.at(-1)];
  if (first?.positionLps === undefined || last?.positionLps === undefined) return [];
  const { rowDirectionLps: row, columnDirectionLps: column, spacingMm } = first;
  if (row === undefined || column === undefined) return [];
  const away = add(last.positionLps, scale(first.positionLps, -1));
  const across = Math.hypot(dot(away, row), dot(away, column));
  const angle = (Math.atan2(across, Math.abs(dot(away, cross(row, column)))) * 180) / Math.PI;
  if (angle < LEAST_TILT_DEG || across <= 0.5 * Math.min(...(spacingMm ?? [0, 0]))) return [];
  return [{ kind: 'info', text: `tilted by ${angle.toFixed(1)}°: each slice lies beside the one before` }];
}

function unplacedNotes(frames: readonly ImageFrame[]): StackNote[] {
  const anyPlaced = frames.some((frame) => frame.positionLps !== undefined);
  if (!anyPlaced) return [];
  return [{ kind: 'notSorted', text: 'not sorted by position: some images have no position or another orientation; in order of Instance Number' }];
}

/** All at one place: a time series, unless nothing tells its images apart. */
function timeNotes(frames: readonly ImageFrame[], times: readonly number[]): StackNote[] {
  const timed = new Set(times.filter(Number.isFinite)).size === frames.length;
  const numbered = new Set(frames.map((frame) => `${frame.InstanceNumber}:${frame.frameIndex}`)).size === frames.length;
  if (timed || numbered) return [];
  return [{ kind: 'notSorted', text: `${frames.length} images at one position with no numbers that order them` }];
}

function duplicateNotes(frames: readonly ImageFrame[], steps: readonly number[], same: number): StackNote[] {
  if (same > MAX_PLACES || same > steps.length / 3) {
    return [{ kind: 'notSorted', text: `several images at the same position (${same} of ${frames.length})` }];
  }
  return steps.flatMap((step, index): StackNote[] =>
    step > SAME_PLACE_MM
      ? []
      : [{ kind: 'duplicate', index: index + 1, text: `images ${name(frames, index)} and ${name(frames, index + 1)} are at the same position` }],
  );
}

function gapNotes(frames: readonly ImageFrame[], steps: readonly number[]): StackNote[] {
  const real = steps.filter((step) => step > SAME_PLACE_MM).sort((left, right) => left - right);
  const usual = real[Math.floor((real.length - 1) / 2)];
  if (usual === undefined || real.length < 2) return [];
  const multiples = steps.map((step) => ({ step, count: Math.round(step / usual) }));
  const fits = ({ step, count }: { step: number; count: number }): boolean =>
    step <= SAME_PLACE_MM || (count >= 1 && Math.abs(step - count * usual) <= Math.max(STEP_TOLERANCE_MM, STEP_TOLERANCE * step));
  const gaps = multiples.filter((entry) => fits(entry) && entry.count > 1).length;
  if (!multiples.every(fits) || gaps > MAX_PLACES) {
    const smallest = real[0] ?? usual;
    const largest = real[real.length - 1] ?? usual;
    return [{ kind: 'spacingDiffers', text: `spacing differs: ${mm(smallest)} to ${mm(largest)} mm` }];
  }
  return multiples.flatMap(({ step, count }, index): StackNote[] => {
    if (count < 2) return [];
    const missing = count - 1;
    const words = `${missing} ${missing === 1 ? 'image' : 'images'} missing between ${name(frames, index)} and ${name(frames, index + 1)}`;
    return [{ kind: 'missing', after: index, count: missing, text: `${words} (${mm(step)} mm instead of ${mm(usual)} mm)` }];
  });
}

function name(frames: readonly ImageFrame[], index: number): string {
  const frame = frames[index];
  if (frame !== undefined && frame.numberOfFrames > 1) return `frame ${frame.frameIndex + 1}`;
  return frames[index]?.InstanceNumber || `at place ${index + 1}`;
}

function mm(value: number): string {
  return String(Math.round(value * 100) / 100);
}
