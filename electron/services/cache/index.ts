export * from './types';
export * from './cache-types';
export type { FileLayer, SyncFiles, AsyncFiles, Handle } from './file-layer';
export { type LineFold, LineJournal } from './line-journal';
export { createNodeFiles } from './node-files';
export { openStorage, type Storage, type StorageOptions } from './open-storage';
