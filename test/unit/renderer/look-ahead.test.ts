import type { DisplaySet, StudyUid } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, type EffectScope, nextTick, shallowRef } from 'vue';
import { hungAtOnce } from '../../../renderer/features/viewer/first-picture';
import { useLookAhead } from '../../../renderer/features/viewer/look-ahead';
import { createViewerModel } from '../../../renderer/features/viewer/viewer-model';
import type { StudyPlace, StudyTab } from '../../../renderer/stores';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';
import { station } from '../../support/ui-harness/fake-station';
import { drain, library as fakeLibrary } from '../imaging/fakes';

const [FIRST, SECOND, THIRD] = [fakeRow(1), fakeRow(2), fakeRow(3)] as const;
let scope: EffectScope;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', () => 0);
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A window with the look-ahead over a host and workers that the test plays. */
async function looking() {
  const { fake, library } = await fakeLibrary(1e10);
  const { host, tabs, looked, session } = station({ count: 10 });
  looked.start();
  tabs.start();
  const resting = shallowRef<StudyUid>();
  const next = shallowRef<StudyUid>();
  scope.run(() => useLookAhead(library, { resting: () => resting.value, next: () => next.value }));
  const asked = (name: string): unknown[] =>
    host.calls.filter((call) => call.name === name).map(({ request }) => (request as { StudyInstanceUID: unknown }).StudyInstanceUID);
  /** Everything under way comes, as long as `ms`. */
  const pass = async (ms: number): Promise<void> => {
    for (let step = 0; step < ms; step += 50) {
      await vi.advanceTimersByTimeAsync(50);
      drain(fake);
    }
  };
  /** Of the first set of a study. */
  const share = (row: typeof FIRST): number => library.loadedShare(hungSets(row)[0]?.set.id ?? '');
  return { fake, library, host, tabs, looked, session, resting, next, asked, pass, share };
}

function hungSets(row: typeof FIRST, place?: StudyPlace) {
  return hungAtOnce({ study: row, series: [], displaySets: fakeSets(row), priors: [], revision: 1 }, place);
}

describe('the row that the reader rests on', () => {
  it('has its whole first set loaded, told as opened to nobody, and given up when the reader moves on', async () => {
    const { library, resting, asked, pass, share } = await looking();
    resting.value = FIRST.StudyInstanceUID;
    await pass(1000);
    expect(share(FIRST)).toBe(1);
    expect([asked('study.look'), asked('study.open'), asked('study.opened')]).toEqual([[FIRST.StudyInstanceUID], [], []]);
    resting.value = undefined;
    await nextTick();
    expect(library.usage.usedBytes).toBe(0);
  });

  it('costs nothing while a held key runs through the list', async () => {
    const { fake, library, resting, asked } = await looking();
    for (let row = 0; row < 40; row++) {
      resting.value = fakeRow(row).StudyInstanceUID;
      await vi.advanceTimersByTimeAsync(33);
    }
    expect([asked('study.look'), fake.worker.loads.length, library.usage.usedBytes]).toEqual([[], 0, 0]);
  });

  it('is forgotten at once when it changes, and looked at again when it rests', async () => {
    const { host, library, resting, asked, pass, share } = await looking();
    resting.value = FIRST.StudyInstanceUID;
    await pass(1000);
    host.emit('study.changed', { study: FIRST, revision: 2 });
    await nextTick();
    expect(library.usage.usedBytes).toBe(0);
    await pass(900);
    host.emit('study.changed', { study: FIRST, revision: 3 });
    await pass(900);
    expect(asked('study.look'), 'it is still changing').toHaveLength(1);
    await pass(1500);
    expect([asked('study.look').length, share(FIRST)]).toEqual([2, 1]);
  });
});

