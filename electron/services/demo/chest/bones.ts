import type { Plane } from '../raster';
import { ellipse, fill, ribbon } from '../raster';
import type { Tube } from '../solids';
import { paintEllipsoid, paintTube } from '../solids';
import { smoothStep, track } from '../track';
import { AROUND, angleOf, arc, offset } from './cage';

/** Hounsfield values of bone. */
const CORTEX = 720;
const MARROW = 190;
const SPINE_MARROW = 175;
const CARTILAGE = 115;

/** Height of a vertebra with its disc, and where the first thoracic one stands. */
const LEVEL_MM = 23;
const FIRST_LEVEL = 14;

interface Rib {
  readonly headZ: number;
  /** How much lower the front end lies than the head. */
  readonly drop: number;
  readonly boneEnd: number;
  readonly cartilageEnd: number;
}

/** Drop of the front end, side angle where bone turns to cartilage, and where that ends: one row a rib, first to thirteenth. */
const RIB_SHAPES: readonly (readonly [number, number, number])[] = [
  [34, 2.55, 2.8],
  [52, 2.55, 2.95],
  [66, 2.5, 2.95],
  [76, 2.48, 2.95],
  [84, 2.45, 2.95],
  [90, 2.4, 2.95],
  [112, 2.34, 2.92],
  [118, 2.25, 2.8],
  [124, 2.12, 2.6],
  [128, 1.95, 2.3],
  [130, 1.75, 0],
  [125, 1.4, 0],
  [40, 0.9, 0],
];
const RIBS: readonly Rib[] = RIB_SHAPES.map(([drop, boneEnd, cartilageEnd], k) => ({
  headZ: FIRST_LEVEL - LEVEL_MM * (k - 0.35),
  drop,
  boneEnd,
  cartilageEnd,
}));

/** Height of a rib at an angle from the spine: falls along the bone, rises again in the costal cartilage. */
function ribHeight(rib: Rib, angle: number): number {
  const fall = rib.drop * smoothStep(0.1, 2.5, angle) ** 0.85;
  const rise = angle > rib.boneEnd ? (angle - rib.boneEnd) * 70 : 0;
  return rib.headZ - fall + rise;
}

/** Ribs and costal cartilages where the slice cuts them: long oblique ovals in the chest wall. */
export function paintRibs(plane: Plane, z: number, cage: readonly number[]): void {
  const middle = offset(cage, 5.6);
  for (const side of [1, -1] as const) {
    for (const rib of RIBS) {
      let run: number[] = [];
      let halves: number[] = [];
      let kind = CORTEX;
      const flush = () => {
        if (halves.length > 1) paintRibPiece(plane, run, halves, kind);
        run = [];
        halves = [];
      };
      for (let i = 0; i <= AROUND / 2; i++) {
        const angle = angleOf(i);
        if (angle < 0.16 || angle > Math.max(rib.boneEnd, rib.cartilageEnd)) continue;
        const now = angle > rib.boneEnd ? CARTILAGE : CORTEX;
        const up = (z + side * 1.5 - ribHeight(rib, angle)) / 7.2;
        if (Math.abs(up) >= 1 || now !== kind) flush();
        kind = now;
        if (Math.abs(up) >= 1) continue;
        const index = side === 1 ? i : (AROUND - i) % AROUND;
        run.push(middle[2 * index] ?? 0, middle[2 * index + 1] ?? 0);
        halves.push(4.3 * Math.sqrt(1 - up * up));
      }
      flush();
    }
  }
}

function paintRibPiece(plane: Plane, run: number[], halves: readonly number[], kind: number): void {
  const last = halves.length - 1;
  const width = (shrink: number) => (part: number) => {
    const end = Math.min(1, Math.min(part, 1 - part) * 5 + 0.25);
    return Math.max(0.2, (halves[Math.round(part * last)] ?? 0) * end - shrink);
  };
  fill(plane, ribbon(run, width(0)), kind);
  if (kind === CORTEX) fill(plane, ribbon(run, width(1.3)), MARROW);
  else if (halves.length > 6) fill(plane, ribbon(run, width(2.6)), CARTILAGE - 40);
}

const sternumHalfWidth = track([
  [-36, 24],
  [-55, 28],
  [-80, 20],
  [-110, 17],
  [-150, 19],
  [-185, 15],
  [-205, 6],
]);
const sternumY = track([
  [-36, -58],
  [-60, -72],
  [-100, -84],
  [-150, -91],
  [-205, -91],
]);

/** Manubrium, body and xiphoid of the sternum. */
export function paintSternum(plane: Plane, z: number): void {
  if (z > -34 || z < -206) return;
  const joint = Math.abs(z + 88) < 3;
  const half = sternumHalfWidth(z);
  const deep = z < -190 ? 4 : 6.5;
  const y = sternumY(z) - 4;
  const outline = (shrink: number) => ellipse(0, y, half - shrink, deep - shrink, 0, 40);
  fill(plane, outline(0), joint ? 130 : 560);
  fill(plane, outline(1.6), joint ? 110 : 130);
}

