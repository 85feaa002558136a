import '../../../renderer/app/zod-without-eval';
import { type Channel, channelOfEventPort } from '../../../shared/contract';
import { FITTED_VIEW, type ViewTransform } from '../../../shared/geometry';
import { continuousLevel, type GreyChain, outputLevel } from '../../../shared/grayscale';
import type { PixelFormat } from '../../../shared/domain';
import type { StoredArray } from '../../../shared/pixel';
import { servePixels } from '../../../electron/services/pixel/serve-pixels';
import { createImageLibrary, createPixelPool, paletteMap } from '../../../renderer/imaging';
import { installTrustedTypes } from '../../../renderer/host/trusted-types';
import { spawnDecodeWorker } from '../../../renderer/workers';
import { displaySet, frame, range } from '../../unit/imaging/fakes';
import { GREY_CASES } from './grey-cases';
import { RESLICE, type ResliceHarness } from './reslice';
import { createViewportStage, type Interpolation, type StageViewport, type StoredTextureFormat, type ViewportStage } from '../../../renderer/vtk';

type Settings = Omit<GreyChain, 'signed'>;

/** What the spec calls inside the page. Everything that crosses is plain data. */
export interface RenderingHarness {
  readonly exactness: ViewportStage['exactness'];
  /** Stored values of 65,536 whose level on the canvas is not the double-precision one. */
  countWrong(signed: boolean, grey: Settings, interpolation: Interpolation, format: StoredTextureFormat): number;
  readonly greyCases: readonly string[];
  /** The same for a branch of the grey chain, turned over or not. */
  countWrongOf(greyCase: string, signed: boolean, inverted: boolean, interpolation: Interpolation, format: StoredTextureFormat): number;
  /** Pixels of an enlarged picture with padding that are neither background nor within the levels of what was measured. */
  paddingBleeds(format: StoredTextureFormat, inverted: boolean): { background: number; measured: number; between: number };
  /** Places of a turned and mirrored image that differ from the image itself. */
  countMisplaced(view: Omit<ViewTransform, 'zoom' | 'center'>): number;
  disturbance(): { drawnIds: readonly string[]; othersChanged: number; itselfChanged: boolean };
  loseAndRestore(): Promise<{ states: readonly string[]; sameAfter: boolean }>;
  loadByWorkers(): Promise<{ wrong: number; failed: readonly string[] }>;
  linearError(): { checked: number; wrongByMore: number };
  /** Pixels of a picture of 32-bit or floating point values that do not have their double-precision level. */
  wideWrong(type: 'uint32' | 'int32' | 'float32' | 'float64', format: StoredTextureFormat): Record<string, number>;
  /** Pixels of a picture with colours of a palette that are not those of its table. */
  paletteWrong(): number;
  /** Pixels that are neither the mask's nor the picture's, turned, over grey and colour. */
  maskWrong(): number;
  /** Mean levels that 4,096 stored values reach in patches of 8 x 8, and patches that are off by more than 1/64 level. */
  dithered(dither: boolean): { distinct: number; wrong: number; wholeLevelsChanged: number };
  /** Pixels of a colour picture, plain and turned, that are not on the canvas as they are. */
  colourWrong(): number;
  /** One coded frame through a real worker: its values, or why not. */
  decodeInWorker(encoded: readonly number[], format: PixelFormat, TransferSyntaxUID: string): Promise<readonly number[] | string>;
  readonly reslice: ResliceHarness;
  readonly violations: readonly string[];
}

// The page policy lets only this make a worker, as renderer/host does it.
installTrustedTypes(globalThis);

const violations: string[] = [];
document.addEventListener('securitypolicyviolation', (event) => violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));

const ALL = 65_536;
let imageCount = 0;

function canvasOf(width: number, height: number, formats?: readonly StoredTextureFormat[]): ViewportStage {
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  const stage = createViewportStage(canvas, formats === undefined ? {} : { formats });
  stage.setSize(width, height, 1);
  return stage;
}

function show(viewport: StageViewport, values: StoredArray, columns: number, grey: Settings, view: ViewTransform): void {
  viewport.setImage({ key: `image ${imageCount++}`, columns, rows: values.length / columns, aspect: 1, values });
  viewport.setGrey(grey);
  viewport.setView(view);
}

