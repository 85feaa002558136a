import { FITTED_VIEW } from '../../../shared/geometry';
import { continuousLevel, outputLevel } from '../../../shared/grayscale';
import type { Interpolation, StageViewport, StoredTextureFormat, ViewportStage } from '../../../renderer/vtk';
import { GREY_CASES } from './grey-cases';
import { ALL, allValues, canvasOf, freshKey, picture, PLAIN, type Settings, show } from './stage-kit';

/** The stage of the exactness test: kept while the format stays. */
let kept: { readonly format: StoredTextureFormat; readonly stage: ViewportStage; readonly viewport: StageViewport } | undefined;

function stageFor(format: StoredTextureFormat): StageViewport {
  if (kept?.format === format) return kept.viewport;
  kept?.stage.delete();
  const stage = canvasOf(256, 256, [format]);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 256, height: 256 });
  kept = { format, stage, viewport };
  return viewport;
}

export function countWrong(signed: boolean, grey: Settings, interpolation: Interpolation, format: StoredTextureFormat): number {
  const viewport = stageFor(format);
  kept?.stage.setDisplay(grey.display);
  const values = allValues(signed);
  show(viewport, values, 256, grey, { ...FITTED_VIEW, zoom: 1 });
  viewport.setInterpolation(interpolation);
  const { data } = viewport.readPixels();
  let wrong = 0;
  for (let index = 0; index < ALL; index++) {
    const level = outputLevel(continuousLevel(values[index] ?? 0, { ...grey, signed }));
    if (data[index * 4] !== level || data[index * 4 + 1] !== level || data[index * 4 + 2] !== level) wrong++;
  }
  return wrong;
}

export function countWrongOf(greyCase: string, signed: boolean, inverted: boolean, interpolation: Interpolation, format: StoredTextureFormat): number {
  const settings = GREY_CASES[greyCase]?.(signed);
  return settings === undefined ? -1 : countWrong(signed, { ...PLAIN, ...settings, inverted }, interpolation, format);
}

/** Tissue of 30 to 50 HU in a sea of -2000: interpolated values between both were never measured. */
export function paddingBleeds(format: StoredTextureFormat, inverted: boolean): { background: number; measured: number; between: number } {
  const stage = canvasOf(220, 220, [format]);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 220, height: 220 });
  const columns = 20;
  const isTissue = (index: number): boolean => Math.hypot((index % columns) - 10, Math.floor(index / columns) - 10) < 7 && index % 7 !== 0;
  const values = Int16Array.from({ length: columns * columns }, (_, index) => (isTissue(index) ? 30 + (index % 21) : -2000));
  const grey: Settings = { voi: { kind: 'LINEAR', center: 40, width: 100 }, inverse: false, inverted, padding: { value: -2000, limit: -2000 } };
  show(viewport, values, columns, grey, { ...FITTED_VIEW, rotationDeg: 20 });
  const [from, to] = [30, 50].map((value) => outputLevel(continuousLevel(value, { ...grey, signed: true }))).sort((a, b) => a - b) as [number, number];
  const { data } = viewport.readPixels();
  const found = { background: 0, measured: 0, between: 0 };
  for (let at = 0; at < data.length; at += 4) {
    const level = data[at] ?? 0;
    if (level === 0) found.background++;
    else if (level >= from && level <= to) found.measured++;
    else found.between++;
  }
  stage.delete();
  return found;
}

