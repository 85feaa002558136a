import type { Point, Tube } from '../solids';
import type { Random } from '../random';
import { createRandom, subSeed } from '../random';
import { smoothStep, track } from '../track';
import { cageMiddle, depthInCage, CHEST_BOTTOM } from './cage';

/** Domes of the diaphragm: what lies below is abdomen. */
export interface Dome {
  readonly centre: readonly [number, number];
  readonly topZ: number;
  readonly radii: readonly [number, number];
  readonly heightMm: number;
}
export const RIGHT_DOME: Dome = { centre: [-62, -12], topZ: -200, radii: [62, 74], heightMm: 105 };
export const LEFT_DOME: Dome = { centre: [62, -8], topZ: -208, radii: [58, 72], heightMm: 100 };

/** The middle of the diaphragm, on which the heart lies. */
export const CENTRAL_DOME: Dome = { centre: [6, -34], topZ: -209, radii: [66, 44], heightMm: 60 };

/** Cut of a dome at height `z`, scaled 0 (above) to 1; grows fast below the top, keeps the recess behind open longest. */
export function domeCut(dome: Dome, z: number): { cx: number; cy: number; rx: number; ry: number } | undefined {
  const down = (dome.topZ - z) / dome.heightMm;
  if (down <= 0) return undefined;
  const grow = Math.sqrt(1 - (1 - Math.min(1, down)) ** 2);
  return { cx: dome.centre[0], cy: dome.centre[1] - 8 * grow * (1 - grow) * 2, rx: dome.radii[0] * grow * 1.12, ry: dome.radii[1] * grow * 1.04 };
}

const columnHalf = track([
  [12, 40],
  [-4, 36],
  [-20, 36],
  [-60, 33],
  [-90, 27],
  [-130, 26],
  [-200, 24],
  [-240, 18],
  [-300, 18],
]);

/** Half width of the mediastinal column at a height and depth: narrow in front (anterior junction), wide behind. */
export function columnHalfWidth(y: number, z: number): number {
  const middle = cageMiddle(z);
  const part = (y - middle.centreY) / middle.halfDepth;
  const front = smoothStep(-1, -0.1, part);
  // The fat pad under the heart keeps the lungs apart in front of the liver.
  const pad = 46 * smoothStep(-206, -232, z) * smoothStep(-0.4, -0.7, part);
  return pad + columnHalf(z) * (0.3 + 0.7 * front) * (part > 0.5 ? 1 - 0.25 * smoothStep(0.5, 1, part) : 1);
}

const HEART: Point = [26, -32, -172];

/** Whether a point lies in aerated lung, at least about `margin` (share of the half width) from the wall. */
export function inLung(p: Point, margin: number): boolean {
  const [x, y, z] = p;
  if (z > 6 || z < CHEST_BOTTOM) return false;
  if (depthInCage(x, y, z) < margin) return false;
  if (Math.abs(x) < columnHalfWidth(y, z) + 2) return false;
  const hx = (x - HEART[0]) / 60;
  const hy = (y - HEART[1]) / 52;
  const hz = (z - HEART[2]) / 62;
  if (hx * hx + hy * hy + hz * hz < 1) return false;
  for (const dome of [RIGHT_DOME, LEFT_DOME, CENTRAL_DOME]) {
    const cut = domeCut(dome, z - 3);
    if (cut !== undefined && ((x - cut.cx) / cut.rx) ** 2 + ((y - cut.cy) / cut.ry) ** 2 < 1.06) return false;
  }
  return true;
}

interface TreeNode {
  readonly at: Point;
  readonly parent: TreeNode | undefined;
  readonly heading: Point;
  leaves: number;
}

/** One piece of a branching tree, thick end first. */
export interface Branch {
  readonly from: Point;
  readonly to: Point;
  readonly r0: number;
  readonly r1: number;
}

interface TreePlan {
  readonly side: 1 | -1;
  readonly root: Point;
  readonly towards: Point;
  readonly leaves: number;
  readonly leafRadius: number;
}

/**
 * Grows a tree into one lung: each target in random order joins the nearest node (turning back costs), then the radii
 * follow from the number of leaves behind a piece (Murray's law).
 */
function growTree(plan: TreePlan, random: Random): Branch[] {
  const nodes: TreeNode[] = [{ at: plan.root, parent: undefined, heading: direction(plan.root, plan.towards), leaves: 0 }];
  for (const target of targets(plan, random)) extend(nodes, target, random);
  for (const node of [...nodes].reverse()) {
    if (node.leaves === 0) node.leaves = 1;
    if (node.parent !== undefined) node.parent.leaves += node.leaves;
  }
  const radius = (leaves: number) => plan.leafRadius * leaves ** (1 / 2.75);
  return nodes.flatMap(({ at, parent, leaves }) => {
    if (parent === undefined) return [];
    const r1 = radius(leaves);
    return [{ from: parent.at, to: at, r0: Math.min(radius(parent.leaves), r1 * 1.25), r1 }];
  });
}

