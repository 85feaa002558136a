import type { SpaceNoise } from '../noise';
import type { Contrast } from './contrast';
import { headSignal, intracranial } from './head';
import type { FlatTube } from './shape';
import { ellipsoidDistance, inside, tubeDistance } from './shape';

/** Half of the ventricular system (mirrored), brain space. */
const LATERAL: FlatTube = [7, -34, 9, 4.2, 8, -26, 15, 5.6, 10, -6, 20, 5, 14, 18, 20, 5, 22, 34, 12, 6.2, 24, 42, 6, 5.2, 21, 62, 3, 2];
const TEMPORAL_HORN: FlatTube = [24, 36, 8, 5, 31, 24, -9, 3, 31, 2, -19, 2.2, 28, -12, -20, 1.6];
const AQUEDUCT: FlatTube = [0, 15, -6, 1, 0, 22, -14, 0.9, 0, 29, -24, 1.4];
const STEM: FlatTube = [0, 8, -12, 12, 0, 12, -22, 13.5, 0, 13, -34, 13.5, 0, 22, -50, 9, 0, 30, -66, 6.8, 0, 34, -150, 5.5];

const LESIONS: readonly (readonly [number, number, number, number])[] = [
  [21, -24, 26, 3],
  [-24, 8, 29, 2.6],
  [-19, -30, 20, 2.8],
  [30, 30, 24, 3.4],
  [-32, 36, 18, 2.4],
  [26, -2, 33, 2],
];

export interface BrainPhantom {
  /** Signal at a point of brain space for a contrast; `size` = voxel edge in millimetres. */
  signal(x: number, y: number, z: number, contrast: Contrast, size: number): number;
}

export function createBrain(noise: SpaceNoise): BrainPhantom {
  return {
    signal(x, y, z, contrast, size) {
      const skull = intracranial(x, y, z);
      const marbling = noise.at((x + 0.6 * z) / 17 + 5, (y - 0.5 * z) / 17, (z + 0.4 * y) / 23);
      let value = skull > -size ? headSignal(x, y, z, skull, contrast, size, clampUnit(marbling * 0.5)) : 0;
      const within = inside(skull, size);
      if (within > 0) value += (contents(noise, x, y, z, skull, contrast, size) - value) * within;
      return value;
    },
  };
}

function clampUnit(value: number): number {
  return value < -1 ? -1 : value > 1 ? 1 : value;
}

/** Height of the tentorium: a tent whose ridge rises to the midline and whose edge leaves room for the stem. */
function tentorium(ax: number, y: number): number {
  return -6 - 0.34 * ax + 5 * Math.exp(-((ax / 12) ** 2)) - 0.1 * Math.max(0, y - 40);
}

/** Ridge of the petrous bones: what lies behind and below the tent is posterior fossa. */
function petrous(ax: number): number {
  return 4 + 0.42 * Math.max(0, ax - 12);
}

function contents(noise: SpaceNoise, x: number, y: number, z: number, skull: number, s: Contrast, size: number): number {
  const ax = Math.abs(x);
  let value = s.csf;
  value += (s.dura - value) * inside(skull + 0.5, size) * inside(-skull - 1.4, size);
  const tent = z - tentorium(ax, y);
  const below = tent < 0 && y > petrous(ax);
  if (below) value = cerebellum(noise, x, y, z, skull, s, size, value);
  else value = cerebrum(noise, x, y, z, skull, tent, s, size, value);
  value = stem(x, y, z, s, size, value);
  // Falx and tentorium: thin dark sheets.
  if (!below && (z > 30 || y < -52 || y > 50)) value += (s.dura - value) * inside(ax - 0.3, size) * 0.7;
  if (y > petrous(ax) + 2 && ax > 10) value += (s.dura - value) * inside(Math.abs(tent) - 0.6, size) * 0.8;
  return value;
}

