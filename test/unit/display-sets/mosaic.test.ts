import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDisplaySets, DisplaySet, type InstanceAttributes, type Vector3 } from '@shared/domain';
import { edgeLetters, volumeVerdict } from '@shared/geometry';
import { walkDataSet } from '../../../electron/services/part10';
import { readCsa } from '../../../electron/services/part10/read-csa';
import { el, type Encoding, encodeDataSet, sq } from '../../support/dicom';
import { csaHeader, mosaicElements, type MosaicParts } from '../../support/mosaic';

const SYNTAX: Record<Encoding, string> = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2', explicitBE: '1.2.840.10008.1.2.2' };

function attributesOf(parts: MosaicParts, encoding: Encoding = 'explicitLE'): InstanceAttributes {
  const result = walkDataSet(encodeDataSet(mosaicElements(parts), encoding), { TransferSyntaxUID: SYNTAX[encoding] });
  if (!result.ok) throw new Error(result.reason.text);
  return result.attributes;
}

function setsOf(...objects: MosaicParts[]): DisplaySet[] {
  return buildDisplaySets(objects.map((parts, at) => ({ instanceId: at + 1, attributes: attributesOf(parts) }))).map((set) => DisplaySet.parse(set));
}

const notes = (set: DisplaySet | undefined): string[] => (set?.notes ?? []).map(({ text }) => text);
const places = (set: DisplaySet | undefined): (Vector3 | undefined)[] => (set?.frames ?? []).map(({ positionLps }) => positionLps);
const rounded = (vectors: readonly (Vector3 | undefined)[]): (number[] | undefined)[] =>
  vectors.map((vector) => vector?.map((part) => Number(part.toFixed(4)) + 0));

