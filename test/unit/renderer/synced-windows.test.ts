import { describe, expect, it } from 'vitest';
import { ref, shallowRef } from 'vue';
import { createViewerAids } from '../../../renderer/features/viewer/viewer-aids';
import type { Cell } from '../../../renderer/features/viewer/cell';
import type { ViewerModel } from '../../../renderer/features/viewer/viewer-model';

/** Aids over a double of the model that keeps who was given a window. */
function rig(cells: readonly Cell[]) {
  const given: number[] = [];
  let windowed: (cell: Cell) => void = () => undefined;
  const model = {
    ...{ shown: shallowRef(cells), active: shallowRef(cells[0]), layout: ref('1x2'), tab: ref('') },
    listen: (on: { windowed(cell: Cell): void }) => ((windowed = on.windowed), () => undefined),
    applyWindow: (cell: Cell) => void given.push(cell.number),
  };
  const clock = { nowMs: () => 0, requestFrame: () => 0, cancelFrame: () => undefined };
  const aids = createViewerAids(model as unknown as ViewerModel, clock);
  aids.synced.value = true;
  return { given, windowed: (cell: Cell) => windowed(cell) };
}

function cell(number: number, Modality: string, frame: { type?: string; Units?: string }): Cell {
  const rescale = { slope: 1, intercept: 0, type: frame.type ?? '' };
  const acquisition = frame.Units === undefined ? {} : { Units: frame.Units };
  const set = { kind: 'image', Modality, frames: [{ SOPClassUID: '1.2', rescale, acquisition }] };
  return { number, index: 0, set, window: { center: 40, width: 400 } } as unknown as Cell;
}

describe('windows that are shared', () => {
  it('go to viewports of the same modality and the same unit only', () => {
    const cells = [
      cell(1, 'PT', { Units: 'BQML' }),
      cell(2, 'PT', { Units: 'BQML' }),
      cell(3, 'PT', { Units: 'CNTS' }),
      cell(4, 'CT', { type: 'HU' }),
      cell(5, 'CT', { type: 'HU' }),
      cell(6, 'CT', { type: 'US' }),
    ];
    const { given, windowed } = rig(cells);
    windowed(cells[0] as Cell);
    windowed(cells[3] as Cell);
    expect(given).toEqual([2, 5]);
  });
});