/** All stored values of 16 bits, in shared memory as the loader has them. */
function allValues(signed: boolean): StoredArray {
  const buffer = new SharedArrayBuffer(ALL * 2);
  const values = signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  for (let index = 0; index < ALL; index++) values[index] = signed ? index - 32_768 : index;
  return values;
}

/** A picture without symmetry: each pixel has its own level when windowed 0..255. */
function picture(columns: number, rows: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: columns * rows }, (_, index) => (index * 7 + Math.floor(index / columns) * 31 + seed) & 255);
}

const PLAIN: Settings = { voi: { kind: 'LINEAR', center: 128, width: 256 }, inverse: false, inverted: false };

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

function countWrong(signed: boolean, grey: Settings, interpolation: Interpolation, format: StoredTextureFormat): number {
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

function countWrongOf(greyCase: string, signed: boolean, inverted: boolean, interpolation: Interpolation, format: StoredTextureFormat): number {
  const settings = GREY_CASES[greyCase]?.(signed);
  return settings === undefined ? -1 : countWrong(signed, { ...PLAIN, ...settings, inverted }, interpolation, format);
}

/** Tissue of 30 to 50 HU in a sea of -2000: interpolated values between both were never measured. */
function paddingBleeds(format: StoredTextureFormat, inverted: boolean): { background: number; measured: number; between: number } {
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

function countMisplaced(view: Omit<ViewTransform, 'zoom' | 'center'>): number {
  const [columns, rows] = [61, 40];
  const stage = canvasOf(100, 91);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 3, y: 5, width: 90, height: 81 });
  const values = picture(columns, rows, 3);
  show(viewport, values, columns, PLAIN, { ...FITTED_VIEW, ...view, zoom: 1 });
  const back = viewport.cssToImage();
  const block = viewport.readPixels();
  if (back === undefined) return -1;
  let wrong = 0;
  for (let y = 0; y < block.height; y++) {
    for (let x = 0; x < block.width; x++) {
      const column = Math.floor(back.a * (x + 0.5) + back.c * (y + 0.5) + back.e);
      const row = Math.floor(back.b * (x + 0.5) + back.d * (y + 0.5) + back.f);
      const inside = column >= 0 && row >= 0 && column < columns && row < rows;
      if (block.data[(y * block.width + x) * 4] !== (inside ? values[row * columns + column] : 0)) wrong++;
    }
  }
  stage.delete();
  return wrong;
}

function disturbance(): { drawnIds: readonly string[]; othersChanged: number; itselfChanged: boolean } {
  const side = 4;
  const cell = 50;
  const stage = canvasOf(side * (cell + 2), side * (cell + 2));
  const viewports = Array.from({ length: side * side }, (_, index) => {
    const viewport = stage.addViewport(`v${index}`);
    viewport.setRect({ x: (index % side) * (cell + 2), y: Math.floor(index / side) * (cell + 2), width: cell, height: cell });
    show(viewport, picture(37, 41, index), 37, PLAIN, FITTED_VIEW);
    return viewport;
  });
  const before = viewports.map((viewport) => viewport.readPixels().data.join());
  const drawn: string[] = [];
  stage.onDrawn((ids) => drawn.push(...ids));
  const changed = viewports[5];
  changed?.setGrey({ ...PLAIN, inverted: true });
  stage.render();
  const after = viewports.map((viewport) => viewport.readPixels().data.join());
  stage.delete();
  return { drawnIds: drawn, othersChanged: after.filter((text, index) => index !== 5 && text !== before[index]).length, itselfChanged: after[5] !== before[5] };
}

async function loseAndRestore(): Promise<{ states: readonly string[]; sameAfter: boolean }> {
  const stage = canvasOf(200, 100);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 200, height: 100 });
  show(viewport, picture(64, 64, 1), 64, PLAIN, FITTED_VIEW);
  const before = viewport.readPixels().data.join();
  const states: string[] = [];
  const settled = new Promise<void>((resolve) => {
    stage.onState((state) => {
      states.push(state);
      if (state === 'ready') resolve();
    });
  });
  const gl = document.querySelector('canvas')?.getContext('webgl2');
  const extension = gl?.getExtension('WEBGL_lose_context');
  extension?.loseContext();
  await new Promise((resolve) => setTimeout(resolve, 50));
  extension?.restoreContext();
  await settled;
  const after = viewport.readPixels().data.join();
  stage.delete();
  return { states, sameAfter: after === before };
}

