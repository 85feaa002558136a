import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDisplaySets, DisplaySet, type IndexedInstance, MAX_FRAMES_PER_OBJECT, type Vector3 } from '@shared/domain';
import { instance, report, type Variation } from './instances';

const seed = Number(process.env['ALTERNATOR_SEED'] ?? 20_261_122);
console.log(`build-display-sets seed ${seed}`);

function stack(positions: readonly number[], change: (index: number) => Variation = () => ({})): IndexedInstance[] {
  return positions.map((z, index) => instance({ instanceId: index + 1, number: index + 1, position: [0, 0, z], ...change(index) }));
}

function only(instances: readonly IndexedInstance[]): DisplaySet {
  const sets = buildDisplaySets(instances);
  expect(sets).toHaveLength(1);
  return sets[0] as DisplaySet;
}

function numbers(set: DisplaySet | undefined): string[] {
  return (set?.frames ?? []).map((frame) => frame.InstanceNumber);
}

function notes(set: DisplaySet): string[] {
  return set.notes.map(({ text }) => text);
}

describe('a whole series', () => {
  it('is one display set that satisfies the contract, unsplit, without notes', () => {
    const set = only(stack([0, 2, 4, 6]));
    expect(DisplaySet.parse(set)).toEqual(set);
    expect(set).toMatchObject({ kind: 'image', splitReason: '', notes: [], normalLps: [0, 0, 1], Modality: 'CT' });
    expect(set.frames[0]).toMatchObject({ alongNormalMm: 0, spacingMm: [0.7, 0.7], spacingBasis: 'PixelSpacing', rowDirectionLps: [1, 0, 0] });
  });

  it('is the same in whatever order its images came', () => {
    const images = stack([0, 2, 4, 6, 8]);
    const expected = buildDisplaySets(images);
    fc.assert(
      fc.property(fc.shuffledSubarray(images, { minLength: images.length }), (shuffled) => {
        expect(buildDisplaySets(shuffled)).toEqual(expected);
      }),
      { seed, numRuns: 30 },
    );
  });

  it('keeps its id while it grows', () => {
    const images = stack([0, 2, 4, 6]);
    expect(buildDisplaySets(images.slice(2))[0]?.id).toBe(buildDisplaySets(images)[0]?.id);
  });
});

describe('order', () => {
  it('lies along the normal in all 48 axis permutations and flips', () => {
    const directions: Vector3[] = [
      [1, 0, 0],
      [-1, 0, 0],
      [0, 1, 0],
      [0, -1, 0],
      [0, 0, 1],
      [0, 0, -1],
    ];
    let planes = 0;
    for (const row of directions) {
      for (const column of directions.filter((candidate) => candidate.every((value, axis) => value === 0 || row[axis] === 0))) {
        const normal: Vector3 = [row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2], row[0] * column[1] - row[1] * column[0]];
        for (const sense of [1, -1]) {
          planes++;
          const images = [3, 0, 2, 1].map((place, index) =>
            instance({
              instanceId: index + 1,
              number: place + 1,
              position: normal.map((value) => value * place * 3 * sense) as Vector3,
              image: { orientation: [...row, ...column] as never },
            }),
          );
          const set = only(images);
          expect(numbers(set)).toEqual(['1', '2', '3', '4']);
          expect(set.frames.map((frame) => Math.round((frame.alongNormalMm ?? NaN) * sense))).toEqual([0, 3, 6, 9]);
          expect(set.notes).toEqual([]);
        }
      }
    }
    expect(planes).toBe(48);
  });

  it('follows the place and not the number where they disagree', () => {
    const set = only([4, 0, 2, 6].map((z, index) => instance({ instanceId: index + 1, number: [2, 1, 30, 40][index] ?? 0, position: [0, 0, z] })));
    expect(set.frames.map((frame) => frame.positionLps?.[2])).toEqual([0, 2, 4, 6]);
  });

  it('falls back to Instance Number with a note when a position is missing', () => {
    const set = only([instance({ number: 10, position: [0, 0, 0] }), instance({ number: 9 }), instance({ number: 100, position: [0, 0, 4] })]);
    expect(numbers(set)).toEqual(['9', '10', '100']);
    expect(set.notes).toMatchObject([{ kind: 'notSorted' }]);
    expect(notes(set)[0]).toContain('Instance Number');
  });

  it('of images at one place is their trigger time, without a note', () => {
    const set = only([300, 100, 200].map((time, index) => instance({ number: index + 1, position: [0, 0, 0], image: { TriggerTime: String(time) } })));
    expect(numbers(set)).toEqual(['2', '3', '1']);
    expect(set.notes).toEqual([]);
  });
});

