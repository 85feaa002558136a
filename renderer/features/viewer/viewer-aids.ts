import { computed, ref, shallowReactive, shallowRef } from 'vue';
import { type Cell, frameOf } from './cell';
import { CineClock, cineRateOf, loopedIndex, steppedFps } from './cine';
import { HeldScroll } from './held-scroll';
import { linkBasis, linkedIndex } from './linked-scroll';
import { syncedView } from './sync-view';
import { ViewHistory } from './view-history';
import type { ViewerSnapshot } from './model-types';
import type { ViewerModel } from './viewer-model';

/** The clock of the page; tests give their own. */
export interface AidsClock {
  nowMs(): number;
  requestFrame(run: (nowMs: number) => void): number;
  cancelFrame(id: number): void;
}

/** Where the pointer is: CSS pixels of a viewport. */
export interface PointerPlace {
  readonly cell: number;
  readonly x: number;
  readonly y: number;
}

interface Cine {
  cell: Cell | undefined;
  fps: number;
  basis: string;
}

/** What helps the reader beside the picture itself: cine, linked scroll, sync, undo, probe, magnifier, reference lines. */
export function createViewerAids(model: ViewerModel, clock: AidsClock) {
  const linked = ref(false);
  const synced = ref(false);
  const lines = ref(true);
  const probing = ref(false);
  const magnifying = ref(false);
  const pointer = shallowRef<PointerPlace>();
  /** One line about what was asked for and cannot be; gone with the next change. */
  const said = shallowRef<{ readonly cell: number; readonly text: string }>();
  const cine = shallowReactive<Cine>({ cell: undefined, fps: 0, basis: '' });
  const history = new ViewHistory<ViewerSnapshot>();
  const steps = ref({ undo: false, redo: false });
  const held = new HeldScroll({
    move: (by) => model.scrollTo(model.active.value, model.active.value.index + by),
    requestFrame: (run) => clock.requestFrame(run),
    cancelFrame: (id) => clock.cancelFrame(id),
  });
  let ticker: number | undefined;

  const others = (cell: Cell): Cell[] => model.shown.value.filter((other) => other !== cell && other.set?.kind === 'image');

  function tellSteps(): void {
    steps.value = { undo: history.canUndo, redo: history.canRedo };
  }

  function scrollLinked(cell: Cell, before: number): void {
    if (!linked.value || cell.set === undefined) return;
    for (const other of others(cell)) {
      if (other.set === undefined) continue;
      const index = linkedIndex(cell.set, before, cell.index, other.set, other.index);
      if (index !== undefined) model.moveTo(other, index);
    }
  }

  /** Windows are shared within one modality only: values of others mean something else. A table belongs to its own file. */
  function windowSynced(cell: Cell): void {
    if (!synced.value || cell.window?.voiLut !== undefined) return;
    for (const other of others(cell)) if (other.set?.Modality === cell.set?.Modality) model.applyWindow(other, cell.window);
  }

  function viewSynced(cell: Cell): void {
    const frame = frameOf(cell);
    if (!synced.value || frame === undefined || cell.stage === undefined) return;
    for (const other of others(cell)) {
      const onto = frameOf(other);
      if (onto === undefined || other.stage === undefined) continue;
      model.applyView(other, syncedView({ frame, view: cell.view, size: cell.stage.size }, { frame: onto, view: other.view, size: other.stage.size }));
    }
  }

  const leave = model.listen({
    before(what, cell) {
      said.value = undefined;
      history.before(`${what} ${cell.number}`, () => model.snapshot(), clock.nowMs());
      tellSteps();
    },
    scrolled: scrollLinked,
    viewed: viewSynced,
    windowed: windowSynced,
  });

  function undo(): void {
    const state = history.undo(model.snapshot());
    if (state !== undefined) model.apply(state);
    tellSteps();
  }

  function redo(): void {
    const state = history.redo(model.snapshot());
    if (state !== undefined) model.apply(state);
    tellSteps();
  }

  function stopCine(): void {
    if (ticker !== undefined) clock.cancelFrame(ticker);
    ticker = undefined;
    cine.cell = undefined;
  }

  /** Plays the active viewport in a loop. Images that are not here yet are waited for: black would not be the patient. */
  function playCine(): void {
    const cell = model.active.value;
    const set = cell.set;
    if (set === undefined || set.frames.length < 2) return;
    const rate = cineRateOf(frameOf(cell)?.cine);
    Object.assign(cine, { cell, ...rate });
    const time = new CineClock();
    let wanted: number | undefined;
    const tick = (nowMs: number): void => {
      if (cine.cell !== cell || cell.set?.id !== set.id || !model.shown.value.includes(cell)) {
        if (cine.cell === cell) stopCine();
        return;
      }
      const owed = time.advance(nowMs, cine.fps);
      const next = wanted ?? loopedIndex(cell.index, owed, cell.set.frames.length);
      const state = cell.open?.state(next).kind;
      wanted = state === 'loaded' || state === 'failed' ? undefined : next;
      if (wanted !== undefined) cell.cursor?.setIndex(next);
      else if (next !== cell.index) {
        const before = cell.index;
        if (model.moveTo(cell, next)) scrollLinked(cell, before);
      }
      ticker = clock.requestFrame(tick);
    };
    ticker = clock.requestFrame(tick);
  }

  function toggleCine(): void {
    if (cine.cell === undefined) playCine();
    else stopCine();
  }

  function stepRate(by: 1 | -1): void {
    if (cine.cell === undefined) return;
    const fps = steppedFps(cine.fps, by);
    if (fps !== cine.fps) Object.assign(cine, { fps, basis: 'set by hand' });
  }

  /** What a viewport says of its aids, at the bottom centre. */
  function wordsOf(cell: Cell): string[] {
    const out: string[] = [];
    if (said.value?.cell === cell.number) out.push(said.value.text);
    const { set } = model.active.value;
    if (linked.value && cell !== model.active.value && set !== undefined && cell.set?.kind === 'image') out.push(`linked by ${linkBasis(set, cell.set)}`);
    if (cine.cell === cell) out.push(`cine ${cine.fps.toFixed(cine.fps % 1 === 0 ? 0 : 1)} fps, ${cine.basis}`);
    return out;
  }

  function close(): void {
    leave();
    stopCine();
    held.release();
  }

  return {
    linked,
    synced,
    lines,
    probing,
    magnifying,
    pointer,
    cine,
    steps,
    held,
    playing: computed(() => cine.cell !== undefined),
    /** The pointer is over a viewport, or (undefined) over none. */
    point: (place: PointerPlace | undefined) => (pointer.value = place),
    say: (cell: Cell, text: string) => (said.value = { cell: cell.number, text }),
    undo,
    redo,
    toggleCine,
    stepRate,
    wordsOf,
    /** Another study is on the screen: steps and play-back belong to the last one. */
    forget() {
      history.clear();
      tellSteps();
      stopCine();
      said.value = undefined;
    },
    close,
  };
}

export type ViewerAids = ReturnType<typeof createViewerAids>;
