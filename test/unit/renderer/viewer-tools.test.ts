import type { DisplaySet, ImageFrame, PresentationState } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { createSSRApp, ref, shallowRef } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { CineClock, CineWalk, frameDurations, playedPart } from '../../../renderer/features/viewer/cine';
import { nearestImage, pointOf, seenOn } from '../../../renderer/features/viewer/cursor-3d';
import { layoutOf, layoutWords, MAX_CELLS } from '../../../renderer/features/viewer/hanging';
import { linkBasis, linkedIndex, offsetMm } from '../../../renderer/features/viewer/linked-scroll';
import { Pinch } from '../../../renderer/features/viewer/pinch';
import { presetsOf } from '../../../renderer/features/viewer/presets';
import { DEFAULT_TOOLBAR, DIVIDER, TOOLBAR_ITEMS, toolbarGroups } from '../../../renderer/features/viewer/toolbar-items';
import { type Cell, emptyCell } from '../../../renderer/features/viewer/cell';
import { createLinking } from '../../../renderer/features/viewer/linking';
import type { ViewerModel } from '../../../renderer/features/viewer/viewer-model';
import { chosenEntry, nextOwnWindow, windowEntries, windowName, windowOfKey } from '../../../renderer/features/viewer/window-entries';
import { windowOfBox } from '../../../renderer/features/viewer/window-box';
import { LayoutId } from '../../../renderer/stores/session-schema';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const base = fakeSets(fakeRow(4))[1] ?? expect.fail('no set');
const first = base.frames[0] ?? expect.fail('no frame');
const frameAt = (z: number, more: Partial<ImageFrame> = {}): ImageFrame => ({
  ...first,
  positionLps: [-50, -50, z],
  rowDirectionLps: [1, 0, 0],
  columnDirectionLps: [0, 1, 0],
  spacingMm: [2, 1],
  FrameOfReferenceUID: '1.2.3',
  format: { ...first.format, Columns: 100, Rows: 100 },
  ...more,
});
const stack = (zs: readonly number[], more: Partial<ImageFrame> = {}): DisplaySet => ({
  ...base,
  normalLps: [0, 0, 1],
  frames: zs.map((z) => frameAt(z, more)),
});

describe('a window from a rectangle', () => {
  const values = Int16Array.from({ length: 100 * 100 }, (_, at) => at % 100);
  const frame = frameAt(0, { rescale: { slope: 2, intercept: -100, type: 'HU' } });
  const box = { from: [10, 20], to: [30, 60] } as const;

  it('goes by how the values are shown, where a presentation state says it', () => {
    expect(windowOfBox(frame, { values }, box, { rescale: { slope: 1, intercept: 0 } })).toEqual({ center: 19.5, width: 19, pixels: 800 });
    expect(windowOfBox(frame, { values }, box, {})).toEqual({ center: 19.5, width: 19, pixels: 800 });
  });

  it('spans the modality values within, without the outermost hundredths', () => {
    expect(windowOfBox(frame, { values }, box)).toEqual({ center: (10 * 2 - 100 + 29 * 2 - 100) / 2, width: 38, pixels: 800 });
    const speck = values.slice();
    speck[20 * 100 + 10] = 30_000;
    expect(windowOfBox(frame, { values: speck }, box)).toMatchObject({ width: 38 });
  });

  it('is none in colour, by samples or by palette', () => {
    const palette = { ...frame, format: { ...frame.format, PhotometricInterpretation: 'PALETTE COLOR' } };
    expect(windowOfBox(palette, { values }, box)).toEqual({ reason: 'colour has no window' });
  });

  it('counts no padding, and gives a reason instead of a window from nothing', () => {
    expect(windowOfBox({ ...frame, padding: { value: 10, limit: 19 } }, { values }, box)).toMatchObject({ width: 18 });
    expect(windowOfBox({ ...frame, padding: { value: 0, limit: 99 } }, { values }, box)).toEqual({ reason: 'the rectangle holds padding only' });
    expect(windowOfBox(frame, { values }, { from: [200, 200], to: [300, 300] })).toEqual({ reason: 'the rectangle holds too few pixels' });
    expect(windowOfBox({ ...frame, format: { ...frame.format, SamplesPerPixel: 3 } }, { values }, box)).toEqual({ reason: 'colour has no window' });
  });

  it('takes the values of a Modality LUT and is never narrower than a value', () => {
    const lut = { first: 0, bits: 16, values: Uint16Array.from({ length: 100 }, () => 7), explanation: '' };
    expect(windowOfBox(frame, { values }, box, { modalityLut: lut })).toEqual({ center: 7, width: 1, pixels: 800 });
  });
});

