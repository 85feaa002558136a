export type { ImageHeader, InstanceAttributes } from './attributes';
export type { DataSetReader } from './fragment-index';
export { frameLayout, type FrameLayout, type FrameLayoutRequest } from './frame-layout';
export { readPart10Header, writePart10Header, type Part10Header, type Part10Identity } from './header';
export { locatePixelData } from './locate-pixel-data';
export { readValues, type ReadValues } from './read-values';
export { refusalStatus } from './refusals';
export { createDataSetWalker, inflateDataSet, walkDataSet } from './walk';
export * from './walk-types';
