import type { DisplaySet } from '@shared/domain';
import type { FrameState } from '../../imaging';

/** A run of frames in one state: `from` included, `to` not. */
export interface MarkRun {
  readonly kind: 'loaded' | 'requested' | 'failed';
  readonly from: number;
  readonly to: number;
}

/** Runs of equal state, in order; what nobody asked for yet is left out. */
export function markRuns(count: number, stateAt: (index: number) => FrameState['kind']): MarkRun[] {
  const runs: MarkRun[] = [];
  let open: { kind: MarkRun['kind']; from: number } | undefined;
  for (let index = 0; index <= count; index++) {
    const state = index < count ? stateAt(index) : 'waiting';
    if (open !== undefined && state !== open.kind) {
      runs.push({ ...open, to: index });
      open = undefined;
    }
    if (open === undefined && state !== 'waiting') open = { kind: state, from: index };
  }
  return runs;
}

/** Places between frames where images are missing, as fractions of the height. */
export function missingMarks(set: DisplaySet): number[] {
  return set.notes.flatMap((note) => (note.kind === 'missing' ? [(note.after + 1) / Math.max(1, set.frames.length)] : []));
}
