import type { StoredArray } from '@shared/pixel';
import { type GreyChain, indexOffset } from '@shared/grayscale';
import type { ColourMap } from '../imaging';
import type { GreyPlacement } from './grey-shader';

/** Values that have no index of their own in a table of 65,536: their levels are worked out one by one. */
export type WideArray = Uint32Array | Int32Array | Float32Array | Float64Array;

/** Its own copy of values that have no index; undefined for all others. */
export function wideCopy(values: StoredArray): WideArray | undefined {
  if (values instanceof Float32Array) return Float32Array.from(values);
  if (values instanceof Float64Array) return Float64Array.from(values);
  if (values instanceof Uint32Array) return Uint32Array.from(values);
  return values instanceof Int32Array ? Int32Array.from(values) : undefined;
}

/** RGB of 8 bits of as many pixels. */
export function coloured(values: StoredArray, pixels: number, colours: ColourMap): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(pixels * 3);
  colours.apply(values, rgb);
  return rgb;
}

/** Padding of stored values as indices of the table. */
export function paddedIndices(padding: GreyChain['padding'], signed: boolean): GreyPlacement['padding'] {
  if (padding === undefined) return undefined;
  const offset = indexOffset(signed);
  return { low: Math.min(padding.value, padding.limit) + offset, high: Math.max(padding.value, padding.limit) + offset };
}
