import type { DisplaySet, OpenedStudy, StudyRow } from '@shared/domain';
import type { LayoutId, StudyTab } from '../../stores';

/** Largest grid of viewports. */
export const MOST_ROWS = 4;
export const MOST_COLUMNS = 4;
export const MAX_CELLS = MOST_ROWS * MOST_COLUMNS;

/** Rows x columns of a layout: "2x3" is two rows of three. */
export function layoutOf(id: LayoutId): { readonly rows: number; readonly columns: number } {
  return { rows: Number(id.charAt(0)), columns: Number(id.charAt(2)) };
}

function canShow(set: DisplaySet): boolean {
  return set.kind === 'image' && set.frames.some((frame) => frame.cannotDecode === undefined);
}

/** Sets to hang first: those that can be shown and are no localiser, then localisers, then what can only be named. */
export function hangingOrder(sets: readonly DisplaySet[]): DisplaySet[] {
  const rank = (set: DisplaySet): number => {
    if (!canShow(set)) return set.kind === 'image' ? 2 : 3;
    return /localis|localiz|scout|topogram/i.test(`${set.splitReason} ${set.SeriesDescription}`) ? 1 : 0;
  };
  return sets
    .map((set, at) => ({ set, at, rank: rank(set) }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map(({ set }) => set);
}

/** Why a study can show nothing, in words; undefined when it can show something. */
export function nothingToShow(opened: OpenedStudy): string | undefined {
  if (opened.displaySets.length === 0) return 'No image of this study is here yet.';
  if (opened.displaySets.some(canShow)) return undefined;
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

/** The study a set belongs to. */
export function studyOfSet(tab: StudyTab, set: DisplaySet): StudyRow | undefined {
  if (tab.opened?.study.StudyInstanceUID === set.StudyInstanceUID) return tab.opened.study;
  return tab.priors.get(set.StudyInstanceUID)?.study;
}
