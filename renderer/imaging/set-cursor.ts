import type { FramePriority } from '@shared/contract';
import { AHEAD_RANK, REST_RANK } from './pool-turns';

/** Frames this near to a cursor are neighbours. */
const NEIGHBOURS = 8;
/** A step against the movement counts as this many with it. */
const BACKWARD_COST = 3;

/** How a cursor stands for somebody who has not come yet: `soon`: as urgent as if they had; `idle`: when nothing else is wanted. */
export type Ahead = 'soon' | 'idle';

/** A place in a display set around which frames are wanted. */
export interface Cursor {
  index: number;
  direction: 1 | -1;
  moved: boolean;
  /** Nearest places at or after, and before `index` that may still wait: what lies between is asked for already. */
  after: number;
  before: number;
  /** So far from `index` frames are wanted. */
  readonly reach: number;
  /** Undefined: somebody looks. */
  readonly ahead: Ahead | undefined;
}

export interface Candidate {
  readonly index: number;
  readonly rank: number;
  readonly priority: FramePriority;
}

export function newCursor(index: number, reach: number, ahead?: Ahead): Cursor {
  return { index, direction: 1, moved: false, after: index, before: index - 1, reach, ahead };
}

/** interaction > visible > neighbours > rest > ahead, each in the sense of movement first (issue 4). */
export function rankOf(index: number, cursor: Cursor): Candidate {
  const looked = rankOfLooked(index, cursor);
  return cursor.ahead === 'idle' ? { index, rank: AHEAD_RANK + looked.rank, priority: 'ahead' } : looked;
}

function rankOfLooked(index: number, cursor: Cursor): Candidate {
  const steps = (index - cursor.index) * cursor.direction;
  if (steps === 0) return { index, rank: cursor.moved ? 0 : 1, priority: cursor.moved ? 'interaction' : 'visible' };
  const cost = steps > 0 ? steps : -steps * BACKWARD_COST;
  if (cost <= NEIGHBOURS) return { index, rank: 10 + cost, priority: 'neighbour' };
  return { index, rank: REST_RANK + cost, priority: 'rest' };
}
