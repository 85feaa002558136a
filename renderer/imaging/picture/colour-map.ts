import type { IccTransform, ImageFrame, PaletteColors, PresentationState } from '@shared/domain';
import { GREY_TABLE_SIZE, indexOffset, levelFunction, MAX_LEVEL } from '@shared/grayscale';
import { applyPalette, srgbLevel, type StoredArray, tablesToSrgb } from '@shared/pixel';
import type { TableState } from '../image-tables';
import type { GreyParts } from './grey';
import { sameGrey } from './same-grey';

/** Makes RGB of 8 bits, 3 bytes a pixel, of the values of a frame. */
export interface ColourMap {
  apply(values: StoredArray, out: Uint8Array<ArrayBuffer>): void;
}

export function paletteMap(palette: PaletteColors): ColourMap {
  return { apply: (values, out) => applyPalette(values, palette, out) };
}

/** RGB by pixel through the curves and the matrix of a profile to sRGB, which the canvas is in. */
function matrixMap({ curves, matrix }: Extract<IccTransform, { kind: 'matrix' }>): ColourMap {
  const [red, green, blue] = curves;
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = matrix;
  return {
    apply(values, out) {
      for (let at = 0; at + 2 < out.length; at += 3) {
        const r = red[values[at] ?? 0] ?? 0;
        const s = green[values[at + 1] ?? 0] ?? 0;
        const t = blue[values[at + 2] ?? 0] ?? 0;
        out[at] = srgbLevel(a * r + b * s + c * t);
        out[at + 1] = srgbLevel(d * r + e * s + f * t);
        out[at + 2] = srgbLevel(g * r + h * s + i * t);
      }
    },
  };
}

/** RGB by pixel through a profile to sRGB; undefined where nothing is to be done, or nothing can be. */
export function iccMap(icc: IccTransform): ColourMap | undefined {
  if (icc.kind === 'matrix') return matrixMap(icc);
  return icc.kind === 'tables' ? { apply: tablesToSrgb(icc) } : undefined;
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

/**
 * Grey that a Pseudo-Color Softcopy Presentation State colours (PS3.3 A.33.3, PS3.4 N.2.3): the values that the VOI step gives lie over the whole of its
 * palette. No display curve: colour is never sent through the grey calibration.
 */
function pseudoColourMap(grey: GreyParts, { rgb }: PaletteColors): ColourMap {
  const last = rgb.length / 3 - 1;
  const tables = new Map<boolean, Uint8Array>();
  const put = (level: number, into: Uint8Array, to: number): void => {
    const entry = 3 * Math.min(last, Math.max(0, Math.floor((level / MAX_LEVEL) * last + 0.5)));
    into[to] = rgb[entry] ?? 0;
    into[to + 1] = rgb[entry + 1] ?? 0;
    into[to + 2] = rgb[entry + 2] ?? 0;
  };
  const tableOf = (signed: boolean): Uint8Array => {
    const levelOf = levelFunction({ ...grey, signed });
    const table = new Uint8Array(3 * GREY_TABLE_SIZE);
    for (let index = 0; index < GREY_TABLE_SIZE; index++) put(levelOf(index - indexOffset(signed)), table, 3 * index);
    tables.set(signed, table);
    return table;
  };
  return {
    apply(values, out) {
      const signed = values instanceof Int8Array || values instanceof Int16Array;
      const isNarrow = signed || values instanceof Uint8Array || values instanceof Uint16Array;
      const table = isNarrow ? (tables.get(signed) ?? tableOf(signed)) : undefined;
      const offset = indexOffset(signed);
      const levelOf = levelFunction({ ...grey, signed });
      for (let at = 0; at < values.length; at++) {
        if (table === undefined) put(levelOf(values[at] ?? NaN), out, 3 * at);
        else for (let channel = 0; channel < 3; channel++) out[3 * at + channel] = table[3 * ((values[at] ?? 0) + offset) + channel] ?? 0;
      }
    },
  };
}

export interface ColourRequest {
  readonly frame: ImageFrame;
  readonly tables: TableState;
  readonly state?: PresentationState | undefined;
  readonly grey: GreyParts;
}

/** What stands for "none" where an object is the key. */
const NONE = {};

/** What colours the frames of an image: the same object for the same tables, so that scrolling uploads nothing anew. */
export class ColourMaps {
  private readonly known = new WeakMap<object, WeakMap<object, ColourMap>>();
  private pseudo: { readonly state: PresentationState; readonly grey: GreyParts; readonly map: ColourMap } | undefined;

  /** Undefined for what is grey, and for RGB that is drawn as it is. */
  of({ frame, tables, state, grey }: ColourRequest): ColourMap | undefined {
    const { PhotometricInterpretation, SamplesPerPixel } = frame.format;
    const luts = tables.kind === 'ready' ? tables.luts : undefined;
    const isPalette = PhotometricInterpretation === 'PALETTE COLOR';
    if (!isPalette && SamplesPerPixel === 1) return state?.kind === 'pseudoColour' ? this.pseudoOf(state, grey) : undefined;
    // A colour state says what the colours mean, the image no more (PS3.4 N.2.2).
    const ofState = state?.kind === 'colour' && state.icc !== undefined ? state : undefined;
    const known = this.known.get(luts ?? NONE) ?? new WeakMap<object, ColourMap>();
    this.known.set(luts ?? NONE, known);
    const found = known.get(ofState ?? NONE);
    if (found !== undefined) return found;
    const palette = isPalette && luts?.palette !== undefined ? paletteMap(luts.palette) : undefined;
    if (isPalette && palette === undefined) return undefined;
    const icc = ofState === undefined ? luts?.icc : ofState.icc;
    const profile = icc === undefined ? undefined : iccMap(icc);
    const map = palette !== undefined && profile !== undefined ? both(palette, profile) : (palette ?? profile);
    if (map !== undefined) known.set(ofState ?? NONE, map);
    return map;
  }

  private pseudoOf(state: PresentationState, grey: GreyParts): ColourMap | undefined {
    if (state.palette === undefined) return undefined;
    if (this.pseudo?.state === state && sameGrey(this.pseudo.grey, grey)) return this.pseudo.map;
    const profile = state.icc === undefined ? undefined : iccMap(state.icc);
    const plain = pseudoColourMap(grey, profile === undefined ? state.palette : throughProfile(state.palette, profile));
    this.pseudo = { state, grey, map: plain };
    return plain;
  }
}

/** A palette whose colours went through a profile. */
export function throughProfile(palette: PaletteColors, profile: ColourMap): PaletteColors {
  const rgb = new Uint8Array(palette.rgb.length);
  profile.apply(Uint8Array.from(palette.rgb), rgb);
  return { ...palette, rgb };
}
