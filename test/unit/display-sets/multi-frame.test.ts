import { describe, expect, it } from 'vitest';
import { buildDisplaySets, DisplaySet, type FrameAttributes, type IndexedInstance, makeFrameTable, type Vector3 } from '@shared/domain';
import { instance, type Variation } from './instances';

const AXIAL = [1, 0, 0, 0, 1, 0] as const;

/** A multi-frame object whose groups say this of each frame. */
function multiFrame(frames: readonly FrameAttributes[], change: Variation = {}, shared: FrameAttributes = { orientation: AXIAL }): IndexedInstance {
  const table = JSON.stringify(makeFrameTable(shared, frames));
  return instance({
    number: 1,
    ...change,
    attributes: { Modality: 'MR', NumberOfFrames: frames.length, ...change.attributes },
    image: { orientation: undefined as never, frames: table, ...change.image },
  });
}

function sets(...instances: IndexedInstance[]): DisplaySet[] {
  return buildDisplaySets(instances).map((set) => DisplaySet.parse(set));
}

const at = (z: number, more: FrameAttributes = {}): FrameAttributes => ({ positionLps: [0, 0, z], ...more });
const order = (set: DisplaySet | undefined): number[] => (set?.frames ?? []).map((frame) => frame.frameIndex + 1);
const words = (list: readonly DisplaySet[]): string[] => list.map(({ splitReason }) => splitReason);
const notes = (set: DisplaySet | undefined): string[] => (set?.notes ?? []).map(({ text }) => text);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('frames of an enhanced object', () => {
  it('lie along their normal in the sense of their numbers, with place, grey and measures of their own', () => {
    const frames = [6, 0, 4, 2].map((z) => at(z, { InStackPositionNumber: z / 2 + 1, rescale: { slope: z + 1, intercept: 0, type: 'US' }, SliceThickness: z }));
    const [set] = sets(multiFrame(frames));
    expect(order(set)).toEqual([2, 4, 3, 1]);
    expect(set?.frames.map(({ alongNormalMm }) => alongNormalMm)).toEqual([0, 2, 4, 6]);
    expect(set?.frames[3]).toMatchObject({
      positionLps: [0, 0, 6],
      rowDirectionLps: [1, 0, 0],
      rescale: { slope: 7 },
      sliceThicknessMm: 6,
      InStackPositionNumber: 4,
    });
    expect(set).toMatchObject({ splitReason: '', notes: [], normalLps: [0, 0, 1] });
  });

  it('take windows, spacing and rescale from their groups before the top level of the object', () => {
    const window = { center: 1, width: 2, explanation: 'own', function: 'SIGMOID' } as const;
    const [set] = sets(multiFrame([at(0, { windows: [window], PixelSpacing: [0.2, 0.3] }), at(1)], { image: { hasVoiLutSequence: true } }));
    expect(set?.frames[0]).toMatchObject({ windows: [window], spacingMm: [0.2, 0.3] });
    expect(set?.frames[0]).not.toHaveProperty('luts');
    expect(set?.frames[1]).toMatchObject({ windows: [{ center: 40 }], spacingMm: [0.7, 0.7], luts: { modality: false, voi: true } });
  });

  it('have the angles of the positioner in place of those of the top level', () => {
    const frames = [at(0, { PositionerPrimaryAngle: -30, PositionerSecondaryAngle: 5 }), at(1)];
    const [set] = sets(multiFrame(frames, { image: { acquisition: { PositionerPrimaryAngle: '9', KVP: '80' } } }));
    expect(set?.frames[0]?.acquisition).toEqual({ PositionerPrimaryAngle: '-30', PositionerSecondaryAngle: '5', KVP: '80' });
    expect(set?.frames[1]?.acquisition).toEqual({ PositionerPrimaryAngle: '9', KVP: '80' });
  });

  it('name a missing slice, by the numbers of the frames', () => {
    const [set] = sets(multiFrame([0, 2, 4, 8, 10].map((z) => at(z))));
    expect(set?.notes).toEqual([{ kind: 'missing', after: 2, count: 1, text: '1 image missing between frame 3 and frame 4 (4 mm instead of 2 mm)' }]);
  });

  it('without groups stay in the order of the file', () => {
    const [set] = sets(instance({ attributes: { Modality: 'XA', NumberOfFrames: 4 } }));
    expect(order(set)).toEqual([1, 2, 3, 4]);
    expect(set?.notes).toEqual([]);
    expect(set?.frames[0]).not.toHaveProperty('positionLps');
  });

  it('of an object of one frame join the others of their kind', () => {
    const slices = [4, 0, 2].map((z, index) => multiFrame([at(z)], { number: index + 1, attributes: { NumberOfFrames: 1 } }));
    const list = sets(...slices);
    expect(list).toHaveLength(1);
    expect(list[0]?.frames.map(({ positionLps }) => positionLps?.[2])).toEqual([4, 0, 2].sort((a, b) => b - a));
  });

  it('in a frame of reference of the volume are sorted, but get no letters of the patient', () => {
    const [set] = sets(multiFrame([2, 0, 1].map((z) => at(z, { inVolumeFrame: true }))));
    expect(set?.frames.map(({ alongNormalMm }) => alongNormalMm)).toEqual([2, 1, 0]);
    expect(set?.frames[0]).not.toHaveProperty('rowDirectionLps');
    expect(set).not.toHaveProperty('normalLps');
  });
});

