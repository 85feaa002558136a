export { imageLuts } from './image-luts';
export { presentationState, presentationStates } from './presentation-states';
export { createPixelSource } from './pixel-source';
export { servePixels, type ServePixelsOptions } from './serve-pixels';
export type { FrameBytes, PixelSource } from './types';
