import type { DisplaySet, ImageFrame, KeyImage, StudyUid } from '@shared/domain';
import { computed, ref, watch } from 'vue';
import { NO_TAB, useKeyImagesStore, type StudyTab } from '../../stores';
import { type CommandCenter, countOf, serveCommands } from '../../ui';
import { frameOf, imageOf } from './cell';
import type { ViewerAids } from './viewer-aids';
import type { ViewerModel } from './viewer-model';
import { whyNot } from './why-not';

/** A mark with the place where its image is shown; no place: its series is not open or not here. */
export interface PlacedMark {
  readonly StudyInstanceUID: StudyUid;
  readonly mark: KeyImage;
  readonly set: DisplaySet | undefined;
  readonly index: number;
}

/** Key images in the viewer: commands, list and dialog all work on the study that the active viewport shows. */
export function useKeyImages(commands: CommandCenter, model: ViewerModel, aids: ViewerAids, tab: () => StudyTab) {
  const store = useKeyImagesStore();
  const finishing = ref(false);
  const study = computed(() => model.active.value.set?.StudyInstanceUID ?? tab().uid);
  const state = computed(() => store.of(study.value));
  const marks = computed(() => (state.value?.marks ?? []).map((mark) => placed(model.sets.value, study.value, mark)));

  watch(study, (uid) => void (uid !== NO_TAB.uid && store.load(uid)), { immediate: true });
  // undo and redo of marks take their turn among the changes of the views
  aids.serveAuthored({
    canUndo: () => state.value?.canUndo === true,
    canRedo: () => state.value?.canRedo === true,
    undo: (uid) => void step(store.undo, uid),
    redo: (uid) => void step(store.redo, uid),
    study: () => study.value,
  });

  async function step(by: (uid: StudyUid) => Promise<boolean>, uid: StudyUid): Promise<void> {
    if (await by(uid)) aids.say(model.active.value, countOf(store.of(uid)?.marks.length ?? 0, 'key image', 'key images'));
  }

  async function toggle(): Promise<void> {
    const cell = model.active.value;
    const [frame, uid] = [frameOf(cell), cell.set?.StudyInstanceUID];
    if (frame === undefined || uid === undefined) return;
    if (cell.plane !== undefined) {
      aids.say(cell, 'a plane made here is no image of the study: it cannot be a key image');
      return;
    }
    if (frame.tile !== undefined) {
      aids.say(cell, 'a tile of a mosaic is no image of the study: mark the mosaic as stored');
      return;
    }
    const was = store.isMarked(frame);
    if (!(await store.toggle(uid, frame))) return;
    aids.authored(uid);
    aids.say(cell, was ? 'no key image any more' : 'marked as key image');
  }

  function jump({ set, index }: PlacedMark): void {
    if (set === undefined) return;
    const cell = model.active.value;
    model.touched();
    if (cell.set?.id !== set.id) model.showSet(cell, set);
    model.scrollTo(cell, index);
  }

  async function takeAway({ StudyInstanceUID, mark }: PlacedMark): Promise<void> {
    if (await store.unmark(StudyInstanceUID, mark)) aids.authored(StudyInstanceUID);
  }

  /** The next one in the list after the image that is shown, round again from the last. */
  function next(): void {
    const here = frameOf(model.active.value);
    const among = marks.value.filter(({ set }) => set !== undefined);
    const at = among.findIndex(({ mark }) => here !== undefined && isOf(mark, here));
    const to = among[(at + 1) % Math.max(1, among.length)];
    if (to !== undefined) jump(to);
  }

  const some = (): boolean => marks.value.length > 0;
  const count = (): string => (some() ? countOf(marks.value.length, 'image', 'images') : '');
  const refused = (words: string) => () => aids.say(model.active.value, whyNot(model.active.value, words));
  serveCommands(commands, {
    'keyImage.toggle': { run: () => void toggle(), enabled: () => imageOf(model.active.value) !== undefined, refused: refused(''), hint: count },
    'keyImage.next': { run: next, enabled: some, refused: refused('no key images'), hint: count },
    'keyImages.finish': { run: () => (finishing.value = true), enabled: some, refused: refused('no key images'), hint: count },
  });

  return { study, state, marks, finishing, jump, takeAway };
}

export type ViewerKeyImages = ReturnType<typeof useKeyImages>;

function isOf(mark: KeyImage, frame: ImageFrame): boolean {
  return frame.tile === undefined && mark.SOPInstanceUID === frame.SOPInstanceUID && (mark.frameNumber ?? 1) === frame.frameIndex + 1;
}

function placed(sets: readonly DisplaySet[], StudyInstanceUID: StudyUid, mark: KeyImage): PlacedMark {
  for (const set of sets) {
    if (set.SeriesInstanceUID !== mark.SeriesInstanceUID) continue;
    const index = set.frames.findIndex((frame) => isOf(mark, frame));
    if (index >= 0) return { StudyInstanceUID, mark, set, index };
  }
  return { StudyInstanceUID, mark, set: undefined, index: -1 };
}
