import { FITTED_VIEW } from '../../../shared/geometry';
import { continuousLevel, outputLevel } from '../../../shared/grayscale';
import { createViewportStage, type StageViewport, type StoredTextureFormat, type ViewportStage } from '../../../renderer/vtk';
import { canvasOf, type Settings, show } from './stage-kit';

const GLASS = 100;
const SIDE = 440; // 4.4 pixels of the image a pixel of the glass
const GREY: Settings = { voi: { kind: 'LINEAR', center: 2047.5, width: 4096 }, inverse: false, inverted: false };

export interface ReducedFindings {
  /** Pixels of a random picture made small that are off the mean of what they cover by more than a level. */
  readonly wrongByMore: number;
  /** Places of 64 at which a single bright pixel leaves no trace. */
  readonly lost: number;
  /** Levels that a picture of black and white from pixel to pixel shows. */
  readonly checkLevels: readonly number[];
  /** Levels beside background and tissue of a picture with padding. */
  readonly bled: number;
  /** Pixels of a picture of floating point, some of its values far beyond the window, that are off the level of the mean of values by more than one. */
  readonly floatsWrong: number;
}

/** Pictures made small, against the mean of all their pixels in double precision. */
export function reduced(format: StoredTextureFormat): ReducedFindings {
  const stage = canvasOf(GLASS, GLASS, [format]);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: GLASS, height: GLASS });
  const levelsOf = (values: Uint16Array | Float32Array, grey = GREY): Uint8Array => {
    show(viewport, values, SIDE, grey, { ...FITTED_VIEW, rotationDeg: 90, mirrored: true });
    const { data } = viewport.readPixels();
    return data.filter((_, at) => at % 4 === 0);
  };
  const random = Uint16Array.from({ length: SIDE * SIDE }, (_, at) => (Math.imul(at + 1, 2_654_435_761) >>> 4) % 4096);
  const seen = levelsOf(random);
  const back = viewport.cssToImage();
  const wrongIn = (levels: Uint8Array, values: Uint16Array | Float32Array, grey: Settings): number => {
    let wrong = 0;
    for (let at = 0; at < levels.length && back !== undefined; at++) {
      const [x, y] = [(at % GLASS) + 0.5, Math.floor(at / GLASS) + 0.5];
      const mean = covered(values, back.a * x + back.c * y + back.e, back.b * x + back.d * y + back.f);
      if (Math.abs(outputLevel(continuousLevel(mean, { ...grey, signed: false })) - (levels[at] ?? 0)) > 1) wrong++;
    }
    return wrong;
  };
  const wrongByMore = wrongIn(seen, random, GREY);
  // Most of it dark, each eleventh pixel ten times as bright as the window is wide.
  const floats = Float32Array.from(random, (value, at) => (at % 11 === 0 ? 70 + value / 1000 : value / 4000));
  const floatGrey: Settings = { ...GREY, voi: { kind: 'LINEAR_EXACT', center: 3.5, width: 7 } };
  const floatsWrong = wrongIn(levelsOf(floats, floatGrey), floats, floatGrey);
  let lost = 0;
  for (let place = 0; place < 64; place++) {
    const single = new Uint16Array(SIDE * SIDE);
    single[(200 + (place >> 3)) * SIDE + 200 + (place & 7)] = 4095;
    if (levelsOf(single).every((level) => level === 0)) lost++;
  }
  const check = levelsOf(Uint16Array.from(random, (_, at) => ((at + Math.floor(at / SIDE)) % 2) * 4095));
  // Tissue of one value in a sea of padding.
  const tissue = Uint16Array.from(random, (_, at) => (Math.hypot((at % SIDE) - 220, Math.floor(at / SIDE) - 220) < 150 && at % 3 !== 0 ? 3000 : 60_000));
  const padded: Settings = { ...GREY, padding: { value: 60_000, limit: 60_000 } };
  const tissueLevel = outputLevel(continuousLevel(3000, { ...padded, signed: false }));
  const bled = levelsOf(tissue, padded).filter((level) => level !== 0 && Math.abs(level - tissueLevel) > 1).length;
  stage.delete();
  return { wrongByMore, lost, checkLevels: [...new Set(check)].sort((a, b) => a - b), bled, floatsWrong };
}

