export type { DecodeWorker, FrameRequest, FrameTarget, FromDecodeWorker, ToDecodeWorker } from './decode-protocol';
export { budgetBytesFor, createImageLibrary, type ImageLibrary, type LibraryUsage } from './image-library';
export type { AskTables, TableState } from './image-tables';
export type { FrameState, LoadCounts, LoadedFrame, LoaderChange, OpenDisplaySet, SetCursor } from './loader-types';
export { createPixelPool, type FrameJob, type FrameOutcome, type JobSource, type PixelPool, type PixelPoolOptions } from './pixel-pool';
export * from './picture';
export { encodePng, type PngPixels } from './png';
export { type FeedClock, feedVolume, type SliceTarget, type VolumeFeed } from './volume-feed';
export { volumeValue } from './volume-sample';
