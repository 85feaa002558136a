export type { GreyExactness } from './exactness-test';
export type { CssRect, FrameImage, GreySettings, ImageMask, Interpolation, PixelBlock, StageState, StageViewport, ViewportStage } from './stage-types';
export type { StoredTextureFormat } from './stored-texture';
export { nativePicture, type NativePictureRequest, turned } from './native-picture';
export { createViewportStage, type StageOptions } from './viewport-stage';