describe('a mosaic that its private header explains', () => {
  it('is a stack of its slices, each at its place, beside the picture as it is stored', () => {
    const [tiles, stored, ...more] = setsOf({});
    expect(more).toEqual([]);
    expect(rounded(places(tiles))).toEqual(Array.from({ length: 7 }, (_, slice) => [-20, -30, 40 + 3 * slice]));
    expect(tiles?.frames.map(({ tile }) => [tile?.number, tile?.column, tile?.row])).toEqual([
      [1, 0, 0],
      [2, 16, 0],
      [3, 32, 0],
      [4, 0, 12],
      [5, 16, 12],
      [6, 32, 12],
      [7, 0, 24],
    ]);
    expect(tiles?.frames[0]).toMatchObject({ format: { Columns: 16, Rows: 12 }, tile: { of: 7, pictureColumns: 48, pictureRows: 36 }, sliceThicknessMm: 2.5 });
    expect(tiles).toMatchObject({ notes: [], normalLps: [0, 0, 1] });
    expect(tiles).not.toHaveProperty('asStored');
    expect(stored).toMatchObject({ asStored: true, splitReason: 'mosaic as stored', frames: [{ format: { Columns: 48, Rows: 36 } }] });
    expect(stored?.frames[0]).not.toHaveProperty('tile');
    expect(stored?.frames[0], 'one picture of slices of many places lies at none').not.toHaveProperty('positionLps');
  });

  it('is a volume with even steps, whichever way its slices follow each other', () => {
    for (const against of [false, true]) {
      const [tiles] = setsOf({ against });
      const verdict = tiles === undefined ? undefined : volumeVerdict(tiles);
      expect(verdict).toMatchObject({ ok: true, grid: { spacingMm: [1.5, 2, 3], size: [16, 12, 7], originLps: [-20, -30, 40] } });
      expect(rounded(places(tiles)).at(-1)).toEqual([-20, -30, against ? 22 : 58]);
    }
  });

  it('has the letters and places of an oblique plane', () => {
    const [s, c] = [Math.sin(0.4), Math.cos(0.4)];
    const [tiles] = setsOf({ orientation: [0, 1, 0, s, 0, -c], firstLps: [5, 6, 7], spacing: [2, 1.5] });
    const [first] = tiles?.frames ?? [];
    const view = { zoom: 'fit', center: 'middle', rotationDeg: 0, mirrored: false } as const;
    expect(edgeLetters(first?.rowDirectionLps ?? [0, 0, 0], first?.columnDirectionLps ?? [0, 0, 0], view)).toMatchObject({ left: 'A', right: 'P' });
    // (0,1,0) x (s,0,-c) = (-c, 0, -s)
    expect(rounded(places(tiles))[2]).toEqual([5 - 6 * c, 6, 7 - 6 * s].map((part) => Number(part.toFixed(4))));
  });

  it.each(['implicitLE', 'explicitBE'] as const)('is understood in %s, in another block, and with the older form of its header', (encoding) => {
    const csa = csaHeader({ NumberOfImagesInMosaic: ['7'], SliceNormalVector: ['0', '0', '1.0'] }, 'old');
    const extra = [el(0x00190010, 'LO', 'SOMEBODY ELSE'), el(0x00190011, 'LO', 'SIEMENS MR HEADER'), el(0x0019100a, 'US', 99), el(0x0019110a, 'US', 7)];
    expect(attributesOf({ csa, mrImages: undefined, extra }, encoding).image?.mosaic).toEqual({ images: 7, csaImages: 7, normal: [0, 0, 1] });
  });

  it('follows others of its series in time', () => {
    const two = setsOf({ number: 1 }, { number: 2 });
    expect(two.map(({ splitReason, frames }) => [splitReason, frames.length])).toEqual([
      ['time 1', 7],
      ['time 2', 7],
      ['mosaic as stored', 2],
    ]);
    const many = setsOf(...Array.from({ length: 70 }, (_, at) => ({ number: at + 1 })));
    expect(many.map(({ frames, notes: said }) => [frames.length, said.map(({ text }) => text)])).toEqual([
      [490, ['70 volumes one after the other']],
      [70, []],
    ]);
    expect(many[0]?.frames.slice(6, 9).map(({ InstanceNumber, tile }) => [InstanceNumber, tile?.number])).toEqual([
      ['1', 7],
      ['2', 1],
      ['2', 2],
    ]);
  });

  it('takes neither its overlays nor its shutter along into the slices', () => {
    const [tiles, stored] = setsOf({ extra: [el(0x00181600, 'CS', 'CIRCULAR'), el(0x60000010, 'US', 36)] });
    expect(stored?.frames[0]?.extras).toMatchObject({ overlays: true, shutter: true });
    expect(tiles?.frames[0]?.extras).toEqual({});
  });
});

