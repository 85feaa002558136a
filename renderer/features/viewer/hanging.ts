import { isFilm, kindMark, objectOf } from '../objects';
import { byPatient, differsInIdentity, type DisplaySet, isOtherPatient, type OpenedStudy, patientKeyOf, type StudyRow } from '@shared/domain';
import type { LayoutId, StudyTab } from '../../stores';

/** Largest grid of viewports. */
export const MOST_ROWS = 4;
export const MOST_COLUMNS = 4;
export const MAX_CELLS = MOST_ROWS * MOST_COLUMNS;

/** Place of a viewport in the grid, counted from 0, and how many rows and columns it takes. */
export interface LayoutArea {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Layout {
  readonly rows: number;
  readonly columns: number;
  /** One for each viewport, in their order. */
  readonly areas: readonly LayoutArea[];
}

/** Viewports of a layout: "2x3" is two rows of three, "1+2" a large one left of two, "1/3" a large one above three. */
export function layoutOf(id: LayoutId): Layout {
  const [first, second] = [Number(id.charAt(0)), Number(id.charAt(2))];
  const small = Array.from({ length: second }, (_, at) => at);
  switch (id.charAt(1)) {
    case '+': {
      const areas = small.map((row): LayoutArea => ({ row, column: second, rows: 1, columns: 1 }));
      return { rows: second, columns: second + 1, areas: [{ row: 0, column: 0, rows: second, columns: second }, ...areas] };
    }
    case '/': {
      const areas = small.map((column): LayoutArea => ({ row: second, column, rows: 1, columns: 1 }));
      return { rows: second + 1, columns: second, areas: [{ row: 0, column: 0, rows: second, columns: second }, ...areas] };
    }
    default: {
      const areas = Array.from({ length: first * second }, (_, at): LayoutArea => ({ row: Math.floor(at / second), column: at % second, rows: 1, columns: 1 }));
      return { rows: first, columns: second, areas };
    }
  }
}

/** "2 x 3", "1 large + 2". */
export function layoutWords(id: LayoutId): string {
  if (id.charAt(1) === 'x') return `${id.charAt(0)} x ${id.charAt(2)}`;
  return `1 large ${id.charAt(1) === '+' ? 'left of' : 'above'} ${id.charAt(2)}`;
}

function canShow(set: DisplaySet): boolean {
  return set.kind === 'image' && set.frames.some((frame) => frame.cannotDecode === undefined);
}

/** Sets to hang first: those that can be shown and are no localiser, then localisers, then what can only be named, what stands in another set as well is left to who asks for it. */
export function hangingOrder(sets: readonly DisplaySet[]): DisplaySet[] {
  const rank = (set: DisplaySet): number => {
    if (!canShow(set)) return showsObject(set) ? 2 : set.kind === 'image' ? 3 : 4;
    return /localis|localiz|scout|topogram/i.test(`${set.splitReason} ${set.SeriesDescription}`) ? 1 : 0;
  };
  return sets
    .filter(({ asStored }) => asStored !== true)
    .map((set, at) => ({ set, at, rank: rank(set) }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map(({ set }) => set);
}

/** The image that a set is shown with first: its middle. Films and what has no frames begin with their first. */
export function indexToHang(set: DisplaySet): number {
  return isFilm(set) ? 0 : Math.floor(set.frames.length / 2);
}

/** The index, or the nearest that there is of the frames, or objects without frames, of a set. */
export function withinSet({ frames, objects }: DisplaySet, index: number): number {
  return Math.min(Math.max(0, index), Math.max(0, (frames.length || (objects?.length ?? 0)) - 1));
}

/** A report, a document...: shown, though not as a picture. */
function showsObject(set: DisplaySet): boolean {
  const object = objectOf(set);
  return object !== undefined && kindMark(object.kind).isShown;
}

/** Why a study can show nothing, in words; undefined when it can show something. */
export function nothingToShow(opened: OpenedStudy): string | undefined {
  if (opened.displaySets.length === 0) return 'No image of this study is here yet.';
  if (opened.displaySets.some((set) => canShow(set) || showsObject(set))) return undefined;
  const reasons = new Set(
    opened.displaySets.map((set) =>
      set.kind === 'notShown' ? `stored, not shown: ${set.label}` : `cannot decode: ${set.frames[0]?.cannotDecode ?? 'no frames'}`,
    ),
  );
  return [...reasons].join('; ');
}

/** All sets of a tab: the study's and those of its opened priors. */
export function setsOfTab(tab: StudyTab): readonly DisplaySet[] {
  return [...(tab.opened?.displaySets ?? []), ...[...tab.priors.values()].flatMap((prior) => prior.displaySets)];
}

/** The study a set belongs to, under the name of the patient whom the objects of the set name. */
export function studyOfSet(tab: StudyTab, set: DisplaySet): StudyRow | undefined {
  const isCurrent = tab.opened?.study.StudyInstanceUID === set.StudyInstanceUID;
  const study = isCurrent ? tab.opened.study : tab.priors.get(set.StudyInstanceUID)?.study;
  if (study === undefined || set.patient === undefined) return study;
  return { ...study, ...set.patient, patientKey: patientKeyOf(set.patient.PatientID, set.patient.IssuerOfPatientID) };
}

/** How many patients these studies belong to; within one study each contradiction counts. */
export function patientsOf(studies: readonly StudyRow[]): number {
  return byPatient(studies, (one, other) => (one.StudyInstanceUID === other.StudyInstanceUID ? differsInIdentity(one, other) : isOtherPatient(one, other)))
    .length;
}
