export * from './types';
export * from './keeping-types';
export * from './outbox-types';
export { openIndex } from './open-index';
export type { IndexOptions } from './index-options';
export { checkDatabaseFile } from './quick-check';
