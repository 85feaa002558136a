import type { ImageHeader } from './attributes';
import { readAcquisition } from './acquisition';
import type { AttributeReader } from './attribute-reader';
import { describeFrames, type FrameVectors } from './finish-groups';
import type { GroupCollector } from './group-collector';
import { makeWindows, readRescale } from './grey-values';
import { imageExtras } from './image-extras';
import { readDiffusion } from './read-diffusion';
import { readMosaic } from './read-mosaic';
import type { PixelLayout } from './walk-types';

/** PS3.3 C.8.4.8, C.7.6.5. */
const FRAME_VECTORS = [
  ['EnergyWindowVector', 'EnergyWindow'],
  ['DetectorVector', 'Detector'],
  ['PhaseVector', 'Phase'],
  ['RotationVector', 'Rotation'],
  ['RRIntervalVector', 'RRInterval'],
  ['TimeSlotVector', 'TimeSlot'],
  ['SliceVector', 'Slice'],
  ['AngularViewVector', 'AngularView'],
  ['TimeSliceVector', 'TimeSlice'],
  ['FrameTimeVector', 'FrameTime'],
] as const;

type Format = ImageHeader['format'];
type Window = ImageHeader['windows'][number];

/**
 * Image attributes of the top level, or undefined when there is no image that could be shown: the reason is a warning then. Nothing is guessed for a missing
 * type 1 attribute except High Bit (PS3.3 C.7.6.3.1.2 leaves it no choice).
 */
export function readImageHeader(reader: AttributeReader, pixel: PixelLayout, NumberOfFrames: number, groups?: GroupCollector): ImageHeader | undefined {
  if (!reader.has('Rows') && !reader.has('Columns')) return undefined;
  if (pixel.kind === 'none') return warn(reader, 'Rows without pixel data');
  const format = readFormat(reader, pixel.kind === 'native' && pixel.element !== 'PixelData' ? pixel.element : undefined);
  if (format === undefined) return undefined;
  checkPixelLength(reader, pixel, format, NumberOfFrames);
  return {
    format,
    ...optional('positionLps', triple(reader.numbers('ImagePositionPatient'))),
    ...optional('orientation', orientation(reader)),
    ...optional('PixelSpacing', spacing(reader, 'PixelSpacing')),
    PixelSpacingCalibrationType: reader.text('PixelSpacingCalibrationType'),
    ...optional('ImagerPixelSpacing', spacing(reader, 'ImagerPixelSpacing')),
    ...optional('NominalScannedPixelSpacing', spacing(reader, 'NominalScannedPixelSpacing')),
    ...optional('EstimatedRadiographicMagnificationFactor', positive(reader.number('EstimatedRadiographicMagnificationFactor'))),
    ...optional('PixelAspectRatio', spacing(reader, 'PixelAspectRatio')),
    ...optional('SliceThickness', positive(reader.number('SliceThickness'))),
    ...optional('SpacingBetweenSlices', reader.number('SpacingBetweenSlices')),
    ...optional('SliceLocation', reader.number('SliceLocation')),
    ...optional('rescale', rescale(reader)),
    windows: windows(reader),
    ...optional('PixelPaddingValue', padding(reader, format, 'Value')),
    ...optional('PixelPaddingRangeLimit', padding(reader, format, 'RangeLimit')),
    ...optional('lossy', lossy(reader)),
    ...optional('acquisition', readAcquisition(reader)),
    EchoNumbers: reader.text('EchoNumbers'),
    EchoTime: reader.text('EchoTime'),
    ...readDiffusion(reader),
    TemporalPositionIdentifier: reader.text('TemporalPositionIdentifier'),
    TriggerTime: reader.text('TriggerTime'),
    ...optional('cine', cine(reader)),
    hasModalityLutSequence: reader.has('ModalityLUTSequence'),
    hasVoiLutSequence: reader.has('VOILUTSequence'),
    ...optional('extras', imageExtras(reader)),
    ...optional('mosaic', readMosaic(reader)),
    ...optional('DimensionOrganizationType', reader.text('DimensionOrganizationType') || undefined),
    ...(groups === undefined ? {} : describeFrames(groups, frameVectors(reader, NumberOfFrames), (latin1) => reader.words(latin1))),
  };
}