describe('the windows that are offered', () => {
  it('are those of the presentation state while one is applied, and are called so', () => {
    const window = (center: number, explanation: string) => ({ center, width: 10, explanation, function: 'LINEAR' as const });
    const set = stack([0], { windows: [window(1, 'chest'), window(2, 'bone')] });
    const cell: Cell = { ...emptyCell(0), set };
    const names = () => windowEntries(cell, [], '').map(({ text }) => text);
    expect(names()).toEqual(['File: chest', 'File: bone', '', 'Type width and level']);
    const SOPInstanceUID = set.frames[0]?.SOPInstanceUID ?? '';
    const voi = [{ images: [], windows: [window(7, 'nodule'), window(8, '')], luts: [] }];
    cell.presentation = { images: [{ SOPInstanceUID, frames: [] }], voi, areas: [] } as unknown as PresentationState;
    expect(names()).toEqual(['State: nodule', "State's window 2", '', 'Type width and level']);
    expect([chosenEntry(cell, 'own.0'), chosenEntry(cell, 'own.1')]).toEqual([{ window: undefined }, { window: { center: 8, width: 10, function: 'LINEAR' } }]);
    expect(windowName(cell, [])).toBe("State's window");
  });
});

describe('the 3D cursor', () => {
  it('is a place of the patient: seen on every image of its frame of reference, with the distance from its plane', () => {
    const point = pointOf(frameAt(30), [10.5, 20.5]) ?? expect.fail('no point');
    expect(point.lps).toEqual([-40, -10, 30]);
    expect(seenOn(frameAt(30), point)).toEqual({ at: [10.5, 20.5], offMm: 0 });
    expect(seenOn(frameAt(26), point)).toEqual({ at: [10.5, 20.5], offMm: 4 });
    const sagittal = frameAt(0, { positionLps: [-40, -50, 80], rowDirectionLps: [0, 1, 0], columnDirectionLps: [0, 0, -1], spacingMm: [1, 1] });
    expect(seenOn(sagittal, point)).toEqual({ at: [40.5, 50.5], offMm: 0 });
    expect(seenOn(frameAt(30, { FrameOfReferenceUID: '9' }), point)).toBeUndefined();
  });

  it('goes to the nearest image, and to none where nothing is said about the place', () => {
    const point = pointOf(frameAt(30), [10, 10]) ?? expect.fail('no point');
    expect(nearestImage(stack([0, 10, 20, 28, 40]), point)).toBe(3);
    expect(nearestImage(stack([0, 10], { FrameOfReferenceUID: '' }), point)).toBeUndefined();
    const { positionLps: _none, ...nowhere } = frameAt(0);
    expect(pointOf(nowhere, [1, 1])).toBeUndefined();
    expect(pointOf(frameAt(0, { FrameOfReferenceUID: '' }), [1, 1])).toBeUndefined();
  });
});

