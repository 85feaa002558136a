import { describe, expect, it } from 'vitest';
import { frameAttributes, type FrameAttributes, type FrameTable, type ImageHeader } from '@shared/domain';
import { createDataSetWalker, walkDataSet } from '../../../electron/services/part10';
import { el, type Element, encodeDataSet, type Encoding, functionalGroups, type Groups, sampleImage, sampleWithout, sq } from '../../support/dicom';

const SYNTAX: Readonly<Record<Encoding, string>> = { implicitLE: '1.2.840.10008.1.2', explicitLE: '1.2.840.10008.1.2.1', explicitBE: '1.2.840.10008.1.2.2' };
const PLACE = [0x00200032, 0x00200037, 0x00280030];

function image(elements: readonly Element[], encoding: Encoding = 'explicitLE'): ImageHeader {
  const result = walkDataSet(encodeDataSet(elements, encoding), { TransferSyntaxUID: SYNTAX[encoding] });
  expect(result.ok ? '' : result.reason.text).toBe('');
  const header = result.ok ? result.attributes.image : undefined;
  if (header === undefined) throw new Error('no image');
  return header;
}

function table(header: ImageHeader): FrameTable {
  return JSON.parse(header.frames ?? 'null') as FrameTable;
}

function frames(header: ImageHeader, count: number): FrameAttributes[] {
  return Array.from({ length: count }, (_, index) => frameAttributes(table(header), index));
}

function multiFrame(shared: Groups, own: readonly Groups[], lengths: Parameters<typeof sq>[2] = {}): Element[] {
  return sampleWithout(PLACE, { NumberOfFrames: own.length, extra: functionalGroups(shared, own, lengths) });
}

const SHARED: Groups = {
  orientation: [1, 0, 0, 0, 1, 0],
  spacing: [0.5, 0.6],
  thickness: 2.5,
  frameType: ['ORIGINAL', 'PRIMARY', 'T1', 'NONE'],
  laterality: 'L',
};
const OWN: Groups[] = [1, 2, 3].map((number) => ({
  position: [1, 2, 3 * number],
  stack: 'A',
  inStack: number,
  temporal: 7,
  dimensions: [1, number],
  triggerMs: 20.5 * number,
  echoMs: 80,
  bValue: number === 1 ? 0 : 1000,
  ...(number === 1 ? {} : { gradient: [0, 0.6, 0.8] }),
  window: [100 * number, 400, 'SOFT', 'LINEAR_EXACT'],
  rescale: [number, -10, 'US'],
  realWorld: [
    { slope: 2 * number, intercept: 1, units: 'ms' },
    { slope: 0.5, intercept: 0, units: '1' },
  ],
}));

