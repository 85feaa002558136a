import { describe, expect, it } from 'vitest';
import type { ImageLuts, MaskSubtraction, PresentationState } from '@shared/domain';
import { drawCell, emptyCell, voiOfCell } from '../../../renderer/features/viewer/cell';
import { endSubtraction, newSubtraction, ownMask, subtractionState } from '../../../renderer/features/viewer/cell-subtraction';
import { pictureLines } from '../../../renderer/features/viewer/picture-lines';
import type { OpenDisplaySet, TableState } from '../../../renderer/imaging';
import type { FrameImage, GreySettings, StageViewport } from '../../../renderer/vtk';
import { displaySet, frame } from '../imaging/fakes';

const COUNT = 6;
const item = (changes: Partial<MaskSubtraction> = {}): MaskSubtraction => ({ ...ownMask(1), ...changes });

/** A viewport on a run of six frames: frame n holds 100 n everywhere; which of them are loaded, the test says. */
function rig(masks: readonly MaskSubtraction[] = [], relation = 'LOG') {
  const loaded = new Set([1, 2, 3, 4, 5, 6]);
  const cursors: number[] = [];
  const shown: { image: FrameImage | undefined; grey: GreySettings | undefined; mask: Uint8Array | undefined } = {
    image: undefined,
    grey: undefined,
    mask: undefined,
  };
  const acquisition = { PixelIntensityRelationship: relation };
  const windows = [{ center: 300, width: 600, explanation: '', function: 'LINEAR' as const }];
  const frames = Array.from({ length: COUNT }, (_, frameIndex) =>
    frame(1, { frameIndex, numberOfFrames: COUNT, windows, acquisition, extras: { mask: true } }),
  );
  const luts: ImageLuts = { modalityLutType: '', voiLuts: [], problems: [], masks: [...masks], subtractionRecommended: true };
  const tables: TableState = { kind: 'ready', luts };
  const cell = emptyCell(0);
  cell.set = displaySet([], { frames });
  cell.open = {
    state: (index: number) => (loaded.has(index + 1) ? { kind: 'loaded', min: 0, max: 1 } : { kind: 'requested' }),
    frame: (index: number) =>
      loaded.has(index + 1) ? { key: `1:${index}`, values: new Uint16Array(16).fill(100 * (index + 1)), min: 0, max: 600 } : undefined,
    tables: () => tables,
    cursor(index: number) {
      cursors.push(index);
      return { setIndex: () => undefined, release: () => cursors.splice(cursors.indexOf(index), 1) };
    },
  } as unknown as OpenDisplaySet;
  cell.stage = {
    size: { width: 4, height: 4 },
    display: undefined,
    setImage: (image: FrameImage | undefined) => (shown.image = image),
    setGrey: (grey: GreySettings) => (shown.grey = grey),
    setMask: (mask: { rgba: Uint8Array } | undefined) => (shown.mask = mask?.rgba),
    setView: () => undefined,
  } as unknown as StageViewport;
  const go = (number: number): void => {
    cell.index = number - 1;
    drawCell(cell);
  };
  return { cell, loaded, cursors, shown, go };
}

