import type { Plane } from '../raster';
import { ellipse, fill, ribbon } from '../raster';
import { paintEllipsoid, paintTube } from '../solids';
import { smoothStep } from '../track';
import { BLOOD, AORTA, PULMONARY_TRUNK, RIGHT_PULMONARY, LEFT_PULMONARY, VESSELS, VEINS, CHAMBERS, GROOVES, CALCIFIED, OESOPHAGUS } from './mediastinal-parts';
import { AIRWAYS, columnHalfWidth } from './lungs';
import { cageMiddle } from './cage';
import { spineY } from './bones';

const FAT = -98;
const WALL = 48;
const AIR = -985;

/** Outline of the mediastinal column at `z`, from the sternum to the spine. */
function column(z: number): number[] {
  const middle = cageMiddle(z);
  const line: number[] = [];
  const mirrored: number[] = [];
  for (let i = 0; i <= 24; i++) {
    const y = middle.centreY + middle.halfDepth * 1.02 * (-1 + i / 12);
    const half = columnHalfWidth(y, z);
    line.push(half, y);
    mirrored.unshift(-half, y);
  }
  return [...line, ...mirrored];
}

/** Everything between the lungs in slice `z`. `cavity` is the inside of the rib cage, `thorax` its part above the diaphragm. */
export function paintMediastinum(plane: Plane, z: number, thicknessMm: number, cavity: Float32Array, thorax: Float32Array): void {
  const fat = { value: FAT, clip: thorax };
  fill(plane, column(z), FAT, thorax);
  for (const { solid } of CHAMBERS) paintEllipsoid(plane, z, solid, { ...fat, grow: 5 });
  for (const tube of [AORTA, PULMONARY_TRUNK, RIGHT_PULMONARY, LEFT_PULMONARY, ...VESSELS.slice(0, 4)])
    paintTube(plane, z, thicknessMm, tube, { ...fat, grow: 2.6 });
  paintHeart(plane, z, thicknessMm, thorax);
  for (const tube of [...VESSELS, ...VEINS, RIGHT_PULMONARY, LEFT_PULMONARY]) paintTube(plane, z, thicknessMm, tube, { value: BLOOD, clip: cavity });
  paintTube(plane, z, thicknessMm, PULMONARY_TRUNK, { value: BLOOD });
  for (const [grow, value] of [
    [1.2, FAT],
    [0, WALL],
    [-1.4, BLOOD],
  ] as const)
    paintTube(plane, z, thicknessMm, AORTA, { value, grow });
  paintTube(plane, z, thicknessMm, OESOPHAGUS, { value: 42 });
  if (z > -60 || (z < -95 && z > -130)) paintEllipsoid(plane, z, { centre: [7, 32, z], radii: [2.6, 1.6, 3] }, { value: -700 });
  for (const tube of CALCIFIED) paintTube(plane, z, thicknessMm, tube, { value: 680 });
  paintNodesAndGlands(plane, z);
  paintAirways(plane, z, thicknessMm);
}

function paintHeart(plane: Plane, z: number, thicknessMm: number, cavity: Float32Array): void {
  // Pericardium: a thin bright line in the fat.
  for (const { solid } of CHAMBERS) paintEllipsoid(plane, z, solid, { value: -25, grow: 3, clip: cavity });
  for (const { solid } of CHAMBERS) paintEllipsoid(plane, z, solid, { value: FAT, grow: 2.2, clip: cavity });
  for (const { solid, value } of CHAMBERS) paintEllipsoid(plane, z, solid, { value, clip: cavity });
  for (const tube of GROOVES) {
    paintTube(plane, z, thicknessMm, tube, { value: FAT + 10, clip: cavity });
    paintTube(plane, z, thicknessMm, { points: tube.points, radii: tube.radii.map(() => 1.5) }, { value: BLOOD });
  }
}

/** Thyroid at the top, thymic remnant, and small lymph nodes. */
function paintNodesAndGlands(plane: Plane, z: number): void {
  for (const side of [1, -1]) paintEllipsoid(plane, z, { centre: [side * 16, -2, 12], radii: [8, 11, 20] }, { value: 105 });
  const nodes: readonly (readonly [number, number, number, number])[] = [
    [-14, -6, -84, 3.2],
    [-18, 2, -92, 3.8],
    [12, 6, -98, 3],
    [-4, 26, -112, 4.2],
    [4, -44, -76, 2.6],
    [-10, -52, -70, 2.4],
  ];
  for (const [x, y, nz, r] of nodes) paintEllipsoid(plane, z, { centre: [x, y, nz], radii: [r * 1.5, r, r * 1.3] }, { value: 44 });
}

function paintAirways(plane: Plane, z: number, thicknessMm: number): void {
  for (const tube of AIRWAYS) paintTube(plane, z, thicknessMm, tube, { value: 30, grow: 1.7 });
  for (const tube of AIRWAYS) paintTube(plane, z, thicknessMm, tube, { value: AIR });
}

/** Neck and shoulder muscles about the thoracic inlet, which no cage encloses. Painted before the cage. */
export function paintInlet(plane: Plane, z: number, body: Float32Array): void {
  const high = smoothStep(-78, -40, z);
  if (high <= 0) return;
  for (const side of [1, -1]) {
    const muscles: readonly (readonly [readonly number[], number])[] = [
      [[side * 12, 74, side * 60, 74, side * 104, 58, side * 142, 40], 13 * high],
      [[side * 52, 52, side * 100, 40, side * 140, 24], 15 * high],
      [[side * 24, -56, side * 70, -62, side * 108, -42, side * 146, -6], 9.5 * high],
      [[side * 52, -44, side * 96, -28, side * 130, -2], 5 * high],
    ];
    for (const [line, half] of muscles)
      fill(
        plane,
        ribbon(line, (part) => half * (0.55 + 0.45 * Math.sin(Math.PI * part))),
        54,
        body,
      );
    if (z > -42) fill(plane, ellipse(side * 152, 20, 33 * smoothStep(-42, -14, z), 36 * smoothStep(-42, -14, z)), 55, body);
  }
}

/** Muscles of the neck in front of and beside the spine. */
export function paintNeck(plane: Plane, z: number): void {
  if (z < -40) return;
  const y = spineY(z);
  for (const side of [1, -1]) {
    fill(plane, ellipse(side * 26, y - 6, 9, 12, side * 0.4), 55);
    fill(plane, ellipse(side * 40, y - 22, 7, 9, side * 0.5), 56);
    fill(plane, ribbon([side * 22, -44, side * 34, -38, side * 44, -30], 3.6), 56);
  }
  fill(plane, ellipse(0, y - 16, 10, 3.6), 52);
}
