/** Where the value lies in its cell (PS3.5 8.1.1). */
export interface StoredBits {
  readonly BitsStored: number;
  readonly HighBit: number;
  readonly PixelRepresentation: 0 | 1;
}

/**
 * The stored value of one pixel cell of up to 32 bits: Bits Stored below and with High Bit, sign extended by Pixel Representation; what else lies in the cell
 * (old overlays) is masked off. The reference for the decoders, which do the same for whole frames.
 */
export function storedValue(cell: number, { BitsStored, HighBit, PixelRepresentation }: StoredBits): number {
  const top = cell << (31 - HighBit);
  return PixelRepresentation === 1 ? top >> (32 - BitsStored) : top >>> (32 - BitsStored);
}

/** Pixel Padding Value and Range Limit as stored values, in either order; equal when there is no limit. */
export interface Padding {
  readonly value: number;
  readonly limit: number;
}

/** Both ends belong to the range; Value above Limit is as good as below it: that is how MONOCHROME1 pads (PS3.3 C.7.5.1.1.2). */
export function isPadding(stored: number, { value, limit }: Padding): boolean {
  return value <= limit ? stored >= value && stored <= limit : stored >= limit && stored <= value;
}

/** Lowest and highest stored value that is no padding; undefined when all of them are. */
export function storedRange(values: ArrayLike<number>, padding?: Padding): { readonly min: number; readonly max: number } | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value >= min && value <= max) continue;
    if (padding !== undefined && isPadding(value, padding)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : undefined;
}
