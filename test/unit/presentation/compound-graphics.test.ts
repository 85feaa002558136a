import type { InstanceId } from '@shared/domain';
import { PresentationState } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { readPresentationState } from '../../../electron/services/presentation';
import { type ShownAnnotations, shownAnnotations } from '../../../renderer/features/viewer/annotation-shapes';
import { el, encodeDataSet, type Element, type Encoding, sq } from '../../support/dicom';
import { stateElements } from '../../support/presentation-file';
import { frame as fakeFrame } from '../imaging/fakes';

const SYNTAX = { implicitLE: '1.2.840.10008.1.2', explicitLE: '1.2.840.10008.1.2.1', explicitBE: '1.2.840.10008.1.2.2' } as const;
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

interface Compound {
  readonly type: string;
  readonly points: readonly number[];
  readonly units?: string;
  readonly more?: readonly Element[];
}

const compound = ({ type, points, units = 'PIXEL', more = [] }: Compound): Element[] =>
  [el(0x00700022, 'FL', floats(...points)), el(0x00700226, 'UL', 7), el(0x00700282, 'CS', units), el(0x00700294, 'CS', type), ...more].sort(
    (left, right) => left.tag - right.tag,
  );
/** A simple line that carries the number of the compound graphic. */
const part: Element[] = [
  ...[el(0x00700005, 'CS', 'PIXEL'), el(0x00700020, 'US', 2), el(0x00700021, 'US', 2), el(0x00700022, 'FL', floats(90, 0, 90, 49))],
  ...[el(0x00700023, 'CS', 'POLYLINE'), el(0x00700024, 'CS', 'N'), el(0x00700226, 'UL', 7)],
];

async function stateOf(of: Compound, parts: readonly Element[][] = [], encoding: Encoding = 'explicitLE'): Promise<PresentationState> {
  const graphics = parts.length === 0 ? [] : [sq(0x00700009, parts)];
  const extra = [
    sq(0x00700001, [[el(0x00700002, 'CS', 'MARKS'), ...graphics, sq(0x00700209, [compound(of)])]]),
    sq(0x00700060, [[el(0x00700002, 'CS', 'MARKS'), el(0x00700062, 'IS', 1), el(0x00700066, 'US', 65_535)]]),
  ];
  const bytes = encodeDataSet(stateElements({ columns: 100, rows: 50, extra }), encoding);
  const reader = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const found = await readPresentationState(reader, { instanceId: 1 as InstanceId, TransferSyntaxUID: SYNTAX[encoding] });
  return found.ok ? PresentationState.parse(structuredClone(found.state)) : expect.fail(found.reason);
}

const frame = fakeFrame(1, { SOPInstanceUID: '2.25.1001' as never, spacingMm: [0.5, 0.5] });
/** Twice as large, 10 down: the displayed area is 200 by 100 pixels of the screen. */
const twice = { a: 2, b: 0, c: 0, d: 2, e: 0, f: 10 };

async function shown(of: Compound, parts: readonly Element[][] = []): Promise<ShownAnnotations> {
  return shownAnnotations(await stateOf(of, parts), frame, twice, { topLeft: [0, 0], bottomRight: [100, 50] });
}

const numbers = (path: string): number[] => [...path.matchAll(/-?[\d.]+/g)].map(Number);
const rotated = (angle: number, x: number, y: number): Element[] => [
  el(0x00700230, 'FD', new Uint8Array(Float64Array.of(angle).buffer)),
  el(0x00700273, 'FL', floats(x, y)),
];
const tick = (position: number, label: string): Element[] => [el(0x00700288, 'FL', floats(position)), el(0x00700289, 'SH', label)];

