import type { ImageHeader } from './attributes';

type Window = ImageHeader['windows'][number];

/** Both and usable, or nothing (PS3.3 C.11.1). */
export function readRescale(slope: number | undefined, intercept: number | undefined, type: string): ImageHeader['rescale'] {
  return slope === undefined || intercept === undefined || slope === 0 ? undefined : { slope, intercept, type };
}

/** Windows with a width that their function allows (PS3.3 C.11.2.1.2); `stated` is VOI LUT Function, an unknown one counts as LINEAR. */
export function makeWindows(
  centers: readonly number[],
  widths: readonly number[],
  { explanations, stated }: { readonly explanations: string; readonly stated: string },
): Window[] {
  const names = explanations.split('\\');
  const found = stated === 'LINEAR_EXACT' || stated === 'SIGMOID' ? stated : 'LINEAR';
  return centers.flatMap((center, index) => {
    const width = widths[index];
    // At least 1 for LINEAR, above 0 for the others.
    if (width === undefined || width <= 0 || (found === 'LINEAR' && width < 1)) return [];
    return [{ center, width, explanation: names[index]?.trim() ?? '', function: found }];
  });
}
