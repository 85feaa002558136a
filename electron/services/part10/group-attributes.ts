/** How the value of an element becomes what is kept of it. */
export type ValueKind = 'decimals' | 'doubles' | 'floats' | 'shorts' | 'signedLongs' | 'longs' | 'tag' | 'text' | 'codes' | 'present';

/** What is kept of an item: names that `finish-groups.ts` makes attributes of. */
export interface WantedElement {
  readonly name: string;
  readonly kind: ValueKind;
}

const wanted = (name: string, kind: ValueKind): WantedElement => ({ name, kind });
type Elements = ReadonlyMap<number, WantedElement>;
const elements = (...list: readonly (readonly [number, string, ValueKind])[]): Elements => new Map(list.map(([tag, name, kind]) => [tag, wanted(name, kind)]));

export const SHARED_GROUPS = 0x52009229;
export const FRAME_GROUPS = 0x52009230;
export const ULTRASOUND_REGIONS = 0x00186011;
export const DIMENSION_INDEX = 0x00209222;
export const DETECTORS = 0x00540022;
export const ENERGY_WINDOWS = 0x00540012;
/** Real World Value Mapping Sequence and Frame Pixel Shift Sequence: the macros with several items. */
export const REAL_WORLD = 0x00409096;
export const PIXEL_SHIFT = 0x00289415;

const FRAME_TYPE = elements([0x00089007, 'FrameType', 'codes']);
const CONVERTED = elements(
  [0x00180081, 'EchoTime', 'decimals'],
  [0x00181060, 'TriggerTime', 'decimals'],
  [0x00189087, 'DiffusionBValue', 'doubles'],
  [0x00200100, 'TemporalPositionIndex', 'decimals'],
  [0x00080008, 'FrameType', 'codes'],
  [0x00281050, 'WindowCenter', 'decimals'],
  [0x00281051, 'WindowWidth', 'decimals'],
);