export interface MeansFindings {
  /** Pixels that differ from those of a picture that is averaged as it is drawn: by windows, places, a second picture, padding, dithering. */
  readonly different: number;
  /** How often the pixels were averaged: at first, by five windows, by another place, by another picture, by padding. */
  readonly averaged: readonly number[];
}

/** Means that are kept while the window changes, against a picture that has none: on a GPU that draws into no texture of floats. */
export function keptMeans(format: StoredTextureFormat): MeansFindings {
  const stages = [true, false].map((floats) => {
    const { stage, gl } = countedCanvas(format, floats);
    const viewport = stage.addViewport('one');
    viewport.setRect({ x: 3, y: 5, width: GLASS, height: GLASS });
    return { stage, viewport, gl };
  });
  const random = Uint16Array.from({ length: SIDE * SIDE }, (_, at) => (Math.imul(at + 1, 2_654_435_761) >>> 4) % 4096);
  const settle = (change: (viewport: StageViewport, stage: ViewportStage) => void): number => {
    for (const { viewport, stage } of stages) change(viewport, stage);
    const [kept, plain] = stages.map(({ viewport }) => viewport.readPixels().data);
    return kept?.reduce((sum, level, at) => sum + (level === plain?.[at] ? 0 : 1), 0) ?? -1;
  };
  const windows = [100, 700, 1500, 2500, 4000].map((center): Settings => ({ ...GREY, voi: { kind: 'LINEAR', center, width: center + 90 } }));
  const padded: Settings = { ...GREY, padding: { value: 0, limit: 1500 } };
  const view = { ...FITTED_VIEW, rotationDeg: 90 as const, mirrored: true };
  const averaged: number[] = [];
  let different = 0;
  const steps = [
    () => settle((viewport) => show(viewport, random, SIDE, GREY, view)),
    () => windows.reduce((sum, grey) => sum + settle((viewport) => viewport.setGrey(grey)), 0),
    () => settle((viewport) => viewport.setView({ ...FITTED_VIEW, rotationDeg: 180 })),
    () =>
      settle((viewport) =>
        show(
          viewport,
          random.map((value) => 4095 - value),
          SIDE,
          GREY,
          view,
        ),
      ),
    () => settle((viewport) => viewport.setGrey(padded)),
    () => settle((_, stage) => stage.setDither(true)),
  ];
  for (const step of steps) {
    different += step();
    averaged.push(stages[0]?.gl.averaged ?? 0);
  }
  for (const { stage } of stages) stage.delete();
  return { different, averaged };
}

function countedCanvas(format: StoredTextureFormat, floats: boolean): { readonly stage: ViewportStage; readonly gl: { averaged: number } } {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2', { antialias: false, alpha: false, depth: false, preserveDrawingBuffer: true });
  const counted = { averaged: 0 };
  if (context === null) throw new Error('no WebGL2 context');
  const [ask, draw] = [context.getExtension.bind(context) as (name: string) => unknown, context.drawArrays.bind(context)];
  context.getExtension = ((name: string) => (name === 'EXT_color_buffer_float' && !floats ? null : ask(name))) as typeof context.getExtension;
  const stage = createViewportStage(canvas, { formats: [format] });
  stage.setSize(GLASS + 10, GLASS + 20, 1);
  context.drawArrays = (...given) => {
    if (context.getParameter(context.FRAMEBUFFER_BINDING) !== null) counted.averaged++;
    draw(...given);
  };
  return { stage, gl: counted };
}

/** Mean of taps between pixels, three by three over the square of 4.4 pixels. */
function covered(values: Uint16Array | Float32Array, column: number, row: number): number {
  const [taps, step] = [3, SIDE / GLASS / 3];
  let sum = 0;
  for (let tap = 0; tap < taps * taps; tap++) {
    sum += between(values, column + step * ((tap % taps) - 1), row + step * (Math.floor(tap / taps) - 1));
  }
  return sum / (taps * taps);
}

function between(values: Uint16Array | Float32Array, column: number, row: number): number {
  const at = (i: number, j: number): number => values[Math.min(SIDE - 1, Math.max(0, j)) * SIDE + Math.min(SIDE - 1, Math.max(0, i))] ?? 0;
  const [u, v] = [column - 0.5, row - 0.5];
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const [fu, fv] = [u - i, v - j];
  return (at(i, j) * (1 - fu) + at(i + 1, j) * fu) * (1 - fv) + (at(i, j + 1) * (1 - fu) + at(i + 1, j + 1) * fu) * fv;
}
