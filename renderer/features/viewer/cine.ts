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

/** Rate to start with: what is recommended, else what was recorded, else what was acquired, else 15, and which of these. */
export function cineRateOf(hints: CineHints | undefined): CineRate {
  const within = (fps: number): number => Math.min(120, Math.max(0.5, fps));
  if (usable(hints?.recommendedFps)) return { fps: within(hints.recommendedFps), basis: 'Recommended Display Frame Rate' };
  if (usable(hints?.frameTimeMs)) return { fps: within(1000 / hints.frameTimeMs), basis: 'Frame Time' };
  if (usable(hints?.cineRate)) return { fps: within(hints.cineRate), basis: 'Cine Rate' };
  return { fps: DEFAULT_FPS, basis: 'default' };
}

/** The next step of the rate. */
export function steppedFps(fps: number, by: 1 | -1): number {
  const next = by > 0 ? FPS_STEPS.find((step) => step > fps + 1e-6) : [...FPS_STEPS].reverse().find((step) => step < fps - 1e-6);
  return next ?? fps;
}

/**
 * The clock of one cine. It counts time, not ticks: when the screen is late, images are left out and the heart beats at its own rate.
 */
export class CineClock {
  private owed = 0;
  private lastMs: number | undefined;

  /** Images to go forward at `nowMs` (0 or more). A pause of more than a second (a hidden window) is not caught up. */
  advance(nowMs: number, fps: number): number {
    const elapsed = this.lastMs === undefined ? 0 : Math.min(1000, Math.max(0, nowMs - this.lastMs));
    this.lastMs = nowMs;
    this.owed += (elapsed * fps) / 1000;
    const images = Math.floor(this.owed + 1e-9);
    this.owed -= images;
    return images;
  }
}

/** Index after `steps` images of a loop over `count`. */
export function loopedIndex(index: number, steps: number, count: number): number {
  return count < 1 ? 0 : (index + steps) % count;
}
