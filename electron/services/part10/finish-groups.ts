import { makeFrameTable, type FrameAttributes, type PixelShift, type RealWorldMapping } from '@shared/domain';
import type { ImageHeader } from './attributes';
import { DETECTORS, DIMENSION_INDEX, ENERGY_WINDOWS, ULTRASOUND_REGIONS } from './group-attributes';
import { MAX_DESCRIBED_FRAMES, type GroupCollector, type GroupItem, type RawGroups } from './group-collector';
import { makeWindows, readRescale } from './grey-values';

type Words = (latin1: string) => string;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Values that the top level has for each frame (vectors of NM and of cine), by the name that a frame has them under. */
export type FrameVectors = Readonly<Partial<Record<keyof FrameAttributes, readonly number[]>>>;

const MAX_TEXT = 64;
/** Numbers that are kept as they are, the first value of each. */
const PLAIN = [
  ['SliceThickness', 'SliceThickness'],
  ['SpacingBetweenSlices', 'SpacingBetweenSlices'],
  ['InStackPositionNumber', 'InStackPositionNumber'],
  ['TemporalPositionIndex', 'TemporalPositionIndex'],
  ['TemporalPositionTimeOffset', 'TemporalPositionTimeOffset'],
  ['FrameAcquisitionDuration', 'FrameAcquisitionDuration'],
  ['FrameAcquisitionNumber', 'FrameAcquisitionNumber'],
  ['NominalCardiacTriggerDelayTime', 'NominalCardiacTriggerDelayTime'],
  ['TriggerTime', 'TriggerTime'],
  ['DiffusionBValue', 'DiffusionBValue'],
  ['EffectiveEchoTime', 'EffectiveEchoTime'],
  ['EchoTime', 'EffectiveEchoTime'],
  ['Magnification', 'EstimatedRadiographicMagnificationFactor'],
  ['PositionerPrimaryAngle', 'PositionerPrimaryAngle'],
  ['PositionerSecondaryAngle', 'PositionerSecondaryAngle'],
] as const satisfies readonly (readonly [string, keyof FrameAttributes])[];

const TEXTS = ['StackID', 'FrameAcquisitionDateTime', 'FrameReferenceDateTime', 'FrameLabel', 'FrameLaterality', 'DiffusionDirectionality'] as const;

/** What the collector and the vectors say of the frames of an image, ready for its header; empty for the many that say nothing. */
export function describeFrames(collector: GroupCollector, vectors: FrameVectors, words: Words): Partial<ImageHeader> {
  const memory = new Map<string, unknown>();
  const read = (groups: RawGroups): FrameAttributes => readGroups(groups, words, memory);
  const shared = read(collector.shared);
  const frames = withVectors(collector.frames.map(read), vectors);
  const isSilent = frames.length === 0 && Object.keys(shared).length === 0;
  const regions = regionsOf(collector.lists.get(ULTRASOUND_REGIONS) ?? []);
  const dimensions = (collector.lists.get(DIMENSION_INDEX) ?? []).map((item) => ({
    pointer: first(item, 'pointer') ?? 0,
    group: first(item, 'group') ?? 0,
    label: textOf(item, 'label', words),
  }));
  const detectors = (collector.lists.get(DETECTORS) ?? []).map((item) => ({
    ...keep('positionLps', numbers(item, 'position', 3)),
    ...keep('orientation', numbers(item, 'orientation', 6)),
  }));
  const energyWindows = (collector.lists.get(ENERGY_WINDOWS) ?? []).map((item) => textOf(item, 'name', words));
  return {
    ...(isSilent ? {} : { frames: JSON.stringify(makeFrameTable(shared, frames)) }),
    ...(regions.length === 0 ? {} : { regions }),
    ...(dimensions.length === 0 ? {} : { dimensions }),
    ...(detectors.some((detector) => Object.keys(detector).length > 0) ? { detectors: detectors as unknown as NonNullable<ImageHeader['detectors']> } : {}),
    ...(energyWindows.some((name) => name !== '') ? { energyWindows } : {}),
  };
}

/** A value a frame, where there are as many frames as groups say, or groups say nothing. */
function withVectors(frames: readonly FrameAttributes[], vectors: FrameVectors): FrameAttributes[] {
  const lists = Object.entries(vectors);
  const count = Math.min(MAX_DESCRIBED_FRAMES, Math.max(frames.length, ...lists.map(([, values]) => values.length)));
  return Array.from({ length: count }, (_, index) => ({
    ...frames[index],
    ...Object.fromEntries(lists.flatMap(([key, values]) => (values[index] === undefined ? [] : [[key, values[index]]]))),
  }));
}

