export type {
  CssRect,
  FrameImage,
  GreySettings,
  ImageMask,
  Interpolation,
  PixelBlock,
  PlaneImage,
  StageState,
  StageViewport,
  ViewportStage,
} from './stage-types';
export type { StoredTextureFormat } from './stored-texture';
export { framePicture, type FramePictureRequest } from './frame-picture';
export { createViewportStage, type StageOptions } from './viewport-stage';
export type { SlabMode } from './reslice-shader';
export type { StageVolume } from './volume-texture';
