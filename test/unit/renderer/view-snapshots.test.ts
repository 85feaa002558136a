import { expect, it } from 'vitest';
import { ref } from 'vue';
import type { PresentationState } from '@shared/domain';
import { ALL_DRAWN, type Cell, emptyCell } from '../../../renderer/features/viewer/cell';
import { createSnapshots } from '../../../renderer/features/viewer/model-snapshots';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

it('undo takes the presentation state and what is drawn over the picture back with window and view: never one of them alone', () => {
  const sets = fakeSets(fakeRow(4));
  const set = sets[1] ?? expect.fail('no set');
  const cell: Cell = { ...emptyCell(0), set, window: { center: 40, width: 400 } };
  const { snapshot, apply } = createSnapshots({
    ...{ cells: [cell], planeCells: [], layout: ref('1x1'), activeNumber: ref(0), maximised: ref(false), sets: ref(sets) },
    ...{ isReformed: () => false, put: () => undefined, redraw: () => undefined, settle: () => undefined },
  });
  const plain = snapshot();
  const state = { masks: [{}], SOPInstanceUID: '2.25.9' } as unknown as PresentationState;
  Object.assign(cell, { presentation: state, window: undefined, over: { ...ALL_DRAWN, overlays: false } });
  const presented = snapshot();
  apply(plain);
  expect(cell).toMatchObject({ presentation: undefined, window: { center: 40, width: 400 }, over: ALL_DRAWN, subtraction: undefined });
  apply(presented);
  expect(cell).toMatchObject({ presentation: state, window: undefined, over: { overlays: false, shutters: true } });
  expect(cell.subtraction, 'a state with masks shows differences').toBeDefined();
});
