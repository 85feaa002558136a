import type { ImageFrame } from '@shared/domain';

/** Where the rate of a cine comes from. */
export interface CineRate {
  readonly fps: number;
  readonly basis: string;
}

/** What an object says about its play-back (PS3.3 C.7.6.5). */
export type CineHints = NonNullable<ImageFrame['cine']>;

export const DEFAULT_FPS = 15;
export const FPS_STEPS = [1, 2, 3, 5, 7.5, 10, 12.5, 15, 20, 25, 30, 40, 50, 60] as const;

const usable = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value) && value > 0;

/**
 * Rate to start with: what is recommended, else what was recorded, else what was acquired, else 15, and which of these. `steps`: how long each image stands, where that
 * is said (`frameDurations`): the rate is their mean then, and said to be one where they differ.
 */
export function cineRateOf(hints: CineHints | undefined, steps?: readonly number[]): CineRate {
  const within = (fps: number): number => Math.min(120, Math.max(0.5, fps));
  if (usable(hints?.recommendedFps)) return { fps: within(hints.recommendedFps), basis: 'Recommended Display Frame Rate' };
  if (steps !== undefined) return { fps: within(ownFps(steps)), basis: `${differ(steps) ? 'mean of ' : ''}${hints?.timeBasis ?? 'Frame Time Vector'}` };
  if (usable(hints?.frameTimeMs)) return { fps: within(1000 / hints.frameTimeMs), basis: hints.timeBasis ?? 'Frame Time' };
  if (usable(hints?.cineRate)) return { fps: within(hints.cineRate), basis: 'Cine Rate' };
  return { fps: DEFAULT_FPS, basis: 'default' };
}

/** The next step of the rate. */
export function steppedFps(fps: number, by: 1 | -1): number {
  const next = by > 0 ? FPS_STEPS.find((step) => step > fps + 1e-6) : [...FPS_STEPS].reverse().find((step) => step < fps - 1e-6);
  return next ?? fps;
}

/** Milliseconds until the next image from one that is this many images ahead. */
type Ahead = (images: number) => number;

/**
 * The clock of one cine. It counts time, not ticks: when the screen is late, images are left out and the heart beats at its own rate.
 */
export class CineClock {
  private owedMs = 0;
  private lastMs: number | undefined;

  /** Images to go forward at `nowMs` (0 or more); `rate`: images a second, or how long each one stands. A pause of more than a second (a hidden window) is not caught up. */
  advance(nowMs: number, rate: number | Ahead): number {
    const ahead: Ahead = typeof rate === 'number' ? () => 1000 / rate : rate;
    this.owedMs += this.lastMs === undefined ? 0 : Math.min(1000, Math.max(0, nowMs - this.lastMs));
    this.lastMs = nowMs;
    let images = 0;
    for (let next = ahead(0); this.owedMs + 1e-6 >= next && images < 1000; next = ahead(images)) {
      this.owedMs = Math.max(0, this.owedMs - Math.max(1, next));
      images++;
    }
    return images;
  }
}

/** Index after `steps` images of a loop over `count`. */
export function loopedIndex(index: number, steps: number, count: number): number {
  return count < 1 ? 0 : (index + steps) % count;
}

/** Where a cine goes: round and round, or there and back. Keeps its direction from step to step. */
export class CineWalk {
  private direction: 1 | -1 = 1;

  step(index: number, steps: number, count: number, mode: 'loop' | 'bounce'): number {
    const { at, direction } = this.follow(index, steps, count, mode);
    this.direction = direction;
    return at;
  }

  /** The same without going there. */
  peek(index: number, steps: number, count: number, mode: 'loop' | 'bounce'): number {
    return this.follow(index, steps, count, mode).at;
  }

  private follow(index: number, steps: number, count: number, mode: 'loop' | 'bounce'): { readonly at: number; readonly direction: 1 | -1 } {
    if (mode === 'loop' || count < 2) return { at: loopedIndex(index, steps, count), direction: 1 };
    // There and back is one round of twice the way, both ends once.
    const round = 2 * (count - 1);
    const phase = ((this.direction === 1 ? index : round - index) + steps) % round;
    return phase < count - 1 ? { at: phase, direction: 1 } : { at: round - phase, direction: -1 };
  }
}

/** How long each image stands, milliseconds, by the Frame Time Vector (PS3.3 C.7.6.5.1.2: from the frame before to this one); undefined without one. */
export function frameDurations(frames: readonly Pick<ImageFrame, 'cine'>[]): readonly number[] | undefined {
  const times = frames.map((frame) => frame.cine?.stepMs);
  if (!times.slice(1).every(usable) || times.length < 2) return undefined;
  const after = times.slice(1) as number[];
  // The last image stands as long as the one before it: nothing is said of it.
  return [...after, after.at(-1) ?? 0];
}

/** By more than rounding does. */
function differ(steps: readonly number[]): boolean {
  const [first = 0] = steps;
  return steps.some((step) => Math.abs(step - first) > 0.01 * first);
}

/** Images a second that play at the times of a vector. */
export function ownFps(steps: readonly number[]): number {
  // The last one is not said.
  const said = steps.slice(0, -1);
  return (1000 * said.length) / said.reduce((sum, step) => sum + step, 0);
}

/** Images that are to be played (Start and Stop Trim, counted from 1): first of them, 0-based, and how many; all of them where the object says nothing sound. */
export function playedPart(hints: CineHints | undefined, frames: number): { readonly first: number; readonly count: number } {
  const { startTrim, stopTrim } = hints ?? {};
  if (startTrim === undefined || stopTrim === undefined || !(startTrim >= 1 && stopTrim > startTrim && stopTrim <= frames)) return { first: 0, count: frames };
  return { first: Math.trunc(startTrim) - 1, count: Math.trunc(stopTrim) - Math.trunc(startTrim) + 1 };
}
