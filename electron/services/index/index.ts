export * from './types';
export { openIndex } from './open-index';
export { type IndexOptions } from './sqlite-index';
export { quickCheckFile } from './quick-check';
