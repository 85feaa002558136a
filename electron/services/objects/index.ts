export { createHeaderViews, type HeaderViews } from './header-view';
