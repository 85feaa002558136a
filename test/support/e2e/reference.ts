import { continuousLevel, outputLevel } from '../../../shared/grayscale';
import type { Picture } from './png';
import { readElements } from './elements';

/** Grey levels of an image as they must stand on the glass, in double precision. */
export interface Reference {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

function usValue(bytes: Uint8Array): number {
  return (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
}

/** Levels of a native 16-bit image under a linear window, straight from the bytes of its data set. */
export function referenceOf(dataSet: Uint8Array, window: { readonly center: number; readonly width: number }): Reference {
  const elements = readElements(dataSet);
  const [height, width] = [usValue(elements.bytes('00280010')), usValue(elements.bytes('00280011'))];
  const signed = usValue(elements.bytes('00280103')) === 1;
  const slope = Number(elements.text('00281053') ?? '1');
  const intercept = Number(elements.text('00281052') ?? '0');
  const stored = elements.bytes('7fe00010');
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const chain = {
    signed,
    rescale: { slope, intercept },
    voi: { kind: 'LINEAR', center: window.center, width: window.width },
    inverse: false,
    inverted: false,
  } as const;
  const levels = new Uint8Array(width * height);
  for (let i = 0; i < levels.length; i++) {
    const value = signed ? view.getInt16(2 * i, true) : view.getUint16(2 * i, true);
    levels[i] = outputLevel(continuousLevel(value, chain));
  }
  return { width, height, levels };
}

/** Levels of unsigned stored values under a linear window and a rescale. */
export function referenceOfValues(
  values: ArrayLike<number>,
  width: number,
  rescale: { readonly slope: number; readonly intercept: number },
  window: { readonly center: number; readonly width: number },
): Reference {
  const chain = { signed: false, rescale, voi: { kind: 'LINEAR', center: window.center, width: window.width }, inverse: false, inverted: false } as const;
  const levels = Uint8Array.from({ length: values.length }, (_, index) => outputLevel(continuousLevel(values[index] ?? 0, chain)));
  return { width, height: values.length / width, levels };
}

/** The file's own first window. */
export function firstWindow(dataSet: Uint8Array): { center: number; width: number } {
  const elements = readElements(dataSet);
  const first = (tag: string) => Number((elements.text(tag) ?? '').split('\\')[0]);
  return { center: first('00281050'), width: first('00281051') };
}

export interface Found {
  /** Where the image's first pixel stands in the picture. */
  readonly x: number;
  readonly y: number;
}

/**
 * Finds the image at one pixel to one pixel in the picture: the only place where a grid of probes in the image's middle agrees exactly.
 * Undefined when there is none.
 */
export function locate(picture: Picture, reference: Reference): Found | undefined {
  const probes: { dx: number; dy: number; level: number }[] = [];
  for (let i = -6; i <= 6; i++) {
    for (let j = -6; j <= 6; j++) {
      const dx = Math.floor(reference.width / 2) + i * 9;
      const dy = Math.floor(reference.height / 2) + j * 9;
      probes.push({ dx, dy, level: reference.levels[dy * reference.width + dx] ?? 0 });
    }
  }
  // Probes that differ from each other first: black ones agree anywhere.
  probes.sort((a, b) => Math.abs(b.level - 128) - Math.abs(a.level - 128)).reverse();
  for (let y = -reference.height; y < picture.height; y++) {
    for (let x = -reference.width; x < picture.width; x++) {
      if (probes.every((probe) => greyAt(picture, x + probe.dx, y + probe.dy) === probe.level)) return { x, y };
    }
  }
  return undefined;
}

/** The grey of a pixel, or -1 outside the picture or where it is coloured. */
export function greyAt(picture: Picture, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return -1;
  const at = (y * picture.width + x) * 3;
  const [r, g, b] = [picture.rgb[at], picture.rgb[at + 1], picture.rgb[at + 2]];
  return r === g && g === b ? (r ?? -1) : -1;
}

/** Pixels of the reference inside a box (image coordinates) that the picture shows otherwise. */
export function differences(picture: Picture, reference: Reference, at: Found, box: { x0: number; y0: number; x1: number; y1: number }): number {
  let wrong = 0;
  for (let y = box.y0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++) if (greyAt(picture, at.x + x, at.y + y) !== reference.levels[y * reference.width + x]) wrong++;
  }
  return wrong;
}

/** Box of the pixels that differ, for the words of a failure. */
export function differingBox(picture: Picture, reference: Reference, at: Found): string {
  let box = [Infinity, Infinity, -Infinity, -Infinity] as [number, number, number, number];
  for (let y = 0; y < reference.height; y++) {
    for (let x = 0; x < reference.width; x++) {
      if (greyAt(picture, at.x + x, at.y + y) !== reference.levels[y * reference.width + x])
        box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
    }
  }
  return box.join(' ');
}
