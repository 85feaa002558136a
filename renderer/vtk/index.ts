export type { GreyExactness } from './exactness-test';
export type { CssRect, FrameImage, GreySettings, Interpolation, PixelBlock, StageState, StageViewport, ViewportStage } from './stage-types';
export type { StoredTextureFormat } from './stored-texture';
export { createViewportStage, type StageOptions } from './viewport-stage';
