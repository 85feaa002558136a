import type { FrameItem } from './frame-items';
import type { InstanceAttributes } from './instance';

/** One reason why frames of a series do not belong in one stack. */
export interface SplitRule {
  readonly name: string;
  /** Frames with different values are never mixed. */
  readonly valueOf: (item: FrameItem) => string;
  /** The value for a person, where this rule did split. */
  readonly words: (value: string) => string;
  /** A series with more values than this is not split by the rule: it would be a list of sets that nobody can read. */
  readonly mostValues?: number;
}

const upper = (values: readonly string[]): string => values.map((value) => value.trim().toUpperCase()).join('\\');
const numbered = (word: string, value: number | undefined): string => (value === undefined ? '' : `${word} ${value}`);
const asIs = (value: string): string => value;

export function isLocaliser(attributes: InstanceAttributes): boolean {
  return attributes.ImageType.slice(2).some((value) => /^(LOCALIZER|LOCALISER|SCOUT|TOPOGRAM)$/i.test(value.trim()));
}

/** Frame Type, or Image Type as far as it tells pictures apart: ultrasound numbers its modes from value 4 on, image by image (PS3.3 C.8.5.6.1.1). */
function imageType({ attributes, said }: FrameItem): string {
  if (said.FrameType !== undefined) return upper(said.FrameType);
  return upper(attributes.Modality === 'US' || attributes.Modality === 'IVUS' ? attributes.ImageType.slice(0, 3) : attributes.ImageType);
}

/** Both detectors of a tomographic acquisition look at one orbit: their views belong together (PS3.3 C.8.4.11). */
function detector({ attributes, said }: FrameItem): string {
  return attributes.ImageType.some((value) => /TOMO/i.test(value)) ? '' : numbered('detector', said.Detector);
}

/** Gradient of a frame that is weighted by one (PS3.3 C.8.13.5.9), to two digits; empty for b 0, for traces and where nothing is said. */
function diffusionDirection({ image, said }: FrameItem): string {
  const bValue = said.DiffusionBValue ?? Number(image.DiffusionBValue || 0);
  const { DiffusionDirectionality: kind = 'DIRECTIONAL' } = said;
  const gradient = said.DiffusionGradientOrientation ?? image.gradient;
  if (gradient === undefined || !(bValue > 0) || kind !== 'DIRECTIONAL') return '';
  // No -0: it would be a direction of its own.
  return gradient.map((part) => (Math.round(part * 100) / 100 + 0).toFixed(2)).join(' ');
}

/** One image is one picture there, seen from one side: a right breast is no next image of a left one. */
const PROJECTIONS: ReadonlySet<string> = new Set(['CR', 'DX', 'MG', 'IO', 'PX', 'RG']);

/** Side and view of a projection: "R MLO"; empty where it says neither. */
function projection({ attributes, image, said }: FrameItem): string {
  if (!PROJECTIONS.has(attributes.Modality)) return '';
  const { ImageLaterality = '', ViewPosition = '' } = image.acquisition ?? {};
  return [said.FrameLaterality ?? (ImageLaterality || attributes.Laterality), ViewPosition].filter((part) => part !== '').join(' ');
}

/** The table of rules, in the order in which they are named. Orientation is compared by angle, not by text, and follows these; time comes last. */
export const SPLIT_RULES: readonly SplitRule[] = [
  { name: 'patient', valueOf: ({ patient }) => patient, words: (value) => `patient ${value}` },
  { name: 'localiser', valueOf: ({ attributes }) => (isLocaliser(attributes) ? 'localiser' : ''), words: asIs },
  {
    name: 'image type',
    valueOf: imageType,
    words: (value) => (value === '' ? 'no image type' : value.split('\\').slice(2).join(' ').toLowerCase() || value.toLowerCase()),
  },
  { name: 'view', valueOf: projection, words: asIs },
  { name: 'size', valueOf: ({ image }) => `${image.format.Columns} x ${image.format.Rows}`, words: asIs },
  {
    name: 'pixel format',
    valueOf: ({ image: { format } }) => [format.PhotometricInterpretation, format.SamplesPerPixel, format.BitsAllocated, format.PixelRepresentation].join('/'),
    words: (value) => {
      const [photometric, , bits, sign] = value.split('/');
      return `${photometric ?? ''} ${bits ?? ''} bit${sign === '1' ? ' signed' : ''}`;
    },
  },
  { name: 'stack', valueOf: ({ said }) => (said.StackID === undefined ? '' : `stack ${said.StackID}`), words: asIs },
  {
    name: 'echo',
    valueOf: ({ image, said }) => {
      if (said.EffectiveEchoTime !== undefined) return `|${said.EffectiveEchoTime}`;
      return image.EchoNumbers === '' && image.EchoTime === '' ? '' : `${image.EchoNumbers}|${image.EchoTime}`;
    },
    words: (value) => {
      const [number, time] = value.split('|');
      return [number ? `echo ${number}` : '', time ? `TE ${shortened(time)} ms` : ''].filter((word) => word !== '').join(', ');
    },
  },
  {
    name: 'b-value',
    valueOf: ({ image, said }) => said.DiffusionBValue?.toString() ?? image.DiffusionBValue,
    words: (value) => (value === '' ? 'no b-value' : `b ${value}`),
  },
  // Each direction is a picture of another diffusion: next to each other in a stack they are no slices and no times.
  { name: 'direction', valueOf: diffusionDirection, words: (value) => `direction ${value}`, mostValues: 64 },
  {
    name: 'energy window',
    valueOf: ({ image, said }) => {
      const name = image.energyWindows?.[(said.EnergyWindow ?? 0) - 1] ?? '';
      return said.EnergyWindow === undefined ? '' : `energy window ${said.EnergyWindow}${name === '' ? '' : ` (${name})`}`;
    },
    words: asIs,
  },
  { name: 'detector', valueOf: detector, words: asIs },
  { name: 'rotation', valueOf: ({ said }) => numbered('rotation', said.Rotation), words: asIs },
  { name: 'R-R interval', valueOf: ({ said }) => numbered('R-R interval', said.RRInterval), words: asIs },
  { name: 'dimension', valueOf: ({ dimension }) => dimension, words: asIs },
];

/** "1.52" of "1.5199999809": echo times are written from single precision. */
function shortened(text: string): string {
  const value = Number(text);
  return Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : text;
}
