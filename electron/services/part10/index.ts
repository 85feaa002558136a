export type { ImageHeader, InstanceAttributes } from './attributes';
export { readPart10Header, writePart10Header, type Part10Header, type Part10Identity } from './header';
export { nativeFrameBytes } from './image-header';
export { refusalStatus } from './refusals';
export { createDataSetWalker, inflateDataSet, walkDataSet } from './walk';
export * from './walk-types';
