export * from './types';
export * from './keeping-types';
export * from './outbox-types';
export { openIndex } from './open-index';
export type { IndexOptions } from './index-options';
export { isDamage } from './damage';
export { checkDatabaseFile } from './quick-check';
