import { NOISE_TILE, createSpaceNoise, noiseTile } from '../noise';
import type { Plane } from '../raster';
import { createPlane, ellipse, fill, mark, ribbon } from '../raster';
import { createRandom, subSeed } from '../random';
import { paintEllipsoid, paintSegment } from '../solids';
import { smoothStep } from '../track';
import type { RenderedImage } from '../types';
import { markAbdomen, paintAbdomen } from './abdomen';
import { paintRibs, paintShoulders, paintSpine, paintSternum } from './bones';
import { arc, bodyOutline, cageOutline, muscleCoat, offset, sideAngle } from './cage';
import type { LungTrees } from './lungs';
import { growLungs } from './lungs';
import { paintInlet, paintMediastinum, paintNeck } from './mediastinum';

/** How one reconstruction is made. */
export interface ChestRecon {
  readonly size: number;
  readonly pixelMm: number;
  readonly thicknessMm: number;
  /** Standard deviation of the noise in the middle of the body, HU. 0 = none. */
  readonly noiseHu: number;
  readonly kernel: 'soft' | 'lung' | 'none';
  /** Name that the noise depends on, besides the seed. */
  readonly name: string;
}

/** Diameter of the nodule in the right upper lobe, millimetres; 0 = none. */
export interface ChestFindings {
  readonly noduleMm: number;
}

export interface ChestPhantom {
  /** HU of one slice at height `z` of the phantom (0 at the apices, negative to the feet), before any noise. */
  slice(z: number, recon: ChestRecon, sliceIndex: number): Float32Array;
}

const AIR = -1000;
const FAT = -104;
const MUSCLE = 52;

/** Builds one patient's chest; the trees are grown once, the slices are made when asked for. */
export function createChest(seed: number, findings: ChestFindings): ChestPhantom {
  const trees = growLungs(seed);
  const texture = createSpaceNoise(subSeed(seed, 'texture'));
  const tiles = new Map<string, Float32Array>();
  const noiseOf = (kernel: 'soft' | 'lung') => {
    const known = tiles.get(kernel);
    if (known !== undefined) return known;
    const made = noiseTile(subSeed(seed, kernel), kernel === 'lung' ? 1 : 0);
    tiles.set(kernel, made);
    return made;
  };
  return {
    slice(z, recon, sliceIndex) {
      const half = (recon.size * recon.pixelMm) / 2;
      const plane = createPlane(recon.size, recon.size, recon.pixelMm, -half, -half + TABLE_SHIFT_MM, AIR);
      const lung = paintBody(plane, z, recon.thicknessMm, trees, findings);
      applyTexture(plane, z, texture, lung);
      if (recon.kernel !== 'none') {
        blur(plane, recon.kernel === 'lung' ? 0.06 : 0.2);
        addNoise(plane, z, recon, noiseOf(recon.kernel), subSeed(seed, `${recon.name} ${sliceIndex}`));
      }
      return plane.values;
    },
  };
}

/** The field of view is centred a little behind the body's middle, as the table demands. */
export const TABLE_SHIFT_MM = 12;

/** Paints all anatomy of a slice; returns where the lungs are. */
function paintBody(plane: Plane, z: number, thicknessMm: number, trees: LungTrees, findings: ChestFindings): Float32Array {
  const cavity = new Float32Array(plane.values.length);
  const lung = new Float32Array(plane.values.length);
  const abdomen = new Float32Array(plane.values.length);
  const body = bodyOutline(z);
  const cage = cageOutline(z);
  paintTable(plane);
  fill(plane, body, 20);
  fill(plane, offset(body, -2), FAT);
  paintMuscles(plane, z, body, cage);
  mark(plane, cage, cavity);
  for (let i = 0; i < lung.length; i++) lung[i] = cavity[i] ?? 0;
  const below = markAbdomen(plane, z, cavity, abdomen);
  if (below) for (let i = 0; i < lung.length; i++) lung[i] = (lung[i] ?? 0) * (1 - (abdomen[i] ?? 0));
  paintLungs(plane, z, thicknessMm, cage, cavity, trees, findings, lung);
  if (below) paintAbdomen(plane, z, thicknessMm, abdomen);
  paintMediastinum(plane, z, thicknessMm, cavity, lung);
  paintNeck(plane, z);
  paintRibs(plane, z, cage);
  paintSternum(plane, z);
  paintSpine(plane, z);
  paintShoulders(plane, z, thicknessMm, cage);
  return lung;
}

/** Carbon shell with foam inside, curved, and the mattress. */
function paintTable(plane: Plane): void {
  const curve = (y: number, sag: number, half: number): number[] => {
    const line: number[] = [];
    for (let i = -20; i <= 20; i++) line.push((half * i) / 20, y - sag * (i / 20) ** 2);
    return line;
  };
  fill(plane, ribbon(curve(121, 26, 190), 5), -905);
  fill(plane, ribbon(curve(142, 34, 205), 13), -968);
  fill(plane, ribbon(curve(129, 34, 206), 1.2), -330);
  fill(plane, ribbon(curve(156, 20, 198), 1.2), -330);
}

