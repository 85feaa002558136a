import { expect, it, vi } from 'vitest';
import { FITTED_VIEW } from '@shared/geometry';
import { emptyCell } from '../../../renderer/features/viewer/cell';
import { createGlass, glassView, glassZoom } from '../../../renderer/features/viewer/magnifier-glass';
import type { OpenDisplaySet } from '../../../renderer/imaging';
import type { FrameImage, StageViewport, ViewportStage } from '../../../renderer/vtk';
import { displaySet, frame } from '../imaging/fakes';

it('the magnifier shows twice what is seen, and never less than the pixels of the image', () => {
  expect([0.2, 0.5, 0.8, 3].map(glassZoom)).toEqual([1, 1, 1.6, 6]);
});

it('the view under the magnifier is turned as the picture is, and at 1:1 lies on whole pixels', () => {
  const turned = { ...FITTED_VIEW, rotationDeg: 90, mirrored: true };
  expect(glassView(turned, 1, [100.4, 20.6])).toEqual({ zoom: 1, center: [100, 21], rotationDeg: 90, mirrored: true });
  expect(glassView(turned, 1.6, [100.4, 20.6])).toMatchObject({ zoom: 1.6, center: [100.4, 20.6] });
});

it('the magnifier draws as the viewport does, dithering too, and is black where the viewport shows nothing', () => {
  vi.stubGlobal('document', { createElement: () => ({}) });
  vi.stubGlobal('window', { devicePixelRatio: 1 });
  let image: FrameImage | undefined;
  const drawn: (string | undefined)[] = [];
  const setDither = vi.fn();
  const nothing = (): undefined => undefined;
  const viewport = { setRect: nothing, setGrey: nothing, setMask: nothing, setView: nothing, setImage: (next?: FrameImage) => (image = next) };
  const addViewport = vi.fn(() => viewport);
  const stage = {
    addViewport,
    removeViewport: nothing,
    delete: nothing,
    setDisplay: nothing,
    setDither,
    setSize: nothing,
    render: () => drawn.push(image?.key),
  };
  const glass = createGlass(() => stage as unknown as ViewportStage);

  const shown = { size: { width: 4, height: 4 }, display: undefined, dither: true, cssToImage: () => ({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }) };
  const cell = { ...emptyCell(0), set: displaySet([], { frames: [frame(1)] }), stage: shown as unknown as StageViewport };
  cell.open = { frame: () => ({ key: 'one', values: new Uint16Array(16), min: 0, max: 1 }), tables: () => ({ kind: 'none' }) } as unknown as OpenDisplaySet;
  expect(glass.show(cell, 1, 1)).toBeGreaterThanOrEqual(1);
  expect(setDither).toHaveBeenLastCalledWith(true);
  // A mask of a subtraction is awaited: the viewport is black.
  cell.stage = { ...shown, cssToImage: nothing } as unknown as StageViewport;
  expect(glass.show(cell, 1, 1)).toBeUndefined();
  expect(drawn).toEqual(['one', undefined]);

  // The viewer is closed while the magnifier is held: nothing is put on a stage that is gone.
  glass.clear();
  glass.delete();
  glass.clear();
  expect(addViewport).toHaveBeenCalledTimes(2);
  vi.unstubAllGlobals();
});