describe('diffusion that only private elements say', () => {
  const B0 = { bValue: 0 };
  const X = { bValue: 1000, gradient: [1, 0, 0] as Vector3 };
  const OBLIQUE = { bValue: 1000, gradient: [0, -0.6, 0.8] as Vector3 };

  it('splits mosaics by b-value and by direction, and says whose words they are', () => {
    const sets = setsOf({ number: 1, diffusion: B0 }, { number: 2, diffusion: X }, { number: 3, diffusion: OBLIQUE }, { number: 4, diffusion: X });
    expect(sets.slice(0, 4).map(({ splitReason, frames }) => [splitReason, frames.length])).toEqual([
      ['b 0', 7],
      ['b 1000, direction 1.00 0.00 0.00, time 2', 7],
      ['b 1000, direction 0.00 -0.60 0.80', 7],
      ['b 1000, direction 1.00 0.00 0.00, time 4', 7],
    ]);
    expect(sets[2]?.frames[0]).toMatchObject({ bValue: 1000, gradient: [0, -0.6, 0.8], diffusionBasis: 'SIEMENS MR HEADER' });
  });

  it.each(['implicitLE', 'explicitBE'] as const)('is read in %s, from the CSA header too where nothing else says it', (encoding) => {
    const said = { DiffusionBValue: '1000', gradient: [0, -0.6, 0.8] };
    expect(attributesOf({ diffusion: OBLIQUE }, encoding).image).toMatchObject({ ...said, diffusionBasis: 'SIEMENS MR HEADER' });
    expect(attributesOf({ diffusion: { ...OBLIQUE, inCsa: true } }, encoding).image).toMatchObject({ ...said, diffusionBasis: 'SIEMENS CSA HEADER' });
  });

  it('is that of GE in echo planar images by spin echo, with and without its bias; elsewhere its element says something else', () => {
    const ge = (value: string, sequence: string, creator = 'GEMS_PARM_01', block = 0x10) =>
      attributesOf({
        ...{ mrImages: undefined, csa: undefined },
        extra: [el(0x00180020, 'CS', sequence), el(0x00430000 + block, 'LO', creator), el(0x00430000 + block * 0x100 + 0x39, 'IS', value)],
      }).image;
    const basis = { diffusionBasis: 'GEMS_PARM_01' };
    expect(ge('1000\\8\\0\\0', 'EP\\SE')).toMatchObject({ DiffusionBValue: '1000', ...basis });
    expect(ge('1000000750\\8\\0\\0', 'EP\\RM')).toMatchObject({ DiffusionBValue: '750', ...basis });
    expect(ge('1000011000\\8\\0\\0', 'EP\\SE', 'GEMS_PARM_01', 0x12)).toMatchObject({ DiffusionBValue: '11000', ...basis });
    expect(ge('0\\8\\0\\0', 'EP\\SE')).toMatchObject({ DiffusionBValue: '0', ...basis });
    for (const other of [
      ge('1000\\8\\0\\0', 'EP\\GR'),
      ge('4\\0\\0\\0', 'GR'),
      ge('1000\\8\\0\\0', 'EP\\SE', 'ACME'),
      ge('200000\\8\\0\\0', 'EP\\SE'),
      ge('-5\\8\\0\\0', 'EP\\SE'),
    ])
      expect(other).toMatchObject({ DiffusionBValue: '' });
  });

  it('stands behind what the standard says, and needs its creator', () => {
    const own = attributesOf({ diffusion: X, extra: [el(0x00189087, 'FD', 800), el(0x00189089, 'FD', [0, 1, 0])] }).image;
    expect(own).toMatchObject({ DiffusionBValue: '800', gradient: [0, 1, 0] });
    expect(own).not.toHaveProperty('diffusionBasis');
    const other = attributesOf({ mrImages: undefined, csa: undefined, extra: [el(0x00190010, 'LO', 'ACME'), el(0x0019100c, 'IS', 1000)] }).image;
    expect(other).toMatchObject({ DiffusionBValue: '' });
    expect(attributesOf({ diffusion: { bValue: -1 } }).image, 'a negative b-value is none').toMatchObject({ DiffusionBValue: '' });
  });

  it('has no direction for a trace', () => {
    const trace = attributesOf({ diffusion: X, extra: [el(0x0019100d, 'CS', 'ISOTROPIC')] }).image;
    expect(trace).toMatchObject({ DiffusionBValue: '1000' });
    expect(trace).not.toHaveProperty('gradient');
  });
});