describe('linked scroll as the user wants it', () => {
  const now = stack([0, 2, 4, 6, 8, 10]);
  const prior = stack([100, 102, 104, 106, 108, 110], { FrameOfReferenceUID: '9.9' });

  it('keeps the distance that two stacks of different frames of reference had when they were linked', () => {
    const keptMm = offsetMm(now, 1, prior, 3);
    expect(keptMm).toBe(104);
    expect(linkBasis(now, prior, 'offset')).toBe('offset in mm');
    const to = (index: number) => linkedIndex({ from: now, before: 1, now: index, to: prior, at: 3, keptMm }, 'offset');
    expect([to(0), to(2), to(3), to(5)]).toEqual([2, 4, 5, undefined]);
  });

  it('keeps the distance of a series that came into a viewport later: there and back again it stands where it stood', () => {
    const [from, to]: [Cell, Cell] = [
      { ...emptyCell(0), set: stack(Array.from({ length: 30 }, (_, at) => 5 * at)) },
      { ...emptyCell(1), set: stack([0, 5, 10]) },
    ];
    const move = (cell: Cell, index: number): boolean => {
      cell.index = index;
      return true;
    };
    const model = { shown: shallowRef([from, to]), active: shallowRef(from), layout: ref('1x2'), tab: ref(), moveTo: move } as unknown as ViewerModel;
    const linking = createLinking(model);
    linking.mode.value = 'offset';
    linking.linked.value = true;
    to.set = { ...stack(Array.from({ length: 60 }, (_, at) => 3 * at)), id: 'later' };
    const seen: number[] = [];
    for (const now of [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0]) {
      const before = from.index;
      from.index = now;
      linking.scrolled(from, before);
      seen.push(3 * to.index - 5 * now);
    }
    expect(
      seen.every((apart) => Math.abs(apart) <= 1.5),
      seen.join(),
    ).toBe(true);
    expect(to.index).toBe(0);
  });

  it('leaves films as they stand: another frame is another film', () => {
    const [from, to, film]: [Cell, Cell, Cell] = [
      { ...emptyCell(0), set: now },
      { ...emptyCell(1), set: prior },
      { ...emptyCell(2), set: stack([0, 5, 10], { TransferSyntaxUID: '1.2.840.10008.1.2.4.102' }) },
    ];
    const moveTo = (cell: Cell, index: number): boolean => (cell.index = index) >= 0;
    const model = { shown: shallowRef([from, to, film]), active: shallowRef(from), layout: ref('1x3'), tab: ref(), moveTo } as unknown as ViewerModel;
    const linking = createLinking(model);
    linking.mode.value = 'index';
    linking.linked.value = true;
    from.index = 2;
    linking.scrolled(from, 0);
    expect([to.index, film.index, linking.wordsOf(to), linking.wordsOf(film)]).toEqual([2, 0, ['linked by image number'], []]);
  });

  it('says nothing over a single image: it scrolls with nothing', () => {
    const [from, to, single]: [Cell, Cell, Cell] = [
      { ...emptyCell(0), set: stack([0, 5, 10]) },
      { ...emptyCell(1), set: stack([0, 5, 10]) },
      { ...emptyCell(2), set: stack([5]) },
    ];
    const model = { shown: shallowRef([from, to, single]), active: shallowRef(from), layout: ref('1x3'), tab: ref() } as unknown as ViewerModel;
    const linking = createLinking(model);
    linking.linked.value = true;
    expect([to, single].map((cell) => linking.wordsOf(cell))).toEqual([['linked by position'], []]);
  });

  it('goes to the same number where the user wants numbers, as far as there is one', () => {
    const short = stack([0, 2], { FrameOfReferenceUID: '9.9' });
    const to = (index: number) => linkedIndex({ from: now, before: 0, now: index, to: short, at: 0 }, 'index');
    expect([to(0), to(1), to(2)]).toEqual([0, 1, undefined]);
    expect(linkBasis(now, short, 'index')).toBe('image number');
  });
});