describe('functional groups', () => {
  it.each([
    ['explicitLE', true],
    ['explicitLE', false],
    ['implicitLE', true],
    ['implicitLE', false],
    ['explicitBE', true],
  ] as const)('are read in %s, undefined lengths: %s', (encoding, undefinedLength) => {
    const header = image(multiFrame(SHARED, OWN, { undefinedLength, undefinedItems: undefinedLength }), encoding);
    expect(frames(header, 3)).toEqual(
      [1, 2, 3].map((number) => ({
        orientation: [1, 0, 0, 0, 1, 0],
        PixelSpacing: [0.5, 0.6],
        SliceThickness: 2.5,
        FrameType: ['ORIGINAL', 'PRIMARY', 'T1', 'NONE'],
        FrameLaterality: 'L',
        positionLps: [1, 2, 3 * number],
        StackID: 'A',
        InStackPositionNumber: number,
        TemporalPositionIndex: 7,
        DimensionIndexValues: [1, number],
        NominalCardiacTriggerDelayTime: 20.5 * number,
        EffectiveEchoTime: 80,
        DiffusionBValue: number === 1 ? 0 : 1000,
        DiffusionDirectionality: number === 1 ? 'NONE' : 'DIRECTIONAL',
        ...(number === 1 ? {} : { DiffusionGradientOrientation: [0, 0.6, 0.8] }),
        windows: [{ center: 100 * number, width: 400, explanation: 'SOFT', function: 'LINEAR_EXACT' }],
        rescale: { slope: number, intercept: -10, type: 'US' },
        realWorld: [
          { first: 0, last: 4095, slope: 2 * number, intercept: 1, units: 'ms', label: 'ms' },
          { first: 0, last: 4095, slope: 0.5, intercept: 0, units: '1', label: '1' },
        ],
      })),
    );
  });

  it('say how the positioner of an enhanced XA stood, frame by frame', () => {
    const header = image(multiFrame({}, [{ positioner: [-30, 20] }, { positioner: [-31.5, 20] }]));
    expect(frames(header, 2)).toMatchObject([{ PositionerPrimaryAngle: -30, PositionerSecondaryAngle: 20 }, { PositionerPrimaryAngle: -31.5 }]);
  });

  it('say how long a frame took, and how far the mask of each subtraction is moved for it', () => {
    const shifts = [
      { id: 1, shift: [0.5, -1.25] },
      { id: 2, shift: [0, 3] },
    ] as const;
    const header = image(multiFrame({}, [{ durationMs: 33.5, pixelShifts: shifts }, { durationMs: 40 }]));
    expect(frames(header, 2)).toEqual([{ FrameAcquisitionDuration: 33.5, pixelShifts: shifts }, { FrameAcquisitionDuration: 40 }]);
  });

  it('are the same whatever the pieces that the object comes in', () => {
    const bytes = encodeDataSet(multiFrame(SHARED, OWN));
    const whole = walkDataSet(bytes, { TransferSyntaxUID: SYNTAX.explicitLE });
    for (const size of [1, 7, 64]) {
      const walker = createDataSetWalker({ TransferSyntaxUID: SYNTAX.explicitLE });
      for (let at = 0; at < bytes.length; at += size) walker.write(bytes.subarray(at, at + size));
      expect(walker.finish()).toEqual(whole);
    }
  });

  it('keep what is equal in all frames once', () => {
    const count = 2000;
    const own = Array.from({ length: count }, (_, index): Groups => ({ ...OWN[0], position: [0, 0, index], inStack: index + 1 }));
    const header = image(multiFrame(SHARED, own));
    const { columns } = table(header);
    expect(columns['windows']?.values).toHaveLength(1);
    expect(columns['positionLps']?.values).toHaveLength(count);
    expect(frameAttributes(table(header), count - 1)).toMatchObject({ positionLps: [0, 0, count - 1], rescale: { slope: 1, intercept: -10 } });
    expect((header.frames ?? '').length / count).toBeLessThan(100);
  });

  it('of a volume without patient coordinates are marked as such', () => {
    const header = image(multiFrame({}, [{ positionVolume: [0, 0, 1] }, { positionVolume: [0, 0, 2] }]));
    expect(frames(header, 2)).toEqual([
      { positionLps: [0, 0, 1], inVolumeFrame: true },
      { positionLps: [0, 0, 2], inVolumeFrame: true },
    ]);
  });

  it('do not take what private sequences of a frame repeat', () => {
    const philips = sq(0x2005140f, [[el(0x00200032, 'DS', [9, 9, 9]), sq(0x00209113, [[el(0x00200032, 'DS', [8, 8, 8])]])]]);
    const own = sq(0x52009230, [[sq(0x00209113, [[el(0x00200032, 'DS', [1, 1, 1])]]), philips]]);
    const header = image(sampleWithout(PLACE, { extra: [own] }));
    expect(frames(header, 1)).toEqual([{ positionLps: [1, 1, 1] }]);
  });

  it('leave out what is no number, of another count or of another VR', () => {
    const bad = sq(0x52009230, [
      [
        sq(0x00209113, [[el(0x00200032, 'DS', ['1', 'x', '3'])]]),
        sq(0x00209116, [[el(0x00200037, 'DS', [1, 0, 0])]]),
        sq(0x00209111, [[el(0x00209057, 'FD', 1)]]),
        sq(0x00289110, [[el(0x00280030, 'DS', [0, 0.5])]]),
        sq(0x00289145, [[el(0x00281052, 'DS', 5)]]),
      ],
    ]);
    expect(frames(image(sampleWithout(PLACE, { extra: [bad] })), 1)).toEqual([{}]);
  });

  it('beyond the limit of frames are not read and named', () => {
    const own = sq(
      0x52009230,
      Array.from({ length: 20_100 }, () => []),
    );
    const result = walkDataSet(encodeDataSet(sampleImage({ extra: [own] })), { TransferSyntaxUID: SYNTAX.explicitLE });
    expect(result.ok && result.warnings).toContain('functional groups beyond what is read');
  });

  it('keep a value that a hostile object makes long out of the memory', () => {
    const long = sq(0x52009230, [[sq(0x00209111, [[el(0x00209056, 'SH', 'x'.repeat(60_000)), el(0x00209057, 'UL', 3)]])]]);
    expect(frames(image(sampleImage({ extra: [long] })), 1)).toEqual([{ InStackPositionNumber: 3 }]);
  });
});

