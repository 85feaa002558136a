import type { Plane } from '../raster';
import { ellipse, fill, mark, ribbon } from '../raster';
import { paintEllipsoid, paintTube } from '../solids';
import { smoothStep } from '../track';
import { cageMiddle } from './cage';
import { CENTRAL_DOME, domeCut, LEFT_DOME, RIGHT_DOME } from './lungs';

const LIVER = 58;
const SPLEEN = 49;
const FAT = -102;

/** Marks what lies below the diaphragm at `z` (0..1 a pixel), inside the cage. */
export function markAbdomen(plane: Plane, z: number, cavity: Float32Array, abdomen: Float32Array): boolean {
  abdomen.fill(0);
  let any = false;
  for (const dome of [RIGHT_DOME, LEFT_DOME, CENTRAL_DOME]) {
    const cut = domeCut(dome, z);
    if (cut === undefined) continue;
    any = true;
    mark(plane, ellipse(cut.cx, cut.cy, cut.rx, cut.ry, 0, 72), abdomen);
  }
  if (any) for (let i = 0; i < abdomen.length; i++) abdomen[i] = (abdomen[i] ?? 0) * (cavity[i] ?? 0);
  return any;
}

/** Liver, spleen, stomach with its bubble, crura, adrenals, the top of the kidneys. */
export function paintAbdomen(plane: Plane, z: number, thicknessMm: number, abdomen: Float32Array): void {
  const right = domeCut(RIGHT_DOME, z);
  const left = domeCut(LEFT_DOME, z);
  const centre = domeCut(CENTRAL_DOME, z);
  const clip = abdomen;
  // The muscle of the diaphragm itself, then the fat under it.
  for (const cut of [right, left, centre]) if (cut !== undefined) fill(plane, ellipse(cut.cx, cut.cy, cut.rx, cut.ry, 0, 72), 48, clip);
  for (const cut of [right, left, centre]) if (cut !== undefined) fill(plane, ellipse(cut.cx, cut.cy, cut.rx - 2.4, cut.ry - 2.4, 0, 72), FAT, clip);
  const wide = cageMiddle(z);
  const low = smoothStep(-236, -262, z);
  if (low > 0) fill(plane, ellipse(0, -20, 60 * low, 58 * low), FAT, clip);
  if (left !== undefined) paintLeft(plane, z, clip, left);
  if (right !== undefined) {
    fill(plane, ellipse(right.cx + 2, right.cy, right.rx - 3.4, right.ry - 3.4, 0, 72), LIVER, clip);
    const lobe = smoothStep(-214, -250, z);
    if (lobe > 0) fill(plane, ellipse(-4, -46, 66 * lobe, 34 * lobe, -0.18), LIVER, clip);
    fill(plane, ribbon([-8, -wide.halfDepth * 0.86, -14, -40], 0.7 * low + 0.1), FAT, clip);
  }
  paintLiverVessels(plane, z, thicknessMm, clip);
  if (z < -250) {
    for (const side of [1, -1]) fill(plane, ribbon([side * 6, 14, side * 15, 30, side * 19, 46], 3.2), 52);
    paintTube(
      plane,
      z,
      thicknessMm,
      {
        points: [
          [34, 24, -268],
          [42, 32, -278],
          [34, 36, -290],
        ],
        radii: [2.2, 2.4, 2],
      },
      { value: 28, clip },
    );
    paintEllipsoid(plane, z, { centre: [50, 44, -318], radii: [26, 23, 42] }, { value: 32, clip });
  }
}

function paintLeft(plane: Plane, z: number, clip: Float32Array, cut: { cx: number; cy: number; rx: number; ry: number }): void {
  const spleen = smoothStep(-222, -246, z);
  if (spleen > 0) fill(plane, ellipse(cut.cx + cut.rx * 0.5, cut.cy + cut.ry * 0.52, 44 * spleen, 24 * spleen, -0.75), SPLEEN, clip);
  const stomach = smoothStep(-222, -242, z);
  if (stomach <= 0) return;
  const [sx, sy, rx, ry] = [52, -22, 34 * stomach, 40 * stomach] as const;
  fill(plane, ellipse(sx, sy, rx, ry, 0.35), 45, clip);
  const inner = new Float32Array(plane.width * plane.height);
  mark(plane, ellipse(sx, sy, rx - 4, ry - 4, 0.35), inner);
  for (let i = 0; i < inner.length; i++) inner[i] = (inner[i] ?? 0) * (clip[i] ?? 0);
  fill(plane, ellipse(sx, sy, rx - 4, ry - 4, 0.35), 22, inner);
  // Lying on the back: the gas is in front, with a level.
  fill(plane, [sx - 60, sy - 60, sx + 60, sy - 60, sx + 60, sy - 8, sx - 60, sy - 8], -960, inner);
}

const LIVER_VESSELS = [
  {
    points: [
      [-24, 2, -222],
      [-44, -8, -228],
      [-70, -6, -236],
      [-92, 6, -244],
    ],
    radii: [6.5, 5, 3.6, 2],
  },
  {
    points: [
      [-22, -2, -222],
      [-34, -28, -230],
      [-46, -48, -240],
    ],
    radii: [6, 4.4, 2],
  },
  {
    points: [
      [-20, -2, -222],
      [-8, -26, -232],
      [10, -44, -244],
    ],
    radii: [5.6, 4, 2],
  },
  {
    points: [
      [-20, -12, -300],
      [-34, -10, -276],
      [-60, 4, -262],
      [-86, 18, -262],
    ],
    radii: [7, 6.4, 4.6, 2],
  },
  {
    points: [
      [-34, -10, -276],
      [-22, -34, -268],
      [6, -48, -264],
    ],
    radii: [5.6, 4.4, 2.4],
  },
  {
    points: [
      [-60, 4, -262],
      [-72, -22, -270],
      [-90, -36, -280],
    ],
    radii: [4, 3.2, 1.8],
  },
] as const;

function paintLiverVessels(plane: Plane, z: number, thicknessMm: number, clip: Float32Array): void {
  for (const tube of LIVER_VESSELS) paintTube(plane, z, thicknessMm, tube, { value: 38, clip });
}
