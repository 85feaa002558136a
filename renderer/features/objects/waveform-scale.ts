import type { WaveformChannel, WaveformGroup } from '@shared/domain';

/** How a unit is drawn: factor to millivolts for voltages, so that leads share one grid. */
export function toMillivolt(unit: string): number | undefined {
  switch (unit) {
    case 'mV':
      return 1;
    case 'uV':
    case 'µV':
      return 0.001;
    case 'V':
      return 1000;
    case 'nV':
      return 1e-6;
    default:
      return undefined;
  }
}

/** Lowest and highest finite value; [0, 1] when there is none. */
export function rangeOf(values: Float32Array): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

/** What is said of a channel beside its name: a unit that the grid does not show, with its range, and the filter. `values`: of what is drawn. */
export function channelWords(channel: Pick<WaveformChannel, 'unit' | 'filter'>, values: Float32Array): string {
  const [low, high] = rangeOf(values);
  const isVoltage = toMillivolt(channel.unit) !== undefined;
  const unit = channel.unit === '' ? 'stored numbers, no unit given' : isVoltage ? '' : `${channel.unit}, ${low.toPrecision(3)} to ${high.toPrecision(3)}`;
  return [unit, channel.filter].filter((part) => part !== '').join(', ');
}

/** What is said of the curves. `limits` is said in the smallest viewport too: that they are cut, and that lengths are not measured. */
export interface WaveformWords {
  readonly about: string;
  readonly limits: string;
}

/** Words for the curves of a group. `seconds`: how much of it is drawn. */
export function waveformWords({ channels, samplingHz, samples }: Pick<WaveformGroup, 'channels' | 'samplingHz' | 'samples'>, seconds: number): WaveformWords {
  const whole = samples / (samplingHz || 1);
  const isVoltage = channels.some(({ unit }) => toMillivolt(unit) !== undefined);
  const squares = isVoltage ? ' · large square = 0.2 s x 0.5 mV, small = 0.04 s x 0.1 mV' : '';
  const cut = seconds > 0 && seconds + 0.5 < whole ? `the first ${Math.round(seconds)} s of ${Math.round(whole)} s; ` : '';
  return {
    about: `${channels.length} channels, ${samplingHz} Hz, ${whole.toFixed(1)} s${squares}`,
    limits: `${cut}${isVoltage ? 'not in true size' : 'grid of seconds only: no voltage'}`,
  };
}

/** A round step (1, 2 or 5 times a power of ten) that divides a span into about four. */
export function roundStep(span: number): number {
  if (!(span > 0) || !Number.isFinite(span)) return 1;
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
}

/**
 * Lowest and highest sample under each pixel column, so that no spike is lost however far it is zoomed out. Columns without a sample are NaN.
 *
 * @param first index of the sample at column 0 (may lie between two)
 * @param perColumn samples a column
 */
export function columnExtremes(values: Float32Array, first: number, perColumn: number, columns: number): { low: Float32Array; high: Float32Array } {
  const low = new Float32Array(columns).fill(Number.NaN);
  const high = new Float32Array(columns).fill(Number.NaN);
  for (let column = 0; column < columns; column++) {
    const from = Math.max(0, Math.floor(first + column * perColumn));
    const to = Math.min(values.length - 1, Math.ceil(first + (column + 1) * perColumn));
    for (let at = from; at <= to; at++) {
      const value = values[at] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (!(value >= (low[column] ?? 0))) low[column] = value;
      if (!(value <= (high[column] ?? 0))) high[column] = value;
    }
  }
  return { low, high };
}