describe('notes', () => {
  it('name missing images between the numbers that are there', () => {
    const set = only(stack([0, 2, 4, 12, 14], (index) => ({ number: [1, 2, 3, 7, 8][index] ?? 0 })));
    expect(set.notes).toEqual([{ kind: 'missing', after: 2, count: 3, text: '3 images missing between 3 and 7 (8 mm instead of 2 mm)' }]);
  });

  it('name duplicates', () => {
    const set = only(stack([0, 2, 4, 4, 6, 8]));
    expect(set.notes).toEqual([{ kind: 'duplicate', index: 3, text: 'images 3 and 4 are at the same position' }]);
  });

  it('name spacing that differs', () => {
    const set = only(stack([0, 1.08, 3.5, 10.49, 12]));
    expect(set.notes).toEqual([{ kind: 'spacingDiffers', text: 'spacing differs: 1.08 to 6.99 mm' }]);
  });

  it('name a tilt, with its angle: slices that lie beside each other', () => {
    const tan = Math.tan((12 * Math.PI) / 180);
    const [tilted] = buildDisplaySets(
      Array.from({ length: 10 }, (_, index) => index + 1).map((id) => instance({ instanceId: id, number: id, position: [0, 2 * id * tan, 2 * id] })),
    );
    expect(tilted?.notes).toEqual([{ kind: 'info', text: 'tilted by 12.0°: each slice lies beside the one before' }]);
    const [straight] = buildDisplaySets(
      Array.from({ length: 10 }, (_, index) => index + 1).map((id) => instance({ instanceId: id, number: id, position: [0, 0.01 * (id % 2), 2 * id] })),
    );
    expect(straight?.notes).toEqual([]);
  });

  it('do not mistake rounding of the positions for anything', () => {
    expect(only(stack([0, 0.62, 1.25, 1.88, 2.5, 3.13])).notes).toEqual([]);
  });

  it('become one when a whole stack holds several images a place', () => {
    const set = only(stack([0, 0, 2, 2, 4, 4, 6, 6]));
    expect(notes(set)).toEqual(['several images at the same position (4 of 8)']);
  });
});