/** Macros of functional groups (PS3.3 C.7.6.16.2 and those of the modalities) and what is kept of their item. */
export const MACROS: ReadonlyMap<number, Elements> = new Map([
  [0x00209113, elements([0x00200032, 'ImagePositionPatient', 'decimals'])],
  [0x00209116, elements([0x00200037, 'ImageOrientationPatient', 'decimals'])],
  [0x0020930e, elements([0x00209301, 'ImagePositionVolume', 'doubles'])],
  [0x0020930f, elements([0x00209302, 'ImageOrientationVolume', 'doubles'])],
  [
    0x00289110,
    elements([0x00280030, 'PixelSpacing', 'decimals'], [0x00180050, 'SliceThickness', 'decimals'], [0x00180088, 'SpacingBetweenSlices', 'decimals']),
  ],
  [
    0x00209111, // Frame Content
    elements(
      [0x00209056, 'StackID', 'text'],
      [0x00209057, 'InStackPositionNumber', 'longs'],
      [0x00209128, 'TemporalPositionIndex', 'longs'],
      [0x00209157, 'DimensionIndexValues', 'longs'],
      [0x00209156, 'FrameAcquisitionNumber', 'shorts'],
      [0x00189074, 'FrameAcquisitionDateTime', 'text'],
      [0x00189151, 'FrameReferenceDateTime', 'text'],
      [0x00189220, 'FrameAcquisitionDuration', 'doubles'],
      [0x00209453, 'FrameLabel', 'text'],
    ),
  ],
  [0x00209310, elements([0x0020930d, 'TemporalPositionTimeOffset', 'doubles'])],
  [0x00189118, elements([0x00209153, 'NominalCardiacTriggerDelayTime', 'doubles'])],
  [0x00209071, elements([0x00209072, 'FrameLaterality', 'text'])],
  [
    0x00289132, // Frame VOI LUT, with LUT
    elements(
      [0x00281050, 'WindowCenter', 'decimals'],
      [0x00281051, 'WindowWidth', 'decimals'],
      [0x00281055, 'WindowCenterWidthExplanation', 'text'],
      [0x00281056, 'VOILUTFunction', 'text'],
    ),
  ],
  [
    0x00289145, // Pixel Value Transformation
    elements([0x00281052, 'RescaleIntercept', 'decimals'], [0x00281053, 'RescaleSlope', 'decimals'], [0x00281054, 'RescaleType', 'text']),
  ],
  [
    REAL_WORLD,
    elements(
      [0x00409216, 'First', 'shorts'],
      [0x00409211, 'Last', 'shorts'],
      [0x00409214, 'First', 'doubles'],
      [0x00409213, 'Last', 'doubles'],
      [0x00409224, 'Intercept', 'doubles'],
      [0x00409225, 'Slope', 'doubles'],
      [0x00409210, 'Label', 'text'],
    ),
  ],
  [PIXEL_SHIFT, elements([0x00289416, 'SubtractionItemID', 'shorts'], [0x00286114, 'MaskSubPixelShift', 'floats'])], // PS3.3 C.8.19.6.11
  [0x00189405, elements([0x00181510, 'PositionerPrimaryAngle', 'decimals'], [0x00181511, 'PositionerSecondaryAngle', 'decimals'])], // X-Ray Positioner
  [0x00189117, elements([0x00189087, 'DiffusionBValue', 'doubles'], [0x00189075, 'DiffusionDirectionality', 'text'])],
  [0x00189114, elements([0x00189082, 'EffectiveEchoTime', 'doubles'])],
  [0x00189226, FRAME_TYPE], // MR Image Frame Type
  [0x00189329, FRAME_TYPE], // CT Image Frame Type
  [0x00189751, FRAME_TYPE], // PET Frame Type
  [0x00189806, FRAME_TYPE], // US Image Description
  [0x00189412, FRAME_TYPE], // XA/XRF Frame Characteristics
  [0x00189441, FRAME_TYPE], // X-Ray 3D Frame Type and its like
  [
    0x00289443, // Frame Pixel Data Properties
    elements([0x00089007, 'FrameType', 'codes'], [0x00181164, 'ImagerPixelSpacing', 'decimals'], [0x00181114, 'Magnification', 'decimals']),
  ],
  [0x00209170, CONVERTED],
  [0x00209171, CONVERTED],
]);

/** Sequences inside the item of a macro. */
export const INNER: ReadonlyMap<number, Elements> = new Map([
  [0x00189076, elements([0x00189089, 'DiffusionGradientOrientation', 'doubles'])],
  [0x004008ea, elements([0x00080100, 'Units', 'text'])],
  [0x00283010, elements([0x00283002, 'VoiLut', 'present'])],
]);

/** Sequences of the top level that are kept item by item. */
export const LISTS: ReadonlyMap<number, Elements> = new Map([
  [
    ULTRASOUND_REGIONS, // PS3.3 C.8.5.5
    elements(
      [0x00186012, 'spatialFormat', 'shorts'],
      [0x00186014, 'dataType', 'shorts'],
      [0x00186016, 'flags', 'longs'],
      [0x00186018, 'x0', 'longs'],
      [0x0018601a, 'y0', 'longs'],
      [0x0018601c, 'x1', 'longs'],
      [0x0018601e, 'y1', 'longs'],
      [0x00186020, 'referenceX', 'signedLongs'],
      [0x00186022, 'referenceY', 'signedLongs'],
      [0x00186024, 'unitsX', 'shorts'],
      [0x00186026, 'unitsY', 'shorts'],
      [0x0018602c, 'deltaX', 'doubles'],
      [0x0018602e, 'deltaY', 'doubles'],
    ),
  ],
  [DIMENSION_INDEX, elements([0x00209165, 'pointer', 'tag'], [0x00209167, 'group', 'tag'], [0x00209421, 'label', 'text'])],
  [DETECTORS, elements([0x00200032, 'position', 'decimals'], [0x00200037, 'orientation', 'decimals'])],
  [ENERGY_WINDOWS, elements([0x00540018, 'name', 'text'])],
]);