function paintMuscles(plane: Plane, z: number, body: readonly number[], cage: readonly number[]): void {
  const inside = new Float32Array(plane.values.length);
  const skinFat = 7 + 5 * smoothStep(-120, -260, z);
  mark(
    plane,
    offset(body, (index) => -(skinFat + (sideAngle(index) < 0.25 ? 0 : 2 * Math.sin(sideAngle(index))))),
    inside,
  );
  paintInlet(plane, z, inside);
  const coat = (extra: number) => offset(cage, (index) => muscleCoat(z, sideAngle(index)) + extra);
  fill(plane, coat(5), MUSCLE, inside);
  // Fat planes between the layers: under the scapular muscles and the pectorals, and beside the erector spinae.
  for (const side of [1, -1] as const) {
    fill(plane, ribbon(arc(offset(cage, 11.5), side, 0.5, 2.9), 0.9), FAT + 12, inside);
    if (z > -140) fill(plane, ribbon(arc(offset(cage, 21), side, 0.55, 1.5), 0.7), FAT + 25, inside);
    if (z > -140) fill(plane, ribbon(arc(offset(cage, 19), side, 1.9, 2.75), 0.8), FAT + 20, inside);
    fill(plane, ribbon(arc(offset(cage, 24), side, 0.1, 0.62), 0.8), FAT + 30, inside);
    if (z > -125) {
      // Axilla: fat with its vessels and nodes between chest wall and arm.
      const [x, y, r] = [side * (104 + 10 * smoothStep(-100, -40, z)), -18, 19 * smoothStep(-128, -90, z)] as const;
      if (z < -18 && r > 2) fill(plane, ellipse(x + side * 17, y, r * 0.75, r * 1.35, side * 0.25), FAT + 4, inside);
      for (const [dx, dy, s] of [
        [15, -6, 4.2],
        [20, 2, 3.6],
        [12, 10, 2.6],
      ] as const)
        if (r > 8 && z < -18) fill(plane, ellipse(x + side * dx, y + dy, s, s * 0.8), 40, inside);
    }
  }
}

function paintLungs(
  plane: Plane,
  z: number,
  thicknessMm: number,
  cage: readonly number[],
  cavity: Float32Array,
  trees: LungTrees,
  findings: ChestFindings,
  lung: Float32Array,
): void {
  fill(plane, offset(cage, 0.6), 30);
  fill(plane, cage, -862);
  paintFissures(plane, z, lung);
  for (const piece of trees.vessels) {
    if (Math.abs(piece.from[2] - z) > 14) continue;
    paintSegment(plane, z, thicknessMm, piece.from, piece.to, piece.r0, piece.r1, { value: 36, clip: lung });
  }
  for (const piece of trees.bronchi) {
    if (Math.abs(piece.from[2] - z) > 14) continue;
    paintSegment(plane, z, thicknessMm, piece.from, piece.to, piece.r0, piece.r1, { value: -180, clip: lung });
    paintSegment(plane, z, thicknessMm, piece.from, piece.to, piece.r0, piece.r1, { value: -975, clip: lung, grow: -0.75 });
  }
  if (findings.noduleMm > 0) paintNodule(plane, z, thicknessMm, findings.noduleMm / 2, cavity);
  paintEllipsoid(plane, z, { centre: [84, 40, -176], radii: [2.1, 2.1, 2.1] }, { value: 640 });
}

/** Centre of the nodule: posterior segment of the right upper lobe. */
export const NODULE = [-78, 22, -62] as const;

function paintNodule(plane: Plane, z: number, thicknessMm: number, r: number, clip: Float32Array): void {
  const [x, y, nz] = NODULE;
  const lobes = [
    [0, 0, 0, 1],
    [0.45, -0.3, 0.2, 0.7],
    [-0.4, 0.35, -0.25, 0.72],
    [0.1, 0.5, 0.35, 0.6],
  ] as const;
  for (const [dx, dy, dz, s] of lobes)
    paintEllipsoid(plane, z, { centre: [x + dx * r, y + dy * r, nz + dz * r], radii: [r * s, r * s, r * s] }, { value: 42, clip });
  // Spicules, and the tag to the pleura.
  for (let i = 0; i < 9; i++) {
    const a = i * 0.74;
    const reach = r * (1.7 + 0.5 * Math.sin(i * 2.3));
    const to = [x + Math.cos(a) * reach, y + Math.sin(a) * reach, nz + Math.sin(i * 1.9) * r] as const;
    paintSegment(plane, z, thicknessMm, NODULE, to, r * 0.34, 0.25, { value: 20, clip });
  }
  paintSegment(plane, z, thicknessMm, NODULE, [x - 30, y + 14, nz + 2], 0.7, 0.5, { value: 0, clip });
}