/** Distance from the nearest CSF of the cortex: hull, sulci (sheets where a warped noise is zero), fissures. */
function cortexDepth(noise: SpaceNoise, x: number, y: number, z: number, skull: number): number {
  const ax = Math.abs(x);
  const side = x < 0 ? 40 : 0;
  const wx = noise.at(ax / 24 + side, y / 24, z / 24) * 6;
  const wy = noise.at(ax / 22 + 9 + side, y / 22 + 7, z / 22) * 6;
  const wz = noise.at(ax / 26, y / 26 + 21 + side, z / 26) * 6;
  const folds = noise.at((ax + wx) / 15.5 + 3, (y + wy) / 15.5, (z + wz) / 14 + 11);
  const small = noise.at((ax + wy) / 9.5, (y + wz) / 9.5 + 31, (z + wx) / 9.5);
  const hull = -skull - 1.9;
  const major = Math.max(Math.abs(folds) * 7.2 - 0.5, hull - 21);
  const minor = Math.max(Math.abs(small) * 5.4 - 0.15, hull - 9);
  const callosum = ellipsoidDistance(0, y - 4, z - 8, 200, 41, 23);
  const falx = Math.max(ax - 0.7, -callosum);
  const sylvian = Math.max((Math.abs(z - 4 - (y + 4) * 0.85 - wz * 0.6 + (ax - 40) * 0.3) - 1.7) * 0.76, 34 - ax, Math.abs(y + 4) - 30);
  const insula = Math.max(
    Math.abs(ax - 36 + ((y + 5) / 24) ** 2 * 5 + ((z - 2) / 15) ** 2 * 3 + wx * 0.3 + folds * 0.7) - 0.7,
    ellipsoidDistance(0, y + 5, z - 2, 50, 23, 15),
  );
  return Math.min(hull, major, minor, falx, sylvian, insula);
}

function cerebrum(noise: SpaceNoise, x: number, y: number, z: number, skull: number, tent: number, s: Contrast, size: number, before: number): number {
  const ax = Math.abs(x);
  let value = before;
  const paint = (d: number, signal: number, part = 1) => {
    value += (signal - value) * inside(d, size) * part;
  };
  // Basal cisterns: no brain between the temporal lobes under the hypothalamus.
  const cistern = ellipsoidDistance(x, y + 2, z + 20, 15, 26, 11);
  let depth = Math.min(cortexDepth(noise, x, y, z, skull), cistern - 0.6);
  depth = Math.min(depth, Math.max(tent - 1, petrous(ax) - y - 1));
  const uneven = noise.at(x / 6, y / 6, z / 6);
  const near = ellipsoidDistance(ax, y - 4, z - 8, 30, 34, 24) < 0;
  const greyMm = near && ax < 22 ? 1 : 3.1 + 0.4 * uneven;
  paint(-depth, s.grey + 12 * uneven);
  paint(greyMm - depth, s.white + 9 * uneven);
  if (ellipsoidDistance(ax, y - 4, z - 4, 48, 46, 34) < 4) deepParts(x, y, z, paint, s);
  for (const [lx, ly, lz, r] of LESIONS) paint(Math.hypot(x - lx, y - ly, (z - lz) * 0.8) - r - 0.8 * uneven, s.lesion, 0.85);
  // Under the arch of the callosum the midline is septum and ventricle, with the bridge between the thalami below.
  paint(Math.max(ellipsoidDistance(0, y - 4, z - 7, 200, 34, 16), ax - 2.4), s.csf * 0.7 + s.white * 0.3);
  paint(ellipsoidDistance(x, y - 3, z + 1, 2.3, 14, 10), s.csf);
  paint(ellipsoidDistance(x, y - 9, z - 4, 4, 7, 5), s.deepGrey);
  paint(tubeDistance(ax, y, z, [1, -20, 2, 1.6, 1, -4, 12, 1.8, 2, 16, 14, 1.8, 3, 26, 8, 1.6]), s.white);
  const ventricle = Math.min(tubeDistance(ax, y, z, LATERAL), tubeDistance(ax, y, z, TEMPORAL_HORN));
  paint(ventricle - 1.1, s.lesion * 0.5 + s.white * 0.5, s.lesion > 700 ? 0.4 : 0);
  paint(Math.max(ventricle, 0.7 - ax), s.csf);
  paint(tubeDistance(ax, y, z, [17, 28, 14, 2, 21, 36, 8, 2.4, 26, 32, -2, 1.4]), s.grey * 1.05, 0.6);
  return value;
}

