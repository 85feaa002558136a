import { type CodecKind, transferSyntax } from '@shared/dicom';
import type { DisplaySet, ImageFrame, SpacingBasis, StudyRow, TextItem, Vector3 } from '@shared/domain';
import { cross, type MprPlaneName } from '@shared/geometry';
import { type Voi, windowOf } from '@shared/grayscale';
import { ageText, dateText, dateTimeText, mmText, nameLine, placeMm, timeText } from '../../ui';
import { cineRateOf, frameDurations } from './cine';

/** What the texts of a viewport are made from. */
export interface TextContext {
  readonly study: StudyRow;
  readonly set: DisplaySet;
  readonly index: number;
  readonly frame: ImageFrame | undefined;
  readonly voi: Voi | undefined;
  /** Neither the user nor the file says a window. */
  readonly wholeRange: boolean;
  /** Device pixels per image column. */
  readonly zoom: number | undefined;
  readonly inverted: boolean;
  readonly locale: string;
  /** "display: ..." */
  readonly display: string;
  /** It is a plane that was cut from a volume here, no image. */
  readonly plane?: PlaneText | undefined;
}

export interface PlaneText {
  readonly name: MprPlaneName;
  readonly obliqueDeg: number;
  readonly words: readonly string[];
}

export const BASIS: Readonly<Record<SpacingBasis, string>> = {
  PixelSpacing: 'Pixel Spacing',
  PixelSpacingCalibrated: 'Pixel Spacing, calibrated',
  PixelSpacingUnsaid: 'Pixel Spacing (not said whether calibrated)',
  ImagerPixelSpacing: 'Imager Pixel Spacing (at the detector)',
  ImagerPixelSpacingMagnified: 'Imager Pixel Spacing, magnification corrected',
  NominalScannedPixelSpacing: 'Nominal Scanned Pixel Spacing',
  UltrasoundRegion: 'US region',
  none: 'not known',
};

/** Lossy Image Compression Method (PS3.3 C.7.6.1.1.5.1) in words. */
const METHODS: Readonly<Record<string, string>> = {
  ISO_10918_1: 'JPEG',
  ISO_14495_1: 'JPEG-LS',
  ISO_15444_1: 'JPEG 2000',
  ISO_15444_15: 'HTJ2K',
  ISO_18181_1: 'JPEG XL',
  ISO_13818_2: 'MPEG-2',
  ISO_14496_10: 'MPEG-4 AVC',
  ISO_23008_2: 'HEVC',
};

/** How a codec that can lose is called, for objects that name no method. */
const CODECS: Readonly<Partial<Record<CodecKind, string>>> = {
  jpeg: 'JPEG',
  jpegLs: 'JPEG-LS',
  jpeg2000: 'JPEG 2000',
  htj2k: 'HTJ2K',
  jpegXl: 'JPEG XL',
  video: 'video',
};

export function tidy(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(3);
}

/** "lossy 12:1 (JPEG 2000)": what the object says of it, or what its syntax cannot but do. Empty for images that never lost anything, as far as is known. */
export function lossyText(frame: ImageFrame | undefined): string {
  if (frame === undefined) return '';
  const syntax = transferSyntax(frame.TransferSyntaxUID);
  const { lossy } = frame;
  if (lossy === undefined && syntax?.lossy !== 'yes') return '';
  const bySyntax = syntax === undefined || syntax.lossy === 'no' ? undefined : CODECS[syntax.codec];
  const method = (lossy?.method === undefined ? undefined : (METHODS[lossy.method] ?? lossy.method)) ?? bySyntax;
  const ratio = lossy?.ratio === undefined ? 'lossy, ratio not stated' : `lossy ${tidy(lossy.ratio)}:1`;
  return method === undefined ? ratio : `${ratio} (${method})`;
}

/** A table has no window: its name, or the values that it spans. A function other than LINEAR is named. */
export function windowText(voi: Voi): string {
  const { center, width } = windowOf(voi);
  const numbers = `W ${tidy(width)} L ${tidy(center)}`;
  switch (voi.kind) {
    case 'LUT':
      return `VOI LUT ${voi.lut.explanation === '' ? numbers : voi.lut.explanation}`;
    case 'LINEAR':
      return numbers;
    default:
      return `${numbers} ${voi.kind}`;
  }
}