/** Oblique fissures on both sides and the horizontal one on the right: hairlines. */
function paintFissures(plane: Plane, z: number, lung: Float32Array): void {
  for (const side of [1, -1]) {
    const y0 = 62 - (z + 40) * -0.5;
    const line: number[] = [];
    for (let i = 0; i <= 24; i++) {
      const x = 30 + i * 4.4;
      line.push(side * x, y0 - 14 * Math.sin((i / 24) * Math.PI) + 0.05 * x);
    }
    if (z < -30 && z > -250) fill(plane, ribbon(line, 0.55), -770, lung);
  }
}

/** Slow variations inside tissues (fat strands, marbling, denser lung behind), continuous from slice to slice. */
function applyTexture(plane: Plane, z: number, texture: ReturnType<typeof createSpaceNoise>, lung: Float32Array): void {
  const coarse = texture.plane(z / 14);
  const fine = texture.plane(z / 4.2 + 17);
  const { values, width, height, pixelMm } = plane;
  for (let row = 0; row < height; row++) {
    const y = plane.top + (row + 0.5) * pixelMm;
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      const value = values[i] ?? 0;
      if (value < -970) continue;
      const x = plane.left + (column + 0.5) * pixelMm;
      const slow = coarse(x / 14, y / 14);
      const quick = fine(x / 4.2, y / 4.2);
      if (value < -500) {
        if ((lung[i] ?? 0) > 0.5) values[i] = value + slow * 9 + quick * 7 + (y + 10) * 0.32;
      } else if (value < -40) values[i] = value + slow * 5 + Math.max(0, quick - 0.9) * 34;
      else if (value < 120) values[i] = value + slow * 2.5 + quick * 3 - Math.max(0, slow * 0.5 + quick - 1.35) * 26;
      else values[i] = value + quick * (value < 320 ? 42 : 60) + slow * 12;
    }
  }
}

/** Point spread of the scanner: one pass of a three-tap kernel both ways. */
function blur(plane: Plane, side: number): void {
  const { values, width, height } = plane;
  const keep = 1 - 2 * side;
  for (let row = 0; row < height; row++) {
    let before = values[row * width] ?? 0;
    for (let i = row * width; i < row * width + width - 1; i++) {
      const here = values[i] ?? 0;
      values[i] = keep * here + side * (before + (values[i + 1] ?? 0));
      before = here;
    }
  }
  const above = values.slice(0, width);
  for (let row = 0; row < height - 1; row++) {
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      const here = values[i] ?? 0;
      values[i] = keep * here + side * ((above[column] ?? 0) + (values[i + width] ?? 0));
      above[column] = here;
    }
  }
}

/** Noise grows towards the middle of the body and across the shoulders, where it streaks from side to side. */
function addNoise(plane: Plane, z: number, recon: ChestRecon, tile: Float32Array, seed: number): void {
  if (recon.noiseHu <= 0) return;
  const random = createRandom(seed);
  const mask = NOISE_TILE - 1;
  const [ox, oy, px, py] = [random.next(), random.next(), random.next(), random.next()].map((part) => Math.floor(part * NOISE_TILE)) as [
    number,
    number,
    number,
    number,
  ];
  const shoulder = smoothStep(-45, -5, z);
  const { values, width, height } = plane;
  const half = width / 2;
  for (let row = 0; row < height; row++) {
    const v = (row - half) / half;
    const streakRow = ((row + py) & mask) * NOISE_TILE;
    const noiseRow = ((row + oy) & mask) * NOISE_TILE;
    for (let column = 0; column < width; column++) {
      const u = (column - half) / half;
      const i = row * width + column;
      const inBody = (values[i] ?? 0) > -980 ? 1 : 0.45;
      const level = recon.noiseHu * inBody * (1.15 - 0.5 * (u * u + v * v)) * (1 + 0.8 * shoulder);
      let noise = (tile[noiseRow + ((column + ox) & mask)] ?? 0) * level;
      if (shoulder > 0) noise += (tile[streakRow + (((column >> 4) + px) & mask)] ?? 0) * level * 0.55 * shoulder * (1 - Math.min(1, Math.abs(v + 0.05) * 2.4));
      values[i] = (values[i] ?? 0) + noise;
    }
  }
}

/**
 * Stored values of a CT image: signed, intercept -1024 and slope 1, so stored = HU + 1024. With `padding`, what lies
 * outside the round field of view holds that value.
 */
export function toStored(hu: Float32Array, size: number, padding?: number): RenderedImage {
  const pixels = new Int16Array(hu.length);
  for (let i = 0; i < hu.length; i++) pixels[i] = Math.max(0, Math.min(4095, Math.round(hu[i] ?? 0) + 1024));
  if (padding !== undefined) {
    const middle = (size - 1) / 2;
    for (let i = 0; i < pixels.length; i++) if (Math.hypot((i % size) - middle, Math.floor(i / size) - middle) > size / 2) pixels[i] = padding;
  }
  return { Rows: size, Columns: size, pixels };
}
