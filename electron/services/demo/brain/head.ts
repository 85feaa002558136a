import type { Contrast } from './contrast';
import type { FlatTube } from './shape';
import { ellipsoidDistance, inside, smoothUnion, tubeDistance } from './shape';

/** Brain space: origin in the middle of the brain near the commissures, x left, y back, z up (LPS directions), millimetres. */

/** Signed distance to the inner table of the skull (what the dura lines). */
export function intracranial(x: number, y: number, z: number): number {
  const ax = Math.abs(x);
  // The frontal end is narrower than the parietal one.
  const taper = 1 + 0.0011 * (y - 10);
  const cerebrum = ellipsoidDistance(x / taper, y, z - 10, 67, 86, 64);
  const floor = -(z + 14 - 0.12 * (y + 20));
  const upper = Math.max(cerebrum, floor);
  const temporal = ellipsoidDistance(ax - 40, y + 8, z + 17, 25, 44, 23);
  const posterior = ellipsoidDistance(x, y - 44, z + 30, 55, 39, 31);
  const stem = tubeDistance(x, y, z, FORAMEN);
  return smoothUnion(smoothUnion(smoothUnion(upper, temporal, 8), posterior, 8), stem, 8);
}

const FORAMEN: FlatTube = [0, 18, -30, 20, 0, 28, -62, 13, 0, 34, -140, 10];

/** Signed distance to the skin; `skull` is the distance to the inner table at the same place. */
function skin(x: number, y: number, z: number, skull: number): number {
  const cranium = z > -40 ? skull - 15 : skull - 15 - (-40 - z) * 0.2;
  const face = ellipsoidDistance(x, y + 52, z + 58, 62, 52, 66);
  const jaw = ellipsoidDistance(x, y + 56, z + 100, 44, 46, 30);
  const neck = ellipsoidDistance(x, y - 18, z + 130, 58, 62, 96);
  const nose = ellipsoidDistance(x, y + 108, z + 52, 12, 17, 19);
  const brow = ellipsoidDistance(x, y + 70, z + 8, 58, 32, 30);
  return smoothUnion(smoothUnion(smoothUnion(smoothUnion(smoothUnion(cranium, face, 16), jaw, 14), neck, 20), nose, 10), brow, 12);
}

/** The temporal muscle covers the side of the skull below its line; elsewhere the scalp is fat on bone. */
function smoothTemporal(ax: number, y: number, z: number): number {
  const low = Math.min(1, Math.max(0, (26 - z) / 24));
  return low * Math.min(1, Math.max(0, (ax - 40) / 12)) * (y < 30 ? 1 : 0.3);
}

/** Signal of everything outside the dura: scalp, skull, face, neck. Returns 0 in air. */
export function headSignal(x: number, y: number, z: number, skull: number, s: Contrast, size: number, marbling: number): number {
  const surface = skin(x, y, z, skull);
  if (surface > size) return 0;
  const ax = Math.abs(x);
  let value = s.skin * inside(surface, size);
  value += (s.fat * 0.92 - value) * inside(surface + 2.2, size);
  const muscleDepth = z < -35 ? 7 : 5.4;
  const muscle = inside(surface + muscleDepth + marbling * 1.6, size);
  value += (s.muscle - value) * muscle * (z < -20 ? 1 : smoothTemporal(ax, y, z));
  if (z < -30) value = neckAndFace(x, y, z, value, s, size, marbling);
  // Skull: outer table, diploe, inner table.
  const thick = 6.4 + 1.2 * marbling;
  const vault = z > -52 + 0.4 * (y - 20) || skull < 2 ? 1 : 0;
  if (vault === 1) {
    value += (s.bone - value) * inside(skull - thick, size);
    value += (s.marrow - value) * inside(Math.abs(skull - thick * 0.52) - (thick * 0.5 - 1.9), size) * (0.8 + 0.2 * marbling);
  }
  value = orbit(ax, y, z, value, s, size);
  return airSpaces(x, y, z, value, s, size);
}

const CLIVUS: FlatTube = [0, -24, -30, 8, 0, 2, -56, 4];
const DENS: FlatTube = [0, 6, -62, 5, 0, 8, -72, 6.5, 0, 10, -86, 9];
const CORD: FlatTube = [0, 30, -60, 6.5, 0, 34, -150, 5.5];
const MANDIBLE: FlatTube = [0, -92, -106, 8, 32, -62, -100, 8, 46, -26, -84, 7, 47, -18, -60, 6];