/** The coordinate across the slice in LPS: z of an axial, y of a coronal, x of a sagittal one; oblique ones by their place in the stack. */
function placeText(frame: ImageFrame): string {
  const { rowDirectionLps: row, columnDirectionLps: column, positionLps, alongNormalMm } = frame;
  if (row === undefined || column === undefined || positionLps === undefined) return '';
  const normal = cross(row, column);
  const axis = normal.findIndex((part) => Math.abs(part) > 0.999);
  if (axis >= 0) return `${'xyz'.charAt(axis)} ${placeMm(positionLps[axis] ?? 0)}`;
  return alongNormalMm === undefined ? '' : `along normal ${placeMm(alongNormalMm)}`;
}

const joined = (...parts: string[]): string => parts.filter((part) => part !== '').join(', ');

function glassText({ voi, wholeRange, inverted }: TextContext): string {
  return joined(voi === undefined ? '' : windowText(voi), voi !== undefined && wholeRange ? 'all values' : '', inverted ? 'inverted' : '');
}

function seriesText({ set }: TextContext): string {
  const name = [set.SeriesNumber, set.SeriesDescription === '' ? set.Modality : set.SeriesDescription].filter((part) => part !== '').join(' ');
  return joined(name, set.splitReason);
}

function birthText({ study, locale }: TextContext): string {
  const born = study.PatientBirthDate === '' ? '' : dateText(study.PatientBirthDate, locale);
  return joined(born, ageText(study.PatientBirthDate, study.StudyDate), study.PatientSex);
}

function spacingText({ frame }: TextContext): string {
  if (frame === undefined) return '';
  return `mm: ${BASIS[frame.spacingBasis]}${frame.spacingMm === undefined ? '' : ` ${mmText(frame.spacingMm[0], 3)}`}`;
}

function frameRateText({ frame, set }: TextContext): string {
  if (frame === undefined || frame.numberOfFrames < 2 || frame.cine === undefined) return '';
  const { fps, basis } = cineRateOf(frame.cine, frame.cine.stepMs === undefined ? undefined : frameDurations(set.frames));
  return basis === 'default' ? '' : `${tidy(fps)} fps, ${basis}`;
}

/** A number of the acquisition with its unit; what is no number stands as it is. */
function figure(value: string | undefined, before: string, unit: string): string {
  if (value === undefined || value === '') return '';
  const number = Number(value);
  return `${before}${Number.isFinite(number) ? Number(number.toPrecision(4)) : value}${unit}`;
}

/** Positioner angles (PS3.3 C.8.7.5.1.2): primary LAO positive, secondary cranial positive. Mammography has the one of the gantry. */
function anglesText({ set, frame }: TextContext): string {
  const { PositionerPrimaryAngle: primary, PositionerSecondaryAngle: secondary } = frame?.acquisition ?? {};
  if (set.Modality === 'MG') return figure(primary, 'angle ', '°');
  const named = (value: string | undefined, positive: string, negative: string): string => {
    const angle = value === undefined || value === '' ? NaN : Number(value);
    return Number.isFinite(angle) ? `${angle < 0 ? negative : positive} ${Math.abs(angle).toFixed(1)}°` : '';
  };
  return joined(named(primary, 'LAO', 'RAO'), named(secondary, 'CRA', 'CAU'));
}

/** Components of a direction in LPS. */
const directionText = (direction: Vector3): string => direction.map((part) => part.toFixed(2)).join(' ');

const several = (value: string | undefined): string => (value ?? '').split('\\').join(' ');

type TextMaker = (context: TextContext, acquired: Readonly<Record<string, string>>) => string;

