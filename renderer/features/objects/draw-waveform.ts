import type { WaveformGroup } from '@shared/domain';
import { columnExtremes, rangeOf, roundStep, toMillivolt } from './waveform-scale';

export interface WaveformPicture {
  readonly group: WaveformGroup;
  readonly channels: readonly Float32Array[];
  /** First second at the left edge. */
  readonly fromSeconds: number;
  readonly pxPerSecond: number;
  /** Of voltages; other units fill their lane. */
  readonly pxPerMillivolt: number;
  readonly width: number;
  readonly laneHeight: number;
}

export interface WaveformColours {
  readonly ground: string;
  readonly fine: string;
  readonly bold: string;
  readonly curve: string;
}

/** Small and large squares of ECG paper: 0.04 s x 0.1 mV, 0.2 s x 0.5 mV. */
const SMALL = { seconds: 0.04, millivolts: 0.1 };
const LARGE = { seconds: 0.2, millivolts: 0.5 };

/** Above the first and below the last lane, CSS pixels: the peaks of those channels are not cut off. */
export const WAVEFORM_PAD = 40;

/**
 * Draws all channels of a group below each other; their names stand beside them. The grid is one of seconds and millivolts where the unit is a voltage, of seconds only elsewhere. A curve that
 * is higher than its lane runs into the next ones, as on paper: cut off it would look lower than it is.
 */
export function drawWaveform(context: CanvasRenderingContext2D, picture: WaveformPicture, colours: WaveformColours): void {
  const { group, width, laneHeight } = picture;
  const topOf = (index: number): number => WAVEFORM_PAD + index * laneHeight;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, laneHeight * group.channels.length + 2 * WAVEFORM_PAD);
  group.channels.forEach(({ unit }, index) => {
    context.save();
    context.beginPath();
    context.rect(0, topOf(index), width, laneHeight);
    context.clip();
    drawGrid(context, picture, topOf(index), toMillivolt(unit) !== undefined, colours);
    context.restore();
  });
  group.channels.forEach(({ unit }, index) => drawCurve(context, picture, index, topOf(index), toMillivolt(unit), colours));
}

function drawGrid(context: CanvasRenderingContext2D, picture: WaveformPicture, top: number, isVoltage: boolean, colours: WaveformColours): void {
  const { fromSeconds, pxPerSecond, pxPerMillivolt, width, laneHeight } = picture;
  const middle = top + laneHeight / 2;
  const vertical = (step: number, colour: string): void => {
    if (step * pxPerSecond < 4) return;
    context.strokeStyle = colour;
    context.beginPath();
    for (let n = Math.ceil(fromSeconds / step); n * step * pxPerSecond - fromSeconds * pxPerSecond < width; n++) {
      const x = Math.round((n * step - fromSeconds) * pxPerSecond) + 0.5;
      context.moveTo(x, top);
      context.lineTo(x, top + laneHeight);
    }
    context.stroke();
  };
  const horizontal = (step: number, colour: string): void => {
    if (step * pxPerMillivolt < 4) return;
    context.strokeStyle = colour;
    context.beginPath();
    const lines = Math.ceil(laneHeight / 2 / (step * pxPerMillivolt));
    for (let n = -lines; n <= lines; n++) {
      const y = Math.round(middle + n * step * pxPerMillivolt) + 0.5;
      context.moveTo(0, y);
      context.lineTo(width, y);
    }
    context.stroke();
  };
  context.lineWidth = 1;
  if (isVoltage) {
    vertical(SMALL.seconds, colours.fine);
    horizontal(SMALL.millivolts, colours.fine);
    vertical(LARGE.seconds, colours.bold);
    horizontal(LARGE.millivolts, colours.bold);
  } else vertical(roundStep(width / pxPerSecond), colours.bold);
  context.strokeStyle = colours.bold;
  context.strokeRect(0, top + laneHeight - 0.5, width, 0);
}

function drawCurve(
  context: CanvasRenderingContext2D,
  picture: WaveformPicture,
  index: number,
  top: number,
  toMv: number | undefined,
  colours: WaveformColours,
): void {
  const { group, channels, fromSeconds, pxPerSecond, pxPerMillivolt, width, laneHeight } = picture;
  const values = channels[index];
  const channel = group.channels[index];
  if (values === undefined || channel === undefined) return;
  const [low, high] = rangeOf(values);
  const middle = top + laneHeight / 2;
  const span = high - low || 1;
  const yOf = toMv === undefined ? (v: number) => top + laneHeight * (0.9 - (0.8 * (v - low)) / span) : (v: number) => middle - v * toMv * pxPerMillivolt;
  const first = (fromSeconds - channel.skewSeconds) * group.samplingHz;
  const extremes = columnExtremes(values, first, group.samplingHz / pxPerSecond, width);
  context.strokeStyle = colours.curve;
  context.lineWidth = 1.25;
  context.beginPath();
  let open = false;
  for (let x = 0; x < width; x++) {
    const from = extremes.low[x] ?? Number.NaN;
    const to = extremes.high[x] ?? Number.NaN;
    if (Number.isNaN(from)) {
      open = false;
      continue;
    }
    if (open) context.lineTo(x + 0.5, yOf(from));
    else context.moveTo(x + 0.5, yOf(from));
    context.lineTo(x + 0.5, yOf(to));
    open = true;
  }
  context.stroke();
}
