import type { InstanceId } from '@shared/domain';
import { PresentationState } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { readPresentationState, type StateReading } from '../../../electron/services/presentation';
import { imageToViewport } from '../../../shared/geometry';
import { LINE_HEIGHT_PX, shownAnnotations } from '../../../renderer/features/viewer/annotation-shapes';
import { areaBox, shownAspect, viewOfState } from '../../../renderer/features/viewer/displayed-area';
import { FrameMasks } from '../../../renderer/imaging';
import { el, encodeDataSet, type Element, type Encoding, sq } from '../../support/dicom';
import { reference, stateElements } from '../../support/presentation-file';
import { frame as fakeFrame } from '../imaging/fakes';

const SYNTAX = { implicitLE: '1.2.840.10008.1.2', explicitLE: '1.2.840.10008.1.2.1', explicitBE: '1.2.840.10008.1.2.2' } as const;

async function read(elements: readonly Element[], encoding: Encoding = 'explicitLE', cut = Infinity): Promise<StateReading> {
  const bytes = encodeDataSet(elements, encoding).subarray(0, cut);
  const reader = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  return await readPresentationState(reader, { instanceId: 1 as InstanceId, TransferSyntaxUID: SYNTAX[encoding] });
}

async function stateOf(extra: readonly Element[] = [], encoding: Encoding = 'explicitLE'): Promise<PresentationState> {
  const found = await read(stateElements({ columns: 100, rows: 50, frames: [2, 3], extra }), encoding);
  return found.ok ? PresentationState.parse(structuredClone(found.state)) : expect.fail(found.reason);
}

/** Four bytes each, as VR FL has them. */
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const shorts = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);
const graphic = (type: string, points: readonly number[], units = 'PIXEL', filled = 'N'): Element[] => [
  el(0x00700005, 'CS', units),
  el(0x00700020, 'US', 2),
  el(0x00700021, 'US', points.length / 2),
  el(0x00700022, 'FL', floats(...points)),
  el(0x00700023, 'CS', type),
  el(0x00700024, 'CS', filled),
];
const text = [
  el(0x00700003, 'CS', 'DISPLAY'),
  el(0x00700004, 'CS', 'PIXEL'),
  el(0x00700006, 'ST', 'Look\r\nhere'),
  el(0x00700010, 'FL', floats(0.5, 0.25)),
  el(0x00700011, 'FL', floats(0.75, 0.5)),
  el(0x00700012, 'CS', 'CENTER'),
  el(0x00700014, 'FL', floats(10, 20)),
  el(0x00700015, 'CS', 'Y'),
];
const annotated: Element[] = [
  sq(0x00700001, [
    [el(0x00700002, 'CS', 'TOP'), sq(0x00700008, [text]), sq(0x00700009, [graphic('POLYLINE', [0, 0, 10, 0, 10, 5], 'PIXEL', 'Y')])],
    [el(0x00700002, 'CS', 'LOW'), sq(0x00081140, [reference([3])]), sq(0x00700009, [graphic('ELLIPSE', [0, 5, 20, 5, 10, 0, 10, 10]), graphic('CIRCLE', [1])])],
  ]),
  sq(0x00700060, [
    [el(0x00700002, 'CS', 'TOP'), el(0x00700062, 'IS', 2), el(0x00700066, 'US', 0x8000)],
    [el(0x00700002, 'CS', 'LOW'), el(0x00700062, 'IS', 1), el(0x00700401, 'US', [65_535, 32_896, 32_896])],
  ]),
];