describe('what is not known of a mosaic', () => {
  const WHERE = 'where the slices of the mosaic lie is not known: ';
  it.each([
    ['no Spacing Between Slices', { step: undefined }, 'it says no Spacing Between Slices'],
    ['no CSA header', { csa: undefined }, 'its CSA header, which says which way the slices follow each other, is missing'],
    [
      'another normal',
      { csa: csaHeader({ NumberOfImagesInMosaic: ['7'], SliceNormalVector: ['0', '0.6', '0.8'] }) },
      'the SliceNormalVector of its CSA header is not the normal of the picture',
    ],
  ])('leaves slices without place: %s', (_, parts, why) => {
    const [tiles] = setsOf(parts);
    expect(tiles?.frames.map(({ tile, positionLps }) => [tile?.number, positionLps])).toEqual(Array.from({ length: 7 }, (_, at) => [at + 1, undefined]));
    expect(notes(tiles)).toEqual([WHERE + why]);
    expect(tiles === undefined ? undefined : volumeVerdict(tiles).ok).toBe(false);
  });

  it.each([
    ['no private header', { mrImages: undefined, csa: undefined }, 'its private header, which says how many slices there are, is missing'],
    ['two counts', { mrImages: 8 }, 'its private header says 8 slices and 7 slices'],
    ['no slices', { mrImages: 0, csa: undefined }, 'its private header says 0 slices'],
    ['tiles that do not divide', { mrImages: 40, csa: undefined }, '48 x 36 pixels are not 7 x 7 tiles, as the 40 slices of its private header want'],
    ['more tiles than pixels', { mrImages: 65_535, csa: undefined }, '48 x 36 pixels are not 256 x 256 tiles, as the 65535 slices of its private header want'],
    [
      'another creator',
      { mrImages: undefined, csa: undefined, extra: [el(0x00190010, 'LO', 'ACME'), el(0x0019100a, 'US', 7)] },
      'its private header, which says how many slices there are, is missing',
    ],
  ])('shows it whole: %s', (_, parts, why) => {
    const [whole, ...more] = setsOf(parts);
    expect(more).toEqual([]);
    expect(whole?.frames).toMatchObject([{ format: { Columns: 48, Rows: 36 } }]);
    expect(whole).not.toHaveProperty('asStored');
    expect(whole?.frames[0]).not.toHaveProperty('positionLps');
    expect(notes(whole)).toEqual([`mosaic, shown whole: ${why}`]);
  });

  it('is no concern of other images', () => {
    expect(setsOf({ extra: [el(0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'M'])] })).toHaveLength(1);
    expect(setsOf({ slices: 1 })).toHaveLength(1);
  });
});

describe('a CSA header', () => {
  const whole = csaHeader({ NumberOfImagesInMosaic: ['36'], SliceNormalVector: ['0.1', '-0.2', '0.9'] });

  it('says its count and normal in both forms', () => {
    const said = { NumberOfImagesInMosaic: 36, SliceNormalVector: [0.1, -0.2, 0.9] };
    expect(readCsa(whole)).toEqual(said);
    expect(readCsa(csaHeader({ NumberOfImagesInMosaic: ['36'], SliceNormalVector: ['0.1', '-0.2', '0.9'] }, 'old'))).toEqual(said);
  });

  it('that is cut, changed or made of anything gives numbers or nothing, and no fault', () => {
    for (let length = 0; length < whole.length; length += 3) readCsa(whole.subarray(0, length));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const read = readCsa(bytes);
        for (const value of [read?.NumberOfImagesInMosaic ?? 0, ...(read?.SliceNormalVector ?? [])]) expect(Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 2000, seed: Number(process.env['ALTERNATOR_SEED'] ?? 20261129) },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void readCsa(bytes)));
  });

  it('with lengths that lie is not read', () => {
    const lies = whole.slice();
    new DataView(lies.buffer).setUint32(16 + 84 + 4, 0xffffffff, true);
    expect(readCsa(lies)).toBeUndefined();
    const many = whole.slice();
    new DataView(many.buffer).setUint32(16 + 76, 0x7fffffff, true);
    expect(readCsa(many)).toBeUndefined();
  });

  it('in which no text stands is left out with a warning', () => {
    const { warnings, image } = attributesOf({ csa: new Uint8Array(300).fill(7) });
    expect(warnings).toContain('the CSA header cannot be read');
    expect(image?.mosaic).toEqual({ images: 7 });
  });

  it('written as a sequence is no header', () => {
    const extra = [el(0x00290010, 'LO', 'SIEMENS CSA HEADER'), sq(0x00291010, [[el(0x00081150, 'UI', '1.2')]], { vr: 'UN' })];
    expect(attributesOf({ csa: undefined, extra }).image?.mosaic).toEqual({ images: 7 });
  });
});
