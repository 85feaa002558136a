import type { DisplaySet } from '@shared/domain';
import { createRenderer, defineComponent, h, KeepAlive, nextTick, type RendererOptions, shallowRef } from 'vue';
import { describe, expect, it, vi } from 'vitest';
import { hungAtOnce } from '../../../renderer/features/viewer/first-picture';
import { createViewerModel } from '../../../renderer/features/viewer/viewer-model';
import { createImageLibrary } from '../../../renderer/imaging';
import type { StudyPlace, StudyTab } from '../../../renderer/stores';
import { createCommandCenter } from '../../../renderer/app/command-center';
import { serveCommands } from '../../../renderer/ui/commands';
import { fakePool } from '../imaging/fakes';
import { fakeReports, fakeRow, fakeSets } from '../../support/ui-harness/fake-studies';

const row = fakeRow(4);
const sets = fakeSets(row);
const opened = { study: row, series: [], displaySets: sets, priors: [], revision: 1 };
const tab: StudyTab = {
  uid: row.StudyInstanceUID,
  row,
  opened,
  priors: new Map(),
  problem: undefined,
};
/** A tab of another study, or of none. */
const nothing: StudyTab = { ...tab, uid: '' as StudyTab['uid'], row: undefined, opened: undefined };

async function viewer() {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  const { pool } = await fakePool();
  const library = createImageLibrary({ pool, budgetBytes: 2 ** 26 });
  const places: StudyPlace[] = [];
  const model = createViewerModel(library, (_, place) => places.push(place));
  return { library, places, model };
}

it('what was taken off one picture, and the window that was named, are not taken off the next: another series or study begins untouched', async () => {
  const { model } = await viewer();
  model.showTab(tab, () => undefined);
  const cell = model.active.value;
  const off = () => Object.assign(cell, { over: { overlays: false, shutters: false }, ownWindowNamed: true, inverted: true });
  off();
  model.stepSeries(cell, 1);
  expect(cell).toMatchObject({ over: { overlays: true, shutters: true }, ownWindowNamed: false, inverted: false });
  off();
  model.setWindow(cell, { center: 1, width: 2 });
  expect(cell.ownWindowNamed, 'a window by hand').toBe(false);
  off();
  model.showTab({ ...tab, uid: '2.25.777' as StudyTab['uid'] }, () => undefined);
  expect(model.active.value).toMatchObject({ over: { overlays: true, shutters: true }, ownWindowNamed: false, inverted: false });
});

describe('a viewer that is kept while the list is shown', () => {
  it('holds no image then, and comes back to the place that was remembered', async () => {
    const { library, places, model } = await viewer();
    model.showTab(tab, () => undefined);
    model.setLayout('1x2');
    model.scrollTo(model.active.value, 1);
    library.forget();
    expect(library.usage.usedBytes, 'what is shown is not freed').toBeGreaterThan(0);
    model.reform({ showSet: () => undefined, close: () => model.reform(undefined), place: () => undefined });
    expect(model.shown.value).toHaveLength(3);
    const before = places.length;

    model.showTab(nothing, () => expect.fail('no study has no place'));
    library.forget();
    expect(library.usage.usedBytes).toBe(0);
    expect(model.allCells.every(({ set, open }) => set === undefined && open === undefined)).toBe(true);
    expect(model.reformation.value, 'planes are closed').toBeUndefined();
    expect(places.length, 'nothing is remembered of a study that went').toBe(before);

    model.showTab(tab, () => places.at(-1));
    expect(model.layout.value).toBe('1x2');
    expect(model.cells[0]?.index).toBe(1);
    expect(model.cells.slice(0, 2).map(({ cursor }) => cursor !== undefined)).toEqual([true, true]);
  });
});