describe('a compound graphic lies where the standard says (PS3.3 C.10.5.1.3)', () => {
  it.each<[string, Compound, string]>([
    ['lines by pairs', { type: 'MULTILINE', points: [0, 0, 10, 0, 0, 5, 10, 5] }, 'M0.00 10.00L20.00 10.00M0.00 20.00L20.00 20.00'],
    ['a rectangle by its corners', { type: 'RECTANGLE', points: [10, 5, 20, 15] }, 'M20.00 20.00L40.00 20.00L40.00 40.00L20.00 40.00Z'],
    [
      'a rectangle turned counterclockwise about its corner',
      { type: 'RECTANGLE', points: [10, 20, 20, 25], more: rotated(90, 10, 20) },
      'M20.00 50.00L20.00 30.00L30.00 30.00L30.00 50.00Z',
    ],
    ['parts of the displayed area', { type: 'MULTILINE', units: 'DISPLAY', points: [0, 0, 1, 0.5] }, 'M0.00 10.00L200.00 60.00'],
    [
      'strokes at the ends of a range',
      { type: 'RANGELINE', points: [10, 10, 30, 10] },
      'M20.00 30.00L60.00 30.00M20.00 25.00L20.00 35.00M60.00 25.00L60.00 35.00',
    ],
    [
      'a line with a gap in its middle',
      { type: 'CUTLINE', points: [0, 10, 50, 10], more: [el(0x00700261, 'FL', floats(0.1))] },
      'M0.00 30.00L40.00 30.00M60.00 30.00L100.00 30.00',
    ],
    [
      'a crosshair from its gap to its diameter',
      { type: 'CROSSHAIR', points: [50, 25], more: [el(0x00700261, 'FL', floats(0.1)), el(0x00700262, 'FL', floats(0.4))] },
      'M110.00 60.00L140.00 60.00M90.00 60.00L60.00 60.00M100.00 70.00L100.00 100.00M100.00 50.00L100.00 20.00',
    ],
    // 60 pixels of 0.5 mm: ticks at 0, 10, 20, 30 mm and at the end.
    [
      'a ruler with a tick each centimetre',
      { type: 'RULER', points: [0, 10, 60, 10], more: [el(0x00700274, 'CS', 'BOTTOM')] },
      'M0.00 30.00L120.00 30.00' + [0, 40, 80, 120, 120].map((x) => `M${x}.00 30.00L${x}.00 40.00`).join(''),
    ],
  ])('%s', async (_, of, path) => {
    expect((await shown(of)).graphics.map((graphic) => graphic.path)).toEqual([path]);
  });

  it('an infinite line leaves the screen on both sides', async () => {
    const [x0 = 0, y0, x1 = 0, y1] = numbers((await shown({ type: 'INFINITELINE', points: [10, 10, 20, 10] })).graphics[0]?.path ?? '');
    expect([y0, y1]).toEqual([30, 30]);
    expect(Math.min(x0, x1)).toBeLessThan(-10_000);
    expect(Math.max(x0, x1)).toBeGreaterThan(10_000);
  });

  it('an ellipse fills its box, an arrow has its head at the first point', async () => {
    const ellipse = numbers((await shown({ type: 'ELLIPSE', points: [10, 5, 30, 15] })).graphics[0]?.path ?? '');
    const xs = ellipse.filter((_, at) => at % 2 === 0);
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([20, 60]);
    const [arrow] = (await shown({ type: 'ARROW', points: [50, 10, 20, 10] })).graphics;
    expect(arrow?.filled).toBe(true);
    expect(arrow?.path).toMatch(/^M100\.00 30\.00L88\.00 .*Z.*L40\.00 30\.00$/);
  });

  it('an axis has its ticks and their labels', async () => {
    const ticks = [sq(0x00700287, [tick(0, '0'), tick(0.5, '5')]), el(0x00700274, 'CS', 'TOP'), el(0x00700279, 'CS', 'BOTTOM'), el(0x00700278, 'CS', 'Y')];
    const axis = await shown({ type: 'AXIS', points: [0, 20, 40, 20], more: ticks });
    expect(axis.graphics[0]?.path).toBe('M0.00 50.00L80.00 50.00M0.00 40.00L0.00 50.00M40.00 40.00L40.00 50.00');
    expect(axis.texts.map(({ lines, x }) => [lines[0], x])).toEqual([
      ['0', 0],
      ['5', 40],
    ]);
    const silent = await shown({ type: 'AXIS', points: [0, 20, 40, 20], more: [...ticks.slice(0, 3), el(0x00700278, 'CS', 'N')] });
    expect(silent.texts).toEqual([]);
  });
});