/** Frames through two real workers into shared memory and on to the canvas; one worker is lost on the way. */
async function loadByWorkers(): Promise<{ wrong: number; failed: readonly string[] }> {
  const [columns, rows, count] = [64, 48, 40];
  const valueAt = (id: number, index: number): number => ((id * 977 + index * 13) & 0xfff) - 1000;
  const source = {
    frame: async (instanceId: number) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const bytes = new Uint8Array(Int16Array.from({ length: columns * rows }, (_, index) => valueAt(instanceId, index)).buffer);
      return { bytes, TransferSyntaxUID: '1.2.840.10008.1.2.1' };
    },
  };
  const served: Channel[] = [];
  const pool = createPixelPool({
    spawn: spawnDecodeWorker,
    workers: 2,
    report: () => undefined,
    ports: async (wanted) =>
      await Promise.resolve(
        Array.from({ length: wanted }, () => {
          const { port1, port2 } = new MessageChannel();
          const channel = channelOfEventPort(port1);
          served.push(channel);
          servePixels(channel, source);
          return port2;
        }),
      ),
  });
  const library = createImageLibrary({ pool, budgetBytes: 1e8 });
  const format = { ...frame(1).format, Rows: rows, Columns: columns, PixelRepresentation: 1 as const };
  const set = displaySet([], { frames: range(1, count).map((id) => frame(id, { format })) });
  const open = library.open(set);
  let restarted = false;
  const done = new Promise<void>((resolve) => {
    open.onChange(() => {
      const { loaded, failed, total } = open.counts;
      if (loaded === 8 && !restarted) {
        restarted = true; // once: other changes come while eight are loaded
        served.splice(0).forEach((channel) => channel.close()); // the services go away
      }
      if (loaded + failed === total) resolve();
    });
  });
  open.cursor(0);
  await done;
  const stage = canvasOf(columns, rows);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: columns, height: rows });
  const grey: Settings = { voi: { kind: 'LINEAR', center: 500, width: 4000 }, inverse: false, inverted: false };
  let wrong = 0;
  const failed: string[] = [];
  for (let index = 0; index < count; index++) {
    const state = open.state(index);
    if (state.kind === 'failed') failed.push(state.reason);
    const loaded = open.frame(index);
    if (loaded === undefined) continue;
    show(viewport, loaded.values, columns, grey, { ...FITTED_VIEW, zoom: 1 });
    const { data } = viewport.readPixels();
    for (let at = 0; at < columns * rows; at++) {
      if (data[at * 4] !== outputLevel(continuousLevel(valueAt(index + 1, at), { ...grey, signed: true }))) wrong++;
    }
  }
  stage.delete();
  library.close();
  pool.close();
  return { wrong, failed };
}

/** Zoomed picture against bilinear interpolation of stored values in double precision. */
function linearError(): { checked: number; wrongByMore: number } {
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

const WIDE = { uint32: Uint32Array, int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

function wideWrong(type: keyof typeof WIDE, format: StoredTextureFormat): Record<string, number> {
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

function paletteWrong(): number {
  const stage = canvasOf(64, 64);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 64, height: 64 });
  const rgb = Uint8Array.from({ length: 300 * 3 }, (_, index) => (index * 2654435761) >>> 24);
  const values = Uint16Array.from({ length: 64 * 64 }, (_, index) => (index * 7) % 500);
  viewport.setImage({ key: `image ${imageCount++}`, columns: 64, rows: 64, aspect: 1, values, colours: paletteMap({ first: 100, rgb }) });
  viewport.setView({ ...FITTED_VIEW, zoom: 1 });
  const { data } = viewport.readPixels();
  let wrong = 0;
  values.forEach((value, at) => {
    const entry = Math.min(299, Math.max(0, value - 100));
    if ([0, 1, 2].some((channel) => data[at * 4 + channel] !== rgb[entry * 3 + channel])) wrong++;
  });
  stage.delete();
  return wrong;
}

function maskWrong(): number {
  const [columns, rows] = [41, 30];
  const stage = canvasOf(columns, rows);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: columns, height: rows });
  const rgba = Uint8Array.from({ length: columns * rows * 4 }, (_, index) => (index % 4 === 3 ? (index % 3 === 0 ? 255 : 0) : (index * 2654435761) >>> 24));
  const grey = picture(columns, rows, 9);
  const colour = Uint8Array.from({ length: columns * rows * 3 }, (_, index) => (index * 40503) & 255);
  let wrong = 0;
  for (const values of [grey, colour]) {
    for (const rotationDeg of [0, 180] as const) {
      viewport.setImage({ key: `image ${imageCount++}`, columns, rows, aspect: 1, values });
      viewport.setGrey(PLAIN);
      viewport.setMask({ key: `mask ${imageCount++}`, rgba });
      viewport.setView({ ...FITTED_VIEW, zoom: 1, rotationDeg });
      const { data } = viewport.readPixels();
      for (let at = 0; at < columns * rows; at++) {
        const from = rotationDeg === 0 ? at : columns * rows - 1 - at;
        const isMasked = rgba[from * 4 + 3] !== 0;
        const expected = [0, 1, 2].map((channel) => (isMasked ? rgba[from * 4 + channel] : values === grey ? grey[from] : colour[from * 3 + channel]));
        if (expected.some((level, channel) => level !== data[at * 4 + channel])) wrong++;
      }
    }
  }
  viewport.setMask(undefined);
  const bare = viewport.readPixels().data;
  for (let at = 0; at < columns * rows; at++) if (bare[at * 4] !== colour[(columns * rows - 1 - at) * 3]) wrong++;
  stage.delete();
  return wrong;
}

