import { lutEntry, type LutTable } from './lut-table';

/** Stored value -> modality value (PS3.3 C.11.1): one of both, identity without. The table wins: with it the file shall have no rescale. */
export interface ModalityTransform {
  readonly rescale?: { readonly slope: number; readonly intercept: number } | undefined;
  readonly modalityLut?: LutTable | undefined;
}

/** Modality value (rescaled units, HU in a CT) of a stored value (PS3.3 C.11.1.1.1, C.11.1.1.2). */
export function modalityValue(stored: number, rescale: ModalityTransform['rescale'], modalityLut?: LutTable): number {
  return modalityFunction({ rescale, modalityLut })(stored);
}

export function modalityFunction({ rescale, modalityLut }: ModalityTransform): (stored: number) => number {
  if (modalityLut !== undefined) return (stored) => lutEntry(modalityLut, stored);
  if (rescale === undefined) return (stored) => stored;
  const { slope, intercept } = rescale;
  return (stored) => stored * slope + intercept;
}

/**
 * Modality values can be negative, which makes the first input value of a VOI LUT signed (PS3.3 C.11.2.1.1). A Modality LUT's entries never are.
 */
export function isModalitySigned(
  bits: { readonly BitsStored: number; readonly PixelRepresentation: 0 | 1 },
  rescale: ModalityTransform['rescale'],
  hasModalityLut: boolean,
): boolean {
  if (hasModalityLut) return false;
  const low = bits.PixelRepresentation === 1 ? -(2 ** (bits.BitsStored - 1)) : 0;
  const high = bits.PixelRepresentation === 1 ? 2 ** (bits.BitsStored - 1) - 1 : 2 ** bits.BitsStored - 1;
  return Math.min(modalityValue(low, rescale), modalityValue(high, rescale)) < 0;
}