/** The spine of slice `z`: body or disc, canal with cord, arch, transverse and spinous processes. */
export function paintSpine(plane: Plane, z: number): void {
  const level = (FIRST_LEVEL - z) / LEVEL_MM;
  const within = (level - Math.floor(level)) * LEVEL_MM;
  const disc = within < 4.5;
  const grown = 1 + 0.2 * smoothStep(0, -300, z);
  const waist = disc ? 1 : 1 - 0.09 * Math.sin(Math.PI * ((within - 4.5) / (LEVEL_MM - 4.5)));
  const [rx, ry] = [17.5 * grown * waist, 13.5 * grown * waist];
  const cy = spineY(z);
  paintArch(plane, within, cy, ry, grown);
  const edge = 1.2 + (within < 6.2 || within > LEVEL_MM - 1.6 ? 3 : 0);
  fill(plane, ellipse(0, cy, rx, ry), disc ? 75 : 460);
  fill(plane, ellipse(0, cy - 0.4, rx - edge, ry - edge), disc ? 95 : SPINE_MARROW);
  if (!disc) fill(plane, ribbon([-0.6, cy + 3, 0.6, cy + ry], 1.4), 60);
  const canalY = cy + ry + 7;
  fill(plane, ellipse(0, canalY, 9.5, 8), 12);
  fill(plane, ellipse(0, canalY + 0.4, 5, 3.9), 38);
}

function paintArch(plane: Plane, within: number, cy: number, ry: number, grown: number): void {
  const back = cy + ry;
  const pedicle = smoothStep(3, 6, within) * smoothStep(16, 12, within);
  const lamina = smoothStep(5, 9, within) * smoothStep(24, 20, within);
  const paintPart = (line: number[], half: number, presence: number) => {
    if (presence < 0.15) return;
    fill(plane, ribbon(line, half * presence), 520);
    fill(plane, ribbon(line, Math.max(0.2, half * presence - 1.5)), 220);
  };
  for (const side of [1, -1]) {
    paintPart([side * 12, back - 3, side * 13, back + 12], 3.8, pedicle);
    paintPart([side * 13, back + 10, side * 28, back + 15, side * 37 * grown, back + 21], 4.2, pedicle);
    paintPart([side * 14, back + 10, side * 7, back + 16, 0, back + 19], 3.2, Math.max(lamina, 0.35));
    // Facet joints between the levels.
    if (within < 8 || within > 17) paintPart([side * 11, back + 11, side * 15, back + 12.5], 3.6, 0.9);
  }
  paintPart([0, back + 16, 0, back + 24 + 10 * lamina], 3.4, 0.45 + 0.55 * lamina);
}

/** Front-to-back position of the vertebral bodies (thoracic kyphosis). */
export function spineY(z: number): number {
  return 46 - 6 * ((z + 150) / 150) ** 2 + 2;
}

const clavicle = (side: 1 | -1): Tube => ({
  points: [
    [side * 20, -56, -36],
    [side * 50, -62, -26],
    [side * 84, -46, -14],
    [side * 118, -22, -4],
    [side * 138, -8, 4],
  ],
  radii: [8.5, 6, 5.5, 5.5, 7],
});

/** Clavicles, scapulae and the heads of the humeri (arms raised beside the head). */
export function paintShoulders(plane: Plane, z: number, thicknessMm: number, cage: readonly number[]): void {
  for (const side of [1, -1] as const) {
    const bone = clavicle(side);
    paintTube(plane, z, thicknessMm, bone, { value: 760 });
    paintTube(plane, z, thicknessMm, bone, { value: MARROW, grow: -2 });
    const head = { centre: [side * 150, 18, 6] as const, radii: [21, 21, 23] as const };
    paintEllipsoid(plane, z, head, { value: 620 });
    paintEllipsoid(plane, z, head, { value: 230, grow: -1.8 });
    paintScapula(plane, z, cage, side);
  }
}

function paintScapula(plane: Plane, z: number, cage: readonly number[], side: 1 | -1): void {
  if (z > -2 || z < -142) return;
  const taper = smoothStep(-142, -110, z);
  const layer = offset(cage, 15 + 4 * smoothStep(-60, 0, z));
  const line = arc(layer, side, 0.72 + 0.2 * (1 - taper), 1.02 + 0.5 * taper);
  if (line.length < 8) return;
  const thick = (grow: number) => (part: number) => Math.max(0.3, 1.5 + 3.2 * smoothStep(0.7, 1, part) + 1.4 * smoothStep(0.15, 0, part) + grow);
  fill(plane, ribbon(line, thick(0)), 640);
  fill(plane, ribbon(line, thick(-1.6)), 230);
  if (z > -52 && z < -6) {
    const n = line.length / 2;
    const start = Math.floor(n * 0.42);
    const [sx, sy] = [line[2 * start] ?? 0, line[2 * start + 1] ?? 0];
    const reach = 26 * smoothStep(-52, -30, z);
    const spine = [sx, sy, sx + side * reach * 0.75, sy + reach * 0.45, sx + side * reach * 1.7, sy + reach * 0.35];
    fill(plane, ribbon(spine, 3.2), 640);
    fill(plane, ribbon(spine, 1.7), 220);
  }
}
