export { createHeaderViews, type HeaderViews } from './header-view';
export { createObjectContents, type ObjectContents } from './object-contents';