describe('cine', () => {
  it('goes there and back with both ends once', () => {
    const walk = new CineWalk();
    let at = 0;
    const seen = Array.from({ length: 9 }, () => (at = walk.step(at, 1, 4, 'bounce')));
    expect(seen).toEqual([1, 2, 3, 2, 1, 0, 1, 2, 3]);
    expect(new CineWalk().step(0, 5, 4, 'bounce')).toBe(1);
    expect(new CineWalk().step(3, 1, 4, 'loop')).toBe(0);
  });

  it('gives each image its own time where the object has a vector of times', () => {
    const cine = (stepMs?: number) => ({ cine: stepMs === undefined ? {} : { stepMs } });
    const durations = frameDurations([cine(0), cine(100), cine(50), cine(200)]) ?? expect.fail('no times');
    expect(durations).toEqual([100, 50, 200, 200]);
    const clock = new CineClock();
    clock.advance(0, () => 100);
    const ahead = (images: number) => durations[images % 4] ?? 0;
    expect(clock.advance(149, ahead)).toBe(1);
    expect(clock.advance(150, (images) => durations[(1 + images) % 4] ?? 0)).toBe(1);
    expect(frameDurations([cine(0), cine(), cine(50)])).toBeUndefined();
  });

  it('plays between the trims of the object, and everything where these are not sound', () => {
    expect(playedPart({ startTrim: 3, stopTrim: 8 }, 10)).toEqual({ first: 2, count: 6 });
    for (const [startTrim, stopTrim] of [
      [0, 5],
      [5, 5],
      [2, 11],
      [NaN, 4],
    ] as const)
      expect(playedPart({ startTrim, stopTrim }, 10)).toEqual({ first: 0, count: 10 });
  });
});

describe('two fingers', () => {
  it('zoom by their distance about their middle and move with it', () => {
    const pinch = new Pinch();
    pinch.down(1, 0, 0);
    expect(pinch.move(1, 5, 5)).toBeUndefined();
    pinch.down(2, 105, 5);
    expect(pinch.active).toBe(true);
    expect(pinch.move(2, 205, 5)).toEqual({ factor: 2, at: [105, 5], dx: 50, dy: 0 });
    pinch.up(1);
    expect(pinch.move(2, 300, 5)).toBeUndefined();
    expect(pinch.active).toBe(false);
  });
});

describe('layouts', () => {
  it('have a place for each viewport, none over another, none outside', () => {
    for (const id of LayoutId.options) {
      const { rows, columns, areas } = layoutOf(id);
      const taken = new Set<string>();
      for (const area of areas)
        for (let row = area.row; row < area.row + area.rows; row++)
          for (let column = area.column; column < area.column + area.columns; column++) {
            expect(row < rows && column < columns, id).toBe(true);
            expect(taken.has(`${row} ${column}`), id).toBe(false);
            taken.add(`${row} ${column}`);
          }
      expect(taken.size, id).toBe(rows * columns);
      expect(areas.length).toBeLessThanOrEqual(MAX_CELLS);
    }
    expect([layoutWords('2x3'), layoutWords('1+2'), layoutWords('1/3')]).toEqual(['2 x 3', '1 large left of 2', '1 large above 3']);
  });
});

