export { type ColourMap, ColourMaps, paletteMap } from './colour-map';
export * from './subtraction';
export * from './subtraction-space';
export * from './grey';
export { labToRgb } from './lab';
export { composeMask, hiddenBy, type MaskParts } from './mask';
export { type DrawnOver, type FrameMask, FrameMasks } from './picture';
export { appliesTo, isMeant } from './state-scope';
export { turned, turnOfState } from './turned';
