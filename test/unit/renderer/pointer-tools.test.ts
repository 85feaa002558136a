import type { Affine } from '@shared/geometry';
import { describe, expect, it } from 'vitest';
import { type Cell, emptyCell } from '../../../renderer/features/viewer/cell';
import { PointerTools } from '../../../renderer/features/viewer/pointer-tools';
import type { ViewerModel } from '../../../renderer/features/viewer/viewer-model';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const PLAIN: Affine = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

/** A viewport with a set and, or not, with its image on the glass; and what its tools ask for. */
function viewport(cssToImage: Affine | undefined) {
  const set = fakeSets(fakeRow(4))[1] ?? expect.fail('no set');
  const stage = { size: { width: 100, height: 100 }, cssToImage: () => cssToImage } as unknown as Cell['stage'];
  const cell: Cell = { ...emptyCell(0), set, stage };
  const said: string[] = [];
  const places: (readonly [number, number])[] = [];
  const indices: number[] = [];
  const windows: number[] = [];
  const model = {
    touched: () => undefined,
    scrollTo: (_cell: Cell, index: number) => void indices.push(index),
    setWindow(to: Cell, window: Cell['window']) {
      to.window = window;
      windows.push(window === undefined || window.voiLut !== undefined ? NaN : window.center);
    },
  } as unknown as ViewerModel;
  const aids = {
    box: { value: undefined },
    say: (_cell: Cell, text: string) => void said.push(text),
    place3d: (_cell: Cell, at: readonly [number, number]) => void places.push(at),
  } as unknown as ConstructorParameters<typeof PointerTools>[2];
  return { tools: new PointerTools(model, cell, aids, () => 1), said, places, indices, windows, cell };
}

describe('a click with the 3D cursor', () => {
  it('is the place of the picture that stands under it', () => {
    const { tools, said, places } = viewport(PLAIN);
    tools.start('cursor3d', 30, 40);
    expect(places).toEqual([[30, 40]]);
    expect(said).toEqual([]);
  });

  it('says that there is no picture yet instead of doing nothing', () => {
    const { tools, said, places } = viewport(undefined);
    tools.start('cursor3d', 30, 40);
    expect(places).toEqual([]);
    expect(said).toEqual(['no 3D cursor: no image is shown here yet']);
  });
});

it('a rectangle over no picture gives no window, and says so', () => {
  const { tools, said } = viewport(undefined);
  tools.start('windowBox', 10, 10);
  tools.move(40, 40);
  expect(tools.end()).toBe(true);
  expect(said).toEqual(['no window from there: no image is shown here yet']);
});

it('the scroll tool goes through the whole stack within the height of the viewport, and through a small one not faster than a hand follows', () => {
  const { tools, indices, cell } = viewport(PLAIN);
  const frames = cell.set?.frames ?? [];
  const [frame = expect.fail('no frame')] = frames;
  const drag = (count: number): number | undefined => {
    cell.set = cell.set && { ...cell.set, frames: Array.from({ length: count }, () => frame) };
    tools.start('scroll', 50, 0);
    tools.move(50, 100);
    tools.end();
    return indices.at(-1);
  };
  expect(drag(51)).toBe(50);
  expect(drag(10)).toBe(17);
  expect(drag(1000)).toBe(100);
});

it('a wheel of many small steps moves the level by all of them together, and changes nothing before', () => {
  const { tools, windows, cell } = viewport(PLAIN);
  cell.window = { center: 40, width: 300, function: 'LINEAR' };
  tools.windowBy(0.25);
  expect(windows, 'less than a step of the level').toEqual([]);
  for (let step = 1; step < 40; step++) tools.windowBy(0.25);
  expect(Math.abs((windows.at(-1) ?? 0) - 50)).toBeLessThanOrEqual(1);
  expect(new Set(windows).size, 'each is a change').toBe(windows.length);
});
