import type { StudyUid } from '@shared/domain';
import { ref, shallowRef } from 'vue';
import { type Cell, frameOf } from './cell';
import { type AidsClock, type CineChoice, createCinePlayer } from './cine-player';
import { nearestImage, type PatientPoint, pointOf } from './cursor-3d';
import { HeldScroll } from './held-scroll';
import { createLinking } from './linking';
import type { ViewerSnapshot } from './model-types';
import { modalityUnit } from './probe';
import { syncedView } from './sync-view';
import { ViewHistory } from './view-history';
import type { ViewerModel } from './viewer-model';

/** Where the pointer is: CSS pixels of a viewport. */
export interface PointerPlace {
  readonly cell: number;
  readonly x: number;
  readonly y: number;
}

/** A rectangle that is being drawn, CSS pixels of a viewport. */
export interface PointerBox {
  readonly cell: number;
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** Edits that the services keep: they are taken back there, also those of an earlier run. */
export interface AuthoredEdits {
  canUndo(): boolean;
  canRedo(): boolean;
  undo(study: StudyUid): void;
  redo(study: StudyUid): void;
  /** Whose edits are meant when nothing else is left to undo. */
  study(): StudyUid;
}

/** Changes that come in many small ones, which are one step; all others are a step each. */
const DRAGGED: ReadonlySet<string> = new Set(['view', 'window']);

/** What was said last: of a viewport with its set, or of a study, whatever of it is shown. */
type Said = { readonly text: string } & ({ readonly cell: number; readonly set: string | undefined } | { readonly study: StudyUid | undefined });

function unitOf(cell: Cell): string {
  const frame = frameOf(cell);
  return frame === undefined || cell.set === undefined ? '' : modalityUnit(cell.set, frame).unit;
}

/** What helps the reader beside the picture itself: cine, linked scroll, sync, undo, probe, magnifier, reference lines, 3D cursor. */
export function createViewerAids(model: ViewerModel, clock: AidsClock, choice: CineChoice = { mode: () => 'loop' }) {
  const synced = ref(false);
  const lines = ref(true);
  const probing = ref(false);
  const magnifying = ref(false);
  const pointer = shallowRef<PointerPlace>();
  const box = shallowRef<PointerBox>();
  const point3d = shallowRef<PatientPoint>();
  /** One line about what was asked for and cannot be; gone with the next change, and when what it is said of is not shown any more. */
  const said = shallowRef<Said>();
  const history = new ViewHistory<ViewerSnapshot>();
  let discrete = 0;
  const steps = ref({ undo: false, redo: false });
  const edits = shallowRef<AuthoredEdits>();
  const linking = createLinking(model);
  const player = createCinePlayer(model, clock, choice, linking.scrolled);
  const held = new HeldScroll({
    move: (by) => model.scrollTo(model.active.value, model.active.value.index + by),
    requestFrame: (run) => clock.requestFrame(run),
    cancelFrame: (id) => clock.cancelFrame(id),
  });

  const others = (cell: Cell): Cell[] => model.shown.value.filter((other) => other !== cell && other.set?.kind === 'image');

  function tellSteps(): void {
    steps.value = { undo: history.canUndo, redo: history.canRedo };
  }

  function say(cell: Cell, text: string): void {
    said.value = { cell: cell.number, set: cell.set?.id, text };
  }

  /** Also while the study is being opened: its images do not take the line away. */
  function sayOfStudy(text: string): void {
    said.value = { study: model.tab.value?.uid, text };
  }

  function unsay(): void {
    said.value = undefined;
  }

  function saidOf(cell: Cell): string[] {
    const last = said.value;
    if (last === undefined) return [];
    const isOfIt =
      'study' in last ? cell === model.active.value && last.study === model.tab.value?.uid : last.cell === cell.number && last.set === cell.set?.id;
    return isOfIt ? [last.text] : [];
  }

  /** Windows are shared within one modality and one unit only (counts and Bq/ml of PET): values of others mean something else. A table belongs to its own file. */
  function windowSynced(cell: Cell): void {
    if (!synced.value || cell.window?.voiLut !== undefined) return;
    for (const other of others(cell)) if (other.set?.Modality === cell.set?.Modality && unitOf(other) === unitOf(cell)) model.applyWindow(other, cell.window);
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
      unsay();
      const step = DRAGGED.has(what) ? `${what} ${cell.number}` : `${what} ${cell.number} ${String((discrete += 1))}`;
      history.before(step, () => model.snapshot(), clock.nowMs());
      tellSteps();
    },
    scrolled: linking.scrolled,
    viewed: viewSynced,
    windowed: windowSynced,
  });

  function undo(): void {
    unsay();
    const authored = history.next.undo?.authored;
    const state = history.undo({ ...model.snapshot(), authored });
    if (state === undefined) edits.value?.undo(edits.value.study());
    else if (authored === undefined) model.apply(state);
    else edits.value?.undo(authored);
    tellSteps();
  }

  function redo(): void {
    unsay();
    const authored = history.next.redo?.authored;
    const state = history.redo({ ...model.snapshot(), authored });
    if (state === undefined) edits.value?.redo(edits.value.study());
    else if (authored === undefined) model.apply(state);
    else edits.value?.redo(authored);
    tellSteps();
  }

  /** Puts the 3D cursor at an image point: every viewport of the same frame of reference goes to its nearest image. */
  function place3d(cell: Cell, at: readonly [number, number]): void {
    const frame = frameOf(cell);
    const point = frame === undefined ? undefined : pointOf(frame, at);
    if (point === undefined) {
      say(cell, 'no 3D cursor: this image does not say where it lies in the patient');
      return;
    }
    unsay();
    point3d.value = point;
    for (const other of others(cell)) {
      const index = other.set === undefined ? undefined : nearestImage(other.set, point);
      if (index !== undefined) model.moveTo(other, index);
    }
  }

  return {
    linked: linking.linked,
    linkMode: linking.mode,
    nextLinkMode: linking.nextMode,
    synced,
    lines,
    probing,
    magnifying,
    pointer,
    box,
    point3d,
    place3d,
    cine: player.cine,
    steps,
    held,
    playing: player.playing,
    /** The pointer is over a viewport, or (undefined) over none. */
    point: (place: PointerPlace | undefined) => (pointer.value = place),
    say,
    sayOfStudy,
    /** What was said is not true any more. */
    unsay,
    /** An edit of this study was made: undo comes to it in its turn. */
    authored(study: StudyUid) {
      history.before(`authored ${String(clock.nowMs())}`, () => ({ ...model.snapshot(), authored: study }), clock.nowMs());
      tellSteps();
    },
    serveAuthored: (served: AuthoredEdits) => (edits.value = served),
    canUndo: (): boolean => steps.value.undo || edits.value?.canUndo() === true,
    canRedo: (): boolean => steps.value.redo || edits.value?.canRedo() === true,
    undo,
    redo,
    toggleCine() {
      unsay();
      player.toggle();
    },
    toggleCineMode: player.toggleMode,
    stepRate: player.stepRate,
    /** What was said last, if it was of this viewport. */
    saidOf,
    /** What a viewport says of its aids, at the bottom centre. */
    wordsOf: (cell: Cell): string[] => [...saidOf(cell), ...linking.wordsOf(cell), ...player.wordsOf(cell)],
    /** Another study is on the screen: steps, play-back and the cursor belong to the last one. */
    forget() {
      history.clear();
      tellSteps();
      player.stop();
      point3d.value = undefined;
      box.value = undefined;
      unsay();
    },
    close() {
      leave();
      player.stop();
      held.release();
    },
  };
}

export type ViewerAids = ReturnType<typeof createViewerAids>;
