import type { ImageFrame, MaskSubtraction, PresentationState } from '@shared/domain';
import { type Voi, voiOf } from '@shared/grayscale';
import {
  differenceGrey,
  differenceRescale,
  type GreyParts,
  makeDifference,
  maskWords,
  type MaskShifts,
  stateMasks,
  type Subtracted,
  type SubtractionPlan,
  subtractionPlan,
  subtractionSpace,
  wholeDifference,
  windowsOf,
  withoutColours,
} from '../../imaging';
import type { StageViewport } from '../../vtk';
import { type Cell, type CellSubtraction, frameOf, planeOf, stateOf, tablesOf, UNTOUCHED } from './cell-state';

export type SubtractionState =
  | { readonly kind: 'subtracted'; readonly words: string }
  /** The frame is shown as it is. */
  | { readonly kind: 'natural'; readonly words: string }
  | { readonly kind: 'waiting'; readonly words: string };

const MOST_KEPT = 8;

export function newSubtraction(cell: Cell, own: MaskSubtraction | undefined): CellSubtraction {
  return { own, moved: [0, 0], naturalWindow: cell.window, range: undefined, cursors: new Map(), kept: new Map() };
}

/** Masks that count for the shown image: the user's, the state's, the image's. */
export function masksOf(cell: Cell): readonly MaskSubtraction[] {
  if (cell.subtraction?.own !== undefined) return [cell.subtraction.own];
  const state = stateOf(cell);
  if (state !== undefined) return stateMasks(state, frameOf(cell));
  const tables = tablesOf(cell);
  return tables.kind === 'ready' ? (tables.luts.masks ?? []) : [];
}

/** The mask of a subtraction where the user says none, and the object none: the first frame, before the contrast came. */
export function ownMask(frameNumber: number): MaskSubtraction {
  return { operation: 'AVG_SUB', frames: [frameNumber], contrastAveraging: 1, tidOffset: 1, shift: [0, 0], range: [], explanation: '' };
}

/** What the mask is moved by, everywhere and by region, with what the hand moved it. */
function shiftsOf({ shift, regions }: SubtractionPlan, { moved }: CellSubtraction): Required<MaskShifts> {
  const by = (of: readonly [number, number]): [number, number] => [of[0] + moved[0], of[1] + moved[1]];
  return { shift: by(shift), regions: regions.map((region) => ({ ...region, shift: by(region.shift) })) };
}

/** Index in the set of a frame of the same object, and of the same tile of it; -1 where it is in another set. */
function indexOfFrame(cell: Cell, { instanceId, tile }: ImageFrame, number: number): number {
  return cell.set?.frames.findIndex((one) => one.instanceId === instanceId && one.frameIndex === number - 1 && one.tile?.number === tile?.number) ?? -1;
}

/** What is to be said of the subtraction of this image; undefined: it is off. */
export function subtractionState(cell: Cell): SubtractionState | undefined {
  const [frame, on] = [frameOf(cell), cell.subtraction];
  if (on === undefined || frame === undefined) return undefined;
  const plan = subtractionPlan(masksOf(cell), frame);
  if (plan === undefined) return { kind: 'natural', words: 'not subtracted: no mask is meant for this frame' };
  const indices = [...plan.masks, ...plan.contrast].map((number) => indexOfFrame(cell, frame, number));
  if (indices.some((index) => index < 0)) return { kind: 'natural', words: `not subtracted: ${maskWords(plan.masks)} not in this series part` };
  const failed = indices.some((index) => cell.open?.state(index).kind === 'failed');
  if (failed) return { kind: 'natural', words: `not subtracted: ${maskWords(plan.masks)} cannot be read` };
  if (indices.some((index) => cell.open?.frame(index) === undefined)) return { kind: 'waiting', words: `waiting for ${maskWords(plan.masks)}` };
  const { shift, regions } = shiftsOf(plan, on);
  const space = subtractionSpace(frame, tablesOf(cell), stateOf(cell)).words;
  const parts = [
    `subtracted: ${maskWords(plan.masks)}`,
    plan.contrast.length > 1 ? `${plan.contrast.length} frames averaged` : '',
    regions.length > 1 ? `mask moved by ${regions.length} regions` : movedWords(...(regions[0]?.shift ?? shift)),
    space,
  ];
  return { kind: 'subtracted', words: parts.filter((part) => part !== '').join(', ') };
}

function movedWords(rows: number, columns: number): string {
  const part = (by: number, plus: string, minus: string): string => (by === 0 ? '' : `${Number(Math.abs(by).toFixed(2))} ${by > 0 ? plus : minus}`);
  const parts = [part(rows, 'down', 'up'), part(columns, 'right', 'left')].filter((words) => words !== '');
  return parts.length === 0 ? '' : `mask moved ${parts.join(' and ')}`;
}