function deepParts(x: number, y: number, z: number, paint: (d: number, signal: number) => void, s: Contrast): void {
  const ax = Math.abs(x);
  paint(ellipsoidDistance(ax - 10.5, y - 13, z - 4, 9.4, 15, 9.5), s.deepGrey);
  const turned = ax - 26 - (y + 2) * 0.16;
  paint(ellipsoidDistance(turned, y + 3, z - 3, 5.4, 18, 12), s.deepGrey);
  paint(ellipsoidDistance(turned + 7, y + 2, z - 1, 3.6, 11, 8.5), s.pallidum);
  paint(ellipsoidDistance(ax - 14.5, y + 24, z - 10, 5, 10, 10), s.deepGrey);
  paint(tubeDistance(ax, y, z, [15, -18, 18, 3.4, 17.5, 2, 23, 2.6, 20, 20, 22, 1.8]), s.deepGrey);
  paint(ellipsoidDistance(ax - 33, y + 3, z - 2, 0.9, 17, 13), s.deepGrey);
}

/** Cerebellum with leaf-like folia round the fourth ventricle. */
function cerebellum(noise: SpaceNoise, x: number, y: number, z: number, skull: number, s: Contrast, size: number, before: number): number {
  const ax = Math.abs(x);
  const wobble = noise.at(x / 16, y / 16, z / 16);
  const front = 30 - 0.25 * ax - y + 0.35 * Math.abs(z + 30);
  const magna = 9 - Math.hypot(x * 0.8, y - 74, (z + 56) * 0.8);
  const body = Math.max(skull + 2.6, z - tentorium(ax, y) + 1.6, front, petrous(ax) + 3 - y + 0.45 * Math.max(0, -36 - z), magna, -46 + 4 * wobble - z);
  let value = before;
  const paint = (d: number, signal: number, part = 1) => {
    value += (signal - value) * inside(d, size) * part;
  };
  paint(body + 0.3 * wobble, s.grey);
  // Folia: nearly concentric sheets that the white matter's tree reaches into.
  const angle = Math.atan2(z + 32 + 0.25 * (ax - 20), y - 28);
  const leaf = Math.sin(angle * 21 + wobble * 2.2 + ax * 0.06);
  paint(Math.max(body + 0.5, 0.55 - leaf) * 1, s.csf, 0.42 * inside(-(body + 9), 4));
  const branch = Math.sin(angle * 9 + wobble * 1.6 + ax * 0.05);
  paint(body + 13 - 4.5 * branch + wobble * 2, s.white);
  paint(ellipsoidDistance(ax - 15, y - 44, z + 33, 5, 6, 4), s.deepGrey);
  paint(ellipsoidDistance(x, y - 31, z + 32, 8 - 0.2 * Math.abs(z + 32), 6, 11), s.csf);
  return value;
}

/** Midbrain, pons, medulla, with the aqueduct and the cisterns before them. */
function stem(x: number, y: number, z: number, s: Contrast, size: number, before: number): number {
  const ax = Math.abs(x);
  let value = before;
  if (z > 2 || y < -14 || ax > 30) return value;
  const paint = (d: number, signal: number) => {
    value += (signal - value) * inside(d, size);
  };
  const trunk = Math.min(tubeDistance(x, y, z, STEM), ellipsoidDistance(x, y - 7, z + 32, 16.5, 11, 13));
  const peduncle = tubeDistance(ax, y, z, [9, 4, -16, 7, 14, -2, -4, 7]);
  paint(trunk - 3, s.csf);
  paint(trunk, s.white * 0.94 + s.grey * 0.06);
  if (z > -22) paint(peduncle, s.white);
  paint(ellipsoidDistance(ax - 6, y - 9, z + 14, 2.8, 3, 4), s.pallidum * 0.92);
  // Middle cerebellar peduncles.
  paint(tubeDistance(ax, y, z, [8, 10, -33, 7, 20, 24, -33, 7, 26, 34, -33, 4]), s.white);
  paint(tubeDistance(x, y, z, AQUEDUCT), s.csf);
  // Basilar artery: a flow void.
  paint(Math.hypot(x - 0.6, y + 7 - (z + 32) * 0.02) - 1.7 + (z > -16 || z < -48 ? 9 : 0), s.bone);
  return value;
}
