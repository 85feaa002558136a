import { describe, expect, it } from 'vitest';
import { imageToViewport } from '../../../shared/geometry';
import { LINE_HEIGHT_PX, shownAnnotations } from '../../../renderer/features/viewer/annotation-shapes';
import { areaBox, shownAspect, viewOfState } from '../../../renderer/features/viewer/displayed-area';
import { el, type Element, sq } from '../../support/dicom';
import { frame as fakeFrame } from '../imaging/fakes';
import { annotated, floats, stateOf } from './states';

describe('annotations of a state on the screen', () => {
  const frame = fakeFrame(1, { SOPInstanceUID: '2.25.1001' as never });
  const twice = { a: 2, b: 0, c: 0, d: 2, e: 100, f: 50 };

  it('lie where their units say, from the lowest layer up, each for its frames', async () => {
    const state = await stateOf(annotated);
    const box = { topLeft: [0, 0], bottomRight: [100, 50] } as const;
    const first = shownAnnotations(state, { ...frame, frameIndex: 1 }, twice, box);
    expect(first.graphics).toMatchObject([{ path: 'M100.00 50.00L120.00 50.00L120.00 60.00Z', filled: true, colour: 'rgb(128 128 128)' }]);
    expect(first.texts[0]).toMatchObject({
      lines: ['Look', 'here'],
      x: 225,
      y: 75,
      align: 'middle',
      leader: [
        [200, 90],
        [120, 90],
      ],
    });
    const second = shownAnnotations(state, { ...frame, frameIndex: 2 }, twice, box);
    expect(second.graphics.map(({ colour }) => colour)).toEqual(['rgb(255 255 255)', 'rgb(128 128 128)']);
    // The ellipse reaches from column 0 to 20 and row 0 to 10.
    const places = [...(second.graphics[0]?.path ?? '').matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(Math.min(...places.map(([x]) => x ?? 0))).toBeCloseTo(100);
    expect(Math.max(...places.map(([x]) => x ?? 0))).toBeCloseTo(140);
    expect(Math.max(...places.map(([, y]) => y ?? 0))).toBeCloseTo(70);
  });
});

describe('text of a state', () => {
  const frame = fakeFrame(1, { SOPInstanceUID: '2.25.1001' as never });
  const whole = { topLeft: [0, 0], bottomRight: [100, 50] } as const;
  const box = (topLeft: readonly [number, number], bottomRight: readonly [number, number], more: readonly Element[] = []): Element =>
    sq(0x00700001, [
      [
        el(0x00700002, 'CS', 'UPPER'),
        sq(0x00700008, [
          [
            el(0x00700003, 'CS', 'PIXEL'),
            el(0x00700006, 'ST', 'words'),
            el(0x00700010, 'FL', floats(...topLeft)),
            el(0x00700011, 'FL', floats(...bottomRight)),
            el(0x00700012, 'CS', 'LEFT'),
            ...more,
          ],
        ]),
      ],
    ]);
  const shown = async (annotation: Element, toCss: Parameters<typeof shownAnnotations>[2]) =>
    shownAnnotations(await stateOf([annotation]), frame, toCss, whole).texts[0];
  const plain = { a: 2, b: 0, c: 0, d: 2, e: 0, f: 0 };
  const turned = { a: 0, b: 2, c: -2, d: 0, e: 100, f: 0 };
  const mirrored = { a: -2, b: 0, c: 0, d: 2, e: 200, f: 0 };

  it('runs from the top left hand corner of its box to the bottom right hand one, turned with the image, never mirrored (PS3.3 C.10.5.1.1)', async () => {
    const usual = box([10, 20], [30, 25]);
    expect(await shown(usual, plain)).toMatchObject({ x: 20, y: 40, align: 'start' });
    expect(await shown(usual, plain)).not.toHaveProperty('turn');
    // A quarter to the right: the box is 10 wide and 40 high about (55, 40), its text begins at its top right corner.
    expect(await shown(usual, turned)).toMatchObject({ x: 55 - 20, y: 40 - 5, turn: { deg: 90, about: [55, 40] } });
    const over = await shown(usual, mirrored);
    expect(over).toMatchObject({ x: 140, y: 40 });
    expect(over).not.toHaveProperty('turn');
  });

  it('is turned by corners that are written the other way round', async () => {
    const turns = await Promise.all(
      [
        [
          [30, 20],
          [10, 25],
        ],
        [
          [30, 25],
          [10, 20],
        ],
        [
          [10, 25],
          [30, 20],
        ],
      ].map(async ([one, other]) => (await shown(box(one as [number, number], other as [number, number]), plain))?.turn?.deg),
    );
    expect(turns).toEqual([90, 180, 270]);
  });

  it('stands in its box as its style says', async () => {
    const style = sq(0x00700231, [[el(0x00700242, 'CS', 'RIGHT'), el(0x00700243, 'CS', 'BOTTOM')]]);
    expect(await shown(box([10, 10], [60, 40], [style]), plain)).toMatchObject({ x: 120, y: 80 - LINE_HEIGHT_PX, align: 'end' });
  });

  it('and graphics have the grey of their layer on the calibrated glass', async () => {
    const state = await stateOf(annotated);
    const { graphics } = shownAnnotations(state, { ...frame, frameIndex: 1 }, plain, whole, (value) => value / 256);
    expect(graphics[0]?.colour).toBe('rgb(128 128 128)'.replaceAll('128', String(32_768 / 256)));
    expect(shownAnnotations(state, { ...frame, frameIndex: 1 }, plain, whole, () => 7).graphics[0]?.colour).toBe('rgb(7 7 7)');
  });
});

describe('the displayed area of a state', () => {
  const frame = fakeFrame(1, { SOPInstanceUID: '2.25.1001' as never, frameIndex: 1 });
  const plane = { columns: 100, rows: 50, aspect: 1 };
  const size = { width: 400, height: 400 };
  const area = (mode: string, more: readonly Element[] = []): Element =>
    sq(0x0070005a, [[el(0x00700052, 'SL', [11, 11]), el(0x00700053, 'SL', [30, 20]), el(0x00700100, 'CS', mode), ...more]]);

  it('is fitted, magnified, or of true size where the display was measured', async () => {
    const fitted = await stateOf([area('SCALE TO FIT')]);
    expect(areaBox(fitted, frame)).toEqual({ topLeft: [10, 10], bottomRight: [30, 20] });
    expect(viewOfState(fitted, frame, plane, size, undefined)).toEqual({ view: { zoom: 20, center: [20, 15], rotationDeg: 0, mirrored: false } });
    const magnified = await stateOf([area('MAGNIFY', [el(0x00700103, 'FL', floats(2.5))])]);
    expect(viewOfState(magnified, frame, plane, size, undefined).view.zoom).toBe(2.5);
    const exact = await stateOf([area('TRUE SIZE', [el(0x00700101, 'DS', ['0.5', '0.4'])])]);
    expect(viewOfState(exact, frame, plane, size, 0.2).view.zoom).toBeCloseTo(2);
    expect(viewOfState(exact, frame, plane, size, undefined)).toMatchObject({ view: { zoom: 20 }, problem: expect.stringContaining('not measured') as string });
  });

  it.each([
    ['a pixel aspect ratio', [el(0x00700102, 'IS', [5, 4])], 1.25],
    ['a pixel spacing, which counts before a ratio', [el(0x00700101, 'DS', ['0.3', '0.2']), el(0x00700102, 'IS', [5, 4])], 1.5],
    ['square pixels, whatever the image says of itself', [el(0x00700102, 'IS', [1, 1])], 1],
  ])('shapes the pixels by %s, in each of the three modes', async (_, said, aspect) => {
    const oblong = { ...frame, spacingMm: [0.8, 0.4] as [number, number] };
    for (const [mode, more] of [
      ['SCALE TO FIT', []],
      ['MAGNIFY', [el(0x00700103, 'FL', floats(2))]],
      ['TRUE SIZE', []],
    ] as const) {
      const state = await stateOf([area(mode, [...said, ...more])]);
      expect(state.problems).toEqual([]);
      expect(shownAspect(oblong, state)).toBeCloseTo(aspect);
      const { view } = viewOfState(state, oblong, { ...plane, aspect: shownAspect(oblong, state) }, size, 0.1);
      const shown = imageToViewport(view, { ...plane, aspect: shownAspect(oblong, state) }, size);
      expect(shown.d / shown.a).toBeCloseTo(aspect);
      // The area of 20 by 10 pixels fills the viewport as far as it goes; a magnified column is two pixels of the screen wide.
      if (mode === 'SCALE TO FIT') expect(20 * shown.a).toBeCloseTo(400);
      if (mode === 'MAGNIFY') expect(shown.a).toBe(2);
    }
    expect(shownAspect(oblong, undefined)).toBe(2);
  });

  it('of the whole image is the fitted view, turned and flipped as the state says', async () => {
    const state = await stateOf([el(0x00700042, 'US', 90), el(0x00700041, 'CS', 'Y')]);
    expect(viewOfState(state, frame, plane, size, undefined)).toEqual({ view: { zoom: 'fit', center: 'middle', rotationDeg: 270, mirrored: true } });
  });
});