describe('the next study', () => {
  it('is looked at when all else is at rest, and is there at once when it is opened, told as opened then', async () => {
    const { fake, library, tabs, next, asked, pass, share } = await looking();
    tabs.open(FIRST.StudyInstanceUID, FIRST);
    await pass(100);
    const busy = library.open(hungSets(FIRST)[0]?.set ?? expect.fail()).cursor(0);
    next.value = SECOND.StudyInstanceUID;
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked('study.look'), 'its frames are still on their way').toEqual([]);
    await pass(2500);
    expect([asked('study.look'), share(SECOND)]).toEqual([[SECOND.StudyInstanceUID], 1]);
    expect([...asked('study.open'), ...asked('study.opened')]).not.toContain(SECOND.StudyInstanceUID);

    tabs.replace(FIRST.StudyInstanceUID, SECOND.StudyInstanceUID, SECOND);
    expect(tabs.active?.opened?.study.StudyInstanceUID, 'without an answer to wait for').toBe(SECOND.StudyInstanceUID);
    busy.release();
    next.value = THIRD.StudyInstanceUID;
    await vi.advanceTimersByTimeAsync(0);
    library.open(hungSets(SECOND)[0]?.set ?? expect.fail()).cursor(0);
    expect([share(SECOND), fake.worker.loads.length]).toEqual([1, 0]);
    await pass(4000);
    expect([share(SECOND), share(THIRD)]).toEqual([1, 1]);
    expect(asked('study.opened')).toEqual([SECOND.StudyInstanceUID]);
    expect(asked('study.open')).not.toContain(SECOND.StudyInstanceUID);
    expect(tabs.active?.priors.size, 'its priors are opened as ever').toBe(1);
  });

  it('is given up when another one is, when there is none, and when it is deleted; only one is held', async () => {
    const { host, library, tabs, looked, next, pass, share } = await looking();
    next.value = SECOND.StudyInstanceUID;
    await pass(2500);
    const one = library.usage.usedBytes;
    expect(one).toBeGreaterThan(0);
    next.value = THIRD.StudyInstanceUID;
    await nextTick();
    expect(library.usage.usedBytes).toBe(0);
    await pass(2500);
    expect([share(SECOND), share(THIRD)]).toEqual([0, 1]);
    host.emit('study.removed', { StudyInstanceUID: THIRD.StudyInstanceUID });
    await nextTick();
    expect([library.usage.usedBytes, looked.ready(THIRD.StudyInstanceUID)]).toEqual([0, undefined]);
    next.value = SECOND.StudyInstanceUID;
    await pass(2500);
    expect(looked.ready(SECOND.StudyInstanceUID)).toBeDefined();
    next.value = undefined;
    await nextTick();
    expect([library.usage.usedBytes, looked.ready(SECOND.StudyInstanceUID)]).toEqual([0, undefined]);
    tabs.open(SECOND.StudyInstanceUID, SECOND);
    await pass(500);
    expect(tabs.active?.opened, 'asked for as ever').toBeDefined();
  });

  it('that is called off before it is looked at is never asked for', async () => {
    const { next, asked, pass } = await looking();
    next.value = SECOND.StudyInstanceUID;
    await pass(500);
    next.value = undefined;
    await pass(3000);
    expect(asked('study.look')).toEqual([]);
  });

  it('that is opened before it has answered is opened with that answer, and is not asked for again', async () => {
    const { host, tabs, next, asked, pass } = await looking();
    const plain = host.call.bind(host);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    host.call = async (name, request, options) => {
      if (name === 'study.look') await answered;
      return plain(name, request, options);
    };
    tabs.open(FIRST.StudyInstanceUID, FIRST);
    await pass(100);
    next.value = SECOND.StudyInstanceUID;
    await pass(2500);
    tabs.replace(FIRST.StudyInstanceUID, SECOND.StudyInstanceUID, SECOND);
    next.value = undefined; // until it is here
    await pass(200);
    expect(tabs.active?.opened).toBeUndefined();
    answer();
    await pass(200);
    expect(tabs.active?.opened?.study.StudyInstanceUID).toBe(SECOND.StudyInstanceUID);
    expect([asked('study.look'), asked('study.opened')]).toEqual([[SECOND.StudyInstanceUID], [SECOND.StudyInstanceUID]]);
    expect(asked('study.open')).not.toContain(SECOND.StudyInstanceUID);
  });

  it('has the first frames of its other viewports loaded too, where it was left with several', async () => {
    const { library, session, next, pass, share } = await looking();
    const place = placeOf('1x2', [null, null]);
    session.setPlace(SECOND.StudyInstanceUID, place);
    next.value = SECOND.StudyInstanceUID;
    await pass(3000);
    expect(share(SECOND)).toBe(1);
    const other = hungSets(SECOND, place)[1]?.set ?? expect.fail();
    expect(library.loadedShare(other.id)).toBe(1 / other.frames.length);
  });
});

