export { type ArchiveWatch, createArchiveWatch } from './archive-watch';
