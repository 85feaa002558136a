import { createSpaceNoise } from '../noise';
import { createRandom, type Random, subSeed } from '../random';
import { smoothStep } from '../track';

/** One piece of an artery in the picture's plane: pixels, how far from the ostium it lies along the vessel, and how much it moves with the beat. */
interface Piece {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly radius: number;
  readonly way: number;
}

export interface Run {
  readonly size: number;
  readonly frames: number;
  readonly framesPerBeat: number;
}

const OSTIUM = { x: 205, y: 118 };

/** A left coronary run, 8 bits, `size` square: contrast is injected, fills the tree and washes out while the heart beats. */
export function coronaryRun(seed: number, { size, frames, framesPerBeat }: Run): Uint8Array[] {
  const tree = growTree(createRandom(subSeed(seed, 'coronaries')));
  const background = backgroundOf(seed, size);
  const random = createRandom(subSeed(seed, 'fluoroscopy'));
  return Array.from({ length: frames }, (_, frame) => {
    const phase = (frame % framesPerBeat) / framesPerBeat;
    const squeeze = Math.sin(Math.PI * smoothStep(0, 0.75, phase)) ** 2;
    const depth = new Float32Array(size * size);
    paintCatheter(depth, size);
    for (const piece of tree) {
      const filled = smoothStep(0, 60, frame * 42 - 60 - piece.way) * (1 - smoothStep(0, 420, (frame - frames * 0.62) * 60 - piece.way * 0.25));
      if (filled > 0.02) paintPiece(depth, size, moved(piece, squeeze), filled);
    }
    const pixels = new Uint8Array(size * size);
    for (let i = 0; i < pixels.length; i++) {
      const light = (background[i] ?? 0) * Math.exp(-(depth[i] ?? 0) * 0.085);
      // Quantum noise of a low dose: more where little arrives.
      pixels[i] = Math.max(0, Math.min(255, Math.round(light + (random.next() + random.next() + random.next() - 1.5) * (5 + 0.05 * light))));
    }
    return pixels;
  });
}

/** The heart shortens towards its base: pieces far from the ostium move most. */
function moved(piece: Piece, squeeze: number): Piece {
  const place = (x: number, y: number): readonly [number, number] => {
    const [dx, dy] = [x - 250, y - 210];
    const pull = 0.1 * squeeze * smoothStep(0, 260, Math.hypot(x - OSTIUM.x, y - OSTIUM.y));
    return [x - dx * pull + 5 * squeeze * (dy / 200), y - dy * pull - 12 * squeeze * smoothStep(60, 360, y)];
  };
  const [x0, y0] = place(piece.x0, piece.y0);
  const [x1, y1] = place(piece.x1, piece.y1);
  return { ...piece, x0, y0, x1, y1 };
}

function growTree(random: Random): Piece[] {
  const pieces: Piece[] = [];
  const branch = (x: number, y: number, heading: number, bend: number, length: number, radius: number, way: number, depth: number): void => {
    let [px, py, angle, r] = [x, y, heading, radius];
    let nextTwig = random.range(26, 46);
    for (let s = 0; s < length; s += 4) {
      angle += bend * 0.04 + random.range(-0.055, 0.055);
      const [nx, ny] = [px + 4 * Math.cos(angle), py + 4 * Math.sin(angle)];
      r = Math.max(0.7, radius * (1 - 0.62 * (s / length)));
      // A narrow place in the main vessel: what the run is looked at for.
      const narrow = depth === 0 && bend < 0 ? 1 - 0.62 * Math.exp(-(((s - 96) / 9) ** 2)) : 1;
      pieces.push({ x0: px, y0: py, x1: nx, y1: ny, radius: r * narrow, way: way + s });
      [px, py] = [nx, ny];
      if (s > nextTwig && depth < 3) {
        nextTwig = s + random.range(30, 58) / (1 + 0.2 * depth);
        const turn = (random.next() < 0.55 ? 1 : -1) * random.range(0.55, 1.05);
        branch(px, py, angle + turn, random.range(-0.6, 0.6), (length - s) * random.range(0.35, 0.65), r * 0.66, way + s, depth + 1);
      }
    }
  };
  branch(OSTIUM.x, OSTIUM.y, 0.35, 0.2, 34, 6.4, 0, 4);
  const [mx, my] = [OSTIUM.x + 31, OSTIUM.y + 13];
  branch(mx, my, 0.62, -0.12, 330, 5.2, 34, 0);
  branch(mx, my, 1.35, 0.26, 270, 4.8, 34, 0);
  return pieces;
}

