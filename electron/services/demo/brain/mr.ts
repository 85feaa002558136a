import { createSpaceNoise } from '../noise';
import { createRandom, subSeed } from '../random';
import type { Point } from '../solids';
import type { RenderedImage } from '../types';
import type { BrainPhantom } from './brain';
import { createBrain } from './brain';
import type { Contrast } from './contrast';

/** Where and how one MR slice is taken, in brain space. */
export interface MrSlice {
  readonly size: number;
  readonly pixelMm: number;
  readonly thicknessMm: number;
  /** Centre of the first pixel. */
  readonly origin: Point;
  readonly rowDirection: Point;
  readonly columnDirection: Point;
  readonly normal: Point;
  readonly contrast: Contrast;
  /** Standard deviation of each channel's noise. */
  readonly noise: number;
  readonly name: string;
}

export function brainOf(seed: number): BrainPhantom {
  return createBrain(createSpaceNoise(subSeed(seed, 'brain')));
}

/** Magnitude image: two sub-slices through the slab, coil shading, Rician noise. Stored unsigned, 12 bits. */
export function mrImage(seed: number, brain: BrainPhantom, slice: MrSlice): RenderedImage {
  const { size, pixelMm, origin, rowDirection: r, columnDirection: c, normal: n, contrast } = slice;
  const random = createRandom(subSeed(seed, slice.name));
  const pixels = new Uint16Array(size * size);
  const depths = [-slice.thicknessMm / 4, slice.thicknessMm / 4];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0;
      const x = origin[0] + pixelMm * (column * r[0] + row * c[0]);
      const y = origin[1] + pixelMm * (column * r[1] + row * c[1]);
      const z = origin[2] + pixelMm * (column * r[2] + row * c[2]);
      for (const depth of depths) sum += brain.signal(x + depth * n[0], y + depth * n[1], z + depth * n[2], contrast, pixelMm * 1.5);
      // A head coil sees the rim brighter than the middle, and less of the neck.
      const shading = (0.94 + 0.00001 * (x * x + y * y)) * (z < -70 ? Math.max(0.25, 1 + (z + 70) / 90) : 1);
      const signal = (sum / depths.length) * shading;
      const a = signal + random.normal() * slice.noise;
      const b = random.normal() * slice.noise;
      pixels[row * size + column] = Math.min(4095, Math.round(Math.sqrt(a * a + b * b)));
    }
  }
  return { Rows: size, Columns: size, pixels };
}
