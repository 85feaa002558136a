import { type ImageFrame, type ImageLuts, type InstanceId, type Overlay, type PresentationState, type Shutter, SopInstanceUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import {
  appliesTo,
  chosenVoi,
  composeMask,
  FrameMasks,
  greySettings,
  hiddenBy,
  isMeant,
  labToRgb,
  tableNotes,
  tablesFailure,
  type TableState,
} from '../../../renderer/imaging';
import { ImageTables } from '../../../renderer/imaging/image-tables';
import { frame as fakeFrame, presentationState as state } from './fakes';

const ready = (more: Partial<ImageLuts>): TableState => ({ kind: 'ready', luts: { modalityLutType: '', voiLuts: [], problems: [], ...more } });
const NONE: TableState = { kind: 'none' };
const frame = (more: Partial<ImageFrame> = {}): ImageFrame => fakeFrame(1, { windows: [], ...more });

/** An overlay whose bits are the ones of this picture of 'x'. */
function overlay(rows: readonly string[], more: Partial<Overlay> = {}): Overlay {
  const columns = rows[0]?.length ?? 1;
  const bits = new Uint8Array(Math.ceil((rows.length * columns) / 8));
  Array.from(rows.join('')).forEach((mark, at) => {
    if (mark === 'x') bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
  });
  const about = { group: 0x6000, type: 'graphics', subtype: '', label: '', description: '', layer: '' } as const;
  return { ...about, rows: rows.length, columns, origin: [1, 1], planes: 1, firstFrame: 0, everyFrame: true, bits, ...more };
}

const letters = (rgba: Uint8Array | undefined, columns: number): string[] => {
  if (rgba === undefined) return [];
  const all = Array.from({ length: rgba.length / 4 }, (_, at) => (rgba[at * 4 + 3] === 0 ? '.' : rgba[at * 4] === 255 ? 'W' : 'g')).join('');
  return Array.from({ length: all.length / columns }, (_, row) => all.slice(row * columns, (row + 1) * columns));
};

describe('what lies over a picture', () => {
  const parts = { columns: 6, rows: 3, frameIndex: 0, overlays: [], levelOf: (p: number) => p * 255 };

  it('is nothing without overlays, shutters and colours', () => {
    expect(composeMask(parts)).toBeUndefined();
  });

  it.each([
    [
      [1, 1],
      ['Wg'.replace('g', '.') + '....', '.W....', '......'],
    ],
    [
      [2, 3],
      ['......', '..W...', '...W..'],
    ],
    [
      [0, 0],
      ['W.....', '......', '......'],
    ],
    [
      [3, 6],
      ['......', '......', '.....W'],
    ],
    [
      [-5, 40],
      ['......', '......', '......'],
    ],
  ] as const)('puts an overlay where its origin %j says, and cuts it at the image', (origin, expected) => {
    const drawn = [{ overlay: overlay(['x.', '.x'], { origin: [...origin] }) }];
    expect(letters(composeMask({ ...parts, overlays: drawn }), 6)).toEqual(expected);
  });

  it('draws on each frame the plane that belongs to it', () => {
    const two = overlay(['x.', '..'], { planes: 2, firstFrame: 1, everyFrame: false, bits: Uint8Array.of(1, 2) });
    const at = (frameIndex: number) => letters(composeMask({ ...parts, frameIndex, overlays: [{ overlay: two }] }), 6)[0];
    expect([0, 1, 2, 3].map(at)).toEqual([undefined, 'W.....', '.W....', undefined]);
  });

  it('hides what lies outside of the shutter, under the overlays', () => {
    const shutter: Shutter = { rectangle: { left: 2, right: 4, upper: 1, lower: 2 }, value: 0x4040 };
    const drawn = [{ overlay: overlay(['x....x']) }];
    expect(letters(composeMask({ ...parts, overlays: drawn, shutter }), 6)).toEqual(['W...gW', 'g...gg', 'gggggg']);
  });

  it('tells a pixel of an overlay that lies on the shutter, where what is beneath it stays hidden, from one that lies on the picture', () => {
    const shutter: Shutter = { rectangle: { left: 2, right: 4, upper: 1, lower: 1 } };
    const drawn = [overlay(['xx....']), overlay(['xx..x.'])].map((one) => ({ overlay: one }));
    const rgba = composeMask({ ...parts, rows: 1, overlays: drawn, shutter });
    expect(Array.from({ length: 6 }, (_, at) => rgba?.[at * 4 + 3])).toEqual([160, 128, 0, 0, 160, 255]);
  });

  it('hides the bits of a bitmap shutter', () => {
    const mask = composeMask({ ...parts, shutter: { bitmapGroup: 0x6002 }, shutterBits: overlay(['xx....', '......', '.....x']) });
    expect(letters(mask, 6)).toEqual(['gg....', '......', '.....g']);
  });

  it('colours the stored values of a supplemental palette and leaves the others grey', () => {
    const palette = { first: 10, rgb: Uint8Array.of(255, 0, 0, 255, 9, 9) };
    const rgba = composeMask({ ...parts, rows: 1, coloured: { palette, values: Uint16Array.of(0, 9, 10, 11, 12, 5) } });
    expect(letters(rgba, 6)).toEqual(['..WWW.']);
    expect([...(rgba ?? [])].slice(12, 15)).toEqual([255, 9, 9]);
  });
});

describe('a shutter of each kind', () => {
  const shapes: readonly Shutter[] = [
    { rectangle: { left: 3, right: 9, upper: 2, lower: 7 } },
    { rectangle: { left: 5, right: 2, upper: 1, lower: 9 } },
    { circle: { center: [6, 4], radius: 3.5 } },
    { circle: { center: [-4, 20], radius: 9 } },
    { rectangle: { left: 2, right: 30, upper: -3, lower: 8 }, circle: { center: [5, 9], radius: 5 } },
    {
      polygon: [
        [1, 2],
        [9, 5],
        [3, 12],
      ],
    },
  ];

  it.each(shapes)('hides in the mask exactly the pixels that lie outside of it: %j', (shutter) => {
    const [columns, rows] = [13, 11];
    const rgba = composeMask({ columns, rows, frameIndex: 0, overlays: [], shutter, levelOf: (p) => p * 255 });
    const hidden = hiddenBy(shutter);
    const expected = Array.from({ length: columns * rows }, (_, at) => (hidden(Math.floor(at / columns) + 1, (at % columns) + 1) ? 255 : 0));
    expect(expected.map((_, at) => rgba?.[at * 4 + 3])).toEqual(expected);
  });
});

describe('the shapes of a shutter', () => {
  it('show the pixels on their edges', () => {
    const hidden = hiddenBy({ circle: { center: [5, 5], radius: 2 } });
    expect([hidden(5, 7), hidden(5, 8), hidden(4, 7), hidden(3, 5)]).toEqual([false, true, true, false]);
    const outside = hiddenBy({
      polygon: [
        [1, 1],
        [1, 5],
        [5, 5],
      ],
    });
    expect([outside(1, 3), outside(3, 3), outside(3, 5), outside(4, 2), outside(2, 4), outside(6, 5)]).toEqual([false, false, false, true, false, true]);
  });

  it('are round on the glass: the radius is counted along a row, whatever the shape of a pixel', () => {
    const shutter = { circle: { center: [6, 6] as [number, number], radius: 4 } };
    const tall = hiddenBy(shutter, 2); // pixels twice as high as wide
    expect([tall(6, 2), tall(6, 10), tall(4, 6), tall(8, 6), tall(3, 6), tall(9, 6)]).toEqual([false, false, false, false, true, true]);
    const rgba = composeMask({ columns: 11, rows: 11, frameIndex: 0, overlays: [], shutter, aspect: 2, levelOf: (p) => p * 255 });
    const expected = Array.from({ length: 121 }, (_, at) => (tall(Math.floor(at / 11) + 1, (at % 11) + 1) ? 255 : 0));
    expect(expected.map((_, at) => rgba?.[at * 4 + 3])).toEqual(expected);
  });

  it('hide together what one of them hides', () => {
    const hidden = hiddenBy({ rectangle: { left: 1, right: 4, upper: 1, lower: 9 }, circle: { center: [5, 5], radius: 3 } });
    expect([hidden(5, 4), hidden(5, 5), hidden(1, 4)]).toEqual([false, true, true]);
  });
});

describe('the mask of a frame with pixels that are not square', () => {
  it('has a round shutter', () => {
    const tall = frame({ format: { ...frame().format, Rows: 11, Columns: 11 }, spacingMm: [2, 1] });
    const tables = ready({ shutter: { circle: { center: [6, 6], radius: 4 } } });
    const mask = new FrameMasks().of({
      frame: tall,
      loaded: { key: 'one', values: new Uint8Array(121), min: 0, max: 0 },
      tables,
      over: { overlays: true, shutters: true },
    });
    const seen = (row: number, column: number) => mask?.rgba[((row - 1) * 11 + column - 1) * 4 + 3] === 0;
    expect([seen(6, 2), seen(4, 6), seen(3, 6), seen(8, 6), seen(9, 6)]).toEqual([true, true, false, true, false]);
  });
});

describe('tables of an image', () => {
  it.each(['palette', 'overlays', 'shutter', 'iccProfile', 'presentationLut'] as const)('are asked for where it has %s', (what) => {
    const tables = new ImageTables(() => new Promise(() => undefined));
    expect(tables.of(frame({ extras: { [what]: true } }), () => undefined).kind).toBe('waiting');
    expect(tables.of(frame({ instanceId: 2 as InstanceId, extras: { burnedIn: true } }), () => undefined).kind).toBe('none');
  });

  const palette = frame({ format: { ...frame().format, PhotometricInterpretation: 'PALETTE COLOR' } });

  it('without a palette make a palette image fail, never black', () => {
    expect(tablesFailure(palette, NONE)).toContain('palette');
    expect(tablesFailure(palette, { kind: 'failed', reason: 'gone' })).toBe('its palette could not be read: gone');
    expect(tablesFailure(palette, ready({ problems: ['the palette cannot be used: X'] }))).toBe('the palette cannot be used: X');
    expect(tablesFailure(palette, { kind: 'waiting' })).toBe('');
    expect(tablesFailure(palette, ready({ palette: { first: 0, rgb: new Uint8Array(3) } }))).toBe('');
  });

  it('name a profile that is not applied to a colour image', () => {
    const icc = { kind: 'notApplied', name: 'Press', reason: 'it works by tables' } as const;
    const colour = frame({ format: { ...frame().format, SamplesPerPixel: 3 } });
    expect(tableNotes(colour, ready({ icc }))).toEqual(['ICC profile not applied: it works by tables']);
    expect(tableNotes(frame(), ready({ icc }))).toEqual(['ICC profile not applied: grey follows the grey pipeline']);
  });
});

describe('polarity', () => {
  const voi = { kind: 'LINEAR', center: 1, width: 2 } as const;
  const inverse = (PhotometricInterpretation: string, extras: ImageFrame['extras'], applied?: PresentationState): boolean =>
    greySettings(frame({ format: { ...frame().format, PhotometricInterpretation }, extras }), NONE, voi, false, applied).inverse;

  it('is that of Presentation LUT Shape, and of Photometric Interpretation without one', () => {
    expect(inverse('MONOCHROME1', undefined)).toBe(true);
    expect(inverse('MONOCHROME2', { presentationLutShape: 'INVERSE' })).toBe(true);
    expect(inverse('MONOCHROME1', { presentationLutShape: 'IDENTITY' })).toBe(false);
    expect(inverse('MONOCHROME1', undefined, state())).toBe(false);
    expect(inverse('MONOCHROME2', undefined, state({ presentationLutShape: 'INVERSE' }))).toBe(true);
  });

  it('that contradicts the Photometric Interpretation is said on the image', () => {
    const odd = frame({ format: { ...frame().format, PhotometricInterpretation: 'MONOCHROME1' }, extras: { presentationLutShape: 'IDENTITY' } });
    expect(tableNotes(odd, NONE)).toEqual(['MONOCHROME1 with Presentation LUT Shape IDENTITY: the shape is followed']);
  });
});

describe('a presentation state', () => {
  it('is for the images and frames that it names', () => {
    const [A, B] = [SopInstanceUid.parse('1.2'), SopInstanceUid.parse('1.3')];
    const images = [{ SOPInstanceUID: A, frames: [2] }];
    expect(appliesTo({ images }, { SOPInstanceUID: A, frameIndex: 1 })).toBe(true);
    expect(appliesTo({ images }, { SOPInstanceUID: A, frameIndex: 0 })).toBe(false);
    expect(appliesTo({ images }, { SOPInstanceUID: B, frameIndex: 1 })).toBe(false);
    expect(isMeant([], { SOPInstanceUID: B, frameIndex: 1 })).toBe(true);
  });

  it('says all of the grey: rescale, window and table of the image do not count any more', () => {
    const own = frame({ rescale: { slope: 2, intercept: 3, type: '' }, windows: [{ center: 1, width: 2, explanation: '', function: 'LINEAR' }] });
    expect(greySettings(own, NONE, { kind: 'LINEAR', center: 1, width: 2 }, false, state()).rescale).toBeUndefined();
    expect(
      greySettings(own, NONE, { kind: 'LINEAR', center: 1, width: 2 }, false, state({ rescale: { slope: 1, intercept: -1, type: '' } })).rescale,
    ).toMatchObject({ intercept: -1 });
    const windows = [{ center: 7, width: 9, explanation: '', function: 'LINEAR' }] as const;
    const other = { images: [{ SOPInstanceUID: 'other', frames: [] }], windows: [{ ...windows[0], center: 1 }], luts: [] };
    expect(chosenVoi(own, NONE, undefined, state({ voi: [other, { images: [], windows: [...windows], luts: [] }] }))).toEqual({
      kind: 'LINEAR',
      center: 7,
      width: 9,
    });
  });

  it('without a window shows every value that the bits of the image can hold', () => {
    const voi = chosenVoi(frame({ format: { ...frame().format, BitsStored: 12, PixelRepresentation: 0 } }), NONE, undefined, state());
    expect(voi).toEqual({ kind: 'LINEAR', center: 2048, width: 4096 });
  });

  it('draws of the overlays only those that it puts into a layer, in their order and value', () => {
    const image = frame({ format: { ...frame().format, Rows: 1, Columns: 4 }, extras: { overlays: true } });
    const tables = ready({ overlays: [overlay(['xxx.']), overlay(['.xxx'], { group: 0x6002 })] });
    const loaded = { key: 'k', values: new Uint16Array(4), min: 0, max: 0 };
    const draw = (more: Partial<PresentationState>) =>
      new FrameMasks().of({ frame: image, loaded, tables, state: state(more), over: { overlays: true, shutters: true } })?.rgba;
    expect(draw({})).toBeUndefined();
    const layers = [
      { name: 'LOW', order: 1, description: '', value: 0x8000 },
      { name: 'HIGH', order: 2, description: '' },
    ];
    const both = [
      { group: 0x6002, layer: 'HIGH' },
      { group: 0x6000, layer: 'LOW' },
    ];
    expect(letters(draw({ layers, overlayLayers: both }), 4)).toEqual(['gWWW']);
    expect(letters(draw({ layers, overlayLayers: [{ group: 0x6000, layer: 'LOW' }] }), 4)).toEqual(['ggg.']);
  });
});

it('CIELab of a state becomes sRGB: white, black, and a red', () => {
  expect(labToRgb([65_535, 32_896, 32_896])).toEqual([255, 255, 255]);
  expect(labToRgb([0, 32_896, 32_896])).toEqual([0, 0, 0]);
  const [red, green, blue] = labToRgb([Math.round(0.543 * 65_535), Math.round(((80.8 + 128) / 255) * 65_535), Math.round(((69.9 + 128) / 255) * 65_535)]);
  expect(red).toBeGreaterThan(250);
  expect(Math.max(green, blue)).toBeLessThan(12);
});