function paintPiece(depth: Float32Array, size: number, piece: Piece, filled: number): void {
  const { x0, y0, x1, y1, radius } = piece;
  const reach = Math.ceil(radius) + 1;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length2 = dx * dx + dy * dy || 1;
  for (let row = Math.max(0, Math.floor(Math.min(y0, y1)) - reach); row <= Math.min(size - 1, Math.ceil(Math.max(y0, y1)) + reach); row++) {
    for (let column = Math.max(0, Math.floor(Math.min(x0, x1)) - reach); column <= Math.min(size - 1, Math.ceil(Math.max(x0, x1)) + reach); column++) {
      const t = Math.max(0, Math.min(1, ((column - x0) * dx + (row - y0) * dy) / length2));
      const d = Math.hypot(column - x0 - t * dx, row - y0 - t * dy);
      if (d >= radius + 0.5) continue;
      // What the ray passes through: the chord of a round vessel.
      const chord = 2 * Math.sqrt(Math.max(0.12, radius * radius - d * d)) * filled;
      const at = row * size + column;
      depth[at] = Math.max(depth[at] ?? 0, chord);
    }
  }
}

/** Up the descending aorta, round the arch, into the ostium. */
function paintCatheter(depth: Float32Array, size: number): void {
  const points: (readonly [number, number])[] = [];
  for (let y = 0; y <= 80; y += 4) points.push([150 + y * 0.05, y]);
  for (let t = 0; t <= 1; t += 0.08) points.push([154 + 51 * t ** 1.3, 80 + 38 * Math.sin((Math.PI / 2) * t)]);
  points.forEach(([x, y], index) => {
    const before = points[index - 1];
    if (before !== undefined) paintPiece(depth, size, { x0: before[0], y0: before[1], x1: x, y1: y, radius: 2.7, way: 0 }, 0.75);
  });
}

/** Lung beside heart shadow, spine, ribs and the dome of the diaphragm; the corners are shaded by the round field. */
function backgroundOf(seed: number, size: number): Float32Array {
  const noise = createSpaceNoise(subSeed(seed, 'fluoroscopy background'));
  const light = new Float32Array(size * size);
  const middle = size / 2;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const heart = smoothStep(1.08, 0.8, Math.hypot((column - 290) / 190, (row - 270) / 205));
      const spine = smoothStep(52, 30, Math.abs(column - 96 - 0.03 * row)) * (0.8 + 0.2 * Math.sin(row / 15));
      const dome = smoothStep(-14, 14, row - 430 + 0.0009 * (column - 260) ** 2);
      const rib = ribs(column, row);
      const soft = noise.at(column / 70, row / 70, 2) * 6 + noise.at(column / 24, row / 24, 5) * 3;
      const field = smoothStep(middle * 1.02, middle * 0.985, Math.hypot(column - middle, row - middle));
      light[row * size + column] = field * Math.max(12, 206 - 62 * heart - 58 * spine * (1 - 0.4 * heart) - 46 * dome - 12 * rib + soft);
    }
  }
  return light;
}

function ribs(x: number, y: number): number {
  let most = 0;
  for (let k = -1; k < 7; k++) {
    const middle = 30 + k * 78 + 0.32 * (x - 96) - 0.00035 * (x - 96) ** 2;
    const across = Math.abs(y - middle) / 13;
    most = Math.max(most, smoothStep(1.15, 0.9, across) * (0.6 + 0.6 * smoothStep(0.55, 0.95, across)));
  }
  return most * smoothStep(96, 130, x);
}
