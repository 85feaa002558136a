import type { StoredArray } from '@shared/pixel';
import { type GreyChain, indexOffset, levelIndices, levelIndexTable, PADDED_INDICES, valueIndices, valueIndexTable } from '@shared/grayscale';
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

/** How wide values stand in the texture now, and the table and padding that belong to it. */
export interface WideContent {
  /** Interpolated or averaged between pixels: then before the window, on values; else each pixel has its exact level. */
  readonly between: boolean;
  readonly pixels: Uint16Array<ArrayBuffer>;
  readonly table: (into: Float32Array<ArrayBuffer>) => Float32Array<ArrayBuffer>;
  readonly padding: GreyPlacement['padding'];
}

export function wideContent(values: WideArray, chain: GreyChain, between: boolean, reuse: Uint16Array<ArrayBuffer> | undefined): WideContent {
  if (!between) return { between, pixels: levelIndices(values, chain, reuse), table: levelIndexTable, padding: undefined };
  const { indices, map } = valueIndices(values, chain, reuse);
  return { between, pixels: indices, table: (into) => valueIndexTable(chain, map, into), padding: PADDED_INDICES };
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
