export { createHeaderViews, type HeaderViews } from './header-view';
export { createObjectContents, type ObjectContents } from './object-contents';
export { readRejectionNote, type RejectionNote } from './rejection-note';
