import type { SpaceNoise } from '../noise';
import { smoothStep } from '../track';

/** Echo of a place in the sector: brightness 0..1, and the flow towards the probe (m/s) where there is blood. */
export interface Echo {
  readonly bright: number;
  readonly blood: number;
  readonly flow: number;
}

/** The heart's cycle at `phase` (0..1): how full the ventricles are, how far the valves between atria and ventricles are open, what flows. */
export interface Beat {
  readonly fill: number;
  readonly open: number;
  readonly inflow: number;
  readonly outflow: number;
}

/** Systole is the first third; early filling, rest and the atrial kick are the others. */
export function beatAt(phase: number): Beat {
  const pulse = (middle: number, width: number): number => Math.exp(-(((phase - middle) / width) ** 2));
  const fill = 1 - 0.3 * smoothStep(0.02, 0.3, phase) * (1 - smoothStep(0.42, 0.78, phase)) - 0.04 * pulse(0.86, 0.05);
  return {
    fill,
    open: Math.min(1, pulse(0.5, 0.1) + 0.6 * pulse(0.87, 0.06)),
    inflow: 0.85 * pulse(0.5, 0.09) + 0.55 * pulse(0.87, 0.05),
    outflow: pulse(0.16, 0.1),
  };
}

/** Part inside an ellipse, soft over about a millimetre. */
function within(x: number, y: number, cx: number, cy: number, rx: number, ry: number): number {
  const d = (1 - Math.hypot((x - cx) / rx, (y - cy) / ry)) * Math.min(rx, ry);
  return smoothStep(-0.9, 0.9, d);
}

/**
 * Four chambers seen from the apex: x to the right of the picture (the patient's left), y the depth, millimetres. Brightness carries the speckle,
 * which moves with the wall.
 */
export function echoAt(x: number, y: number, beat: Beat, speckle: SpaceNoise): Echo {
  const { fill, open } = beat;
  const base = 92 - 12.6 * (1 - fill);
  const left = within(x, y, 17, 57, 20 * fill, 38 * (0.9 + 0.1 * fill));
  const right = within(x, y, -22, 64, 15 * fill, 30 * (0.92 + 0.08 * fill));
  const atria = Math.max(within(x, y, 19, 116, 19 - 4 * (fill - 0.8), 20), within(x, y, -20, 116, 18, 20));
  const blood = Math.max(left, right, atria);
  const heart = within(x, y, -1, 76, 52, 66);
  // Tissue stays with its speckle while the wall moves: the pattern is drawn in along with it.
  const pull = 1 + 0.16 * (1 - fill);
  const rough = speckle.at((x * pull) / 1.35, (y * pull) / 0.75, 3) * 0.2 + speckle.at((x * pull) / 3.2, (y * pull) / 1.9, 11) * 0.17;
  const wall = heart * (1 - blood);
  const septum = Math.exp(-(((x + 2.5 - 0.03 * (y - 60)) / 5.5) ** 2)) * smoothStep(20, 30, y) * smoothStep(134, 126, y);
  const pericardium = Math.exp(-((((1 - Math.hypot((x + 1) / 52, (y - 76) / 66)) * 52) / 2.2) ** 2));
  const valves = Math.max(leaflets(x, y, 18, base, 17, open), leaflets(x, y, -20, base + 3, 15, open));
  let bright = 0.1 + 0.3 * wall + 0.12 * septum * wall + 0.36 * pericardium + 0.2 * (1 - heart);
  bright *= Math.max(0.04, 0.8 + 1.25 * rough);
  bright = bright * (1 - 0.86 * blood) + 0.62 * valves * (0.8 + 0.5 * rough);
  return { bright, blood, flow: blood * flowAt(x, y, beat, base) };
}

/** Two leaflets hinged at the ring: across it when closed, down along the stream when open. */
function leaflets(x: number, y: number, cx: number, base: number, reach: number, open: number): number {
  let bright = 0;
  for (const side of [-1, 1]) {
    const angle = open * 1.15;
    const from = cx + side * reach;
    for (let part = 0; part <= 1; part += 0.125) {
      const px = from - side * reach * part * Math.cos(angle);
      const py = base - reach * part * Math.sin(angle) - 3 * Math.sin(Math.PI * part) * (1 - open);
      bright = Math.max(bright, Math.exp(-((Math.hypot(x - px, y - py) / 1.3) ** 2)));
    }
  }
  return bright;
}

/** Filling towards the apex (and the probe), ejection away from it beside the septum. */
function flowAt(x: number, y: number, { inflow, outflow }: Beat, base: number): number {
  const jet = inflow * Math.exp(-(((x - 17) / (7 + 0.06 * (base - y))) ** 2)) * smoothStep(28, 52, y) * smoothStep(base + 26, base + 2, y);
  const out = outflow * Math.exp(-(((x - 6) / 6) ** 2)) * smoothStep(38, 66, y) * smoothStep(base + 8, base - 4, y);
  return jet - 1.1 * out;
}