describe('kinds of frames', () => {
  const pairs: readonly { readonly name: string; readonly one: FrameAttributes; readonly other: FrameAttributes; readonly words: readonly string[] }[] = [
    { name: 'stack', one: { StackID: '1' }, other: { StackID: '2' }, words: ['stack 1', 'stack 2'] },
    { name: 'echo', one: { EffectiveEchoTime: 1.5199999809 }, other: { EffectiveEchoTime: 80 }, words: ['TE 1.52 ms', 'TE 80 ms'] },
    { name: 'b-value', one: { DiffusionBValue: 0 }, other: { DiffusionBValue: 1000 }, words: ['b 0', 'b 1000'] },
    {
      name: 'frame type',
      one: { FrameType: ['ORIGINAL', 'PRIMARY', 'T1', 'M'] },
      other: { FrameType: ['ORIGINAL', 'PRIMARY', 'T1', 'P'] },
      words: ['t1 m', 't1 p'],
    },
    { name: 'orientation', one: { orientation: AXIAL }, other: { orientation: [1, 0, 0, 0, 0, -1] }, words: ['axial', 'coronal'] },
    { name: 'position in time', one: { TemporalPositionIndex: 1 }, other: { TemporalPositionIndex: 2 }, words: ['time 1', 'time 2'] },
  ];

  it.each(pairs)('are split by $name, and named', ({ one, other, words: expected }) => {
    const frames = range(6).map((index) => ({ positionLps: [0, Math.floor(index / 2), Math.floor(index / 2)] as Vector3, ...(index % 2 === 0 ? one : other) }));
    const list = sets(multiFrame(frames));
    expect(list.map(order)).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
    expect(words(list)).toEqual(expected);
    expect(new Set(list.map(({ id }) => id)).size).toBe(2);
  });

  it('that only a private dimension tells apart are split by it', () => {
    const dimensions = [
      { pointer: 0x00209057, group: 0x00209111, label: '' },
      { pointer: 0x20051011, group: 0x2005140f, label: 'Private Kind' },
    ];
    const frames = range(6).map((index) => at(Math.floor(index / 2), { DimensionIndexValues: [Math.floor(index / 2) + 1, (index % 2) + 1] }));
    expect(words(sets(multiFrame(frames, { image: { dimensions } })))).toEqual(['Private Kind 1', 'Private Kind 2']);
  });

  it('are called by the name of the attribute where the label of a dimension is its keyword', () => {
    const dimensions = [{ pointer: 0x0062000b, group: 0x0062000a, label: 'ReferencedSegmentNumber' }];
    const frames = range(4).map((index) => at(index, { DimensionIndexValues: [(index % 2) + 1] }));
    expect(words(sets(multiFrame(frames, { image: { dimensions } })))).toEqual(['Referenced Segment Number 1', 'Referenced Segment Number 2']);
  });

  it('are not split by a dimension that only counts', () => {
    const dimensions = [{ pointer: 0x20051012, group: 0, label: 'Private Count' }];
    const frames = range(40).map((index) => at(index, { DimensionIndexValues: [index + 1] }));
    expect(sets(multiFrame(frames, { image: { dimensions } }))).toHaveLength(1);
  });

  it('too many to be told apart stay in the order of the file, with a note', () => {
    const list = sets(multiFrame(range(300).map((index) => at(-index, { StackID: String(index) }))));
    expect(list).toHaveLength(1);
    expect(order(list[0])).toEqual(range(300).map((index) => index + 1));
    expect(notes(list[0])).toContain('too many kinds of frames to tell apart: in the order of the file');
  });

  it('of several objects in a series are never mixed', () => {
    const list = sets(multiFrame([at(0), at(1)], { number: 1 }), multiFrame([at(2), at(3)], { number: 2 }));
    expect(words(list)).toEqual(['2 frames, image 1', '2 frames, image 2']);
  });
});