function dithered(dither: boolean): { distinct: number; wrong: number; wholeLevelsChanged: number } {
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

function colourWrong(): number {
  const [columns, rows] = [37, 29];
  const stage = canvasOf(columns, rows);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: columns, height: rows });
  const rgb = Uint8Array.from({ length: columns * rows * 3 }, (_, index) => (index * 2654435761) >>> 24);
  let wrong = 0;
  for (const rotationDeg of [0, 180] as const) {
    viewport.setImage({ key: `colour ${imageCount++}`, columns, rows, aspect: 1, values: rgb });
    viewport.setGrey(PLAIN);
    viewport.setView({ ...FITTED_VIEW, zoom: 1, rotationDeg });
    const { data } = viewport.readPixels();
    for (let at = 0; at < columns * rows; at++) {
      const from = rotationDeg === 0 ? at : columns * rows - 1 - at;
      if ([0, 1, 2].some((channel) => data[at * 4 + channel] !== rgb[from * 3 + channel])) wrong++;
    }
    show(viewport, picture(columns, rows, 3), columns, PLAIN, { ...FITTED_VIEW, zoom: 1 }); // grey in between takes the other texture
    const grey = viewport.readPixels().data;
    for (let at = 0; at < columns * rows; at++) if (grey[at * 4] !== grey[at * 4 + 1]) wrong++;
  }
  stage.delete();
  return wrong;
}

async function decodeInWorker(encoded: readonly number[], format: PixelFormat, TransferSyntaxUID: string): Promise<readonly number[] | string> {
  const pool = createPixelPool({
    spawn: spawnDecodeWorker,
    workers: 1,
    report: () => undefined,
    ports: async () => {
      const { port1, port2 } = new MessageChannel();
      servePixels(channelOfEventPort(port1), { frame: async () => await Promise.resolve({ bytes: Uint8Array.from(encoded), TransferSyntaxUID }) });
      return await Promise.resolve([port2]);
    },
  });
  const library = createImageLibrary({ pool, budgetBytes: 1e8 });
  const open = library.open(displaySet([], { frames: [frame(1, { format, TransferSyntaxUID })] }));
  const settled = new Promise<void>((resolve) => {
    open.onChange(() => {
      if (open.counts.loaded + open.counts.failed === 1) resolve();
    });
  });
  open.cursor(0);
  await settled;
  const state = open.state(0);
  const values = [...(open.frame(0)?.values ?? [])];
  library.close();
  pool.close();
  return state.kind === 'failed' ? state.reason : values;
}

const first = canvasOf(16, 16);
const harness: RenderingHarness = {
  exactness: first.exactness,
  greyCases: Object.keys(GREY_CASES),
  countWrong,
  countWrongOf,
  paddingBleeds,
  countMisplaced,
  disturbance,
  loseAndRestore,
  loadByWorkers,
  linearError,
  wideWrong,
  paletteWrong,
  maskWrong,
  dithered,
  colourWrong,
  decodeInWorker,
  reslice: RESLICE,
  violations,
};
first.delete();
(globalThis as { harness?: RenderingHarness }).harness = harness;
