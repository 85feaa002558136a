/** Rates of a film, times its own. */
export const FILM_RATES = [0.1, 0.25, 0.5, 1, 1.5, 2, 4] as const;

/** What a film without a stated rate is stepped by, seconds. */
export const UNSTATED_STEP = 0.04;

/** The count and the stated time of a frame may disagree by as much: rounding, a frame at an end. */
const MOST_OFF = 0.1;

/**
 * Seconds that a frame of a film stands: its length by the Number of Frames, where that agrees with what the object states (which is rounded, and a frame off after minutes), else what is stated.
 * Undefined where neither says it.
 */
export function frameSeconds(lengthSeconds: number, frames: number, statedMs: number | undefined): number | undefined {
  const stated = statedMs !== undefined && statedMs > 0 ? statedMs / 1000 : undefined;
  const counted = frames > 1 && Number.isFinite(lengthSeconds) && lengthSeconds > 0 ? lengthSeconds / frames : undefined;
  if (counted === undefined || stated === undefined) return stated ?? counted;
  return Math.abs(counted / stated - 1) <= MOST_OFF ? counted : stated;
}

/** The frame that stands at this second, from 0. A frame begins at its second. */
export function frameAt(seconds: number, frame: number): number {
  return Math.floor(seconds / frame + 0.01);
}

/** The second to go to for the frame so many after the one at `seconds`: its middle, so that rounding leads to no neighbour. Within the film. */
export function secondsOfStep(seconds: number, by: number, frame: number, lengthSeconds: number): number {
  const wanted = (frameAt(seconds, frame) + by + 0.5) * frame;
  return Math.min(Math.max(frame / 2, wanted), Math.max(frame / 2, lengthSeconds - frame / 2));
}

/** The same where nobody knows how long a frame stands: so many steps of 40 ms on, from the very second. */
export function secondsOfBlindStep(seconds: number, by: number, lengthSeconds: number): number {
  return Math.min(Math.max(0, seconds + by * UNSTATED_STEP), Math.max(0, lengthSeconds));
}

/** The next rate of the list. */
export function steppedRate(rate: number, by: 1 | -1): number {
  const next = by > 0 ? FILM_RATES.find((one) => one > rate) : FILM_RATES.findLast((one) => one < rate);
  return next ?? rate;
}

/** "0:03.24": minutes, seconds, hundredths. */
export function filmTime(seconds: number): string {
  const hundredths = Math.round(Math.max(0, seconds) * 100);
  const [minutes, rest] = [Math.floor(hundredths / 6000), hundredths % 6000];
  return `${minutes}:${String(Math.floor(rest / 100)).padStart(2, '0')}.${String(rest % 100).padStart(2, '0')}`;
}
