import type { DisplaySet, ImageFrame, ImageLuts } from '@shared/domain';
import type { LoadedFrame } from '../../imaging';

export interface ProbeReading {
  /** Column and row of the pixel, counted from 0. */
  readonly column: number;
  readonly row: number;
  /** One value, or red, green and blue. */
  readonly stored: readonly number[];
  /** After the rescale; absent without one and for colour. */
  readonly modality?: number;
  /** Unit of `modality`, empty when the object names none. */
  readonly unit: string;
  readonly basis: string;
}

/** Units that Rescale Type names (PS3.3 C.11.1.1.2), as they are written. */
const RESCALE_UNITS: Readonly<Record<string, string>> = {
  HU: 'HU',
  OD: '10⁻³ OD',
  US: '',
  MGML: 'mg/ml',
  PCT: '%',
  HU_MOD: 'HU modified',
  ED: '10²³ e/ml',
  EDW: 'e- density',
};

/** A CT with a rescale but no Rescale Type: its values are Hounsfield units (PS3.3 C.8.2.1.1.2). */
function meansHounsfield(set: Pick<DisplaySet, 'Modality'>, frame: ImageFrame): boolean {
  return set.Modality === 'CT' && frame.rescale?.type.trim() === '';
}

/** Unit of the modality values and what it rests on. HU only where Rescale Type says so, or a CT has a rescale and no type (PS3.3 C.8.2.1). */
export function modalityUnit(set: Pick<DisplaySet, 'Modality'>, frame: ImageFrame): { readonly unit: string; readonly basis: string } {
  if (frame.rescale === undefined) return { unit: '', basis: 'no rescale in the object' };
  const type = frame.rescale.type.trim();
  if (meansHounsfield(set, frame)) return { unit: 'HU', basis: 'CT without Rescale Type' };
  if (type === '') return { unit: '', basis: 'Rescale Type not given' };
  return { unit: RESCALE_UNITS[type] ?? type, basis: `Rescale Type ${type}` };
}

/** Modality value of a stored value by the object's own table (PS3.3 C.11.1.1): values outside of it take its ends. */
function tableValue(lut: ImageLuts['modalityLut'], stored: number): number | undefined {
  return lut?.values[Math.min(lut.values.length - 1, Math.max(0, stored - lut.first))];
}

/** Value of the pixel under an image point, or undefined beside the image. `luts`: the image's own tables, when it has any. */
export function probeAt(
  set: Pick<DisplaySet, 'Modality'>,
  frame: ImageFrame,
  loaded: Pick<LoadedFrame, 'values'>,
  at: readonly [number, number],
  luts?: Pick<ImageLuts, 'modalityLut' | 'modalityLutType'>,
): ProbeReading | undefined {
  const { Columns, Rows, SamplesPerPixel } = frame.format;
  const [column, row] = [Math.floor(at[0]), Math.floor(at[1])];
  if (!(column >= 0 && row >= 0 && column < Columns && row < Rows)) return undefined;
  const samples = SamplesPerPixel > 1 ? 3 : 1;
  const first = (row * Columns + column) * samples;
  const stored = Array.from({ length: samples }, (_, sample) => loaded.values[first + sample] ?? 0);
  if (samples > 1) return { column, row, stored, unit: '', basis: 'red, green, blue' };
  const mapped = tableValue(luts?.modalityLut, stored[0] ?? 0);
  if (mapped !== undefined) {
    const type = luts?.modalityLutType ?? '';
    return { column, row, stored, modality: mapped, unit: RESCALE_UNITS[type] ?? type, basis: type === '' ? 'Modality LUT' : `Modality LUT, ${type}` };
  }
  const { unit, basis } = modalityUnit(set, frame);
  const { rescale } = frame;
  return { column, row, stored, ...(rescale === undefined ? {} : { modality: (stored[0] ?? 0) * rescale.slope + rescale.intercept }), unit, basis };
}

function tidy(value: number): string {
  return Number.isInteger(value) ? String(value) : Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(4);
}

/** "-612 HU, stored 412, at 120 88". */
export function probeText({ column, row, stored, modality, unit, basis }: ProbeReading): string {
  const place = `at ${column} ${row}`;
  if (stored.length > 1) return `RGB ${stored.join(' ')}, ${place}`;
  const raw = `stored ${tidy(stored[0] ?? 0)}`;
  if (modality === undefined) return `${raw}, ${place}`;
  return `${tidy(modality)}${unit === '' ? ` (${basis})` : ` ${unit}`}, ${raw}, ${place}`;
}
