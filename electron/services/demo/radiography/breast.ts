import { createSpaceNoise, type SpaceNoise } from '../noise';
import { createRandom, type Random, subSeed } from '../random';
import { smoothStep } from '../track';

export interface BreastView {
  readonly side: 'L' | 'R';
  readonly view: 'CC' | 'MLO';
  readonly rows: number;
  readonly columns: number;
  readonly pixelMm: number;
  /** A dense mass of this diameter in the upper outer quadrant, millimetres; 0 = none. */
  readonly massMm: number;
  readonly name: string;
}

interface Shape {
  /** Distance from the chest wall to the skin at the nipple. */
  readonly depth: number;
  readonly half: number;
  readonly middle: number;
  /** How much farther it reaches above the nipple than below: the axillary tail of the oblique view. */
  readonly upper: number;
  readonly pectoralTop: number;
  readonly pectoralLow: number;
}

/**
 * A compressed breast as processed for reading: 0 (air) to 1 (white). Places are counted from the chest wall (u, millimetres towards the nipple) and
 * from the top (v); right breasts have the chest wall at the right of the picture.
 */
export function breastImage(seed: number, plan: BreastView): Float32Array {
  const { rows, columns, pixelMm, side, view } = plan;
  const tissue = createSpaceNoise(subSeed(seed, `breast ${side} ${view}`));
  const random = createRandom(subSeed(seed, `breast ${side} ${view} grain ${plan.name}`));
  const height = rows * pixelMm;
  const shape: Shape =
    view === 'CC'
      ? { depth: 112, half: 92, middle: height * 0.5, upper: 1.06, pectoralTop: 0, pectoralLow: 0 }
      : { depth: 122, half: 112, middle: height * 0.56, upper: 1.5, pectoralTop: 62, pectoralLow: 158 };
  const grey = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const u = (side === 'R' ? columns - column - 0.5 : column + 0.5) * pixelMm;
      const v = (row + 0.5) * pixelMm;
      grey[row * columns + column] = valueAt(u, v, shape, tissue);
    }
  }
  const paint = painter(grey, plan, shape);
  paintVessels(paint, random, shape);
  if (plan.massMm > 0) paintMass(paint, plan, shape);
  paintCalcifications(paint, createRandom(subSeed(seed, `calcifications ${side} ${view}`)), shape);
  addGrain(grey, random);
  return grey;
}

/** How far inside the skin, millimetres; negative is air. */
function insideSkin(u: number, v: number, shape: Shape): number {
  const { depth, half, middle } = shape;
  const y = (v - middle) / (v < middle ? half * shape.upper : half);
  const x = u / depth;
  // Fuller below the nipple line, drawn out a little at the nipple itself.
  const round = Math.abs(x) ** 2.1 + Math.abs(y) ** 2.35;
  const nipple = 5.5 * Math.exp(-(((v - middle) / 6.5) ** 2));
  return (1 - round ** 0.5) * Math.min(depth, half) * 0.82 + nipple * smoothStep(0.8, 1, x);
}

function valueAt(u: number, v: number, shape: Shape, tissue: SpaceNoise): number {
  const d = insideSkin(u, v, shape);
  if (d <= 0) return 0;
  const plate = Math.min(1, d / 24);
  // Peripheral equalisation leaves the rounded edge only a little darker.
  const thickness = (1 - (1 - plate) ** 2) ** 0.32;
  const fat = 0.27 + 0.03 * tissue.at(u / 19, v / 19, 3);
  const grey = fat + 0.5 * parenchyma(u, v, d, shape, tissue) + strands(u, v, shape, tissue) * smoothStep(2, 9, d);
  const skin = 0.16 * Math.exp(-(((d - 0.8) / 0.9) ** 2));
  const lit = thickness * grey + skin;
  const muscle = pectoral(u, v, shape);
  if (muscle <= 0) return lit;
  const fibre = 0.02 * tissue.at((u + 0.55 * v) / 3.1, (v - 0.55 * u) / 26, 9);
  return lit + (0.7 + fibre + 0.03 * tissue.at(u / 11, v / 11, 5) - lit) * muscle;
}

/** Glandular tissue: lobes behind the nipple, denser above and outside, fat between them and in front of the chest wall. */
function parenchyma(u: number, v: number, d: number, shape: Shape, tissue: SpaceNoise): number {
  const { depth, half, middle } = shape;
  const along = u / depth;
  const off = (v - middle) / half;
  const cone = Math.exp(-(((off + 0.16) / (0.62 - 0.42 * along)) ** 2));
  const behind = smoothStep(0.1, 0.34, along) * smoothStep(0.98, 0.72, along);
  const lobes = 0.56 + 0.27 * tissue.at(u / 17, v / 13, 1) + 0.22 * tissue.at(u / 8, v / 6.4, 2) + 0.15 * tissue.at(u / 3.6, v / 3.1, 4);
  return Math.max(0, cone * behind * smoothStep(6, 16, d) * Math.max(0, lobes));
}