describe('time', () => {
  it('at one place is one series in time', () => {
    const list = sets(multiFrame([3, 1, 2].map((time) => at(5, { TemporalPositionIndex: time }))));
    expect(list.map(order)).toEqual([[2, 3, 1]]);
    expect(list[0]?.notes).toEqual([]);
  });

  it('within the heart makes one loop a slice', () => {
    const frames = range(12).map((index) =>
      at(8 * (index % 3), { NominalCardiacTriggerDelayTime: 40 * Math.floor(index / 3), TemporalPositionIndex: Math.floor(index / 3) + 1 }),
    );
    const list = sets(multiFrame(frames));
    expect(words(list)).toEqual(['slice at 0.0 mm', 'slice at 8.0 mm', 'slice at 16.0 mm']);
    expect(list.map(order)).toEqual([
      [1, 4, 7, 10],
      [2, 5, 8, 11],
      [3, 6, 9, 12],
    ]);
    expect(list.flatMap(({ notes: found }) => found)).toEqual([]);
  });

  it('within the heart makes one loop a slice of single images, too', () => {
    const images = range(6).map((index) =>
      instance({ number: index + 1, position: [0, 0, 10 * (index % 2)], image: { TriggerTime: String(30 * Math.floor(index / 2)) } }),
    );
    expect(words(sets(...images))).toEqual(['slice at 0.0 mm', 'slice at 10.0 mm']);
  });

  it('keeps the id of the set that was there first when a second position in time arrives', () => {
    const image = (id: number, z: number, time: string) =>
      instance({ instanceId: id, number: id, position: [0, 0, z], image: { TemporalPositionIdentifier: time } });
    const early = [image(1, 0, '1'), image(2, 2, '1')];
    const late = [...early, image(3, 0, '2'), image(4, 2, '2')];
    const ids = sets(...late).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(ids).toContain(sets(...early)[0]?.id);
  });

  it('of hundreds of volumes stays one set, volume by volume', () => {
    const frames = range(300).map((index) => at(index % 3, { TemporalPositionIndex: Math.floor(index / 3) + 1 }));
    const list = sets(multiFrame(frames));
    expect(list).toHaveLength(1);
    expect(order(list[0]).slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(notes(list[0])).toEqual(['100 volumes one after the other']);
  });

  it('numbers that differ from image to image split nothing', () => {
    const images = [0, 2, 4].map((z, index) => instance({ number: index + 1, position: [0, 0, z], image: { TemporalPositionIdentifier: String(index) } }));
    expect(sets(...images)).toHaveLength(1);
  });
});

describe('directions of diffusion', () => {
  const weighted = (direction: Vector3 | undefined, z: number): FrameAttributes =>
    at(z, {
      DiffusionBValue: direction === undefined ? 0 : 1000,
      ...(direction === undefined ? {} : { DiffusionDirectionality: 'DIRECTIONAL', DiffusionGradientOrientation: direction }),
    });

  it('of one b-value are sets of their own, beside b 0 and the trace', () => {
    const directions: readonly (Vector3 | undefined)[] = [undefined, [1, 0, 0], [0, 0.6, -0.8]];
    const trace = range(3).map((z) => at(z, { DiffusionBValue: 1000, DiffusionDirectionality: 'ISOTROPIC', DiffusionGradientOrientation: [0, 0, 1] }));
    const list = sets(multiFrame([...directions.flatMap((direction) => range(3).map((z) => weighted(direction, z))), ...trace]));
    expect(words(list)).toEqual(['b 0', 'b 1000, direction 1.00 0.00 0.00', 'b 1000, direction 0.00 0.60 -0.80', 'b 1000']);
    expect(list.map(order)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [10, 11, 12],
    ]);
  });

  it('of single images are told apart too', () => {
    const images = (
      [
        [1, 0, 0],
        [0, 1, 0],
      ] as const
    ).flatMap((gradient, which) =>
      range(3).map((z) =>
        instance({
          number: which * 3 + z + 1,
          position: [0, 0, z],
          attributes: { Modality: 'MR' },
          image: { DiffusionBValue: '1000', gradient: [...gradient] as Vector3 },
        }),
      ),
    );
    expect(words(sets(...images))).toEqual(['direction 1.00 0.00 0.00', 'direction 0.00 1.00 0.00']);
  });

  it('of more than 64 stay one set for each b-value: no list of that length can be read', () => {
    const many = range(80).flatMap((index) => [0, 2].map((z) => weighted([Math.cos(index / 20), Math.sin(index / 20), 0], z)));
    expect(words(sets(multiFrame([...many, weighted(undefined, 0)])))).toEqual(['b 1000', 'b 0']);
  });
});