/** Every item of the tables: one line each. Empty: the image does not say it, and nothing stands there. */
const MAKERS: Readonly<Record<TextItem, TextMaker>> = {
  birth: birthText,
  institution: ({ study }) => study.InstitutionName,
  station: (_, { StationName = '' }) => StationName,
  studyDescription: ({ study }) => study.StudyDescription,
  studyDate: ({ study, locale }) => dateTimeText(study.StudyDate, study.StudyTime, locale),
  accession: ({ study }) => study.AccessionNumber,
  referrer: ({ study }) => (study.ReferringPhysicianName === '' ? '' : nameLine(study.ReferringPhysicianName)),
  series: seriesText,
  acquisitionTime: ({ frame }) => timeText(frame?.AcquisitionTime ?? ''),
  protocol: (_, { ProtocolName = '' }) => ProtocolName,
  bodyPart: (_, { BodyPartExamined = '' }) => BodyPartExamined,
  view: ({ frame }, { ImageLaterality, Laterality = '', ViewPosition = '' }) =>
    [frame?.FrameLaterality ?? ImageLaterality ?? Laterality, ViewPosition].filter((part) => part !== '').join(' '),
  patientPosition: (_, { PatientPosition = '' }) => PatientPosition,
  imageNumber: ({ set, index, plane }) => (set.frames.length === 0 ? '' : `${plane === undefined ? 'Im' : 'plane'} ${index + 1}/${set.frames.length}`),
  instanceNumber: ({ frame }) => (frame === undefined || frame.InstanceNumber === '' ? '' : `no. ${frame.InstanceNumber}`),
  position: ({ frame }) => (frame === undefined ? '' : placeText(frame)),
  thickness: ({ frame }) => (frame?.sliceThicknessMm === undefined ? '' : `${mmText(frame.sliceThicknessMm, 1)} mm`),
  window: glassText,
  zoom: ({ zoom, frame }) => (zoom === undefined || frame === undefined ? '' : `zoom ${zoom.toFixed(2)}`),
  matrix: ({ frame }) => (frame === undefined ? '' : `${frame.format.Columns} x ${frame.format.Rows}`),
  display: ({ display, frame }) => (frame === undefined ? '' : display),
  spacing: spacingText,
  tube: (_, { KVP }) => figure(KVP, '', ' kV'),
  exposure: (_, { XRayTubeCurrent, Exposure }) => joined(figure(XRayTubeCurrent, '', ' mA'), figure(Exposure, '', ' mAs')),
  kernel: (_, { ConvolutionKernel }) => several(ConvolutionKernel),
  tilt: (_, { GantryDetectorTilt }) => (Number(GantryDetectorTilt ?? 0) === 0 ? '' : figure(GantryDetectorTilt, 'tilt ', '°')),
  echo: ({ frame }, { RepetitionTime, EchoTime, InversionTime }) =>
    [figure(RepetitionTime, 'TR ', ''), figure(frame?.echoTimeMs?.toString() ?? EchoTime, 'TE ', ''), figure(InversionTime, 'TI ', '')]
      .filter((part) => part !== '')
      .join(' '),
  flipAngle: (_, { FlipAngle }) => figure(FlipAngle, 'FA ', '°'),
  field: (_, { MagneticFieldStrength }) => figure(MagneticFieldStrength, '', ' T'),
  sequence: (_, { SequenceName = '' }) => SequenceName,
  bValue: ({ frame }, { DiffusionBValue }) =>
    joined(
      figure(frame?.bValue?.toString() ?? DiffusionBValue, 'b ', ''),
      frame?.gradient === undefined ? '' : `direction ${directionText(frame.gradient)}`,
      frame?.diffusionBasis === undefined ? '' : frame.diffusionBasis.startsWith('GEMS') ? "by GE's private element" : "by Siemens' private elements",
    ),
  contrast: (_, { ContrastBolusAgent = '' }) => ContrastBolusAgent,
  angles: anglesText,
  compression: (_, { CompressionForce, BodyPartThickness }) => joined(figure(CompressionForce, 'compression ', ' N'), figure(BodyPartThickness, '', ' mm')),
  units: (_, { Units = '' }) => (Units === '' ? '' : `units ${Units}`),
  correction: (_, { CorrectedImage }) => (CorrectedImage === undefined || CorrectedImage === '' ? '' : `corrected ${several(CorrectedImage)}`),
  frameRate: frameRateText,
};

/** One item of a corner; empty when there is nothing to say. */
export function textOf(item: TextItem, context: TextContext): string {
  return MAKERS[item](context, context.frame?.acquisition ?? {});
}

/** Names of the items, as the preferences offer them. */
export const ITEM_NAMES: Readonly<Record<TextItem, string>> = {
  birth: 'Birth date, age, sex',
  institution: 'Institution',
  station: 'Station',
  studyDescription: 'Study description',
  studyDate: 'Study date and time',
  accession: 'Accession number',
  referrer: 'Referring physician',
  series: 'Series number and description',
  acquisitionTime: 'Acquisition time',
  protocol: 'Protocol',
  bodyPart: 'Body part',
  view: 'Laterality and view',
  patientPosition: 'Patient position',
  imageNumber: 'Image of images',
  instanceNumber: 'Instance number',
  position: 'Slice position',
  thickness: 'Slice thickness',
  window: 'Window',
  zoom: 'Zoom',
  matrix: 'Matrix',
  display: 'State of the display',
  spacing: 'Basis of millimetres',
  tube: 'Tube voltage',
  exposure: 'Tube current and exposure',
  kernel: 'Convolution kernel',
  tilt: 'Gantry tilt',
  echo: 'TR, TE, TI',
  flipAngle: 'Flip angle',
  field: 'Field strength',
  sequence: 'Sequence',
  bValue: 'b-value',
  contrast: 'Contrast agent',
  angles: 'Positioner angles',
  compression: 'Compression force and thickness',
  units: 'Units (PET)',
  correction: 'Corrections',
  frameRate: 'Frame rate',
};
