import type { IccTransform, ImageLuts, PaletteColors } from '@shared/domain';
import { applyPalette, type StoredArray } from '@shared/pixel';

/** Makes RGB of 8 bits, 3 bytes a pixel, of the values of a frame. */
export interface ColourMap {
  apply(values: StoredArray, out: Uint8Array<ArrayBuffer>): void;
}

export function paletteMap(palette: PaletteColors): ColourMap {
  return { apply: (values, out) => applyPalette(values, palette, out) };
}

/** Linear light 0..1 in this many steps to sRGB (IEC 61966-2-1). */
const LINEAR_STEPS = 4096;

/** RGB by pixel through the curves and the matrix of a profile to sRGB, which the canvas is in. */
export function iccMap({ curves, matrix }: Extract<IccTransform, { kind: 'matrix' }>): ColourMap {
  const [red, green, blue] = curves;
  const encode = Uint8Array.from({ length: LINEAR_STEPS + 1 }, (_, step) => {
    const linear = step / LINEAR_STEPS;
    return Math.round(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
  });
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = matrix;
  const level = (linear: number): number => encode[Math.min(LINEAR_STEPS, Math.max(0, Math.round(linear * LINEAR_STEPS)))] ?? 0;
  return {
    apply(values, out) {
      for (let at = 0; at + 2 < out.length; at += 3) {
        const r = red[values[at] ?? 0] ?? 0;
        const s = green[values[at + 1] ?? 0] ?? 0;
        const t = blue[values[at + 2] ?? 0] ?? 0;
        out[at] = level(a * r + b * s + c * t);
        out[at + 1] = level(d * r + e * s + f * t);
        out[at + 2] = level(g * r + h * s + i * t);
      }
    },
  };
}

/** First one, then the other on its RGB. */
function both(first: ColourMap, then: ColourMap): ColourMap {
  return {
    apply(values, out) {
      first.apply(values, out);
      then.apply(out.slice(), out);
    },
  };
}

/** What colours the frames of an image: the same object for the same tables, so that scrolling uploads nothing anew. */
export class ColourMaps {
  private readonly known = new WeakMap<object, ColourMap>();

  of(isPalette: boolean, isColour: boolean, luts: Pick<ImageLuts, 'palette' | 'icc'> | undefined): ColourMap | undefined {
    if (luts === undefined || (!isPalette && !isColour)) return undefined;
    const known = this.known.get(luts);
    if (known !== undefined) return known;
    const palette = isPalette && luts.palette !== undefined ? paletteMap(luts.palette) : undefined;
    const profile = luts.icc?.kind === 'matrix' ? iccMap(luts.icc) : undefined;
    if (isPalette && palette === undefined) return undefined;
    const map = palette !== undefined && profile !== undefined ? both(palette, profile) : (palette ?? profile);
    if (map !== undefined) this.known.set(luts, map);
    return map;
  }
}
