import { computed, shallowReactive } from 'vue';
import { type Cell, frameOf } from './cell';
import { CineClock, cineRateOf, CineWalk, frameDurations, ownFps, playedPart, steppedFps } from './cine';
import type { ViewerModel } from './viewer-model';

/** The clock of the page; tests give their own. */
export interface AidsClock {
  nowMs(): number;
  requestFrame(run: (nowMs: number) => void): number;
  cancelFrame(id: number): void;
}

/** What the user likes: kept in the preferences. */
export interface CineChoice {
  mode(): 'loop' | 'bounce';
}

interface Cine {
  cell: Cell | undefined;
  fps: number;
  basis: string;
  mode: 'loop' | 'bounce';
}

/** Plays one viewport, at the object's own rate until the user changes it. */
export function createCinePlayer(model: ViewerModel, clock: AidsClock, choice: CineChoice, moved: (cell: Cell, before: number) => void) {
  const cine = shallowReactive<Cine>({ cell: undefined, fps: 0, basis: '', mode: 'loop' });
  let ticker: number | undefined;

  function stop(): void {
    if (ticker !== undefined) clock.cancelFrame(ticker);
    ticker = undefined;
    cine.cell = undefined;
  }

  /** Images that are not here yet are waited for: black would not be the patient. */
  function play(): void {
    const cell = model.active.value;
    const set = cell.set;
    if (set === undefined || set.frames.length < 2) return;
    const hints = frameOf(cell)?.cine;
    const durations = frameDurations(set.frames);
    const rate = cineRateOf(hints, durations);
    // A recommended rate is as fast as that, and each image stands for its share.
    const ownRate = durations === undefined ? rate.fps : ownFps(durations);
    const mode = hints?.sweeps === true ? 'bounce' : choice.mode();
    Object.assign(cine, { cell, ...rate, mode });
    const time = new CineClock();
    const walk = new CineWalk();
    const part = playedPart(hints, set.frames.length);
    let wanted: number | undefined;
    const tick = (nowMs: number): void => {
      if (cine.cell !== cell || cell.set?.id !== set.id || !model.shown.value.includes(cell)) {
        if (cine.cell === cell) stop();
        return;
      }
      const { first, count } = part;
      const at = Math.min(Math.max(0, cell.index - first), count - 1);
      const faster = cine.fps / ownRate;
      const ahead = (images: number): number => {
        const own = durations?.[first + walk.peek(at, images, count, cine.mode)];
        return own === undefined ? 1000 / cine.fps : own / faster;
      };
      const owed = time.advance(nowMs, ahead);
      const next = wanted ?? first + walk.step(at, owed, count, cine.mode);
      const state = cell.open?.state(next).kind;
      wanted = state === 'loaded' || state === 'failed' ? undefined : next;
      if (wanted !== undefined) cell.cursor?.setIndex(next);
      else if (next !== cell.index) {
        const before = cell.index;
        if (model.moveTo(cell, next)) moved(cell, before);
      }
      ticker = clock.requestFrame(tick);
    };
    ticker = clock.requestFrame(tick);
  }

  return {
    cine,
    playing: computed(() => cine.cell !== undefined),
    stop,
    toggle(): void {
      if (cine.cell === undefined) play();
      else stop();
    },
    /** Of the cine that plays; what is played next begins as the preferences say. */
    toggleMode(): void {
      cine.mode = cine.mode === 'loop' ? 'bounce' : 'loop';
    },
    stepRate(by: 1 | -1): void {
      if (cine.cell === undefined) return;
      const fps = steppedFps(cine.fps, by);
      if (fps !== cine.fps) Object.assign(cine, { fps, basis: 'set by hand' });
    },
    wordsOf(cell: Cell): string[] {
      if (cine.cell !== cell) return [];
      const bounce = cine.mode === 'bounce' ? ', there and back' : '';
      return [`cine ${cine.fps.toFixed(cine.fps % 1 === 0 ? 0 : 1)} fps, ${cine.basis}${bounce}`];
    },
  };
}
