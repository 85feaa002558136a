import { type DisplaySet, type ImageFrame, type ImageLuts, spacingAt } from '@shared/domain';
import { isPadding } from '@shared/grayscale';
import type { LoadedFrame } from '../../imaging';

export interface ProbeReading {
  /** Column and row of the pixel, counted from 0; absent between pixels. */
  readonly column?: number;
  readonly row?: number;
  /** One value, or red, green and blue; none where values were mapped before they were interpolated. */
  readonly stored: readonly number[];
  /** After the rescale; absent without one and for colour. */
  readonly modality?: number;
  /** Unit of `modality`, empty when the object names none. */
  readonly unit: string;
  readonly basis: string;
  /** What the value means in the world, where the object maps it (PS3.3 C.7.6.16.2.11). */
  readonly realWorld?: { readonly value: number; readonly units: string; readonly label: string };
  /** What a pixel of the ultrasound region here measures; `none`: regions are there, and no lengths are known here. */
  readonly pixel?: { readonly spacingMm: readonly [number, number] } | 'none';
  /** The grey there is mixed of those beside it, and not the one of this value. */
  readonly mixed?: true;
  /** The pixel holds no value: it fills the image up (PS3.3 C.7.5.1.1.2). */
  readonly padding?: true;
}

/** Units (0054,1001) of PET (PS3.3 C.8.9.1.1.3), as they are written. */
const PET_UNITS: Readonly<Record<string, string>> = {
  BQML: 'Bq/ml',
  CNTS: 'counts',
  CPS: 'counts/s',
  PROPCNTS: 'proportional to counts',
  PROPCPS: 'proportional to counts/s',
  GML: 'g/ml',
  CM2ML: 'cm²/ml',
  PCNT: '%',
  MGMINML: 'mg/min/ml',
  UMOLMINML: 'µmol/min/ml',
  MLMING: 'ml/min/g',
  MLG: 'ml/g',
  UMOLML: 'µmol/ml',
  MLMINML: 'ml/min/ml',
  MLML: 'ml/ml',
  '1CM': '1/cm',
};

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

/** CT Image Storage, Enhanced CT, Legacy Converted Enhanced CT. */
const CT_IMAGES: ReadonlySet<string> = new Set(['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.2.1', '1.2.840.10008.5.1.4.1.1.2.2']);

/** A CT image with a rescale but no Rescale Type: its values are Hounsfield units (PS3.3 C.8.2.1.1.2). A secondary capture of modality CT says nothing of the kind. */
function meansHounsfield(set: Pick<DisplaySet, 'Modality'>, frame: ImageFrame): boolean {
  return set.Modality === 'CT' && CT_IMAGES.has(frame.SOPClassUID) && frame.rescale?.type.trim() === '';
}

/** Unit of the modality values and what it rests on. HU only where Rescale Type says so, or a CT image has a rescale and no type (PS3.3 C.8.2.1). */
export function modalityUnit(set: Pick<DisplaySet, 'Modality'>, frame: ImageFrame): { readonly unit: string; readonly basis: string } {
  if (frame.rescale === undefined) return { unit: '', basis: 'no rescale in the object' };
  const type = frame.rescale.type.trim();
  const units = set.Modality === 'PT' ? (frame.acquisition?.['Units'] ?? '').trim() : '';
  if (units !== '' && units !== 'NONE') return { unit: PET_UNITS[units] ?? units, basis: `Units ${units}` };
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
  const pixel = pixelOf(frame, at);
  if (samples > 1) return { column, row, stored, ...pixel, unit: '', basis: 'red, green, blue' };
  const [value = 0] = stored;
  if (frame.format.PhotometricInterpretation === 'PALETTE COLOR') return { column, row, stored, ...pixel, unit: '', basis: 'index of the palette' };
  if (frame.padding !== undefined && isPadding(value, frame.padding)) return { column, row, stored, unit: '', basis: 'Pixel Padding Value', padding: true };
  return { column, row, stored, ...pixel, ...modalityOf(set, frame, value, luts), ...realWorldOf(frame, value) };
}

