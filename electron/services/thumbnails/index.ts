export { createThumbnails, type Thumbnails } from './thumbnails';
export { createFrameDigests, type FrameDigests } from './frame-digest';