/** Zoomed picture against bilinear interpolation of stored values in double precision. */
export function linearError(): { checked: number; wrongByMore: number } {
  const [columns, rows] = [40, 40];
  const stage = canvasOf(200, 200);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 200, height: 200 });
  const values = Int16Array.from({ length: columns * rows }, (_, index) => ((index * 2654435761) % 2000) - 1000);
  const grey: Settings = { voi: { kind: 'LINEAR', center: 0, width: 2000 }, inverse: false, inverted: false };
  show(viewport, values, columns, grey, { ...FITTED_VIEW, rotationDeg: 30 });
  const back = viewport.cssToImage();
  const { data, width, height } = viewport.readPixels();
  const at = (column: number, row: number): number => values[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))] ?? 0;
  let wrongByMore = 0;
  let checked = 0;
  for (let y = 0; y < height && back !== undefined; y++) {
    for (let x = 0; x < width; x++) {
      const u = back.a * (x + 0.5) + back.c * (y + 0.5) + back.e - 0.5;
      const v = back.b * (x + 0.5) + back.d * (y + 0.5) + back.f - 0.5;
      if (u < 0 || v < 0 || u > columns - 1 || v > rows - 1) continue;
      const [i, j] = [Math.floor(u), Math.floor(v)];
      const [fu, fv] = [u - i, v - j];
      const value = (at(i, j) * (1 - fu) + at(i + 1, j) * fu) * (1 - fv) + (at(i, j + 1) * (1 - fu) + at(i + 1, j + 1) * fu) * fv;
      const expected = outputLevel(continuousLevel(value, { ...grey, signed: true }));
      const error = Math.abs(expected - (data[(y * width + x) * 4] ?? 0));
      checked++;
      if (error > 1) wrongByMore++;
    }
  }
  stage.delete();
  return { checked, wrongByMore };
}

const WHITE = 1000;

/** Up to white at 1000 and down to black at 2000. */
export const FOLDED: Settings = {
  voi: { kind: 'LUT', lut: { first: 0, bits: 16, explanation: '', values: Uint16Array.from({ length: 2001 }, (_, at) => 65 * Math.min(at, 2000 - at)) } },
  inverse: false,
  inverted: false,
};

export interface FoldedFindings {
  /** Pixels at the edges of black and black (0 and 2000), enlarged and made small, that are not black. */
  readonly foreign: readonly number[];
  /** The same beside padding. */
  readonly foreignBesidePadding: readonly number[];
  /** The same beside white pixels that a black shutter covers. */
  readonly foreignBesideCover: readonly number[];
  /** Pixels of an enlarged random picture that are off the mix of its levels by more than one. */
  readonly wrongByMore: number;
}

/** A table that goes up and down: between two values lie levels that are neither's. */
export function folded(format: StoredTextureFormat): FoldedFindings {
  const stage = canvasOf(200, 200, [format]);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 200, height: 200 });
  const foreign = (side: number, grey: Settings, third: number, covered = false): number => {
    const values = Uint16Array.from({ length: side * side }, (_, at) => [0, 2000, third][(at + Math.floor(at / side / 2)) % 3] ?? 0);
    show(viewport, values, side, grey, { ...FITTED_VIEW, rotationDeg: 90 });
    const rgba = Uint8Array.from({ length: 4 * values.length }, (_, at) => (at % 4 === 3 && values[at >> 2] === third ? 255 : 0));
    viewport.setMask(covered ? { key: freshKey('mask'), rgba, covers: true } : undefined);
    return viewport.readPixels().data.filter((level, at) => at % 4 === 0 && level > 0).length;
  };
  const padded: Settings = { ...FOLDED, padding: { value: 900, limit: 900 } };
  const sides = [37, 440];
  const columns = 40;
  const random = Uint16Array.from({ length: columns * columns }, (_, index) => (index * 2654435761) % 2001);
  show(viewport, random, columns, FOLDED, FITTED_VIEW);
  const { data } = viewport.readPixels();
  const levelAt = (column: number, row: number): number =>
    continuousLevel(random[Math.min(columns - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))] ?? 0, { ...FOLDED, signed: false });
  let wrongByMore = 0;
  for (let at = 0; at < 200 * 200; at++) {
    const [u, v] = [((at % 200) + 0.5) / 5 - 0.5, (Math.floor(at / 200) + 0.5) / 5 - 0.5];
    const [i, j] = [Math.floor(u), Math.floor(v)];
    const [fu, fv] = [u - i, v - j];
    const level = (levelAt(i, j) * (1 - fu) + levelAt(i + 1, j) * fu) * (1 - fv) + (levelAt(i, j + 1) * (1 - fu) + levelAt(i + 1, j + 1) * fu) * fv;
    if (Math.abs(outputLevel(level) - (data[at * 4] ?? 0)) > 1) wrongByMore++;
  }
  const findings = {
    foreign: sides.map((side) => foreign(side, FOLDED, 0)),
    foreignBesidePadding: sides.map((side) => foreign(side, padded, 900)),
    foreignBesideCover: sides.map((side) => foreign(side, FOLDED, WHITE, true)),
    wrongByMore,
  };
  stage.delete();
  return findings;
}

