export * from './orientation';
export * from './mpr-planes';
export * from './slice-order';
export * from './vector';
export * from './view-transform';
export { volumeVerdict, tiltDeg, type VolumeGrid, type VolumeVerdict } from './volume-eligibility';
export * from './volume-space';