describe('vectors with a value a frame', () => {
  it('of NM and cine belong to their frames', () => {
    const extra = [
      el(0x00181065, 'DS', [0, 33.3, 50]),
      el(0x00540010, 'US', [1, 1, 2]),
      el(0x00540020, 'US', [1, 2, 1]),
      el(0x00540080, 'US', [1, 2, 3]),
      sq(0x00540012, [[el(0x00540018, 'SH', 'Tc99m')], [el(0x00540018, 'SH', 'scatter')]]),
      sq(0x00540022, [[el(0x00200032, 'DS', [1, 2, 3]), el(0x00200037, 'DS', [1, 0, 0, 0, 1, 0])], []]),
    ];
    const header = image(sampleImage({ NumberOfFrames: 3, Modality: 'NM', extra }));
    expect(frames(header, 3)).toEqual([
      { FrameTime: 0, EnergyWindow: 1, Detector: 1, Slice: 1 },
      { FrameTime: 33.3, EnergyWindow: 1, Detector: 2, Slice: 2 },
      { FrameTime: 50, EnergyWindow: 2, Detector: 1, Slice: 3 },
    ]);
    expect(header.energyWindows).toEqual(['Tc99m', 'scatter']);
    expect(header.detectors).toEqual([{ positionLps: [1, 2, 3], orientation: [1, 0, 0, 0, 1, 0] }, {}]);
  });

  it('of another length belong to no frame and are named', () => {
    const bytes = encodeDataSet(sampleImage({ NumberOfFrames: 3, extra: [el(0x00181065, 'DS', [0, 33])] }));
    const result = walkDataSet(bytes, { TransferSyntaxUID: SYNTAX.explicitLE });
    expect(result.ok && result.warnings).toContain('FrameTimeVector: 2 values for 3 frames');
    expect(result.ok && result.attributes.image?.frames).toBeUndefined();
  });
});

describe('play-back', () => {
  it('keeps sequencing and trims', () => {
    const extra = [el(0x00082142, 'IS', 2), el(0x00082143, 'IS', 5), el(0x00181063, 'DS', 40), el(0x00181244, 'US', 1)];
    expect(image(sampleImage({ NumberOfFrames: 6, extra })).cine).toEqual({ frameTimeMs: 40, sweeps: true, startTrim: 2, stopTrim: 5 });
  });
});

describe('ultrasound regions', () => {
  const corners = [el(0x00186018, 'UL', 10), el(0x0018601a, 'UL', 20), el(0x0018601c, 'UL', 99), el(0x0018601e, 'UL', 199)];
  const meaning = [el(0x00186024, 'US', 3), el(0x00186026, 'US', 3), el(0x0018602c, 'FD', 0.02), el(0x0018602e, 'FD', 0.03)];

  it('are kept with corners, units and deltas; incomplete ones are not', () => {
    const whole = [el(0x00186012, 'US', 1), el(0x00186014, 'US', 1), ...corners, el(0x00186020, 'SL', -4), ...meaning];
    const header = image(sampleImage({ extra: [sq(0x00186011, [whole, corners])] }));
    expect(header.regions).toEqual([
      { x0: 10, y0: 20, x1: 99, y1: 199, unitsX: 3, unitsY: 3, deltaX: 0.02, deltaY: 0.03, spatialFormat: 1, dataType: 1, referenceX: -4 },
    ]);
  });
});
