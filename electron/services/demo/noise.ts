import { createRandom } from './random';

const SIZE = 64;
const MASK = SIZE - 1;

/** Smooth periodic noise in space, mean 0, standard deviation about 1. Positions are in cells of the lattice. */
export interface SpaceNoise {
  at(x: number, y: number, z: number): number;
  /** Lattice plane at `z`, for many samples at one height. */
  plane(z: number): (x: number, y: number) => number;
}

export function createSpaceNoise(seed: number): SpaceNoise {
  const cells = lattice(seed);
  return {
    at(x, y, z) {
      const ix = Math.floor(x);
      const iy = Math.floor(y);
      const iz = Math.floor(z);
      const u = fade(x - ix);
      const v = fade(y - iy);
      const w = fade(z - iz);
      const x0 = ix & MASK;
      const x1 = (ix + 1) & MASK;
      const y0 = (iy & MASK) * SIZE;
      const y1 = ((iy + 1) & MASK) * SIZE;
      const z0 = (iz & MASK) * SIZE * SIZE;
      const z1 = ((iz + 1) & MASK) * SIZE * SIZE;
      const low = mix(mix(cells[z0 + y0 + x0] ?? 0, cells[z0 + y0 + x1] ?? 0, u), mix(cells[z0 + y1 + x0] ?? 0, cells[z0 + y1 + x1] ?? 0, u), v);
      const high = mix(mix(cells[z1 + y0 + x0] ?? 0, cells[z1 + y0 + x1] ?? 0, u), mix(cells[z1 + y1 + x0] ?? 0, cells[z1 + y1 + x1] ?? 0, u), v);
      return mix(low, high, w);
    },
    plane(z) {
      const iz = Math.floor(z);
      const w = fade(z - iz);
      const z0 = (iz & MASK) * SIZE * SIZE;
      const z1 = ((iz + 1) & MASK) * SIZE * SIZE;
      const layer = new Float32Array(SIZE * SIZE);
      for (let i = 0; i < layer.length; i++) layer[i] = mix(cells[z0 + i] ?? 0, cells[z1 + i] ?? 0, w);
      return (x, y) => {
        const ix = Math.floor(x);
        const iy = Math.floor(y);
        const u = fade(x - ix);
        const v = fade(y - iy);
        const x0 = ix & MASK;
        const x1 = (ix + 1) & MASK;
        const y0 = (iy & MASK) * SIZE;
        const y1 = ((iy + 1) & MASK) * SIZE;
        return mix(mix(layer[y0 + x0] ?? 0, layer[y0 + x1] ?? 0, u), mix(layer[y1 + x0] ?? 0, layer[y1 + x1] ?? 0, u), v);
      };
    },
  };
}

function lattice(seed: number): Float32Array {
  const random = createRandom(seed);
  const cells = new Float32Array(SIZE * SIZE * SIZE);
  for (let i = 0; i < cells.length; i++) cells[i] = (random.next() + random.next() + random.next() - 1.5) * 2.9;
  return cells;
}

function fade(t: number): number {
  return t * t * (3 - 2 * t);
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

export const NOISE_TILE = 1024;

/**
 * A tile of correlated noise, standard deviation 1, that repeats without a seam: white noise through a band-pass kernel
 * (a narrow blur less a wide one), the texture that filtered back projection leaves in CT. `sharpness` 0..1.
 */
export function noiseTile(seed: number, sharpness: number): Float32Array {
  const random = createRandom(seed);
  const white = new Float32Array(NOISE_TILE * NOISE_TILE);
  for (let i = 0; i < white.length; i++) white[i] = random.next() + random.next() - random.next() - random.next();
  // Every pass at distance 1 first: a wider one alone leaves its neighbours unrelated, which shows as a lattice.
  const fine = wrapBlur(white, 1);
  const narrow = sharpness > 0.5 ? fine : wrapBlur(fine, 1);
  const wide = wrapBlur(wrapBlur(narrow, 2), 3);
  let sum = 0;
  for (let i = 0; i < narrow.length; i++) {
    narrow[i] = (narrow[i] ?? 0) - (wide[i] ?? 0) * 0.85;
    sum += (narrow[i] ?? 0) * (narrow[i] ?? 0);
  }
  const scale = 1 / Math.sqrt(sum / narrow.length);
  for (let i = 0; i < narrow.length; i++) narrow[i] = (narrow[i] ?? 0) * scale;
  return narrow;
}

/** Two passes of a three-tap blur at distance `step`, wrapping round the edges. */
function wrapBlur(input: Float32Array, step: number): Float32Array {
  const across = new Float32Array(input.length);
  const out = new Float32Array(input.length);
  const last = NOISE_TILE - 1;
  for (let y = 0; y < NOISE_TILE; y++) {
    const row = y * NOISE_TILE;
    for (let x = 0; x < NOISE_TILE; x++)
      across[row + x] = 0.25 * ((input[row + ((x - step) & last)] ?? 0) + (input[row + ((x + step) & last)] ?? 0)) + 0.5 * (input[row + x] ?? 0);
  }
  for (let y = 0; y < NOISE_TILE; y++) {
    const row = y * NOISE_TILE;
    const up = ((y - step) & last) * NOISE_TILE;
    const down = ((y + step) & last) * NOISE_TILE;
    for (let x = 0; x < NOISE_TILE; x++) out[row + x] = 0.25 * ((across[up + x] ?? 0) + (across[down + x] ?? 0)) + 0.5 * (across[row + x] ?? 0);
  }
  return out;
}