/** The window of a difference: the user's, that of the state whose mask it is, else all differences of the first frame. Undefined: nothing is subtracted. */
export function subtractedVoi(cell: Cell): Voi | undefined {
  const on = cell.subtraction;
  if (on === undefined || subtractionState(cell)?.kind !== 'subtracted') return undefined;
  const { window } = cell;
  if (window !== undefined && window.voiLut === undefined) return voiOf({ center: window.center, width: window.width, function: window.function ?? 'LINEAR' });
  const [frame, state] = [frameOf(cell), stateOf(cell)];
  const [ofState] = on.own === undefined && frame !== undefined && state !== undefined ? windowsOf(frame, state) : [];
  return ofState === undefined ? on.range : voiOf(ofState);
}

/** What is drawn in place of a frame. */
export interface Difference {
  readonly key: string;
  readonly made: Subtracted;
  readonly grey: GreyParts;
}

/** The difference that the cell shows; undefined: the frame is shown as it is, or a mask is awaited. */
export function differenceOf(cell: Cell): Difference | undefined {
  const [on, frame] = [cell.subtraction, frameOf(cell)];
  if (on === undefined || frame === undefined || subtractionState(cell)?.kind !== 'subtracted') return undefined;
  const plan = subtractionPlan(masksOf(cell), frame);
  if (plan === undefined) return undefined;
  const [tables, state] = [tablesOf(cell), stateOf(cell)];
  const shifts = shiftsOf(plan, on);
  const { words } = subtractionSpace(frame, tables, state);
  const key = [
    frame.instanceId,
    frame.tile?.number ?? '',
    plan.contrast.join(),
    plan.masks.join(),
    JSON.stringify(shifts),
    words,
    state?.SOPInstanceUID ?? '',
  ].join('|');
  const valuesOf = (numbers: readonly number[]) => numbers.flatMap((number) => cell.open?.frame(indexOfFrame(cell, frame, number))?.values ?? []);
  const made = on.kept.get(key) ?? makeDifference({ frame, tables, state, plan, shifts, valuesOf });
  keep(on, key, made);
  on.range ??= wholeDifference(made, differenceRescale(made, frame, tables, state));
  const voi = subtractedVoi(cell) ?? on.range;
  return { key: `difference ${key}`, made, grey: differenceGrey(made, { frame, tables, state, voi, inverted: cell.inverted }) };
}

/** Draws the difference. False: the frame is to be shown as it is. While a mask is awaited nothing is shown. */
export function drawSubtracted(cell: Cell, stage: StageViewport, frame: ImageFrame): boolean {
  const on = cell.subtraction;
  if (on === undefined) return false;
  const plan = subtractionPlan(masksOf(cell), frame);
  const indexOf = (number: number): number => indexOfFrame(cell, frame, number);
  follow(cell, on, plan === undefined ? [] : [...plan.masks, ...plan.contrast.slice(1)].map(indexOf));
  if (plan === undefined || subtractionState(cell)?.kind === 'natural') return false;
  const difference = differenceOf(cell);
  if (difference === undefined) {
    stage.setImage(undefined);
    return true;
  }
  stage.setImage({ ...planeOf(frame, stateOf(cell)), key: difference.key, values: difference.made.values });
  stage.setGrey(difference.grey);
  const loaded = cell.open?.frame(cell.index);
  // What lies over a frame lies over its difference too.
  const over = { tables: tablesOf(cell), state: stateOf(cell), over: cell.over, display: stage.display };
  stage.setMask(loaded === undefined ? undefined : cell.paint.masks.of({ frame: withoutColours(frame), loaded, ...over }));
  stage.setView(cell.view);
  return true;
}

function keep({ kept }: CellSubtraction, key: string, made: Subtracted): void {
  kept.delete(key);
  kept.set(key, made);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) return;
    kept.delete(oldest);
  }
}

/** Mask frames have a cursor of their own, so that they are loaded before the rest. */
function follow(cell: Cell, { cursors }: CellSubtraction, wanted: readonly number[]): void {
  for (const [index, cursor] of cursors) {
    if (wanted.includes(index)) continue;
    cursor.release();
    cursors.delete(index);
  }
  for (const index of wanted) if (index >= 0 && !cursors.has(index) && cell.open !== undefined) cursors.set(index, cell.open.cursor(index));
}

/** Lets go of the mask frames. */
export function endSubtraction(cell: Cell): void {
  const on = cell.subtraction;
  if (on === undefined) return;
  for (const cursor of on.cursors.values()) cursor.release();
  cell.subtraction = undefined;
}

/** As every set is shown at first. */
export function untouch(cell: Cell): void {
  endSubtraction(cell);
  Object.assign(cell, UNTOUCHED);
}

/** Another presentation state, or none. One that has masks says that the picture is a difference (PS3.3 C.11.13). */
export function present(cell: Cell, state: PresentationState | undefined): void {
  endSubtraction(cell);
  cell.presentation = state;
  if (state !== undefined && state.masks.length > 0) cell.subtraction = { ...newSubtraction(cell, undefined), naturalWindow: undefined };
  cell.fullRange = undefined;
}