function readGroups({ values, mappings, shifts }: RawGroups, words: Words, memory: Map<string, unknown>): FrameAttributes {
  const frame: Mutable<FrameAttributes> = { ...placeOf(values) };
  const same = <T>(name: string, value: T): T => remembered(memory, name, value);
  for (const [name, key] of PLAIN) {
    const value = first(values, name);
    if (value !== undefined) frame[key] ??= value;
  }
  for (const name of TEXTS) {
    const value = textOf(values, name, words);
    if (value !== '') frame[name] = value;
  }
  const dimension = values.get('DimensionIndexValues');
  if (Array.isArray(dimension)) frame.DimensionIndexValues = dimension as readonly number[];
  const direction = numbers(values, 'DiffusionGradientOrientation', 3);
  if (direction !== undefined) frame.DiffusionGradientOrientation = direction as unknown as [number, number, number];
  const type = textOf(values, 'FrameType', words);
  if (type !== '')
    frame.FrameType = same(
      'FrameType',
      type.split('\\').map((part) => part.trim()),
    );
  const rescale = readRescale(first(values, 'RescaleSlope'), first(values, 'RescaleIntercept'), textOf(values, 'RescaleType', words));
  if (rescale !== undefined) frame.rescale = same('rescale', rescale);
  const windows = makeWindows(list(values, 'WindowCenter'), list(values, 'WindowWidth'), {
    explanations: textOf(values, 'WindowCenterWidthExplanation', words),
    stated: textOf(values, 'VOILUTFunction', words),
  });
  if (windows.length > 0) frame.windows = same('windows', windows);
  if (values.get('VoiLut') === true) frame.hasVoiLut = true;
  const realWorld = mappings.flatMap((item) => mappingOf(item, words) ?? []);
  if (realWorld.length > 0) frame.realWorld = same('realWorld', realWorld);
  const pixelShifts = shifts.flatMap((item) => shiftOf(item) ?? []);
  if (pixelShifts.length > 0) frame.pixelShifts = same('pixelShifts', pixelShifts);
  return frame;
}

/** Plane and measures; a volume's own coordinates only where there are none of the patient. */
function placeOf(values: GroupItem): FrameAttributes {
  const inPatient = values.has('ImagePositionPatient') || values.has('ImageOrientationPatient');
  const position = numbers(values, inPatient ? 'ImagePositionPatient' : 'ImagePositionVolume', 3);
  const orientation = numbers(values, inPatient ? 'ImageOrientationPatient' : 'ImageOrientationVolume', 6);
  const inVolume = !inPatient && (position !== undefined || orientation !== undefined);
  return {
    ...keep('positionLps', position),
    ...keep('orientation', orientation),
    ...(inVolume ? { inVolumeFrame: true } : {}),
    ...keep('PixelSpacing', positivePair(values, 'PixelSpacing')),
    ...keep('ImagerPixelSpacing', positivePair(values, 'ImagerPixelSpacing')),
  } as FrameAttributes;
}

function mappingOf(item: GroupItem, words: Words): RealWorldMapping | undefined {
  const [start, last, slope, intercept] = ['First', 'Last', 'Slope', 'Intercept'].map((name) => first(item, name));
  if (start === undefined || last === undefined || slope === undefined || intercept === undefined) return undefined;
  return { first: start, last, slope, intercept, units: textOf(item, 'Units', words), label: textOf(item, 'Label', words) };
}

function shiftOf(item: GroupItem): PixelShift | undefined {
  const id = first(item, 'SubtractionItemID');
  const shift = numbers(item, 'MaskSubPixelShift', 2);
  return id === undefined || shift === undefined ? undefined : { id, shift: [shift[0] ?? 0, shift[1] ?? 0] };
}

/** Regions with all that a measurement needs, those of high priority last (Region Flags, PS3.3 C.8.5.5.1.3): they lie above the others. */
function regionsOf(items: readonly GroupItem[]): NonNullable<ImageHeader['regions']> {
  const priority = (item: GroupItem): number => (first(item, 'flags') ?? 0) % 2;
  return [...items]
    .sort((left, right) => priority(left) - priority(right))
    .flatMap((item) => {
      const value = (name: string): number | undefined => first(item, name);
      const [x0, y0, x1, y1] = [value('x0'), value('y0'), value('x1'), value('y1')];
      const [deltaX, deltaY, unitsX, unitsY] = [value('deltaX'), value('deltaY'), value('unitsX'), value('unitsY')];
      if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined || x1 < x0 || y1 < y0) return [];
      if (deltaX === undefined || deltaY === undefined || unitsX === undefined || unitsY === undefined) return [];
      return [
        {
          ...{ x0, y0, x1, y1, unitsX, unitsY, deltaX, deltaY },
          spatialFormat: value('spatialFormat') ?? 0,
          dataType: value('dataType') ?? 0,
          ...keep('referenceX', value('referenceX')),
          ...keep('referenceY', value('referenceY')),
        },
      ];
    });
}

function remembered<T>(memory: Map<string, unknown>, name: string, value: T): T {
  const key = name + JSON.stringify(value);
  const known = memory.get(key) as T | undefined;
  if (known === undefined) memory.set(key, value);
  return known ?? value;
}

function list(item: GroupItem, name: string): readonly number[] {
  const value = item.get(name);
  return Array.isArray(value) ? (value as readonly number[]) : [];
}

function first(item: GroupItem, name: string): number | undefined {
  return list(item, name)[0];
}

function numbers(item: GroupItem, name: string, count: number): readonly number[] | undefined {
  const values = list(item, name);
  return values.length === count ? values : undefined;
}

function positivePair(item: GroupItem, name: string): readonly number[] | undefined {
  const pair = numbers(item, name, 2);
  return pair?.every((value) => value > 0) === true ? pair : undefined;
}

function textOf(item: GroupItem, name: string, words: Words): string {
  const value = item.get(name);
  return typeof value === 'string' ? words(value).slice(0, name === 'FrameType' || name === 'WindowCenterWidthExplanation' ? 512 : MAX_TEXT) : '';
}

function keep<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}