/** Attributes with a value for each frame; one of another length belongs to no frame. */
function frameVectors(reader: AttributeReader, NumberOfFrames: number): FrameVectors {
  if (NumberOfFrames < 2) return {};
  const found: Record<string, readonly number[]> = {};
  for (const [keyword, name] of FRAME_VECTORS) {
    const values = keyword === 'FrameTimeVector' ? reader.numbers(keyword) : reader.shorts(keyword);
    if (values === undefined) continue;
    if (values.length === NumberOfFrames) found[name] = values;
    else reader.warnings.add(`${keyword}: ${String(values.length)} values for ${String(NumberOfFrames)} frames`);
  }
  return found;
}

/** Pixel Padding Value or Range Limit in the kind of the pixels (PS3.3 C.7.5.1.1.2, C.7.6.24). */
function padding(reader: AttributeReader, { floatElement, PixelRepresentation }: Format, which: 'Value' | 'RangeLimit'): number | undefined {
  if (floatElement === 'FloatPixelData') return reader.floating(`FloatPixelPadding${which}`);
  if (floatElement === 'DoubleFloatPixelData') return reader.floating(`DoubleFloatPixelPadding${which}`);
  return reader.short(`PixelPadding${which}`, PixelRepresentation === 1);
}

/** `floatElement`: the values are floating point, which have no bits stored, no sign bit and no high bit (PS3.3 C.7.6.24). */
function readFormat(reader: AttributeReader, floatElement: Format['floatElement']): Format | undefined {
  const Rows = reader.short('Rows');
  const Columns = reader.short('Columns');
  const SamplesPerPixel = reader.short('SamplesPerPixel');
  const BitsAllocated = reader.short('BitsAllocated');
  const BitsStored = floatElement === undefined ? reader.short('BitsStored') : BitsAllocated;
  const PixelRepresentation = floatElement === undefined ? reader.short('PixelRepresentation') : 0;
  const PlanarConfiguration = reader.short('PlanarConfiguration');
  if (Rows === undefined || Columns === undefined || Rows === 0 || Columns === 0) return warn(reader, 'Rows or Columns are no numbers of pixels');
  if (SamplesPerPixel === undefined || SamplesPerPixel === 0) return warn(reader, 'Samples per Pixel missing');
  if (BitsAllocated === undefined || BitsStored === undefined || BitsStored === 0 || BitsStored > BitsAllocated) {
    return warn(reader, 'Bits Allocated and Bits Stored do not fit');
  }
  if (PixelRepresentation !== 0 && PixelRepresentation !== 1) return warn(reader, 'Pixel Representation missing');
  let HighBit = floatElement === undefined ? reader.short('HighBit') : BitsStored - 1;
  if (HighBit === undefined) {
    reader.warnings.add('High Bit missing');
    HighBit = BitsStored - 1;
  }
  if (HighBit >= BitsAllocated || HighBit < BitsStored - 1) return warn(reader, 'High Bit does not fit Bits Allocated');
  return {
    Rows,
    Columns,
    SamplesPerPixel,
    PhotometricInterpretation: reader.text('PhotometricInterpretation'),
    BitsAllocated,
    BitsStored,
    HighBit,
    PixelRepresentation,
    ...optional('PlanarConfiguration', PlanarConfiguration),
    ...optional('floatElement', floatElement),
  };
}

/** Bytes of one native frame; not whole when frames of 1 bit share bytes (PS3.5 8.1.1). All factors are shorts: the product is exact. */
export function nativeFrameBytes(format: Format): number {
  const is422 = format.PhotometricInterpretation === 'YBR_FULL_422' || format.PhotometricInterpretation === 'YBR_PARTIAL_422';
  const samples = is422 && format.SamplesPerPixel === 3 ? 2 : format.SamplesPerPixel;
  return (format.Rows * format.Columns * samples * format.BitsAllocated) / 8;
}

