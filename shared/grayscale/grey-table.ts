import { presentationValue, type Voi } from './voi';

/** Everything between a stored value and a grey level of the screen. LUT sequences, padding and GSDF join later. */
export interface GreyChain {
  /** Pixel Representation: two's complement stored values. */
  readonly signed: boolean;
  /** Rescale Slope and Intercept (PS3.3 C.11.1); identity when absent. */
  readonly rescale?: { readonly slope: number; readonly intercept: number } | undefined;
  readonly voi: Voi;
  /** MONOCHROME1: the lowest value is white (Presentation LUT Shape INVERSE, PS3.3 C.11.6). */
  readonly inverse: boolean;
  /** The user's inversion, after all else. */
  readonly inverted: boolean;
}

/** One entry per 16-bit stored value, in the order of the value: index = stored value + `indexOffset`. */
export const GREY_TABLE_SIZE = 65_536;

/** 8-bit levels of the canvas. */
export const MAX_LEVEL = 255;

/** Where stored value 0 stands in the table. */
export function indexOffset(signed: boolean): number {
  return signed ? 32_768 : 0;
}

/** Modality value (rescaled units, HU in a CT) of a stored value (PS3.3 C.11.1.1.2). */
export function modalityValue(stored: number, rescale: GreyChain['rescale']): number {
  return rescale === undefined ? stored : stored * rescale.slope + rescale.intercept;
}

/** Output level 0..255, not rounded yet, of a stored value: the double-precision reference of the whole chain. */
export function continuousLevel(stored: number, chain: GreyChain): number {
  const p = presentationValue(modalityValue(stored, chain.rescale), chain.voi);
  return (chain.inverse !== chain.inverted ? 1 - p : p) * MAX_LEVEL;
}

/** The level on the glass: nearest, halves up. */
export function outputLevel(continuous: number): number {
  return Math.min(MAX_LEVEL, Math.max(0, Math.floor(continuous + 0.5)));
}

/**
 * Composes the chain into 65,536 levels for the shader (rendering.md 1). A level is kept on its side of the rounding
 * threshold when it becomes a float32, so that the shader's rounding is the double-precision one for every stored value.
 */
export function composeGreyTable(chain: GreyChain, into: Float32Array<ArrayBuffer> = new Float32Array(GREY_TABLE_SIZE)): Float32Array<ArrayBuffer> {
  const offset = indexOffset(chain.signed);
  for (let index = 0; index < GREY_TABLE_SIZE; index++) {
    const level = continuousLevel(index - offset, chain);
    const rounded = Math.fround(level);
    // The shader adds in float32 as well.
    into[index] = Math.floor(Math.fround(rounded + 0.5)) === Math.floor(level + 0.5) ? rounded : safeSide(level);
  }
  return into;
}

/** The float32 next to `level` that rounds as the double does. */
function safeSide(level: number): number {
  const target = Math.floor(level + 0.5);
  return level < target ? target - 0.4999 : target + 0.4999;
}
