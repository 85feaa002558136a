import type { DisplaySet, PointerTool } from '@shared/domain';
import { MPR_PLANES, type ViewTransform } from '@shared/geometry';
import { computed, ref, shallowReactive, shallowRef } from 'vue';
import type { ImageLibrary } from '../../imaging';
import type { LayoutId, StudyPlace, StudyTab } from '../../stores';
import { type Cell, drawCell, emptyCell, followFrames, indexOfPlace, placeInSet, placeOfCell } from './cell';
import { isFilm } from '../objects';
import { untouch } from './cell-subtraction';
import { hangingOrder, indexToHang, layoutOf, MAX_CELLS, setsOfTab, withinSet } from './hanging';
import { createGreyChanges } from './model-grey';
import { createRestore, viewOfCell } from './model-restore';
import { createSnapshots } from './model-snapshots';
import type { ModelListener, Reformation } from './model-types';

/** What stands in the viewports and every change of it. Knows neither the page nor the stage's canvas. */
export function createViewerModel(library: ImageLibrary, onPlace: (study: StudyTab['uid'], place: StudyPlace) => void) {
  const cells = Array.from({ length: MAX_CELLS }, (_, number): Cell => shallowReactive(emptyCell(number)));
  /** Shown in place of the others while there is a reformation. */
  const planeCells = MPR_PLANES.map((_, at): Cell => shallowReactive(emptyCell(MAX_CELLS + at)));
  const reformation = shallowRef<Reformation>();
  const reformLayout = ref<LayoutId>('1+2');
  const tab = shallowRef<StudyTab>();
  const layout = ref<LayoutId>('1x1');
  const activeNumber = ref(0);
  const maximised = ref(false);
  const tool = ref<PointerTool>('window');
  let hung: StudyTab['uid'] | undefined;
  let pending: StudyPlace | undefined;
  const listeners = new Set<ModelListener>();

  const active = computed(() => [...cells, ...planeCells][activeNumber.value] ?? (cells[0] as Cell));
  /** The viewport of the grid that was active last. */
  let activeOfGrid = 0;
  const shownLayout = computed(() => (reformation.value === undefined ? layout.value : reformLayout.value));
  const shown = computed(() => {
    if (maximised.value) return [active.value];
    if (reformation.value !== undefined) return planeCells;
    return cells.slice(0, layoutOf(layout.value).areas.length);
  });
  const sets = computed(() => (tab.value === undefined ? [] : setsOfTab(tab.value)));

  function remember(): void {
    const uid = tab.value?.uid;
    if (uid === undefined || hung !== uid) return;
    if (activeNumber.value < MAX_CELLS) activeOfGrid = activeNumber.value;
    const now = { layout: layout.value, activeCell: activeOfGrid, maximised: maximised.value };
    const mpr = reformation.value?.place();
    onPlace(uid, { ...now, cells: cells.map(placeOfCell), at: new Date().toISOString(), ...(mpr === undefined ? {} : { mpr }) });
  }

  function tell(one: (listener: ModelListener) => void): void {
    for (const listener of listeners) one(listener);
  }

  const tellBefore = (what: string, cell: Cell): void => tell((listener) => listener.before?.(what, cell));

  function redraw(cell: Cell): void {
    drawCell(cell);
    cell.version++;
  }

  function letGo(cell: Cell): void {
    cell.cursor?.release();
    cell.leave?.();
    cell.cursor = undefined;
    cell.leave = undefined;
    cell.open = undefined;
  }

  function put(cell: Cell, set: DisplaySet | undefined, index?: number): void {
    letGo(cell);
    untouch(cell);
    cell.unchosen = false;
    cell.set = set;
    cell.index = set === undefined ? 0 : withinSet(set, index ?? indexToHang(set));
    attach(cell);
    redraw(cell);
  }

  function putNext(cell: Cell, set: DisplaySet | undefined): void {
    put(cell, set);
    cell.unchosen = true;
  }

  /** Only viewports on the screen load: the others take their cursor when they come back. */
  function attach(cell: Cell): void {
    const visible = shown.value.includes(cell);
    if (!visible || cell.set === undefined || cell.set.kind !== 'image' || isFilm(cell.set)) {
      letGo(cell);
      return;
    }
    if (cell.open !== undefined) return;
    const open = library.open(cell.set);
    const leave = followFrames(open, cell, () => {
      if (cell.open === open) redraw(cell);
    });
    cell.open = open;
    cell.leave = leave;
    cell.cursor = open.cursor(cell.index);
  }

  function attachAll(): void {
    for (const cell of cells) {
      attach(cell);
      redraw(cell);
    }
  }

  function showSet(cell: Cell, set: DisplaySet, index?: number): void {
    if (cell.plane !== undefined) {
      reformation.value?.showSet(set);
      return;
    }
    tellBefore('set', cell);
    put(cell, set, index);
    activeNumber.value = cell.number;
    remember();
  }

  /** Moves without telling: linked viewports, cine. False when there is nowhere to go. */
  function moveTo(cell: Cell, index: number): boolean {
    const last = (cell.set?.frames.length ?? 0) - 1;
    const next = Math.min(Math.max(0, index), Math.max(0, last));
    if (next === cell.index || last < 0) return false;
    cell.index = next;
    cell.cursor?.setIndex(next);
    redraw(cell);
    remember();
    return true;
  }

  /** Another object of its set. Like an image that was scrolled to it is no step of undo. */
  function turnTo(cell: Cell, index: number): void {
    if (cell.set === undefined) return;
    pending = undefined;
    cell.unchosen = false;
    cell.index = withinSet(cell.set, index);
    activeNumber.value = cell.number;
    redraw(cell);
    remember();
  }

  function scrollTo(cell: Cell, index: number): void {
    const before = cell.index;
    if (moveTo(cell, index)) tell((listener) => listener.scrolled?.(cell, before));
  }

  function applyView(cell: Cell, view: ViewTransform): void {
    cell.view = view;
    cell.stage?.setView(view);
    cell.version++;
    remember();
  }

  /** `what`: a drag is one step of undo, a turn or a fit one by itself. */
  function setView(cell: Cell, view: ViewTransform, what: 'view' | 'turn' = 'view'): void {
    tellBefore(what, cell);
    applyView(cell, view);
    tell((listener) => listener.viewed?.(cell));
  }

  function stepSeries(cell: Cell, by: 1 | -1): void {
    const of = cell.plane?.source ?? cell.set;
    const among = sets.value.filter((set) => of === undefined || set.StudyInstanceUID === of.StudyInstanceUID);
    const at = among.findIndex((set) => set.id === of?.id);
    const next = among[at + by];
    if (next !== undefined) showSet(cell, next);
  }

  function setLayout(id: LayoutId): void {
    tellBefore('layout', active.value);
    if (reformation.value !== undefined && layoutOf(id).areas.length === planeCells.length) {
      reformLayout.value = id;
      maximised.value = false;
      remember();
      return;
    }
    reformation.value?.close();
    layout.value = id;
    maximised.value = false;
    const count = layoutOf(id).areas.length;
    if (activeNumber.value >= count) activeNumber.value = 0;
    const current = tab.value?.opened?.displaySets ?? [];
    const free = hangingOrder(current).filter((set) => !cells.some((cell) => cell.set?.id === set.id));
    for (const cell of cells.slice(0, count)) {
      if (cell.set === undefined) putNext(cell, free.shift());
    }
    attachAll();
    remember();
  }

  function maximise(cell: Cell): void {
    if (shownLayout.value === '1x1') return;
    tellBefore('maximise', cell);
    activeNumber.value = cell.number;
    maximised.value = !maximised.value;
    attachAll();
    remember();
  }

  function activate(number: number): void {
    activeNumber.value = number;
    if (maximised.value) attachAll();
    remember();
  }

  const restore = createRestore({ cells, layout, activeNumber, maximised, sets, put, redraw });

  /** Planes take the place of the grid, or (undefined) give it back as it was. */
  function reform(next: Reformation | undefined): void {
    if (next !== undefined && reformation.value === undefined) activeOfGrid = activeNumber.value;
    reformation.value = next;
    maximised.value = false;
    activeNumber.value = next === undefined ? activeOfGrid : MAX_CELLS;
    attachAll();
    remember();
  }

  function hang(next: StudyTab, place: StudyPlace | undefined): void {
    hung = undefined;
    reformation.value?.close();
    for (const cell of cells) put(cell, undefined);
    layout.value = '1x1';
    activeNumber.value = 0;
    maximised.value = false;
    if (place !== undefined) {
      restore(place);
      pending = place;
    }
    const order = hangingOrder(next.opened?.displaySets ?? []).filter((set) => !cells.some((cell) => cell.set?.id === set.id));
    for (const [number, cell] of cells.slice(0, layoutOf(layout.value).areas.length).entries()) {
      const later = place?.cells[number];
      if (cell.set === undefined && (later === null || later === undefined)) putNext(cell, order.shift());
    }
    if (cells.every((cell) => cell.set === undefined)) putNext(cells[0] as Cell, order.shift());
    hung = next.uid;
    attachAll();
    tell((listener) => listener.hung?.(place));
  }

  /** The study (or one of its priors) has more or other frames: each viewport keeps its image. */
  function follow(next: StudyTab): void {
    library.update(setsOfTab(next));
    for (const cell of cells) {
      const place = cell.set === undefined ? undefined : placeInSet(cell.set, cell.index);
      // A set that fell into others (objects of another patient came) is followed by the one that has its image.
      const holds = (set: DisplaySet): boolean => place !== undefined && indexOfPlace(place, set) >= 0;
      const set = sets.value.find((candidate) => candidate.id === cell.set?.id) ?? (cell.set === undefined ? undefined : sets.value.find(holds));
      if (set === undefined || set === cell.set) continue;
      const at = place === undefined ? -1 : indexOfPlace(place, set);
      if (set.id !== cell.set?.id) letGo(cell);
      cell.set = set;
      cell.index = at >= 0 ? at : withinSet(set, cell.index);
      attach(cell);
      cell.cursor?.setIndex(cell.index);
      redraw(cell);
    }
    tell((listener) => listener.followed?.());
    const waiting = pending?.cells.some(
      (at, number) => at !== null && cells[number]?.set === undefined && sets.value.some((set) => set.id === at.displaySetId),
    );
    if (waiting === true && pending !== undefined) {
      restore(pending);
      attachAll();
    }
    if (cells[0]?.set === undefined && layout.value === '1x1') putNext(cells[0] as Cell, hangingOrder(next.opened?.displaySets ?? [])[0]);
  }

  /** Shows a tab; one that is not opened (yet) shows and loads nothing, and the last one keeps the place that was remembered. `place` is asked for only when the tab is another one than before. */
  function showTab(next: StudyTab, place: () => StudyPlace | undefined): void {
    const other = hung !== next.uid;
    tab.value = next;
    if (next.opened === undefined) {
      if (!other) return;
      [hung, pending] = [undefined, undefined];
      for (const cell of cells) put(cell, undefined);
      reformation.value?.close();
      return;
    }
    if (other) {
      pending = undefined;
      hang(next, place());
    } else follow(next);
  }

  /** Views that were restored before their viewport had a size are made for it now. */
  function placed(cell: Cell): void {
    const at = pending?.cells[cell.number] ?? null;
    const view = at === null || cell.set?.id !== at.displaySetId ? undefined : viewOfCell(cell, at);
    if (view !== undefined) applyView(cell, view);
  }

  /** After undo: what is active must be on the screen. */
  function settle(): void {
    if (!shown.value.includes(active.value)) activeNumber.value = reformation.value === undefined ? activeOfGrid : MAX_CELLS;
    attachAll();
    remember();
  }

  function listen(listener: ModelListener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  function close(): void {
    for (const cell of cells) letGo(cell);
  }

  return {
    cells,
    planeCells,
    /** Of the grid and of the planes: each has its place on the stage. */
    allCells: [...cells, ...planeCells],
    reformation,
    reform,
    /** Notes where all stands, to come back to. */
    remember,
    tab,
    layout,
    shownLayout,
    active,
    activeNumber,
    maximised,
    tool,
    shown,
    sets,
    showTab,
    showSet,
    moveTo,
    turnTo,
    scrollTo,
    applyView,
    ...createGreyChanges({ planeCells, redraw, remember, before: tellBefore, windowed: (cell) => tell((listener) => listener.windowed?.(cell)) }),
    ...createSnapshots({ cells, planeCells, layout, activeNumber, maximised, sets, isReformed: () => reformation.value !== undefined, put, redraw, settle }),
    listen,
    setView,
    stepSeries,
    setLayout,
    maximise,
    activate,
    placed,
    /** From the first touch on, the remembered place is history. */
    touched: () => (pending = undefined),
    redraw,
    close,
  };
}

export type ViewerModel = ReturnType<typeof createViewerModel>;