describe('a subtraction in a viewport', () => {
  it('shows the difference to the mean of the masks, its divisor in the rescale, all differences about mid grey', () => {
    const { cell, shown, go } = rig([item({ frames: [1, 2], range: [3, 6] })]);
    cell.subtraction = newSubtraction(cell, undefined);
    go(4);
    expect(subtractionState(cell)).toEqual({ kind: 'subtracted', words: 'subtracted: mask frames 1-2' });
    expect([...(shown.image?.values ?? [])]).toEqual(new Array(16).fill(2 * 400 - 300));
    expect(shown.grey).toMatchObject({ rescale: { slope: 0.5, intercept: 0 }, padding: undefined });
    // -250 to 250: the difference of the first frame that was subtracted, in modality values.
    expect(voiOfCell(cell)).toEqual({ kind: 'LINEAR', center: 0.5, width: 501 });
    go(6);
    expect(shown.image?.values[0]).toBe(2 * 600 - 300);
    expect(voiOfCell(cell)).toEqual({ kind: 'LINEAR', center: 0.5, width: 501 });
  });

  it('shows a frame that no mask is meant for as it is, under its own window, and says so', () => {
    const { cell, shown, go } = rig([item({ frames: [1], range: [3, 6] })]);
    cell.subtraction = newSubtraction(cell, undefined);
    go(2);
    expect(subtractionState(cell)).toEqual({ kind: 'natural', words: 'not subtracted: no mask is meant for this frame' });
    expect(shown.image?.values[0]).toBe(200);
    expect(shown.grey?.voi).toMatchObject({ center: 300, width: 600 });
  });

  it('shows nothing while a mask is awaited, and loads it before the rest', () => {
    const { cell, loaded, cursors, shown, go } = rig([item({ frames: [2] })]);
    loaded.delete(2);
    cell.subtraction = newSubtraction(cell, undefined);
    go(5);
    expect(shown.image).toBeUndefined();
    expect(subtractionState(cell)).toEqual({ kind: 'waiting', words: 'waiting for mask frame 2' });
    expect(cursors).toEqual([1]);
    loaded.add(2);
    go(5);
    expect(shown.image?.values[0]).toBe(300);
    endSubtraction(cell);
    expect(cursors).toEqual([]);
    go(5);
    expect(shown.image?.values[0]).toBe(500);
  });

  it('takes the own mask of the reader before that of the object, and the moved one anew', () => {
    const { cell, shown, go } = rig([item({ frames: [1] })]);
    cell.subtraction = newSubtraction(cell, ownMask(3));
    go(4);
    expect(shown.image?.values[0]).toBe(100);
    const { key } = shown.image ?? { key: '' };
    cell.subtraction = { ...cell.subtraction, moved: [0.5, -1] };
    go(4);
    expect(subtractionState(cell)?.words).toBe('subtracted: mask frame 3, mask moved 0.5 down and 1 left');
    expect(shown.image?.key).not.toBe(key);
    expect(shown.image?.values[0]).toBeCloseTo(100, 9);
  });

  it('goes by the mask and the window of the presentation state that is applied', () => {
    const { cell, shown, go } = rig([item({ frames: [1] })]);
    const windows = [{ center: 10, width: 50, explanation: '', function: 'LINEAR' }];
    cell.presentation = {
      images: [{ SOPInstanceUID: '1.2.1', frames: [] }],
      // The first is meant for another image.
      voi: [
        { images: [{ SOPInstanceUID: '1.2.9', frames: [] }], windows: [{ center: 99, width: 9, explanation: '', function: 'LINEAR' }], luts: [] },
        { images: [], windows, luts: [] },
      ],
      masks: [item({ frames: [3], images: ['1.2.99'] }), item({ frames: [2] })],
      native: [{ images: [], first: 5, last: 6 }],
      frameShutters: [],
      shutter: { value: 0, rectangle: { left: 2, right: 4, upper: 1, lower: 4 } },
      areas: [],
      overlays: [],
      overlayLayers: [],
      layers: [],
      problems: [],
    } as unknown as PresentationState;
    cell.subtraction = newSubtraction(cell, undefined);
    go(4);
    expect(shown.image?.values[0]).toBe(200);
    expect(shown.grey?.voi).toEqual({ kind: 'LINEAR', center: 10, width: 50 });
    expect([shown.mask?.[3], shown.mask?.[7]], 'its shutter lies over the difference').toEqual([255, 0]);
    go(5);
    expect(shown.image?.values[0], 'the state wants it as it is stored').toBe(500);
    expect(subtractionState(cell)).toEqual({ kind: 'natural', words: 'not subtracted: no mask is meant for this frame' });
  });

  it('is recommended by the object, or said with its space', () => {
    const { cell, go } = rig([item()], 'LIN');
    go(3);
    expect(pictureLines(cell)).toEqual(['not subtracted, the image recommends it: Alt+M']);
    cell.subtraction = newSubtraction(cell, undefined);
    go(3);
    expect(pictureLines(cell)).toEqual(['subtracted: mask frame 1, after the logarithm']);
  });
});
