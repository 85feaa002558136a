import type { DisplaySet, StudyUid } from '@shared/domain';
import type { LayoutId, MprPlace, StudyPlace } from '../../stores';
import type { Cell } from './cell';

/** What a listener is told of changes by the hand; what follows from them (linked viewports, undo) tells nothing. */
export interface ModelListener {
  /** Before a change that can be undone. `what` names its kind. */
  before?(what: string, cell: Cell): void;
  scrolled?(cell: Cell, before: number): void;
  viewed?(cell: Cell): void;
  windowed?(cell: Cell): void;
  /** Another study hangs, as it stood before or anew. */
  hung?(place: StudyPlace | undefined): void;
  /** The study that hangs, or one of its priors, has more or other images. */
  followed?(): void;
}

/** Planes through a volume that stand in place of the grid. */
export interface Reformation {
  /** Its volume shall be this set from now on. */
  showSet(set: DisplaySet): void;
  close(): void;
  place(): MprPlace | undefined;
}

/** What undo brings back. */
export interface ViewerSnapshot {
  /** The step was an edit of what is authored in this study: the services take it back. */
  readonly authored?: StudyUid | undefined;
  readonly layout: LayoutId;
  readonly activeNumber: number;
  readonly maximised: boolean;
  readonly cells: readonly Pick<Cell, 'set' | 'index' | 'view' | 'window' | 'inverted' | 'presentation' | 'over'>[];
}