function placeOf(layout: StudyPlace['layout'], cells: StudyPlace['cells'], more: Partial<StudyPlace> = {}): StudyPlace {
  return { layout, activeCell: 0, maximised: false, cells, at: '2026-11-30T08:00:00Z', ...more };
}

describe('what is loaded ahead', () => {
  const [scout, ...stacks] = fakeSets(SECOND);
  const MPEG4 = '1.2.840.10008.1.2.4.102';
  const [report] = fakeSets(fakeRow(4)).filter(({ kind }) => kind === 'notShown');
  const film = { ...scout, id: 'film', splitReason: '', frames: scout?.frames.map((frame) => ({ ...frame, TransferSyntaxUID: MPEG4 })) } as DisplaySet;
  const sets = [scout, ...stacks, report, film].flatMap((set) => set ?? []);
  const cell = (at: number, index: number) => {
    const set = sets[at] ?? expect.fail();
    const frame = set.frames[index];
    return {
      displaySetId: set.id,
      SOPInstanceUID: frame?.SOPInstanceUID ?? '',
      frameIndex: frame?.frameIndex ?? 0,
      zoom: 'fit' as const,
      center: 'middle' as const,
      rotationDeg: 0,
      mirrored: false,
      inverted: false,
    };
  };
  const [REPORT, FILM] = [3, 4];
  it.each([
    ['nothing remembered', undefined],
    ['one viewport at its place', placeOf('1x1', [cell(1, 2)])],
    ['two viewports, one of them empty', placeOf('1x2', [cell(1, 2), null])],
    ['the second of two, maximised', placeOf('1x2', [cell(0, 1), cell(1, 3)], { activeCell: 1, maximised: true })],
    ['a set that is not here any more', placeOf('1x1', [{ ...cell(0, 1), displaySetId: 'gone' }])],
    ['an image that is not here any more', placeOf('1x1', [{ ...cell(0, 1), SOPInstanceUID: '2.25.1' }])],
    ['the same set twice', placeOf('1x2', [cell(1, 2), cell(1, 5)], { activeCell: 1 })],
    ['a report in the active viewport', placeOf('1x2', [cell(REPORT, 0), cell(1, 2)])],
    ['a film in the active viewport', placeOf('1x2', [cell(FILM, 1), cell(1, 2)])],
    ['a film beside', placeOf('1x2', [cell(2, 7), cell(FILM, 0)])],
  ])('is what the viewer hangs: %s', async (_, place) => {
    const shown = await loadedBy(sets, place);
    expect(hungOf(sets, place)).toEqual(shown);
    expect(shown.length).toBeGreaterThan(0);
  });

  it('is nothing where the viewer hangs nothing that it loads', async () => {
    const [only, place] = [[film, ...stacks], placeOf('1x1', [cell(FILM, 1)])];
    expect([await loadedBy([film], undefined), hungOf([film], undefined)]).toEqual([[], []]);
    expect([await loadedBy(only, place), hungOf(only, place)]).toEqual([[], []]);
  });
});

const openedWith = (displaySets: DisplaySet[]) => ({ study: SECOND, series: [], displaySets, priors: [], revision: 1 });
const hungOf = (sets: DisplaySet[], place: StudyPlace | undefined) => hungAtOnce(openedWith(sets), place).map(({ set, index }) => [set.id, index]);

/** The sets that the viewer loads when it is opened, each with the index of its image, that of the active viewport first. */
async function loadedBy(sets: DisplaySet[], place: StudyPlace | undefined) {
  const { library } = await fakeLibrary(1e10);
  const model = createViewerModel(library, () => undefined);
  const tab: StudyTab = { uid: SECOND.StudyInstanceUID, row: SECOND, opened: openedWith(sets), priors: new Map(), problem: undefined };
  model.showTab(tab, () => place);
  const cells = [model.active.value, ...model.shown.value.filter((one) => one !== model.active.value)];
  return cells.filter(({ open }) => open !== undefined).map(({ set, index }) => [set?.id, index]);
}
