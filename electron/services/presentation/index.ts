export { readIcc } from './read-icc';
export { type DrawingsRequest, type ImageDrawings, readImageDrawings } from './image-drawings';
export { readPresentationState, STATE_KINDS, type StateReading } from './read-state';