describe('frames of one place in time', () => {
  const loop = (frames: readonly FrameAttributes[], image: Variation['image'] = {}) =>
    sets(
      multiFrame(
        frames.map((said) => at(0, said)),
        { image },
      ),
    )[0]?.frames;

  it('stand as long as their moments are apart, the best of these', () => {
    const times = [0, 40, 100, 140];
    const moments = (ms: number): FrameAttributes => ({
      TemporalPositionTimeOffset: ms / 1000,
      FrameReferenceDateTime: `202601022359${(59 + ms / 500).toFixed(3).padStart(6, '0').slice(0, 6)}`,
    });
    const byOffset = loop(times.map((ms) => ({ TemporalPositionTimeOffset: ms / 1000, FrameAcquisitionDuration: 5 })));
    expect(byOffset?.map(({ cine }) => Math.round(cine?.stepMs ?? NaN))).toEqual([40, 40, 60, 40]);
    expect(byOffset?.[0]?.cine?.timeBasis).toBe('Temporal Position Time Offset');
    expect(byOffset?.[0]?.cine?.frameTimeMs).toBeCloseTo(140 / 3, 6);
    const byDate = loop(times.map(moments));
    expect(byDate?.map(({ cine }) => Math.round(cine?.stepMs ?? NaN))).toEqual([80, 80, 120, 80]);
    expect(byDate?.[0]?.cine?.timeBasis).toBe('Frame Reference DateTime');
  });

  it('stand as long as they took where there are no moments', () => {
    const frames = loop([30, 60, 30].map((FrameAcquisitionDuration) => ({ FrameAcquisitionDuration })));
    expect(frames?.map(({ cine }) => cine?.stepMs)).toEqual([30, 30, 60]);
    expect(frames?.[0]?.cine).toMatchObject({ frameTimeMs: 45, timeBasis: 'Frame Acquisition Duration' });
  });

  it('follow what the object says of its play-back before that; a stack in space and steps of minutes have no rate', () => {
    const offsets = [0, 0.04, 0.08].map((TemporalPositionTimeOffset) => ({ TemporalPositionTimeOffset }));
    expect(loop(offsets, { cine: { recommendedFps: 12 } })?.[1]?.cine).toEqual({ recommendedFps: 12 });
    expect(loop([0, 60, 120].map((TemporalPositionTimeOffset) => ({ TemporalPositionTimeOffset })))?.[1]?.cine).toBeUndefined();
    const stack = sets(multiFrame(range(3).map((z) => at(z, { FrameAcquisitionDuration: 30 }))));
    expect(stack[0]?.frames[1]?.cine).toBeUndefined();
  });
});

