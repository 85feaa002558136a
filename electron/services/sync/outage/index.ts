export { type ArchiveWatch, createArchiveWatch } from './archive-watch';
export { compareStudy, type LocalStudy, type RemoteStudy } from './compare-study';
export { Reconcile, type ReconcileParts } from './reconcile';