/** Ligaments and ducts: fine bright lines that run towards the nipple. */
function strands(u: number, v: number, shape: Shape, tissue: SpaceNoise): number {
  const dx = shape.depth - u + 6;
  const dy = v - shape.middle;
  const r = Math.hypot(dx, dy);
  const angle = Math.atan2(dy, dx);
  const bend = 0.7 * tissue.at(u / 24, v / 24, 7);
  const line = (n: number): number => Math.max(0, 1 - Math.abs(n) * 3.2) ** 2;
  return 0.075 * line(tissue.at(angle * 9 + bend, r / 21, 11)) + 0.055 * line(tissue.at(u / 9 + bend, v / 7, 13)) * smoothStep(8, 30, r);
}

/** Part of the muscle at a place (MLO): a triangle from the upper corner, its edge a little convex. */
function pectoral(u: number, v: number, shape: Shape): number {
  const { pectoralTop, pectoralLow } = shape;
  if (pectoralTop === 0 || v > pectoralLow) return 0;
  const part = 1 - v / pectoralLow;
  const edge = pectoralTop * (part + 0.16 * Math.sin(Math.PI * part));
  return smoothStep(edge + 1.6, edge - 1.6, u);
}

/** Adds `add` in soft discs at places in millimetres, inside the breast only. */
type Paint = (u: number, v: number, radius: number, add: number) => void;

function painter(grey: Float32Array, plan: BreastView, shape: Shape): Paint {
  const { rows, columns, pixelMm, side } = plan;
  return (u, v, radius, add) => {
    if (insideSkin(u, v, shape) < 2) return;
    const [cu, cv, reach] = [u / pixelMm, v / pixelMm, Math.ceil(radius / pixelMm) + 1];
    for (let row = Math.max(0, Math.floor(cv - reach)); row <= Math.min(rows - 1, cv + reach); row++) {
      for (let place = Math.max(0, Math.floor(cu - reach)); place <= Math.min(columns - 1, cu + reach); place++) {
        const distance = Math.hypot(place + 0.5 - cu, row + 0.5 - cv) * pixelMm;
        const part = Math.max(0, 1 - (distance / radius) ** 2);
        const at = row * columns + (side === 'R' ? columns - 1 - place : place);
        grey[at] = (grey[at] ?? 0) + add * part;
      }
    }
  };
}

function paintVessels(paint: Paint, random: Random, shape: Shape): void {
  for (let vessel = 0; vessel < 5; vessel++) {
    let u = random.range(2, 20);
    let v = shape.middle + random.range(-0.7, 0.7) * shape.half;
    let heading = random.range(-0.5, 0.5);
    for (let step = 0; step < 260; step++) {
      heading += random.range(-0.09, 0.09) + 0.002 * Math.sign(shape.middle - v);
      u += 0.36 * Math.cos(heading);
      v += 0.36 * Math.sin(heading);
      paint(u, v, 1.05 - step * 0.0024, 0.022);
    }
  }
}

function paintMass(paint: Paint, { view, massMm }: BreastView, shape: Shape): void {
  const [u, v] = [shape.depth * 0.46, shape.middle - (view === 'CC' ? 34 : 40)];
  paint(u, v, massMm * 0.75, 0.16);
  paint(u, v, massMm * 0.5, 0.22);
  for (let spicule = 0; spicule < 15; spicule++) {
    const angle = spicule * 0.43 + 0.2 * Math.sin(spicule * 5.1);
    const length = massMm * (0.85 + 0.35 * Math.sin(spicule * 2.7));
    for (let part = 0.3; part < 1; part += 0.02) paint(u + Math.cos(angle) * length * part, v + Math.sin(angle) * length * part, 0.55 - 0.3 * part, 0.05);
  }
}

function paintCalcifications(paint: Paint, random: Random, shape: Shape): void {
  const [u, v] = [shape.depth * 0.62, shape.middle + 22];
  for (let i = 0; i < 9; i++) paint(u + random.range(-5, 5), v + random.range(-4, 4), random.range(0.22, 0.42), 0.42);
  paint(shape.depth * 0.3, shape.middle + 48, 1.3, 0.36);
}

/** Quantum noise: where there is something to see. */
function addGrain(grey: Float32Array, random: Random): void {
  for (let i = 0; i < grey.length; i++) {
    const here = grey[i] ?? 0;
    if (here > 0) grey[i] = here + (random.next() + random.next() - 1) * 0.03;
  }
}
