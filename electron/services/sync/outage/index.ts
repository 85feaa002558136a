export { AtOpening } from './at-opening';
export { type ComparisonBudget, ContentRounds, LOOK_BYTES, LOOK_OBJECTS, type UncomparedStudy } from './content-rounds';
export { type ArchiveWatch, createArchiveWatch } from './archive-watch';
export { compareStudy } from './compare-study';
export type { LocalStudy, RemoteStudy, ReplacedObject } from './difference';
export type { DifferenceStore, FoundDifferences } from './kept-differences';
export { Reconcile, type ReconcileParts } from './reconcile';
export { CompareAgain, type CompareAgainParts } from './compare-again';
export { ResultsGate, type ResultsWait } from './results-gate';