function targets(plan: TreePlan, random: Random): Point[] {
  const found: Point[] = [];
  for (let tries = 0; found.length < plan.leaves && tries < plan.leaves * 40; tries++) {
    const p: Point = [plan.side * random.range(18, 134), random.range(-92, 84), random.range(CHEST_BOTTOM + 6, 2)];
    if (inLung(p, 0.035)) found.push(p);
  }
  return found;
}

/** The node that a new branch to the target leaves from. */
function nearest(nodes: readonly TreeNode[], target: Point): TreeNode | undefined {
  let best: TreeNode | undefined;
  let least = Infinity;
  for (const node of nodes) {
    const dx = target[0] - node.at[0];
    const dy = target[1] - node.at[1];
    const dz = target[2] - node.at[2];
    const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
    const forward = (dx * node.heading[0] + dy * node.heading[1] + dz * node.heading[2]) / (distance || 1);
    const cost = distance * (1.5 - 0.75 * forward);
    if (cost < least) {
      least = cost;
      best = node;
    }
  }
  return best;
}

function extend(nodes: TreeNode[], target: Point, random: Random): void {
  let parent = nearest(nodes, target);
  if (parent === undefined) return;
  let { at, heading } = parent;
  for (let guard = 0; guard < 60; guard++) {
    const left = Math.hypot(target[0] - at[0], target[1] - at[1], target[2] - at[2]);
    const step = Math.min(left, 5);
    const straight = direction(at, target);
    const wobble = left < 8 ? 0 : 0.16;
    // Leaves the parent along its heading and bends towards the target, as a vessel does.
    const keep = guard < 3 ? 0.45 : 0.2;
    heading = direction(
      [0, 0, 0],
      [
        straight[0] * (1 - keep) + heading[0] * keep + random.normal() * wobble * 0.5,
        straight[1] * (1 - keep) + heading[1] * keep + random.normal() * wobble * 0.5,
        straight[2] * (1 - keep) + heading[2] * keep + random.normal() * wobble * 0.5,
      ],
    );
    at = left <= 5 ? target : [at[0] + heading[0] * step, at[1] + heading[1] * step, at[2] + heading[2] * step];
    parent = { at, parent, heading, leaves: 0 };
    nodes.push(parent);
    if (left <= 5) return;
  }
}

function direction(from: Point, to: Point): Point {
  const d: Point = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const length = Math.hypot(d[0], d[1], d[2]) || 1;
  return [d[0] / length, d[1] / length, d[2] / length];
}

export interface LungTrees {
  readonly vessels: readonly Branch[];
  /** Airways beside the larger arteries. */
  readonly bronchi: readonly Branch[];
}

/** Arteries, veins and the bronchi of both lungs for one patient. */
export function growLungs(seed: number): LungTrees {
  const vessels: Branch[] = [];
  const bronchi: Branch[] = [];
  for (const side of [1, -1] as const) {
    const random = createRandom(subSeed(seed, `lung ${side}`));
    const hilumZ = side === 1 ? -98 : -108;
    const arteries = growTree({ side, root: [side * 34, 4, hilumZ], towards: [side * 70, 10, hilumZ - 20], leaves: 950, leafRadius: 0.52 }, random);
    const veins = growTree({ side, root: [side * 28, -2, -132], towards: [side * 60, -8, -138], leaves: 560, leafRadius: 0.52 }, random);
    vessels.push(...arteries, ...veins);
    for (const piece of arteries) {
      if (piece.r1 < 1.15) continue;
      bronchi.push(beside(piece, side));
    }
  }
  // Thick pieces first: thin ones painted over them would leave notches.
  vessels.sort((a, b) => a.r1 - b.r1);
  return { vessels, bronchi };
}

/** The bronchus runs on the inner side of its artery and is about as wide. */
function beside(piece: Branch, side: 1 | -1): Branch {
  const shift = (p: Point, r: number): Point => [p[0] - side * (r * 1.2 + 0.8), p[1] + r * 0.9 + 0.5, p[2] + 1];
  return { from: shift(piece.from, piece.r0), to: shift(piece.to, piece.r1), r0: piece.r0 * 0.95, r1: piece.r1 * 0.95 };
}

/** Trachea and main bronchi: lumen radii. */
export const AIRWAYS: readonly Tube[] = [
  {
    points: [
      [0, 12, 20],
      [0, 16, -20],
      [2, 18, -60],
      [2, 19, -88],
    ],
    radii: [8.5, 8.5, 8.5, 9],
  },
  {
    points: [
      [1, 19, -86],
      [-16, 19, -98],
      [-34, 15, -106],
      [-44, 12, -122],
    ],
    radii: [7.5, 6.8, 6, 4.6],
  },
  {
    points: [
      [3, 19, -86],
      [18, 20, -100],
      [36, 18, -112],
      [46, 16, -126],
    ],
    radii: [7, 5.8, 5.2, 4],
  },
  {
    points: [
      [-30, 16, -104],
      [-44, 10, -94],
      [-56, 6, -84],
    ],
    radii: [4.6, 3.8, 2.6],
  },
  {
    points: [
      [34, 18, -110],
      [48, 8, -104],
      [58, 2, -96],
    ],
    radii: [4.2, 3.4, 2.4],
  },
];
