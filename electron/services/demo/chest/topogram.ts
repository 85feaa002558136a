import { createRandom, subSeed } from '../random';
import type { RenderedImage } from '../types';
import type { ChestPhantom } from './ct';
import { CHEST_BOTTOM } from './cage';

const COARSE = 192;
const STEP_MM = 2.5;

/** Attenuation added up along one direction for every height: what a scanner's scout view shows. */
export interface Projection {
  readonly columns: number;
  readonly rows: number;
  readonly pixelMm: number;
  readonly rowMm: number;
  readonly sums: Float32Array;
}

/** Frontal (rays along y) and lateral (rays along x) projections of the whole phantom. */
export function project(chest: ChestPhantom, fieldMm: number): { frontal: Projection; lateral: Projection } {
  const rows = Math.floor((4 - CHEST_BOTTOM) / STEP_MM);
  const pixelMm = fieldMm / COARSE;
  const frontal = new Float32Array(rows * COARSE);
  const lateral = new Float32Array(rows * COARSE);
  for (let row = 0; row < rows; row++) {
    const hu = chest.slice(4 - (row + 0.5) * STEP_MM, { size: COARSE, pixelMm, thicknessMm: STEP_MM, noiseHu: 0, kernel: 'none', name: 'scout' }, row);
    for (let y = 0; y < COARSE; y++) {
      for (let x = 0; x < COARSE; x++) {
        const attenuation = Math.max(0, (hu[y * COARSE + x] ?? 0) + 1000) * 1e-3 * pixelMm;
        frontal[row * COARSE + x] = (frontal[row * COARSE + x] ?? 0) + attenuation;
        lateral[row * COARSE + y] = (lateral[row * COARSE + y] ?? 0) + attenuation;
      }
    }
  }
  const shape = { columns: COARSE, rows, pixelMm, rowMm: STEP_MM };
  return { frontal: { ...shape, sums: frontal }, lateral: { ...shape, sums: lateral } };
}

/** Scout image of `columns` x `rows` over the projection's field, stored = value + 1024 as in the slices. */
export function topogramImage(seed: number, name: string, projection: Projection, columns: number, rows: number): RenderedImage {
  const random = createRandom(subSeed(seed, `scout ${name}`));
  const pixels = new Int16Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const v = ((row + 0.5) / rows) * projection.rows - 0.5;
    for (let column = 0; column < columns; column++) {
      const u = ((column + 0.5) / columns) * projection.columns - 0.5;
      const millimetresOfWater = bilinear(projection, u, v);
      // Logarithmic like the detector, stretched so that lung, heart and spine stand apart.
      const value = 420 * Math.log2(1 + millimetresOfWater / 34) - 980 + random.normal() * 14;
      pixels[row * columns + column] = Math.max(0, Math.min(4095, Math.round(value + 1024)));
    }
  }
  return { Rows: rows, Columns: columns, pixels };
}

function bilinear(projection: Projection, u: number, v: number): number {
  const { columns, rows, sums } = projection;
  const x0 = Math.max(0, Math.min(columns - 1, Math.floor(u)));
  const y0 = Math.max(0, Math.min(rows - 1, Math.floor(v)));
  const x1 = Math.min(columns - 1, x0 + 1);
  const y1 = Math.min(rows - 1, y0 + 1);
  const fx = Math.max(0, Math.min(1, u - x0));
  const fy = Math.max(0, Math.min(1, v - y0));
  const top = (sums[y0 * columns + x0] ?? 0) * (1 - fx) + (sums[y0 * columns + x1] ?? 0) * fx;
  const bottom = (sums[y1 * columns + x0] ?? 0) * (1 - fx) + (sums[y1 * columns + x1] ?? 0) * fx;
  return top * (1 - fy) + bottom * fy;
}
