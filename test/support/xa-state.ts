import { el, type Element, encodeDataSet, encodePart10, sampleImage, sq } from './dicom';
import { stateFile } from './presentation-file';

const XA = '1.2.840.10008.5.1.4.1.1.12.1';
const XA_STATE = '1.2.840.10008.5.1.4.1.1.11.5';
export const SIDE = 160;
const FRAMES = 6;
/** Of the differences, by the state. */
export const WINDOW = { center: 10, width: 900 } as const;
/** The upper half of frame 5 is moved on its own. */
const HALF = SIDE / 2;
export const SHUTTER = { row: 80, column: 90, radius: 50 } as const;

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const shorts = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);
const byTag = (elements: readonly Element[]): Element[] => [...elements].sort((left, right) => left.tag - right.tag);

/** Stored value of a pixel of a frame (from 1): a busy background with noise that differs from frame to frame, and a vessel from frame 3 on. */
export function xaValue(frame: number, row: number, column: number): number {
  const isVessel = frame >= 3 && column >= 60 && column < 84 && row >= 20 && row < 140;
  const noise = (Math.imul(frame * 7919 + row * 104_729 + column * 1_299_709, 2_654_435_761) >>> 16) % 97;
  return 900 + ((row * 31 + column * 17) % 300) + column * 2 + noise - (isVessel ? 300 : 0);
}

/** A run of six frames in the space of the logarithm. */
export function xaRun(): Uint8Array {
  const pixels = new Uint16Array(SIDE * SIDE * FRAMES);
  for (let at = 0; at < pixels.length; at++) pixels[at] = xaValue(1 + Math.floor(at / SIDE ** 2), Math.floor((at % SIDE ** 2) / SIDE), at % SIDE);
  const elements = sampleImage({
    ...{ SOPClassUID: XA, Modality: 'XA', Rows: SIDE, Columns: SIDE, NumberOfFrames: FRAMES },
    pixels: new Uint8Array(pixels.buffer),
    // Square pixels: the radius of a shutter counts along the rows.
    extra: [
      el(0x00280030, 'DS', [0.5, 0.5]),
      el(0x00281040, 'CS', 'LOG'),
      el(0x00281050, 'DS', 1200),
      el(0x00281051, 'DS', 1600),
      el(0x00281052, 'DS', 0),
      el(0x00281054, 'LO', 'US'),
    ],
  });
  return encodePart10({ SOPClassUID: XA, SOPInstanceUID: '2.25.1001', TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
}

const reference = (...frames: number[]): Element[] => [
  el(0x00081150, 'UI', XA),
  el(0x00081155, 'UI', '2.25.1001'),
  ...(frames.length === 0 ? [] : [el(0x00081160, 'IS', frames)]),
];

/** An XA/XRF Grayscale Softcopy Presentation State (PS3.3 A.33.6): two masks averaged, shifts by region for frame 5, a shutter for frame 6, frames 1 and 2 as stored. */
export function xaState(): Uint8Array {
  const item = (elements: readonly Element[]): Element[] => byTag(elements);
  const shifts = sq(0x00289501, [
    item([
      el(0x00289416, 'US', 1),
      sq(0x00289502, [
        [el(0x00286114, 'FL', floats(0.5, -1))],
        [el(0x00286114, 'FL', floats(2, 0)), el(0x00289503, 'SS', shorts(1, 1, 1, SIDE, HALF, SIDE, HALF, 1))],
      ]),
      el(0x00289506, 'US', [5, 5]),
    ]),
  ]);
  return stateFile({
    ...{ columns: SIDE, rows: SIDE, SOPClassUID: XA_STATE },
    extra: [
      sq(0x00081115, [[el(0x0020000e, 'UI', '2.25.101'), sq(0x00081140, [reference()])]]),
      sq(0x00189472, [
        item([
          sq(0x00081140, [reference(6)]),
          ...[el(0x00181600, 'CS', 'CIRCULAR'), el(0x00181610, 'IS', [SHUTTER.row, SHUTTER.column]), el(0x00181612, 'IS', SHUTTER.radius)],
          el(0x00181622, 'US', 0),
        ]),
      ]),
      sq(0x00283110, [
        [sq(0x00081140, [reference()]), el(0x00281050, 'DS', WINDOW.center), el(0x00281051, 'DS', WINDOW.width), el(0x00281056, 'CS', 'LINEAR')],
      ]),
      sq(0x00286100, [
        item([
          sq(0x00081140, [reference()]),
          ...[el(0x00286101, 'CS', 'AVG_SUB'), el(0x00286102, 'US', [3, 6]), el(0x00286110, 'US', [1, 2]), el(0x00289416, 'US', 1)],
          shifts,
        ]),
      ]),
      sq(0x00289505, [item([sq(0x00089458, [[el(0x00082142, 'IS', 1), el(0x00082143, 'IS', 2), el(0x00281090, 'CS', 'NAT')]])])]),
    ],
  });
}

/** The level of a pixel of a frame under the state, by the words of the standard: contrast less the mean of the moved masks, LINEAR window, shutter. */
export function xaLevel(frame: number, row: number, column: number): number {
  if (frame < 3) return linear(xaValue(frame, row, column));
  if (frame === 6 && Math.hypot(row + 1 - SHUTTER.row, column + 1 - SHUTTER.column) > SHUTTER.radius) return 0;
  const [down, right] = frame !== 5 ? [0, 0] : row < HALF ? [2, 0] : [0.5, -1];
  return linear(xaValue(frame, row, column) - mask(row - down, column - right));
}

/** The mean of the masks, between two rows halfway; its edge is repeated beside it. */
function mask(row: number, column: number): number {
  const at = (y: number): number => {
    const [r, c] = [Math.min(SIDE - 1, Math.max(0, y)), Math.min(SIDE - 1, Math.max(0, column))];
    return (xaValue(1, r, c) + xaValue(2, r, c)) / 2;
  };
  return Number.isInteger(row) ? at(row) : (at(Math.floor(row)) + at(Math.ceil(row))) / 2;
}

/** PS3.3 C.11.2.1.2.1, to the nearest of 256 levels. */
function linear(value: number): number {
  const y = ((value - (WINDOW.center - 0.5)) / (WINDOW.width - 1) + 0.5) * 255;
  return Math.min(255, Math.max(0, Math.floor(y + 0.5)));
}
