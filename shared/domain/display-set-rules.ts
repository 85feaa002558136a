import type { ImageHeader, InstanceAttributes } from './instance';

/** One reason why images of a series do not belong in one stack. */
export interface SplitRule {
  readonly name: string;
  /** Images with different values are never mixed. */
  readonly valueOf: (attributes: InstanceAttributes, image: ImageHeader) => string;
  /** The value for a person, where this rule did split. */
  readonly words: (value: string) => string;
}

const upper = (values: readonly string[]): string => values.map((value) => value.trim().toUpperCase()).join('\\');

export function isLocaliser(attributes: InstanceAttributes): boolean {
  return attributes.ImageType.slice(2).some((value) => /^(LOCALIZER|LOCALISER|SCOUT|TOPOGRAM)$/i.test(value.trim()));
}

/** Image Type as far as it tells pictures apart: ultrasound numbers its modes from value 4 on, image by image (PS3.3 C.8.5.6.1.1). */
function imageType(attributes: InstanceAttributes): string {
  return upper(attributes.Modality === 'US' || attributes.Modality === 'IVUS' ? attributes.ImageType.slice(0, 3) : attributes.ImageType);
}

/** The table of rules, in the order in which they are named. Orientation is compared by angle, not by text, and follows these. */
export const SPLIT_RULES: readonly SplitRule[] = [
  { name: 'localiser', valueOf: (attributes) => (isLocaliser(attributes) ? 'localiser' : ''), words: (value) => value },
  {
    name: 'image type',
    valueOf: imageType,
    words: (value) => (value === '' ? 'no image type' : value.split('\\').slice(2).join(' ').toLowerCase() || value.toLowerCase()),
  },
  {
    name: 'size',
    valueOf: (_, image) => `${image.format.Columns} x ${image.format.Rows}`,
    words: (value) => value,
  },
  {
    name: 'pixel format',
    valueOf: (_, { format }) => [format.PhotometricInterpretation, format.SamplesPerPixel, format.BitsAllocated, format.PixelRepresentation].join('/'),
    words: (value) => {
      const [photometric, , bits, sign] = value.split('/');
      return `${photometric ?? ''} ${bits ?? ''} bit${sign === '1' ? ' signed' : ''}`;
    },
  },
  {
    name: 'echo',
    valueOf: (_, image) => (image.EchoNumbers === '' && image.EchoTime === '' ? '' : `${image.EchoNumbers}|${image.EchoTime}`),
    words: (value) => {
      const [number, time] = value.split('|');
      return [number ? `echo ${number}` : '', time ? `TE ${time} ms` : ''].filter((word) => word !== '').join(', ');
    },
  },
  { name: 'b-value', valueOf: (_, image) => image.DiffusionBValue, words: (value) => (value === '' ? 'no b-value' : `b ${value}`) },
  {
    name: 'temporal position',
    valueOf: (_, image) => image.TemporalPositionIdentifier,
    words: (value) => (value === '' ? 'no temporal position' : `time ${value}`),
  },
];
