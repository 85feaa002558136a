import type { InstanceId, PresentationState, PresentationStateRow, StudyUid } from '@shared/domain';
import { onScopeDispose, shallowRef, watch } from 'vue';
import { appliesTo, isMeant } from '../../imaging';
import type { StationHost, StudyTab } from '../../stores';
import { type Cell, frameOf, planeOf, stateOf } from './cell';
import { present } from './cell-subtraction';
import { areaOf, viewOfState } from './displayed-area';
import type { ViewerModel } from './viewer-model';

export interface PresentationParts {
  readonly host: Pick<StationHost, 'call'>;
  readonly model: ViewerModel;
  /** Measured size of a device pixel, millimetres. */
  readonly pixelMm: () => number | undefined;
  readonly say: (cell: Cell, words: string) => void;
}

/** Presentation states of the studies that are shown: which there are for an image, and the one that a viewport applies. */
export function createPresentations({ host, model, pixelMm, say }: PresentationParts) {
  const rows = shallowRef<ReadonlyMap<StudyUid, readonly PresentationStateRow[]>>(new Map());
  const states = new Map<InstanceId, PresentationState>();
  /** Why other states of a study cannot be applied. */
  const refused = new Map<StudyUid, readonly string[]>();
  const asked = new Map<StudyUid, Promise<void>>();
  /** The latest wish of a viewport: a state that comes later than another was wished for is not applied. */
  const wishes = new WeakMap<Cell, number>();

  /** Asks again: a study that grows may have got some. */
  function load(uid: StudyUid): Promise<void> {
    const loading = host.call('presentation.list', { StudyInstanceUID: uid }).then(({ states: found, problems }) => {
      refused.set(uid, problems);
      rows.value = new Map([...rows.value, [uid, found]]);
    });
    asked.set(uid, loading);
    // Who wants one next asks again.
    loading.catch(() => asked.get(uid) === loading && asked.delete(uid));
    return loading;
  }

  function rowsOf(cell: Cell): readonly PresentationStateRow[] {
    const frame = frameOf(cell);
    if (frame === undefined || cell.set === undefined) return [];
    return (rows.value.get(cell.set.StudyInstanceUID) ?? []).filter(({ images }) => isMeant(images, frame));
  }

  async function apply(cell: Cell, row: PresentationStateRow | undefined): Promise<void> {
    const [mine, set] = [(wishes.get(cell) ?? 0) + 1, cell.set];
    wishes.set(cell, mine);
    const isWanted = (): boolean => wishes.get(cell) === mine && cell.set?.id === set?.id;
    try {
      const state = row === undefined ? undefined : (states.get(row.instanceId) ?? (await host.call('presentation.get', { instanceId: row.instanceId })).state);
      if (state !== undefined) states.set(state.instanceId, state);
      if (isWanted()) put(cell, state);
    } catch (error) {
      if (isWanted()) say(cell, error instanceof Error ? error.message : 'the presentation state cannot be read');
    }
  }

  function put(cell: Cell, state: PresentationState | undefined): void {
    model.changing('presentation', cell);
    present(cell, state);
    cell.inverted = false;
    lay(cell);
    model.applyWindow(cell, undefined);
  }

  /** Turns and displays the image as its state wants it, or plainly without one. */
  function lay(cell: Cell): void {
    const frame = frameOf(cell);
    if (frame === undefined) return;
    const state = stateOf(cell);
    if (state === undefined) {
      model.applyView(cell, { zoom: 'fit', center: 'middle', rotationDeg: 0, mirrored: false });
      return;
    }
    const { view, problem } = viewOfState(state, frame, planeOf(frame, state), cell.stage?.size ?? { width: 1, height: 1 }, pixelMm());
    model.applyView(cell, view);
    if (problem !== undefined) say(cell, problem);
  }

  /** One state after the other, and then the image as it is. Before the list has come nobody can say that there is none. */
  async function next(cell: Cell): Promise<void> {
    const uid = cell.set?.StudyInstanceUID;
    try {
      if (uid !== undefined) await (asked.get(uid) ?? load(uid));
    } catch (error) {
      // What was known before still holds.
      if (uid !== undefined && !rows.value.has(uid)) {
        say(cell, `it is not known which presentation states there are: ${error instanceof Error ? error.message : String(error)}`);
        return;
      }
    }
    const among = rowsOf(cell);
    if (among.length === 0) {
      const others = cell.set === undefined ? [] : (refused.get(cell.set.StudyInstanceUID) ?? []);
      say(cell, ['no presentation state names this image', ...others].join('; '));
      return;
    }
    const at = among.findIndex(({ instanceId }) => instanceId === cell.presentation?.instanceId);
    await apply(cell, among[at + 1]);
  }

  const leave = model.listen({
    scrolled: (cell, before) => {
      const state = cell.presentation;
      const [now, then] = [frameOf(cell), cell.set?.frames[before]];
      if (state === undefined || now === undefined || then === undefined) return;
      const isOther = appliesTo(state, now) !== appliesTo(state, then) || areaOf(state, now) !== areaOf(state, then);
      if (isOther) lay(cell);
    },
  });

  return { rows, load, rowsOf, apply, next, close: leave };
}

/** The same for a screen that shows the studies of a tab: asked for with each change of the study. */
export function usePresentations(parts: PresentationParts, tab: () => StudyTab): Presentations {
  const presentations = createPresentations(parts);
  onScopeDispose(presentations.close);
  watch(
    () => [tab().uid, tab().opened?.revision] as const,
    ([uid, revision]) => {
      // Without an answer there is nothing to choose, and the images are shown as they are; who wants the next state asks again, and is told.
      if (revision !== undefined) presentations.load(uid).catch(() => undefined);
    },
    { immediate: true },
  );
  return presentations;
}

export type Presentations = ReturnType<typeof createPresentations>;

/** How a state is called in a list. */
export function stateName({ label, description, creator }: PresentationStateRow): string {
  const name = description === '' ? label : description;
  return [name === '' ? 'Presentation state' : name, creator === '' ? '' : `by ${creator}`].filter((part) => part !== '').join(' ');
}
