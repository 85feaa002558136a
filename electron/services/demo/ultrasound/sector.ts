import { createSpaceNoise } from '../noise';
import { subSeed } from '../random';
import { smoothStep } from '../track';
import { beatAt, echoAt } from './heart';

export const CLIP_COLUMNS = 640;
export const CLIP_ROWS = 480;
/** Sector in pixels: where its tip stands, how deep and how wide it looks. */
export const SECTOR = { tipX: 320, tipY: 22, depthPx: 425, depthMm: 160, halfAngle: 0.66 } as const;
export const MM_PER_PIXEL = SECTOR.depthMm / SECTOR.depthPx;
/** Colour flow is looked for in here only (pixels). */
export const COLOUR_BOX = { x0: 300, y0: 110, x1: 452, y1: 370 } as const;

export interface Clip {
  readonly frames: number;
  readonly framesPerBeat: number;
  readonly colour: boolean;
}

/** Frames of an apical four-chamber view, RGB by pixel, 640 x 480. */
export function clipFrames(seed: number, { frames, framesPerBeat, colour }: Clip): Uint8Array[] {
  const speckle = createSpaceNoise(subSeed(seed, 'speckle'));
  const grain = createSpaceNoise(subSeed(seed, 'grain'));
  return Array.from({ length: frames }, (_, index) => {
    const rgb = new Uint8Array(3 * CLIP_ROWS * CLIP_COLUMNS);
    const beat = beatAt((index % framesPerBeat) / framesPerBeat);
    for (let row = 0; row < CLIP_ROWS; row++) {
      for (let column = 0; column < CLIP_COLUMNS; column++) {
        const [dx, dy] = [column - SECTOR.tipX, row - SECTOR.tipY];
        const r = Math.hypot(dx, dy);
        const angle = Math.abs(Math.atan2(dx, dy));
        if (r > SECTOR.depthPx || r < 10 || angle > SECTOR.halfAngle) continue;
        const echo = echoAt(dx * MM_PER_PIXEL, dy * MM_PER_PIXEL, beat, speckle);
        // Lines of the beam: speckle is long across them and grows with depth; gain compensates the depth but for the far end.
        const live = grain.at((Math.atan2(dx, dy) * 60) / 1.4, r / 3.4, index * 7.3);
        const edge = smoothStep(SECTOR.halfAngle, SECTOR.halfAngle - 0.02, angle);
        const near = 1 + 0.9 * Math.exp(-r / 26);
        const far = 1 - 0.55 * smoothStep(250, SECTOR.depthPx, r);
        const grey = 255 * Math.min(1, Math.max(0, (echo.bright * near * far + 0.035 * live) * edge)) ** 0.82;
        put(rgb, row * CLIP_COLUMNS + column, grey, colour && inBox(column, row) ? echo.flow * smoothStep(0.3, 0.9, echo.blood + 0.12 * live) : 0);
      }
    }
    drawFrame(rgb, index, framesPerBeat, frames, colour);
    return rgb;
  });
}

function inBox(column: number, row: number): boolean {
  return column >= COLOUR_BOX.x0 && column <= COLOUR_BOX.x1 && row >= COLOUR_BOX.y0 && row <= COLOUR_BOX.y1;
}

function put(rgb: Uint8Array, pixel: number, grey: number, flow: number): void {
  const speed = Math.min(1, Math.abs(flow) / 0.8);
  const at = 3 * pixel;
  if (speed < 0.12) {
    rgb.fill(grey, at, at + 3);
    return;
  }
  // Towards the probe red to yellow, away from it blue to cyan.
  const strong = 110 + 145 * Math.sqrt(speed);
  const weak = 190 * smoothStep(0.35, 1, speed);
  rgb.set(flow > 0 ? [strong, weak, 12] : [12, weak, strong], at);
}

/** Depth marks, grey bar, colour bar and the running ECG line: what a machine draws beside its picture. */
function drawFrame(rgb: Uint8Array, index: number, framesPerBeat: number, frames: number, colour: boolean): void {
  const set = (column: number, row: number, red: number, green: number, blue: number) => rgb.set([red, green, blue], 3 * (row * CLIP_COLUMNS + column));
  for (let centimetre = 0; centimetre <= SECTOR.depthMm / 10; centimetre++) {
    const row = Math.round(SECTOR.tipY + (centimetre * 10) / MM_PER_PIXEL);
    for (let i = 0; i < (centimetre % 5 === 0 ? 9 : 4); i++) if (row < CLIP_ROWS) set(610 - i, row, 150, 150, 150);
  }
  for (let row = 40; row < 168; row++) {
    const part = 1 - (row - 40) / 127;
    for (let column = 18; column < 28; column++) set(column, row, 255 * part, 255 * part, 255 * part);
    const flow = 2 * part - 1;
    const [strong, weak] = [90 + 165 * Math.abs(flow), 190 * smoothStep(0.35, 1, Math.abs(flow))];
    for (let column = 34; colour && column < 44; column++) set(column, row, flow > 0 ? strong : 12, weak, flow > 0 ? 12 : strong);
  }
  const width = 240;
  for (let x = 0; x < width; x++) {
    const phase = ((x / width) * (frames / framesPerBeat)) % 1;
    const wave = 26 * Math.exp(-(((phase - 0.04) / 0.012) ** 2)) + 6 * Math.exp(-(((phase - 0.3) / 0.05) ** 2)) + 4 * Math.exp(-(((phase - 0.9) / 0.03) ** 2));
    const shown = x / width <= (index + 1) / frames;
    set(30 + x, Math.round(468 - wave), shown ? 90 : 30, shown ? 220 : 70, shown ? 120 : 40);
  }
}