describe('the toolbar', () => {
  it('is what the user chose, in order, each once; unknown buttons and empty groups are left out', () => {
    expect(toolbarGroups(['view.fit', DIVIDER, DIVIDER, 'view.fit', 'no.such', 'presets', DIVIDER]).map((group) => group.map((item) => item.id))).toEqual([
      ['view.fit'],
      ['presets'],
    ]);
    expect(toolbarGroups(undefined).flat()).toHaveLength(DEFAULT_TOOLBAR.filter((id) => id !== DIVIDER).length);
  });

  it('draws the line that a flip mirrors on: upright where left and right change places, level where top and bottom do', async () => {
    const drawn = async (id: string): Promise<string> => {
      const icon = TOOLBAR_ITEMS.find((item) => item.id === id)?.icon ?? expect.fail(`no picture of ${id}`);
      return await renderToString(createSSRApp(icon));
    };
    const [upright, level] = [/d="M12 2v2"/, /d="M4 12H2"/];
    const [horizontal, vertical] = [await drawn('view.flipHorizontal'), await drawn('view.flipVertical')];
    expect([horizontal, vertical].map((svg) => [upright.test(svg), level.test(svg)])).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});

describe('the keys of windows', () => {
  const cell = emptyCell(0);
  const windows = ['NORMAL', 'HARDER'].map((explanation, at) => ({ center: 100 + at, width: 200, explanation, function: 'LINEAR' as const }));
  Object.assign(cell, { set: { ...stack([0]), Modality: 'CR', frames: [frameAt(0, { windows })] } });

  it('are the presets of the modality; where there are none, the file’s own windows by their explanations', () => {
    expect(windowOfKey(cell, [], 2)).toEqual({
      words: 'File: HARDER, W 200 L 101',
      window: { center: 101, width: 200, function: 'LINEAR' },
    });
    expect(windowOfKey(cell, [], 1)).toEqual({ words: 'File: NORMAL, W 200 L 100', window: undefined });
    expect(windowOfKey(cell, [], 3)).toBeUndefined();
    const presets = [{ name: 'Lung', center: -600, width: 1500 }];
    expect(windowOfKey(cell, presets, 1)).toEqual({ words: 'Lung, W 1500 L -600', window: { center: -600, width: 1500 } });
    expect(windowOfKey(cell, presets, 2)).toBeUndefined();
  });

  it('name the file’s own window first, which an untouched image shows already, then go to its next one and round again', () => {
    const seen = [1, 2, 3].map(() => {
      const { words, window } = nextOwnWindow(cell);
      Object.assign(cell, { window, ownWindowNamed: true });
      return [words, window?.voiLut === undefined ? window?.center : 'table'];
    });
    expect(seen).toEqual([
      ['File: NORMAL, W 200 L 100 (1 of 2)', undefined],
      ['File: HARDER, W 200 L 101 (2 of 2)', 101],
      ['File: NORMAL, W 200 L 100 (1 of 2)', undefined],
    ]);
    cell.window = { center: -600, width: 1500 };
    expect(nextOwnWindow(cell)).toEqual({ words: 'File: NORMAL, W 200 L 100 (1 of 2)', window: undefined });
    cell.window = undefined;
    const single = { ...emptyCell(0), set: { ...stack([0]), frames: [frameAt(0, { windows: windows.slice(0, 1) })] } };
    expect(nextOwnWindow(single)).toEqual({ words: '', window: undefined });
  });

  it('are named as what they are: colour and what is no image have none', () => {
    const rgb = frameAt(0);
    const colour = { ...rgb, format: { ...rgb.format, SamplesPerPixel: 3 as const, PhotometricInterpretation: 'RGB' } };
    expect(windowName({ ...emptyCell(0), set: { ...stack([0]), frames: [colour] } }, [])).toBe('Colour, no window');
    expect(windowName(emptyCell(0), [])).toBe('No window');
  });

  it('stand in the menu as they work', () => {
    const keys = (presets: Parameters<typeof windowEntries>[1]) => windowEntries(cell, presets, '').map(({ text, keys: key }) => `${text} ${key ?? ''}`);
    expect(keys([]).slice(0, 2)).toEqual(['File: NORMAL 0', 'File: HARDER 2']);
    expect(keys([{ name: 'Own', center: 1, width: 2 }])).toEqual(expect.arrayContaining(['File: HARDER ', 'Own 1']));
  });
});

describe('window presets', () => {
  it('are those of the user for this modality, else the first ones; none are invented', () => {
    expect(presetsOf('CT')[0]).toEqual({ name: 'Lung', center: -600, width: 1500 });
    expect(presetsOf('CT', { CT: [] })).toEqual([]);
    expect(presetsOf('MR', { CT: [] })).toEqual([]);
    expect(presetsOf('MR', { MR: [{ name: 'T1', center: 1, width: 2 }] })).toHaveLength(1);
  });
});
