import type { SpaceNoise } from '../noise';
import { boxBlur } from '../radiography/film';

interface HotSpot {
  readonly centre: readonly [number, number, number];
  readonly radius: number;
  readonly suv: number;
}

/** What takes up more than its tissue: the nodule and two nodes at the hilum. */
const HOT_SPOTS: readonly HotSpot[] = [
  { centre: [-78, 22, -62], radius: 9.5, suv: 10.6 },
  { centre: [-36, 10, -104], radius: 8.5, suv: 7.4 },
  { centre: [-12, 16, -96], radius: 6.5, suv: 5.8 },
];

/** Where a pixel lies in the patient, millimetres. */
export type PlaceOf = (column: number, row: number) => readonly [number, number];

/**
 * Body-weight SUV of one slice, from what the tissues of the same slice are (HU), blurred as a PET scanner does and with its noise. Row order.
 */
export function uptakeSlice(hu: Float32Array, size: number, pixelMm: number, z: number, place: PlaceOf, noise: SpaceNoise): Float32Array {
  const suv = new Float32Array(hu.length);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = place(column, row);
      suv[row * size + column] = Math.max(tissue(hu[row * size + column] ?? -1000, x, y, z), spots(x, y, z));
    }
  }
  // Two passes: close to the round point spread of 6 to 7 mm.
  const blurred = boxBlur(boxBlur(suv, size, size, 6 / pixelMm), size, size, 6 / pixelMm);
  for (let i = 0; i < blurred.length; i++) {
    const here = blurred[i] ?? 0;
    const [x, y] = place(i % size, Math.floor(i / size));
    blurred[i] = Math.max(0, here + noise.at(x / 5.2, y / 5.2, z / 5.2) * (0.03 + 0.085 * here));
  }
  return blurred;
}

function tissue(hu: number, x: number, y: number, z: number): number {
  // The table and the air.
  if (hu < -950 || y > 115 - 26 * (x / 190) ** 2) return 0.02;
  if (hu < -500) return 0.42;
  if (hu < -150) return 0.35;
  if (hu < -20) return 0.28;
  if (hu > 120) return Math.abs(x) < 26 && y > 30 ? 1.7 : 0.9;
  // Liver and spleen below the domes, blood in the middle, muscle elsewhere.
  if (z < -225 && Math.hypot(x / 130, y / 84) < 0.95) return x < 10 ? 2.3 : 1.9;
  return Math.hypot(x - 5, y + 10) < 62 ? 1.45 : 0.62;
}

function spots(x: number, y: number, z: number): number {
  let most = ventricle(x, y, z);
  for (const { centre, radius, suv } of HOT_SPOTS) {
    if (Math.hypot(x - centre[0], y - centre[1], z - centre[2]) < radius) most = Math.max(most, suv);
  }
  return most;
}

/** The muscle about the left ventricle: a cup, open to the valves; its axis runs to the left, front and feet. */
function ventricle(x: number, y: number, z: number): number {
  const [dx, dy, dz] = [x - 42, y + 30, z + 178];
  const along = (dx * 0.72 - dy * 0.52 - dz * 0.46) / Math.hypot(0.72, 0.52, 0.46);
  const across = Math.sqrt(Math.max(0, dx * dx + dy * dy + dz * dz - along * along));
  const d = Math.hypot(across / 27, along / 40);
  return along > -24 && d > 0.68 && d < 1 ? 5.2 : 0;
}
