import { describe, expect, it } from 'vitest';
import { FrameMasks } from '../../../renderer/imaging';
import { el, encodeDataSet, type Element, sq } from '../../support/dicom';
import { reference, stateElements } from '../../support/presentation-file';
import { frame as fakeFrame } from '../imaging/fakes';
import { annotated, floats, read, shorts, stateOf } from './states';

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
