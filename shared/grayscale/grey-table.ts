import { displayLevel, type DisplayTable } from './display';
import { lutMaximum, type LutTable } from './lut-table';
import { modalityFunction, type ModalityTransform } from './modality';
import { isPadding, type Padding } from './stored-value';
import { type Voi, voiFunction } from './voi';

/**
 * Everything between a stored value and a grey level of the screen, in the order of the standard (PS3.4 N.2, PS3.3 C.11): modality LUT, padding, VOI,
 * presentation LUT, P-value, display. `rescale` and `modalityLut` say the first step; identity when both are absent.
 */
export interface GreyChain extends ModalityTransform {
  /** Pixel Representation: two's complement stored values. */
  readonly signed: boolean;
  /** Taken out of the chain and shown as background: the darkest level, whatever window, polarity or inversion (PS3.3 C.7.5.1.1.2). */
  readonly padding?: Padding | undefined;
  readonly voi: Voi;
  /** Presentation LUT Sequence: its entries over the whole range of what the VOI step gives (PS3.3 C.11.6.1). */
  readonly presentationLut?: LutTable | undefined;
  /** MONOCHROME1: the lowest value is white (Presentation LUT Shape INVERSE, PS3.3 C.11.6). */
  readonly inverse: boolean;
  /** The user's inversion of P-values: before the display's own curve, so that an inverted picture is calibrated too. */
  readonly inverted: boolean;
  /** P-value -> level of this display; linear when absent. */
  readonly display?: DisplayTable | undefined;
}

/** One entry per 16-bit stored value, in the order of the value: index = stored value + `indexOffset`. */
export const GREY_TABLE_SIZE = 65_536;

/** 8-bit levels of the canvas. */
export const MAX_LEVEL = 255;

/** Where stored value 0 stands in the table. */
export function indexOffset(signed: boolean): number {
  return signed ? 32_768 : 0;
}

/** Output level 0..255, not rounded yet, of a stored value: the double-precision reference of the whole chain. */
export function continuousLevel(stored: number, chain: GreyChain): number {
  return levelFunction(chain)(stored);
}

/** The same for many stored values: what does not depend on the value is worked out once. */
export function levelFunction(chain: GreyChain): (stored: number) => number {
  const { padding, display, presentationLut } = chain;
  const modality = modalityFunction(chain);
  const voi = voiFunction(chain.voi);
  const turned = chain.inverse !== chain.inverted;
  const background = display === undefined ? 0 : displayLevel(0, display);
  return (stored) => {
    if (padding !== undefined && isPadding(stored, padding)) return background;
    let p = voi(modality(stored));
    if (presentationLut !== undefined) p = presentationLutValue(p, presentationLut);
    if (turned) p = 1 - p;
    return display === undefined ? p * MAX_LEVEL : displayLevel(p, display);
  };
}

/** P-value of a Presentation LUT: the VOI output in 0..1 is scaled to its entries (PS3.3 C.11.6.1), the first of which always is for 0. */
function presentationLutValue(value: number, lut: LutTable): number {
  const at = Math.floor(value * (lut.values.length - 1) + 0.5);
  return (lut.values[at] ?? 0) / lutMaximum(lut);
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
  const levelOf = levelFunction(chain);
  for (let index = 0; index < GREY_TABLE_SIZE; index++) {
    const level = levelOf(index - offset);
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