describe('splitting', () => {
  const cases: readonly { readonly name: string; readonly odd: Variation; readonly words: string }[] = [
    { name: 'a localiser', odd: { attributes: { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] } }, words: 'localiser' },
    { name: 'another size', odd: { format: { Columns: 16 } }, words: '16 x 8' },
    { name: 'another orientation', odd: { image: { orientation: [1, 0, 0, 0, 0, -1] } }, words: 'coronal' },
    { name: 'another echo', odd: { image: { EchoNumbers: '2', EchoTime: '80' } }, words: 'echo 2, TE 80 ms' },
    { name: 'another b-value', odd: { image: { DiffusionBValue: '1000' } }, words: 'b 1000' },
    { name: 'another temporal position', odd: { image: { TemporalPositionIdentifier: '2' } }, words: 'time 2' },
    { name: 'another image type', odd: { attributes: { ImageType: ['DERIVED', 'SECONDARY', 'MPR'] } }, words: 'mpr' },
    { name: 'unsigned pixels', odd: { format: { PixelRepresentation: 0 } }, words: 'MONOCHROME2 16 bit' },
  ];

  it.each(cases)('keeps $name out of the stack and says why', ({ odd, words }) => {
    const sets = buildDisplaySets([...stack([0, 2, 4]), instance({ instanceId: 50, number: 99, position: [0, 0, 6], ...odd })]);
    expect(sets.map(({ frames }) => frames.length).sort()).toEqual([1, 3]);
    const single = sets.find(({ frames }) => frames.length === 1);
    expect(single?.splitReason.split(', ')).toEqual(expect.arrayContaining(words.split(', ')));
    expect(new Set(sets.map(({ id }) => id)).size).toBe(2);
  });

  it('keeps the sides and views of projections apart, repeats of one together', () => {
    const view = (instanceId: number, ImageLaterality: string, ViewPosition: string, Modality = 'MG') =>
      instance({
        instanceId,
        number: instanceId,
        attributes: { Modality, ImageType: ['DERIVED', 'PRIMARY'] },
        image: { acquisition: { ImageLaterality, ViewPosition } },
      });
    const sets = buildDisplaySets([view(1, 'R', 'CC'), view(2, 'L', 'CC'), view(3, 'R', 'MLO'), view(4, 'R', 'MLO')]);
    expect(sets.map(({ splitReason, frames }) => [splitReason, frames.length])).toEqual([
      ['R CC', 1],
      ['L CC', 1],
      ['R MLO', 2],
    ]);
    expect(buildDisplaySets([view(1, '', 'PA', 'CT'), view(2, '', 'LL', 'CT')])).toHaveLength(1);
  });

  it('never mixes patients in a stack, and says whose images are not the study’s', () => {
    const named = (PatientName: string, PatientID: string) => ({ attributes: { PatientName, PatientID, PatientBirthDate: '19500101' } });
    const own = named('DOE^JANE', '4711');
    const images = [
      ...[0, 2, 4].map((z, at) => instance({ instanceId: 70 + at, number: at + 1, position: [0, 0, z], ...own })),
      instance({ instanceId: 80, number: 9, position: [0, 0, 6], ...named('ROE^RICHARD', '815') }),
      // Empty and differently written values contradict nothing.
      instance({ instanceId: 81, number: 4, position: [0, 0, 8], ...named('Doe^Jane^^^', '') }),
    ];
    const study = { PatientName: 'DOE^JANE', PatientID: '4711', IssuerOfPatientID: '', PatientBirthDate: '19500101', PatientSex: 'F' };
    const sets = buildDisplaySets(images, { patient: study });
    expect(sets.map(({ frames, splitReason, patient }) => [frames.length, splitReason, patient?.PatientID])).toEqual([
      [4, 'patient DOE JANE, 4711, 19500101', undefined],
      [1, 'patient ROE RICHARD, 815, 19500101', '815'],
    ]);
    expect(buildDisplaySets(images.slice(0, 3), { patient: study })[0]?.splitReason).toBe('');
    const stray = report('1.2.840.10008.5.1.4.1.1.88.11', { instanceId: 90, ...named('ROE^RICHARD', '815') });
    expect(buildDisplaySets([stray], { patient: study })[0]?.patient?.PatientName).toBe('ROE^RICHARD');
  });

  it('puts the localiser first and tolerates orientations that differ by rounding', () => {
    const tilted = instance({ instanceId: 60, number: 4, position: [0, 0, 6], image: { orientation: [0.999999, 0.001, 0, -0.001, 0.999999, 0] } });
    const localiser = instance({ instanceId: 61, number: 99, attributes: { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] } });
    const sets = buildDisplaySets([...stack([0, 2, 4]), tilted, localiser]);
    expect(sets.map(({ splitReason, frames }) => [splitReason.split(',')[0], frames.length])).toEqual([
      ['localiser', 1],
      ['axial', 4],
    ]);
  });

  it('keeps a radial acquisition together, in the order of its numbers, and says that it is no stack', () => {
    const spokes = Array.from({ length: 12 }, (_, index) => {
      const angle = (index * Math.PI) / 12;
      return instance({ number: index + 1, position: [0, 0, 0], image: { orientation: [Math.cos(angle), Math.sin(angle), 0, 0, 0, -1] } });
    });
    const set = only(spokes);
    expect(numbers(set)).toEqual(spokes.map((_, index) => String(index + 1)));
    expect(set.normalLps).toBeUndefined();
    expect(set.notes).toMatchObject([{ kind: 'notSorted' }]);
  });

  it('makes each multi-frame object a set of its own with all its frames', () => {
    const sets = buildDisplaySets([instance({ number: 1, attributes: { NumberOfFrames: 3 } }), instance({ number: 2, attributes: { NumberOfFrames: 2 } })]);
    expect(sets.map(({ frames }) => frames.map(({ frameIndex }) => frameIndex))).toEqual([
      [0, 1, 2],
      [0, 1],
    ]);
    expect(sets[0]?.splitReason).toBe('3 frames, image 1');
    expect(sets[0]?.frames[0]).not.toHaveProperty('positionLps');
  });

  it('does not let a hostile Number of Frames fill the memory', () => {
    const set = only([instance({ attributes: { NumberOfFrames: 2_000_000_000 } })]);
    expect(set.frames).toHaveLength(MAX_FRAMES_PER_OBJECT);
    expect(notes(set)[0]).toContain('2000000000');
  });

  it('shows what is no image as stored, not shown, by its SOP class', () => {
    const pdf = '1.2.840.10008.5.1.4.1.1.104.1';
    const sets = buildDisplaySets([...stack([0, 2]), report(pdf), report(pdf)], { sopClassName: () => 'Encapsulated PDF Storage' });
    expect(sets[1]).toMatchObject({ kind: 'notShown', label: 'Encapsulated PDF Storage', splitReason: '2 objects', frames: [] });
  });

  it('orders series by number, those without one last', () => {
    const series = (uid: string, SeriesNumber: string) => instance({ attributes: { SeriesInstanceUID: uid, SeriesNumber } });
    const sets = buildDisplaySets([series('1.1', ''), series('1.2', '10'), series('1.3', '9')]);
    expect(sets.map(({ SeriesInstanceUID }) => SeriesInstanceUID)).toEqual(['1.3', '1.2', '1.1']);
  });
});

describe('decodability', () => {
  it('is said per frame with the name and UID of what cannot be decoded', () => {
    const set = only([instance({ attributes: { TransferSyntaxUID: '1.2.840.10008.1.2.4.94' } })]);
    expect(set.frames[0]?.cannotDecode).toBe('JPIP Referenced (1.2.840.10008.1.2.4.94)');
  });
});