function modalityOf(
  set: Pick<DisplaySet, 'Modality'>,
  frame: ImageFrame,
  value: number,
  luts?: Pick<ImageLuts, 'modalityLut' | 'modalityLutType'>,
): Pick<ProbeReading, 'modality' | 'unit' | 'basis'> {
  const mapped = tableValue(luts?.modalityLut, value);
  if (mapped !== undefined) {
    const type = luts?.modalityLutType ?? '';
    return { modality: mapped, unit: RESCALE_UNITS[type] ?? type, basis: type === '' ? 'Modality LUT' : `Modality LUT, ${type}` };
  }
  const { rescale } = frame;
  return { ...modalityUnit(set, frame), ...(rescale === undefined ? {} : { modality: value * rescale.slope + rescale.intercept }) };
}

/** Regions of an ultrasound image differ: the one under the pointer says what a pixel is (PS3.3 C.8.5.5). */
function pixelOf(frame: ImageFrame, at: readonly [number, number]): Pick<ProbeReading, 'pixel'> {
  if (frame.regions === undefined) return {};
  const found = spacingAt(frame, at);
  return { pixel: found === undefined ? 'none' : { spacingMm: found.spacingMm } };
}

/** The first mapping that the value falls into. */
function realWorldOf({ realWorld }: ImageFrame, value: number): Pick<ProbeReading, 'realWorld'> {
  const found = realWorld?.find(({ first, last }) => value >= first && value <= last);
  return found === undefined ? {} : { realWorld: { value: value * found.slope + found.intercept, units: found.units, label: found.label } };
}

/** The value that a plane has at a point: between voxels, or of a slab. `words` say how it was cut; `mixed`: its table goes up and down, so that greys are mixed there, not values. */
export function planeProbe(
  set: Pick<DisplaySet, 'Modality'>,
  frame: ImageFrame,
  stored: number | undefined,
  words: string,
  mixed: boolean,
): ProbeReading | undefined {
  if (stored === undefined) return undefined;
  const { unit, basis } = modalityUnit(set, frame);
  const { rescale } = frame;
  const isMapped = frame.format.floatElement !== undefined;
  return {
    stored: isMapped ? [] : [stored],
    ...(rescale === undefined ? {} : { modality: stored * rescale.slope + rescale.intercept }),
    ...(isMapped && rescale === undefined ? { modality: stored } : {}),
    unit,
    basis: `${basis}; ${words}`,
    ...(mixed ? { mixed } : {}),
  };
}

function tidy(value: number): string {
  return Number.isInteger(value) ? String(value) : Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(4);
}

function pixelWords(pixel: ProbeReading['pixel']): string {
  if (pixel === undefined) return '';
  if (pixel === 'none') return ', no lengths here';
  const [between, beside] = pixel.spacingMm.map((mm) => mm.toPrecision(3));
  return `, pixel ${between} x ${beside} mm, US region`;
}

/** "-612 HU, stored 412, at 120 88". */
export function probeText({ column, row, stored, modality, unit, basis, realWorld, pixel, mixed, padding }: ProbeReading): string {
  const between = mixed === true ? 'between voxels, whose greys are mixed here' : 'between voxels';
  const place = column === undefined || row === undefined ? between : `at ${column} ${row}${pixelWords(pixel)}`;
  if (stored.length > 1) return `RGB ${stored.join(' ')}, ${place}`;
  const [own] = stored;
  const raw = own === undefined ? '' : `stored ${tidy(own)}, `;
  if (padding === true) return `padding, no value, ${raw}${place}`;
  const world = realWorld === undefined ? '' : `${[realWorld.label, tidy(realWorld.value), realWorld.units].filter((part) => part !== '').join(' ')}, `;
  if (modality === undefined) return `${world}${raw}${place}`;
  return `${world}${tidy(modality)}${unit === '' ? ` (${basis})` : ` ${unit}`}, ${raw}${place}`;
}
