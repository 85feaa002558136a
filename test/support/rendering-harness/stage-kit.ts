import type { ViewTransform } from '../../../shared/geometry';
import type { GreyChain } from '../../../shared/grayscale';
import type { StoredArray } from '../../../shared/pixel';
import { createViewportStage, type StageViewport, type StoredTextureFormat, type ViewportStage } from '../../../renderer/vtk';

export type Settings = Omit<GreyChain, 'signed'>;

/** Stored values of 16 bits. */
export const ALL = 65_536;

let imageCount = 0;

/** A key no picture had yet. */
export function freshKey(kind: string): string {
  return `${kind} ${imageCount++}`;
}

export function canvasOf(width: number, height: number, formats?: readonly StoredTextureFormat[]): ViewportStage {
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  const stage = createViewportStage(canvas, formats === undefined ? {} : { formats });
  stage.setSize(width, height, 1);
  return stage;
}

export function show(viewport: StageViewport, values: StoredArray, columns: number, grey: Settings, view: ViewTransform): void {
  viewport.setImage({ key: freshKey('image'), columns, rows: values.length / columns, aspect: 1, values });
  viewport.setGrey(grey);
  viewport.setView(view);
}

/** All stored values of 16 bits, in shared memory as the loader has them. */
export function allValues(signed: boolean): StoredArray {
  const buffer = new SharedArrayBuffer(ALL * 2);
  const values = signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  for (let index = 0; index < ALL; index++) values[index] = signed ? index - 32_768 : index;
  return values;
}

/** A picture without symmetry: each pixel has its own level when windowed 0..255. */
export function picture(columns: number, rows: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: columns * rows }, (_, index) => (index * 7 + Math.floor(index / columns) * 31 + seed) & 255);
}

export const PLAIN: Settings = { voi: { kind: 'LINEAR', center: 128, width: 256 }, inverse: false, inverted: false };