describe('a compound graphic and the simple parts that stand for it', () => {
  it('are never both drawn: its own data where the standard says what they look like, else the parts', async () => {
    const own = await shown({ type: 'RECTANGLE', points: [10, 5, 20, 15] }, [part]);
    expect(own.graphics.map(({ path }) => path)).toEqual(['M20.00 20.00L40.00 20.00L40.00 40.00L20.00 40.00Z']);
    const byParts = await shown({ type: 'RULER', points: [0, 10, 60, 10] }, [part]);
    expect(byParts.graphics.map(({ path }) => path)).toEqual(['M180.00 10.00L180.00 108.00']);
  });

  it('of a type that nobody knows, or without its points: the parts, and it says so', async () => {
    for (const of of [
      { type: 'SPIRAL', points: [1, 1, 2, 2] },
      { type: 'ARROW', points: [1, 1] },
    ]) {
      const state = await stateOf(of, [part]);
      expect(state.problems).toEqual(['1 compound graphics are drawn by their simple parts only']);
      expect(shownAnnotations(state, frame, twice, { topLeft: [0, 0], bottomRight: [100, 50] }).graphics).toHaveLength(1);
    }
  });

  it.each(['implicitLE', 'explicitBE'] as const)('is read from %s', async (encoding) => {
    const state = await stateOf({ type: 'RECTANGLE', points: [0, 0, 0, 0] }, [], encoding);
    expect(state.annotations[0]?.compounds).toMatchObject([{ id: 7, type: 'RECTANGLE', units: 'PIXEL' }]);
  });
});

describe('styles of graphics', () => {
  const lab = (l: number): number[] => [l, 32_896, 32_896];
  const line = [
    ...[el(0x00700251, 'US', lab(65_535)), el(0x00700253, 'FL', floats(3)), el(0x00700254, 'CS', 'DASHED'), el(0x00700255, 'UL', 0x00ff00ff)],
    ...[
      el(0x00700244, 'CS', 'OUTLINED'),
      el(0x00700245, 'FL', floats(0)),
      el(0x00700246, 'FL', floats(1)),
      el(0x00700247, 'US', lab(0)),
      el(0x00700258, 'FL', floats(0.5)),
    ],
    el(0x00700284, 'FL', floats(0.75)),
  ].sort((left, right) => left.tag - right.tag);
  const fill = [el(0x00700251, 'US', lab(0)), el(0x00700257, 'CS', 'SOLID'), el(0x00700284, 'FL', floats(0.25))];

  it('give lines their thickness in units of the graphic, their pattern, shadow and fill', async () => {
    const { graphics } = await shown({
      type: 'RECTANGLE',
      points: [10, 5, 20, 15],
      more: [el(0x00700024, 'CS', 'Y'), sq(0x00700232, [line]), sq(0x00700233, [fill])],
    });
    expect(graphics[0]).toMatchObject({ width: 6, opacity: 0.75, colour: 'rgb(255 255 255)' });
    // Eight bits of line, eight of gap, each six pixels long; the pattern begins with its first line.
    expect(graphics[0]?.dash).toBe('48.00 48.00 48.00 48.00');
    expect(graphics[0]?.shadow).toEqual({ colour: 'rgb(0 0 0)', opacity: 0.5, x: 0, y: 0, width: 10 });
    expect(graphics[0]?.fill).toEqual({ colour: 'rgb(0 0 0)', opacity: 0.25 });
  });

  it('say where a pattern is drawn as an even colour', async () => {
    const stippled = fill.map((element) => (element.tag === 0x00700257 ? el(0x00700257, 'CS', 'STIPPELED') : element));
    const state = await stateOf({ type: 'ELLIPSE', points: [10, 5, 20, 15], more: [el(0x00700024, 'CS', 'Y'), sq(0x00700233, [stippled])] });
    expect(state.problems).toEqual(['a fill pattern is drawn as one even colour']);
  });
});
