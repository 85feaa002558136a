import type { DisplaySet, Vector3 } from '@shared/domain';
import {
  cross,
  imagePlanes,
  meetingPoint,
  MPR_PLANES,
  type MprPlaneName,
  type MprPlanes,
  obliqueDeg,
  PATIENT_PLANES,
  planeIndexOf,
  turnedPlanes,
  volumeVerdict,
} from '@shared/geometry';
import { computed, shallowRef } from 'vue';
import type { FeedClock, ImageLibrary } from '../../../imaging';
import type { AidsClock } from '../cine-player';
import type { MprPlace } from '../../../stores';
import type { SlabMode, ViewportStage } from '../../../vtk';
import { type Cell, UNTOUCHED } from '../cell';
import { wholeRange } from '../grey';
import type { ViewerModel } from '../viewer-model';
import { keptView } from './kept-view';
import { MprSession } from './mpr-session';

/** Thicknesses that keys step through, millimetres; 0 = a plane without thickness. */
export const SLABS_MM: readonly number[] = [0, 2, 3, 5, 8, 10, 15, 20, 30, 50];
export const SLAB_MODES: readonly SlabMode[] = ['MAX', 'MIN', 'mean'];

export interface MprParts {
  readonly model: ViewerModel;
  readonly library: ImageLibrary;
  readonly stage: () => ViewportStage | undefined;
  readonly clock: AidsClock;
  say(cell: Cell, words: string): void;
}