describe('a presentation state', () => {
  for (const encoding of ['implicitLE', 'explicitLE', 'explicitBE'] as const)
    it(`is read with names, references, area and layers, ${encoding}`, async () => {
      const layers = annotated.slice(1);
      const state = await stateOf([...layers, el(0x00700042, 'US', 90), el(0x00700041, 'CS', 'Y')], encoding);
      expect(state).toMatchObject({ kind: 'greyscale', label: 'TESTSTATE', description: 'A test', creator: 'Maker Mia', created: '20260103 111213' });
      expect(state.images).toEqual([{ SOPInstanceUID: '2.25.1001', frames: [2, 3] }]);
      expect(state).toMatchObject({ rotationDeg: 90, flipped: true, areas: [{ topLeft: [1, 1], bottomRight: [100, 50], mode: 'SCALE TO FIT' }] });
      expect(state.layers.map(({ name, value }) => [name, value])).toEqual([
        ['LOW', undefined],
        ['TOP', 0x8000],
      ]);
      expect(state.problems).toEqual([]);
    });

  it('has graphics and texts; incomplete ones are named', async () => {
    const state = await stateOf(annotated);
    expect(state.annotations[0]).toMatchObject({
      layer: 'TOP',
      graphics: [
        {
          type: 'POLYLINE',
          filled: true,
          points: [
            [0, 0],
            [10, 0],
            [10, 5],
          ],
        },
      ],
    });
    expect(state.annotations[0]?.texts[0]).toMatchObject({
      text: 'Look\nhere',
      box: { units: 'DISPLAY', topLeft: [0.5, 0.25], align: 'CENTER' },
      anchor: { units: 'PIXEL', point: [10, 20], visible: true },
    });
    expect(state.annotations[1]?.images).toEqual([{ SOPInstanceUID: '2.25.1001', frames: [3] }]);
    expect(state.problems).toEqual(['1 graphic objects are not drawn: they are incomplete']);
  });

  it.each([
    ['another class', [el(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2')], 'is no presentation state that is read'],
    ['no image', [sq(0x00081115, [])], 'it names no image'],
  ])('that has %s is refused in words', async (_, extra, words) => {
    const found = await read(stateElements({ columns: 1, rows: 1, extra }));
    expect(found.ok ? '' : found.reason).toContain(words);
  });

  it('that was cut short anywhere is refused or read, without an exception', async () => {
    const elements = stateElements({ columns: 100, rows: 50, extra: annotated });
    const length = encodeDataSet(elements).length;
    for (let cut = 0; cut < length; cut += 11) expect(typeof (await read(elements, 'explicitLE', cut)).ok).toBe('boolean');
  });

  it('nested beyond all measure is refused', async () => {
    let inner: Element[] = [el(0x00081150, 'UI', '1.2')];
    for (let depth = 0; depth < 100; depth++) inner = [sq(0x00081140, [inner])];
    const found = await read(stateElements({ columns: 1, rows: 1, extra: [sq(0x00700001, [inner])] }));
    expect(found).toMatchObject({ ok: false, reason: 'the object is damaged' });
  });
});

describe('an XA/XRF state', () => {
  const XA = '1.2.840.10008.5.1.4.1.1.11.5';
  const shutter = [el(0x00181600, 'CS', 'CIRCULAR'), el(0x00181610, 'IS', [25, 50]), el(0x00181612, 'IS', 20), el(0x00181622, 'US', 0)];
  const extra = [
    sq(0x00189472, [[sq(0x00081140, [reference([1, 2])]), ...shutter]]),
    sq(0x00286100, [
      [
        sq(0x00081140, [reference()]),
        el(0x00286101, 'CS', 'AVG_SUB'),
        el(0x00286102, 'US', [4, 10]),
        el(0x00286110, 'US', [1, 2]),
        el(0x00289416, 'US', 3),
        sq(0x00289501, [
          [
            el(0x00289416, 'US', 3),
            sq(0x00289502, [
              [el(0x00286114, 'FL', floats(0.5, -1.5))],
              [el(0x00286114, 'FL', floats(2, 0)), el(0x00289503, 'SS', shorts(1, 1, 1, 40, 20, 40))],
            ]),
            el(0x00289506, 'US', [4, 7]),
          ],
        ]),
      ],
      [el(0x00286101, 'CS', 'REV_TID'), el(0x00286102, 'US', [11, 14]), el(0x00286120, 'SS', shorts(1))],
    ]),
    sq(0x00289505, [
      [
        el(0x00181244, 'US', 1),
        sq(0x00089458, [
          [el(0x00082142, 'IS', 1), el(0x00082143, 'IS', 3), el(0x00281090, 'CS', 'NAT'), el(0x00289411, 'FL', floats(40))],
          [el(0x00082142, 'IS', 4), el(0x00082143, 'IS', 14), el(0x00281090, 'CS', 'SUB'), el(0x00289478, 'FL', floats(25))],
        ]),
      ],
    ]),
  ];

  it('says masks, shifts by region, shutters and what is seen as stored, frame by frame', async () => {
    const found = await read(stateElements({ columns: 100, rows: 50, SOPClassUID: XA, extra }));
    if (!found.ok) throw new Error(found.reason);
    const { state } = found;
    expect(state.kind).toBe('greyscale');
    expect(state.masks).toMatchObject([
      {
        operation: 'AVG_SUB',
        frames: [1, 2],
        range: [4, 10],
        images: ['2.25.1001'],
        id: 3,
        byRegion: [
          {
            range: [4, 7],
            regions: [
              { shift: [0.5, -1.5] },
              {
                shift: [2, 0],
                vertices: [
                  [1, 1],
                  [1, 40],
                  [20, 40],
                ],
              },
            ],
          },
        ],
      },
      { operation: 'REV_TID', range: [11, 14], tidOffset: 1 },
    ]);
    expect(state.frameShutters).toEqual([
      { images: [{ SOPInstanceUID: '2.25.1001', frames: [1, 2] }], shutter: { value: 0, circle: { center: [25, 50], radius: 20 } } },
    ]);
    expect(state.native).toEqual([{ images: [], first: 1, last: 3 }]);
    expect(state.problems).toEqual([
      'the play-back of the state is not taken over',
      'the edge enhancement of the state is not applied',
      'the state leaves 25 % of the mask visible: subtracted in full',
    ]);
  });

  it('lays each shutter over its frames only', async () => {
    const found = await read(stateElements({ columns: 100, rows: 50, SOPClassUID: XA, extra }));
    if (!found.ok) throw new Error(found.reason);
    const masks = new FrameMasks();
    const of = (frameIndex: number) => {
      const frame = fakeFrame(1, { SOPInstanceUID: '2.25.1001' as never, frameIndex, format: { ...fakeFrame(1).format, Columns: 100, Rows: 50 } });
      const loaded = { key: `1:${frameIndex}`, values: new Uint16Array(5000), min: 0, max: 0 };
      return masks.of({ frame, loaded, tables: { kind: 'none' }, state: found.state, over: { overlays: true, shutters: true } });
    };
    expect([of(0)?.rgba[3], of(0)?.rgba[(24 * 100 + 49) * 4 + 3]]).toEqual([255, 0]);
    expect(of(1)?.key).toBe(of(0)?.key);
    expect(of(2)).toBeUndefined();
  });
});

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
