export { Eviction } from './eviction';
