export * from './types';
export { openIndex } from './open-index';