/** Three planes through the volume of a display set, in place of the grid: axial, sagittal, coronal, linked by the point in which they meet. */
export function createMpr({ model, library, stage, clock, say }: MprParts) {
  const feedClock: FeedClock = {
    nowMs: () => clock.nowMs(),
    soon(run) {
      const asked = clock.requestFrame(run);
      return () => clock.cancelFrame(asked);
    },
  };
  const session = shallowRef<MprSession>();
  /** Grows when the planes lie otherwise, or the slab is another. */
  const turns = shallowRef(0);
  const cellOf = (name: MprPlaneName): Cell => model.planeCells[MPR_PLANES.indexOf(name)] as Cell;

  const point = computed((): Vector3 | undefined => {
    void turns.value;
    if (session.value === undefined) return undefined;
    const index = (name: MprPlaneName): number => cellOf(name).index;
    return meetingPoint(session.value.stacks, { axial: index('axial'), sagittal: index('sagittal'), coronal: index('coronal') });
  });

  /** Opens the planes of a set, or says at the viewport why it is no volume. */
  function open(set: DisplaySet, at: Cell, place?: MprPlace): boolean {
    const verdict = volumeVerdict(set);
    if (!verdict.ok) {
      say(at, `not a volume: ${verdict.reasons.join('; ')}`);
      return false;
    }
    const [frame] = set.frames;
    const on = stage();
    if (on === undefined || frame === undefined) return false;
    try {
      const padded = set.frames.some(({ padding, format }) => padding !== undefined || format.floatElement !== undefined);
      const volume = on.addVolume({
        size: verdict.grid.size,
        signed: frame.format.PixelRepresentation === 1,
        ...(verdict.values === 'modality' ? { modality: { padded } } : {}),
      });
      close(true);
      start(
        new MprSession({ open: library.open(set), grid: verdict.grid, volume, isExact: on.planesExact === true, clock: feedClock, changed: redraw }),
        place,
      );
      return true;
    } catch (error) {
      say(at, `no planes: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  function start(next: MprSession, place: MprPlace | undefined): void {
    session.value = next;
    const through = place === undefined ? next.middleLps() : place.pointLps;
    if (place !== undefined) {
      next.slabMm = place.slabMm;
      next.mode = place.mode;
      next.lay(planesOf(place), through);
    }
    for (const cell of model.planeCells) Object.assign(cell, UNTOUCHED);
    hang(next, through);
    model.reform({ showSet: (set) => void open(set, model.active.value), close: () => close(), place: placeNow });
    redraw();
  }

  /** Puts the stacks of the session into the viewports, each at its plane nearest to the point. */
  function hang(of: MprSession, through: Vector3): void {
    for (const name of MPR_PLANES) {
      const cell = cellOf(name);
      cell.set = of.setOf(name);
      cell.open = of.openOf(name, cell.set);
      cell.plane = {
        name,
        source: of.source,
        imageOf: (index) => of.planeImage(name, index),
        valueAt: (index, at) => of.valueAt(name, index, at),
        words: () => words(of, name),
        obliqueDeg: () => obliqueDeg(of.planes, name),
      };
      cell.index = planeIndexOf(of.stacks[name], through);
    }
    turns.value++;
  }

  function redraw(): void {
    const now = session.value;
    const slice = now?.firstSlice;
    for (const cell of model.planeCells) {
      const frame = cell.set?.frames[cell.index];
      if (slice !== undefined && frame !== undefined && cell.open !== undefined) cell.fullRange ??= wholeRange(frame, cell.open.tables(0), slice);
      model.redraw(cell);
    }
  }

  /** `forNext`: other planes take their place at once. */
  function close(forNext = false): void {
    const last = session.value;
    if (last === undefined) return;
    session.value = undefined;
    for (const cell of model.planeCells) {
      Object.assign(cell, { set: undefined, open: undefined, plane: undefined, fullRange: undefined });
      model.redraw(cell);
    }
    last.close();
    if (!forNext) model.reform(undefined);
  }

  function toggle(): void {
    if (session.value !== undefined) close();
    else if (model.active.value.set !== undefined) open(model.active.value.set, model.active.value);
  }

  /** All planes but that of `except`, or `only` one, go to a point in the patient. */
  function goTo(lps: Vector3, except?: MprPlaneName, only?: MprPlaneName): void {
    const now = session.value;
    if (now === undefined) return;
    for (const name of MPR_PLANES) if (name !== except && (only ?? name) === name) model.moveTo(cellOf(name), planeIndexOf(now.stacks[name], lps));
  }

  /** Lays the planes anew through the point in which they meet; what is seen stays as large as it is, and the point where it is. */
  function lay(planes: MprPlanes): void {
    const [now, at] = [session.value, point.value];
    if (now === undefined || at === undefined) return;
    const before = now.stacks;
    now.lay(planes, at);
    for (const name of MPR_PLANES) {
      const cell = cellOf(name);
      if (cell.stage !== undefined) cell.view = keptView(cell.view, before[name], now.stacks[name], at, cell.stage.size);
    }
    hang(now, at);
    redraw();
    model.remember();
  }

  /** Turns the other planes about the normal of `fixed`, from how they lay when the hand took hold. */
  function turn(from: MprPlanes, fixed: MprPlaneName, angleRad: number): void {
    lay(turnedPlanes(from, fixed, angleRad));
  }

  function align(to: 'images' | 'patient'): void {
    const now = session.value;
    if (now !== undefined) lay(to === 'images' ? imagePlanes(now.grid) : PATIENT_PLANES);
  }

  function setSlab(mm: number, mode?: SlabMode): void {
    const now = session.value;
    if (now === undefined) return;
    now.slabMm = Math.max(0, mm);
    if (mode !== undefined) now.mode = mode;
    turns.value++;
    redraw();
    model.remember();
  }

  function stepSlab(by: 1 | -1): void {
    const mm = session.value?.slabMm ?? 0;
    const next = by > 0 ? SLABS_MM.find((one) => one > mm) : SLABS_MM.findLast((one) => one < mm);
    if (next !== undefined) setSlab(next);
  }

  function nextMode(): void {
    const now = session.value;
    if (now !== undefined) setSlab(now.slabMm === 0 ? 5 : now.slabMm, now.slabMm === 0 ? now.mode : SLAB_MODES[(SLAB_MODES.indexOf(now.mode) + 1) % 3]);
  }

  function placeNow(): MprPlace | undefined {
    const [now, at] = [session.value, point.value];
    if (now === undefined || at === undefined) return undefined;
    const planes = MPR_PLANES.map((name) => ({ rowLps: mutable(now.planes[name].rowLps), columnLps: mutable(now.planes[name].columnLps) }));
    return { displaySetId: now.source.id, pointLps: mutable(at), planes, slabMm: now.slabMm, mode: now.mode };
  }

  const leave = model.listen({
    hung(place) {
      const set = model.sets.value.find(({ id }) => id === place?.mpr?.displaySetId);
      if (set !== undefined && place?.mpr !== undefined) open(set, model.active.value, place.mpr);
    },
    /** More images make another volume, or none. */
    followed() {
      const now = session.value;
      const set = now === undefined ? undefined : model.sets.value.find(({ id }) => id === now.source.id);
      if (now === undefined || set === undefined || isSameStack(set, now.source)) return;
      const place = placeNow();
      if (!open(set, model.active.value, place)) close();
    },
  });

  return {
    session,
    turns,
    point,
    cellOf,
    toggle,
    close,
    goTo,
    turn,
    align,
    setSlab,
    stepSlab,
    nextMode,
    /** The graphics came back: the volume is empty and is filled again. */
    refill: () => session.value?.refill(),
    stop() {
      leave();
      close(true);
    },
  };
}

export type Mpr = ReturnType<typeof createMpr>;

function mutable([x, y, z]: Vector3): [number, number, number] {
  return [x, y, z];
}

function planesOf({ planes }: MprPlace): MprPlanes {
  const of = (at: number): MprPlanes[MprPlaneName] => {
    const { rowLps, columnLps } = planes[at] ?? PATIENT_PLANES.axial;
    return { rowLps, columnLps, normalLps: cross(rowLps, columnLps) };
  };
  return { axial: of(0), sagittal: of(1), coronal: of(2) };
}

function isSameStack(a: DisplaySet, b: DisplaySet): boolean {
  return (
    a.frames.length === b.frames.length &&
    a.frames.every(
      (frame, at) =>
        frame.instanceId === b.frames[at]?.instanceId && frame.frameIndex === b.frames[at].frameIndex && frame.tile?.number === b.frames[at].tile?.number,
    )
  );
}

function words(of: MprSession, name: MprPlaneName): readonly string[] {
  const { pixelMm } = of.stacks[name];
  const plane = `MPR, ${pixelMm.toFixed(2)} x ${pixelMm.toFixed(2)} mm`;
  return of.slabMm === 0 ? [plane] : [plane, `slab ${of.slabMm} mm ${of.mode}`];
}