/** A short object is kept (the bytes are the truth) and named; its frames beyond the end are refused when asked for. */
function checkPixelLength(reader: AttributeReader, pixel: PixelLayout, format: Format, NumberOfFrames: number): void {
  if (pixel.kind !== 'native') return;
  const expected = Math.ceil(nativeFrameBytes(format) * NumberOfFrames);
  if (pixel.length < expected) reader.warnings.add(`pixel data too short: ${String(pixel.length)} of ${String(expected)} bytes`);
  else if (pixel.length > expected + 1) reader.warnings.add(`pixel data longer than ${String(expected)} bytes`);
}

function orientation(reader: AttributeReader): ImageHeader['orientation'] {
  const values = reader.numbers('ImageOrientationPatient');
  if (values === undefined) return undefined;
  const [a, b, c, d, e, f] = values;
  if (values.length === 6 && a !== undefined && b !== undefined && c !== undefined && d !== undefined && e !== undefined && f !== undefined) {
    return [a, b, c, d, e, f];
  }
  return warn(reader, 'Image Orientation (Patient) has not six values');
}

function triple(values: readonly number[] | undefined): [number, number, number] | undefined {
  const [x, y, z] = values ?? [];
  return values?.length === 3 && x !== undefined && y !== undefined && z !== undefined ? [x, y, z] : undefined;
}

/** Two positive numbers; anything else would measure wrongly. */
function spacing(
  reader: AttributeReader,
  keyword: 'PixelSpacing' | 'ImagerPixelSpacing' | 'NominalScannedPixelSpacing' | 'PixelAspectRatio',
): [number, number] | undefined {
  const values = reader.numbers(keyword);
  if (values === undefined) return undefined;
  const [first, second] = values;
  if (values.length === 2 && first !== undefined && second !== undefined && first > 0 && second > 0) return [first, second];
  return warn(reader, `${keyword} is no pair of positive numbers`);
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

/** Both or none (PS3.3 C.11.1): half a rescale would show wrong values. */
function rescale(reader: AttributeReader): ImageHeader['rescale'] {
  const slope = reader.number('RescaleSlope');
  const intercept = reader.number('RescaleIntercept');
  if (slope === undefined && intercept === undefined) return undefined;
  return readRescale(slope, intercept, reader.text('RescaleType')) ?? warn(reader, 'Rescale Slope and Intercept are not both usable');
}

function windows(reader: AttributeReader): Window[] {
  const centers = reader.numbers('WindowCenter') ?? [];
  const widths = reader.numbers('WindowWidth') ?? [];
  if (centers.length !== widths.length) warn(reader, 'Window Center and Width differ in number');
  const stated = reader.text('VOILUTFunction');
  if (stated !== '' && !['LINEAR', 'LINEAR_EXACT', 'SIGMOID'].includes(stated)) warn(reader, 'unknown VOI LUT Function');
  return makeWindows(centers, widths, { explanations: reader.text('WindowCenterWidthExplanation'), stated });
}

function lossy(reader: AttributeReader): ImageHeader['lossy'] {
  if (reader.text('LossyImageCompression') !== '01') return undefined;
  // Several steps stand one behind the other (PS3.3 C.7.6.1.1.5.2): the last one is what it is now.
  const ratio = positive(reader.numbers('LossyImageCompressionRatio')?.at(-1));
  const method = reader.text('LossyImageCompressionMethod').split('\\').at(-1)?.trim();
  return { ...optional('ratio', ratio), ...optional('method', method === '' ? undefined : method) };
}

/** How fast frames were acquired and are to be shown (PS3.3 C.7.6.5.1.1). */
function cine(reader: AttributeReader): ImageHeader['cine'] {
  const hints = {
    ...optional('recommendedFps', positive(reader.number('RecommendedDisplayFrameRate'))),
    ...optional('frameTimeMs', positive(reader.number('FrameTime'))),
    ...optional('cineRate', positive(reader.number('CineRate'))),
    ...optional('sweeps', reader.short('PreferredPlaybackSequencing') === 1 ? (true as const) : undefined),
    ...optional('startTrim', positive(reader.number('StartTrim'))),
    ...optional('stopTrim', positive(reader.number('StopTrim'))),
  };
  return Object.keys(hints).length === 0 ? undefined : hints;
}

function warn(reader: AttributeReader, text: string): undefined {
  reader.warnings.add(text);
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}