describe('nuclear medicine', () => {
  const nm = (frames: readonly FrameAttributes[], ImageType: readonly string[], image: Variation['image'] = {}): IndexedInstance =>
    multiFrame(frames, { attributes: { Modality: 'NM', ImageType }, image }, {});

  it('is split by energy window and detector, by name', () => {
    const frames = range(4).map((index) => ({ EnergyWindow: Math.floor(index / 2) + 1, Detector: (index % 2) + 1 }));
    const list = sets(nm(frames, ['ORIGINAL', 'PRIMARY', 'STATIC', 'EMISSION'], { energyWindows: ['Tc99m', 'Scatter'] }));
    expect(words(list)).toEqual(
      [
        '1 frames, image 1, energy window 1 (Tc99m), detector 1',
        'energy window 1 (Tc99m), detector 2',
        'energy window 2 (Scatter), detector 1',
        'energy window 2 (Scatter), detector 2',
      ].map((text) => text.replace('1 frames, image 1, ', '')),
    );
  });

  it('keeps the views of both detectors of an orbit together, in the order of their angle', () => {
    const frames = range(6).map((index) => ({ Detector: Math.floor(index / 3) + 1, Rotation: 1, AngularView: [3, 1, 2, 6, 4, 5][index] ?? 0 }));
    const list = sets(nm(frames, ['ORIGINAL', 'PRIMARY', 'TOMO', 'EMISSION']));
    expect(list.map(order)).toEqual([[2, 3, 1, 5, 6, 4]]);
  });

  it('places reconstructed slices by detector, slice and spacing', () => {
    const frames = [3, 1, 2].map((Slice) => ({ Slice }));
    const image: Variation['image'] = { detectors: [{ positionLps: [5, 6, 7], orientation: AXIAL }], SpacingBetweenSlices: 4 };
    const [set] = sets(nm(frames, ['ORIGINAL', 'PRIMARY', 'RECON TOMO', 'EMISSION'], image));
    expect(set?.frames.map(({ positionLps }) => positionLps?.[2])).toEqual([7, 11, 15]);
    expect(set?.normalLps).toEqual([0, 0, 1]);
  });

  it('shows the phases of a dynamic series in time', () => {
    const frames = range(4).map((index) => ({ Phase: Math.floor(index / 2) + 1, TimeSlice: (index % 2) + 1 }));
    expect(sets(nm(frames, ['ORIGINAL', 'PRIMARY', 'DYNAMIC', 'EMISSION'])).map(order)).toEqual([[1, 2, 3, 4]]);
  });
});

describe('what is known of a set as a whole', () => {
  it('names a mosaic and tiles', () => {
    const mosaic = instance({ attributes: { Modality: 'MR', ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'MOSAIC'] } });
    expect(notes(sets(mosaic)[0])[0]).toContain('mosaic, shown whole');
    const tiled = instance({ attributes: { Modality: 'SM', NumberOfFrames: 4 }, image: { DimensionOrganizationType: 'TILED_FULL' } });
    expect(notes(sets(tiled)[0])).toEqual(['frames are tiles of one large image']);
  });

  it('survives a text of the index that is none of ours', () => {
    expect(sets(instance({ attributes: { NumberOfFrames: 2 }, image: { frames: '{' } }))[0]?.frames).toHaveLength(2);
  });
});