describe('a set of reports', () => {
  const reports = fakeReports(row);
  const tabOf = (displaySets: readonly DisplaySet[], revision = 1): StudyTab => ({ ...tab, opened: { ...opened, displaySets: [...displaySets], revision } });

  it('is turned over without a step of undo, and keeps its page whatever comes later', async () => {
    const { model, places } = await viewer();
    model.showTab(tabOf([reports]), () => undefined);
    model.setLayout('1x2');
    model.showSet(model.active.value, reports);
    const place = { ...(places.at(-1) ?? expect.fail()) };
    const later = {
      ...place,
      cells: place.cells.map((at, number) => (number === 1 && place.cells[0] ? { ...place.cells[0], displaySetId: sets[1]?.id ?? '' } : at)),
    };
    model.showTab(nothing, () => undefined);
    model.showTab(tabOf([reports]), () => later);
    const steps: string[] = [];
    model.listen({ before: (what) => steps.push(what) });
    const [cell] = model.cells;
    if (cell === undefined) expect.fail();
    model.turnTo(cell, 2);
    expect([cell.index, steps, places.at(-1)?.cells[0]?.SOPInstanceUID]).toEqual([2, [], '2.25.93']);
    model.showTab(tabOf([reports, ...sets], 2), () => undefined);
    expect(cell.index, 'a set that was waited for turns no page back').toBe(2);
    model.turnTo(cell, 7);
    expect(cell.index, 'never beyond the last').toBe(2);
  });

  it('that hangs because nothing else was here gives way to images that come later; one that was chosen or turned over stays', async () => {
    const { model, places } = await viewer();
    const again = (): string | undefined => {
      const place = places.at(-1);
      model.showTab(nothing, () => undefined);
      model.showTab(tabOf([reports, ...sets]), () => place);
      expect(hungAtOnce({ ...opened, displaySets: [reports, ...sets] }, place)[0]?.set.id, 'so it is loaded ahead').toBe(
        model.active.value.set?.kind === 'image' ? model.active.value.set.id : undefined,
      );
      return model.active.value.set?.id;
    };
    model.showTab(tabOf([reports]), () => undefined);
    model.activate(0);
    expect([model.active.value.set?.id, places.length]).toEqual([reports.id, 1]);
    expect(again()).toBe(sets[1]?.id);

    model.showSet(model.active.value, reports);
    expect(again(), 'chosen').toBe(reports.id);

    model.showTab(nothing, () => undefined);
    model.showTab(tabOf([reports]), () => undefined);
    model.turnTo(model.active.value, 1);
    expect([again(), model.active.value.index], 'turned over').toEqual([reports.id, 1]);
  });
});

interface Plain {
  parent: Plain | null;
  children: Plain[];
}
/** A document that only says who is whose child. */
const plain: RendererOptions<Plain, Plain> = {
  patchProp: () => undefined,
  insert(child, parent) {
    if (child.parent !== null) child.parent.children.splice(child.parent.children.indexOf(child), 1);
    child.parent = parent;
    parent.children.push(child);
  },
  remove: (child) => child.parent?.children.splice(child.parent.children.indexOf(child), 1),
  createElement: () => ({ parent: null, children: [] }),
  createText: () => ({ parent: null, children: [] }),
  createComment: () => ({ parent: null, children: [] }),
  setText: () => undefined,
  setElementText: () => undefined,
  parentNode: ({ parent }) => parent,
  nextSibling: () => null,
};

describe('commands of a screen that is kept', () => {
  it('are served while it is on the screen only', async () => {
    const center = createCommandCenter();
    const shown = shallowRef(true);
    const Screen = defineComponent(() => {
      serveCommands(center, { 'view.invert': { run: () => undefined } });
      return () => h('screen');
    });
    const app = createRenderer(plain).createApp(defineComponent(() => () => h(KeepAlive, () => (shown.value ? h(Screen) : undefined))));
    app.mount({ parent: null, children: [] });
    expect(center.canRun('view.invert')).toBe(true);
    shown.value = false;
    await nextTick();
    expect(center.canRun('view.invert')).toBe(false);
    shown.value = true;
    await nextTick();
    expect(center.canRun('view.invert')).toBe(true);
    app.unmount();
    expect(center.canRun('view.invert')).toBe(false);
  });
});