function neckAndFace(x: number, y: number, z: number, before: number, s: Contrast, size: number, marbling: number): number {
  const ax = Math.abs(x);
  let value = before;
  const paint = (d: number, signal: number) => {
    value += (signal - value) * inside(d, size);
  };
  // Fat between the muscle groups.
  paint(Math.abs(marbling) * 16 - 1.2, s.fat * 0.75);
  paint(ellipsoidDistance(ax - 44, y + 52, z + 66, 13, 20, 22), s.fat * 0.85);
  paint(tubeDistance(ax, y, z, MANDIBLE), s.bone);
  paint(tubeDistance(ax, y, z, MANDIBLE) + 3.2, s.marrow);
  paint(ellipsoidDistance(x, y + 50, z + 90, 25, 34, 21), s.muscle * 1.05);
  paint(ellipsoidDistance(x, y + 62, z + 71, 24, 26, 2.4), s.bone);
  paint(tubeDistance(x, y, z, CLIVUS), s.bone);
  paint(tubeDistance(x, y, z, CLIVUS) + 2.4, s.marrow);
  paint(tubeDistance(x, y, z, DENS), s.bone);
  paint(tubeDistance(x, y, z, DENS) + 2, s.marrow);
  for (let level = 0; level < 3; level++) {
    const body = Math.max(ellipsoidDistance(x, y - 13 - level, z + 99 + level * 19, 15, 10, 30), Math.abs(z + 99 + level * 19) - 8);
    paint(body, s.bone);
    paint(body + 1.3, s.marrow * 0.85);
    paint(Math.max(ellipsoidDistance(x, y - 66, z + 96 + level * 19, 4, 16, 5.5), 0), s.marrow * 0.8);
  }
  const cord = tubeDistance(x, y, z, CORD);
  paint(cord - 4.4, s.bone + 40);
  paint(cord - 3.6, s.csf);
  paint(cord, s.white * 0.96);
  paint(ellipsoidDistance(ax - 53, y - 22, z + 44, 13, 17, 17), s.bone + 30 + 60 * marbling);
  return value;
}

function orbit(ax: number, y: number, z: number, before: number, s: Contrast, size: number): number {
  if (y > -34 || z > 0 || z < -50) return before;
  let value = before;
  const paint = (d: number, signal: number) => {
    value += (signal - value) * inside(d, size);
  };
  const cone = Math.max(ellipsoidDistance(ax - 30 + (y + 70) * 0.28, y + 66, z + 24, 19, 30, 17), -(y + 92));
  paint(cone - 1.6, s.bone);
  paint(cone, s.fat);
  for (const [mx, mz] of ORBIT_MUSCLES) paint(tubeDistance(ax, y, z, [31 + mx, -84, -24 + mz, 2.2, 14, -44, -22, 1.6]), s.muscle);
  paint(tubeDistance(ax, y, z, OPTIC) - 1, s.csf);
  paint(tubeDistance(ax, y, z, OPTIC), s.white * 0.95);
  const globe = Math.hypot(ax - 32, y + 80, z + 24) - 12.4;
  paint(globe, s.muscle);
  paint(globe + 1.3, s.vitreous);
  paint(ellipsoidDistance(ax - 32, y + 89, z + 24, 4.8, 2.4, 4.8), s.muscle * 0.9);
  return value;
}

const OPTIC: FlatTube = [31, -70, -24, 1.9, 20, -50, -22, 1.8, 7, -34, -18, 1.9];
const ORBIT_MUSCLES = [
  [12, 0],
  [-12, 0],
  [0, 11],
  [0, -11],
] as const;

function airSpaces(x: number, y: number, z: number, before: number, s: Contrast, size: number): number {
  const ax = Math.abs(x);
  let value = before;
  const paint = (d: number, signal: number) => {
    value += (signal - value) * inside(d, size);
  };
  const cavity = (d: number) => {
    paint(d - 2.4, s.bone);
    paint(d - 1.3, s.mucosa);
    paint(d, 6);
  };
  if (z > -12) {
    if (y < -70 && z < 14) cavity(ellipsoidDistance(ax - 10, y + 88, z - 0, 9, 4, 9));
    return value;
  }
  if (z > -46) cavity(ellipsoidDistance(ax - 6, y + 36, z + 28, 6, 11, 9));
  if (z > -46)
    cavity(Math.max(ellipsoidDistance(ax, y + 66, z + 30, 11, 24, 14), 0.7 - Math.abs(ax - 5.5), 0.6 - Math.abs(((y + 66) % 11) + (y + 66 < 0 ? 5.5 : -5.5))));
  cavity(ellipsoidDistance(ax - 28, y + 66, z + 55, 14, 17, 17));
  const nasal = Math.max(
    ellipsoidDistance(x, y + 70, z + 56, 13, 32, 15),
    0.8 - ax,
    2.4 - Math.hypot(ax - 7.5, (z + 50) * 0.8),
    2.6 - Math.hypot(ax - 8, (z + 63) * 0.8),
  );
  paint(nasal - 1.2, s.mucosa);
  paint(nasal, 6);
  const pharynx = tubeDistance(x, y, z, PHARYNX);
  paint(pharynx - 1.5, s.mucosa);
  paint(pharynx, 6);
  return value;
}

const PHARYNX: FlatTube = [0, -44, -56, 9, 0, -26, -62, 9, 0, -14, -78, 6, 0, -10, -112, 5.5, 0, -12, -160, 7];
