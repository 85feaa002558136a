import { FITTED_VIEW, type ViewTransform } from '../../../shared/geometry';
import { paletteMap } from '../../../renderer/imaging';
import { nativePicture } from '../../../renderer/vtk/native-picture';
import { canvasOf, freshKey, picture, PLAIN, show } from './stage-kit';

export function countMisplaced(view: Omit<ViewTransform, 'zoom' | 'center'>): number {
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

export function disturbance(): { drawnIds: readonly string[]; othersChanged: number; itselfChanged: boolean } {
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

export async function loseAndRestore(): Promise<{ states: readonly string[]; sameAfter: boolean }> {
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

export function paletteWrong(): number {
  const stage = canvasOf(64, 64);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 64, height: 64 });
  const rgb = Uint8Array.from({ length: 300 * 3 }, (_, index) => (index * 2654435761) >>> 24);
  const values = Uint16Array.from({ length: 64 * 64 }, (_, index) => (index * 7) % 500);
  viewport.setImage({ key: freshKey('image'), columns: 64, rows: 64, aspect: 1, values, colours: paletteMap({ first: 100, rgb }) });
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

export function maskWrong(): number {
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
      viewport.setImage({ key: freshKey('image'), columns, rows, aspect: 1, values });
      viewport.setGrey(PLAIN);
      viewport.setMask({ key: freshKey('mask'), rgba });
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

export function colourWrong(): number {
  const [columns, rows] = [37, 29];
  const stage = canvasOf(columns, rows);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: columns, height: rows });
  const rgb = Uint8Array.from({ length: columns * rows * 3 }, (_, index) => (index * 2654435761) >>> 24);
  let wrong = 0;
  for (const rotationDeg of [0, 180] as const) {
    viewport.setImage({ key: freshKey('colour'), columns, rows, aspect: 1, values: rgb });
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

/** The smallest picture there is: size of its canvas and its level, in a viewport and drawn at its native size. */
export function onePixel(): { canvas: readonly number[]; level: number; native: readonly number[] } {
  const stage = canvasOf(1, 1);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: 1, height: 1 });
  show(viewport, Uint8Array.of(200), 1, PLAIN, { ...FITTED_VIEW, zoom: 1 });
  const level = viewport.readPixels().data[0] ?? -1;
  const canvas = document.querySelector('canvas');
  const size = [canvas?.width ?? -1, canvas?.height ?? -1];
  stage.delete();
  const image = { key: freshKey('image'), columns: 1, rows: 1, aspect: 1, values: Uint8Array.of(200) };
  const native = nativePicture(document.createElement('canvas'), { image, grey: PLAIN });
  return { canvas: size, level, native: [native.width, native.height, native.data[0] ?? -1] };
}
