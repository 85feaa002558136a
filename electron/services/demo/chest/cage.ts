import type { Outline } from '../raster';
import { clamp, smoothStep, track } from '../track';

/** Heights of the chest phantom: z = 0 just above the lung apices, negative towards the feet, millimetres. */
export const CHEST_BOTTOM = -300;

const TURN = 2 * Math.PI;
/** Points round a contour: one each two degrees. Index 0 is posterior midline, rising towards the patient's left (x > 0). */
export const AROUND = 180;

const bodyHalfWidth = track([
  [0, 184],
  [-25, 182],
  [-55, 172],
  [-95, 163],
  [-150, 159],
  [-210, 156],
  [-260, 152],
  [-300, 149],
]);
const bodyHalfDepth = track([
  [0, 74],
  [-30, 90],
  [-60, 101],
  [-100, 108],
  [-150, 111],
  [-210, 111],
  [-300, 107],
]);
const bodyCentreY = track([
  [0, 20],
  [-30, 12],
  [-60, 4],
  [-100, 0],
  [-300, 0],
]);
const bodyExponent = track([
  [0, 2.1],
  [-50, 2.3],
  [-120, 2.5],
  [-300, 2.35],
]);

const cageHalfWidth = track([
  [12, 8],
  [6, 50],
  [-4, 64],
  [-15, 80],
  [-30, 98],
  [-60, 116],
  [-90, 125],
  [-130, 130],
  [-180, 132],
  [-240, 132],
  [-300, 128],
]);
const cageHalfDepth = track([
  [12, 3],
  [6, 13],
  [-4, 25],
  [-15, 38],
  [-30, 53],
  [-60, 70],
  [-90, 79],
  [-130, 83],
  [-180, 85],
  [-240, 85],
  [-300, 81],
]);
const cageCentreY = track([
  [6, 38],
  [-4, 32],
  [-15, 23],
  [-30, 14],
  [-60, 3],
  [-90, -1],
  [-130, -4],
  [-180, -5],
  [-300, -2],
]);

/** Angle of contour point `index`, radians from the posterior midline. */
export function angleOf(index: number): number {
  return (TURN * index) / AROUND;
}

/** Superellipse round a centre, point 0 posterior. */
function superellipse(cx: number, cy: number, a: number, b: number, exponent: number): number[] {
  const outline: number[] = [];
  const power = 2 / exponent;
  for (let i = 0; i < AROUND; i++) {
    const t = angleOf(i);
    const s = Math.sin(t);
    const c = Math.cos(t);
    outline.push(cx + a * Math.sign(s) * Math.abs(s) ** power, cy + b * Math.sign(c) * Math.abs(c) ** power);
  }
  return outline;
}

/** Skin. The back has its furrow, the front its shallow sternal dip. */
export function bodyOutline(z: number): number[] {
  const outline = superellipse(0, bodyCentreY(z), bodyHalfWidth(z), bodyHalfDepth(z), bodyExponent(z));
  for (let i = 0; i < AROUND; i++) {
    const x = outline[2 * i] ?? 0;
    const back = (outline[2 * i + 1] ?? 0) > bodyCentreY(z);
    const furrow = back ? 7 * Math.exp(-((x / 14) ** 2)) : -4 * Math.exp(-((x / 26) ** 2)) * smoothStep(-20, -90, z);
    // Lying on the table flattens the back.
    const flat = back ? 4 * Math.exp(-((x / 80) ** 2)) : 0;
    outline[2 * i + 1] = (outline[2 * i + 1] ?? 0) - furrow - flat;
  }
  return outline;
}

/** Inner face of the rib cage: the pleural cavity and mediastinum together. */
export function cageOutline(z: number): number[] {
  const outline = superellipse(0, cageCentreY(z), cageHalfWidth(z), cageHalfDepth(z), 2.35);
  for (let i = 0; i < AROUND; i++) {
    const x = outline[2 * i] ?? 0;
    // Costovertebral gutters: the cavity reaches further back beside the spine than in the midline.
    if ((outline[2 * i + 1] ?? 0) > cageCentreY(z))
      outline[2 * i + 1] = (outline[2 * i + 1] ?? 0) + 5 * Math.exp(-(((Math.abs(x) - 48) / 26) ** 2)) - 6 * Math.exp(-((x / 20) ** 2));
  }
  return outline;
}

/** How deep a point lies inside the cage at `z`: 1 at the centre, 0 on the wall, negative outside. */
export function depthInCage(x: number, y: number, z: number): number {
  const a = cageHalfWidth(z);
  const b = cageHalfDepth(z);
  return 1 - (Math.abs(x / a) ** 2.35 + Math.abs((y - cageCentreY(z)) / b) ** 2.35) ** (1 / 2.35);
}

export function cageMiddle(z: number): { halfWidth: number; halfDepth: number; centreY: number } {
  return { halfWidth: cageHalfWidth(z), halfDepth: cageHalfDepth(z), centreY: cageCentreY(z) };
}

/** Moves each point outwards by `distance(index)` millimetres along the outline's normal. */
export function offset(outline: Outline, distance: number | ((index: number) => number)): number[] {
  const n = outline.length / 2;
  const moved: number[] = [];
  for (let i = 0; i < n; i++) {
    const p = (i + n - 2) % n;
    const q = (i + 2) % n;
    const dx = (outline[2 * q] ?? 0) - (outline[2 * p] ?? 0);
    const dy = (outline[2 * q + 1] ?? 0) - (outline[2 * p + 1] ?? 0);
    const length = Math.hypot(dx, dy) || 1;
    const d = typeof distance === 'number' ? distance : distance(i);
    // Points run from posterior towards +x and on to the front: the outward normal is (-dy, dx) turned once.
    moved.push((outline[2 * i] ?? 0) - (dy / length) * d, (outline[2 * i + 1] ?? 0) + (dx / length) * d);
  }
  return moved;
}

/** Angle from the posterior midline on either side, 0 (spine) to pi (sternum). */
export function sideAngle(index: number): number {
  const t = angleOf(index);
  return t <= Math.PI ? t : TURN - t;
}

/** Part of an outline from one side angle to another, on the left (1) or right (-1) side. */
export function arc(outline: Outline, side: 1 | -1, from: number, to: number): number[] {
  const line: number[] = [];
  for (let i = 0; i <= AROUND / 2; i++) {
    const t = angleOf(i);
    if (t < from || t > to) continue;
    const index = side === 1 ? i : (AROUND - i) % AROUND;
    line.push(outline[2 * index] ?? 0, outline[2 * index + 1] ?? 0);
  }
  return line;
}

/** Thickness of the muscle coat outside the ribs at a side angle, millimetres. */
export function muscleCoat(z: number, angle: number): number {
  const shoulder = smoothStep(-150, -70, z);
  const back = 30 * smoothStep(0.62, 0.1, angle) + 8;
  const scapular = 34 * shoulder * bump(angle, 1.0, 0.5);
  const lateral = 12 * bump(angle, 1.5, 0.6);
  const pectoral = (20 * smoothStep(-150, -90, z) + 3) * bump(angle, 2.45, 0.45);
  return 6 + Math.max(back, scapular, lateral, pectoral, back * 0.5 + scapular * 0.6);
}

function bump(value: number, centre: number, width: number): number {
  return clamp(Math.exp(-(((value - centre) / width) ** 2)), 0, 1);
}