const WIDE = { uint32: Uint32Array, int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

export type WideType = keyof typeof WIDE;

export function wideWrong(type: WideType, format: StoredTextureFormat): Record<string, number> {
  const stage = canvasOf(256, 256, [format]);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 256, height: 256 });
  const isFloat = type.startsWith('float');
  const values = new WIDE[type](ALL);
  for (let index = 0; index < ALL; index++) values[index] = isFloat ? (index - 30_000) / 977 : index * 65_521 - (type === 'int32' ? 2 ** 31 : 0);
  if (isFloat) values.set([NaN, Infinity, -Infinity], 5);
  const centre = isFloat ? 3 : type === 'int32' ? 0 : 2 ** 31;
  const width = isFloat ? 40.5 : 2 ** 31;
  const found: Record<string, number> = {};
  for (const kind of ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const) {
    for (const interpolation of ['nearest', 'linear'] as const) {
      const grey: Settings = { voi: { kind, center: centre, width }, rescale: { slope: 1.5, intercept: -2 }, inverse: kind === 'SIGMOID', inverted: false };
      show(viewport, values, 256, grey, { ...FITTED_VIEW, zoom: 1 });
      viewport.setInterpolation(interpolation);
      const { data } = viewport.readPixels();
      for (let index = 0; index < ALL; index++) {
        const value = values[index] ?? 0;
        const level = Number.isNaN(value) ? 0 : outputLevel(continuousLevel(value, { ...grey, signed: false }));
        if (data[index * 4] !== level) found[`${kind} ${interpolation}`] = (found[`${kind} ${interpolation}`] ?? 0) + 1;
      }
    }
  }
  stage.delete();
  return found;
}

export function dithered(dither: boolean): { distinct: number; wrong: number; wholeLevelsChanged: number } {
  const side = 512;
  const stage = canvasOf(side, side);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: side, height: side });
  stage.setDither(dither);
  const patchOf = (index: number): number => Math.floor(index / side / 8) * (side / 8) + Math.floor((index % side) / 8);
  const values = Uint16Array.from({ length: side * side }, (_, index) => patchOf(index));
  const grey: Settings = { voi: { kind: 'LINEAR', center: 2048, width: 4096 }, inverse: false, inverted: false };
  show(viewport, values, side, grey, { ...FITTED_VIEW, zoom: 1 });
  const { data } = viewport.readPixels();
  const sums = new Float64Array(4096);
  values.forEach((patch, at) => (sums[patch] = (sums[patch] ?? 0) + (data[at * 4] ?? 0)));
  let wrong = 0;
  sums.forEach((sum, patch) => {
    if (Math.abs(sum / 64 - continuousLevel(patch, { ...grey, signed: false })) > 1 / 64) wrong++;
  });
  // A picture of whole levels must not get a grain.
  show(viewport, picture(64, 64, 0), 64, PLAIN, { ...FITTED_VIEW, zoom: 1 });
  const whole = viewport.readPixels();
  const plain = picture(64, 64, 0);
  const start = (side - 64) / 2;
  let wholeLevelsChanged = 0;
  for (let y = 0; y < 64; y++) for (let x = 0; x < 64; x++) if (whole.data[((start + y) * side + start + x) * 4] !== plain[y * 64 + x]) wholeLevelsChanged++;
  stage.delete();
  return { distinct: new Set(sums).size, wrong, wholeLevelsChanged };
}
