import type { StudyUid } from '@shared/domain';
import type { LayoutId } from '../../stores';
import type { Cell } from './cell';

/** What a listener is told of changes by the hand; what follows from them (linked viewports, undo) tells nothing. */
export interface ModelListener {
  /** Before a change that can be undone. `what` names its kind. */
  before?(what: string, cell: Cell): void;
  scrolled?(cell: Cell, before: number): void;
  viewed?(cell: Cell): void;
  windowed?(cell: Cell): void;
}

/** What undo brings back. */
export interface ViewerSnapshot {
  /** The step was an edit of what is authored in this study: the services take it back. */
  readonly authored?: StudyUid | undefined;
  readonly layout: LayoutId;
  readonly activeNumber: number;
  readonly maximised: boolean;
  readonly cells: readonly Pick<Cell, 'set' | 'index' | 'view' | 'window' | 'inverted'>[];
}
