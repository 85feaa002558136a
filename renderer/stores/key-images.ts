import type { CallRequest } from '@shared/contract';
import type { ImageFrame, KeyImage, KeyImages, SopInstanceUid, StudyUid } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { useHost } from './host';
import { useNodeStore } from './node';
import { type ErrorWords, wordsOf } from './words';

type Frame = Pick<ImageFrame, 'SOPInstanceUID' | 'frameIndex' | 'numberOfFrames' | 'tile'>;

/** Key images of the studies that were looked at: what is marked and what was finished. The services hold the truth; each edit is theirs before it is shown. */
export const useKeyImagesStore = defineStore('keyImages', () => {
  const host = useHost();
  const node = useNodeStore();
  const studies = shallowRef<ReadonlyMap<StudyUid, KeyImages>>(new Map());
  /** Whose marks were asked for, had or not. */
  const wanted = new Set<StudyUid>();
  const marked = computed(() => new Set([...studies.value.values()].flatMap(({ marks }) => marks.map((mark) => keyOf(mark.SOPInstanceUID, mark.frameNumber)))));

  function take(state: KeyImages): void {
    const known = studies.value.get(state.StudyInstanceUID);
    // events and answers may overtake each other
    if (known !== undefined && known.version > state.version) return;
    studies.value = new Map(studies.value).set(state.StudyInstanceUID, state);
  }

  async function attempt(action: string, task: () => Promise<{ readonly keyImages: KeyImages }>): Promise<ErrorWords | undefined> {
    try {
      take((await task()).keyImages);
      return undefined;
    } catch (error) {
      return wordsOf(error, action);
    }
  }

  /** What fails is said in the line of the station: an edit that is not on the disk is not shown. */
  async function edit(action: string, task: () => Promise<{ readonly keyImages: KeyImages }>): Promise<boolean> {
    const problem = await attempt(action, task);
    if (problem !== undefined)
      node.notify({ key: 'key-images', level: 'danger', text: `${problem.what}. What was marked before is kept.`, detail: problem.detail });
    return problem === undefined;
  }

  async function load(StudyInstanceUID: StudyUid): Promise<void> {
    wanted.add(StudyInstanceUID);
    const problem = await attempt('The key images could not be read', () => host.call('keyImages.get', { StudyInstanceUID }));
    if (problem === undefined) return;
    const text = `${problem.what}: none is shown, and what was marked before is kept.`;
    node.notify({ key: 'key-images', level: 'attention', text, detail: problem.detail });
  }

  const of = (StudyInstanceUID: StudyUid): KeyImages | undefined => studies.value.get(StudyInstanceUID);
  const isMarked = ({ SOPInstanceUID, frameIndex, numberOfFrames, tile }: Frame): boolean =>
    tile === undefined && marked.value.has(keyOf(SOPInstanceUID, numberOfFrames > 1 ? frameIndex + 1 : undefined));

  /** Marks, or takes the mark away. False: it could not be written. */
  function toggle(StudyInstanceUID: StudyUid, frame: Frame): Promise<boolean> {
    const { SOPInstanceUID, frameIndex, numberOfFrames } = frame;
    const which = numberOfFrames > 1 ? { frameNumber: frameIndex + 1 } : {};
    const request = { StudyInstanceUID, SOPInstanceUID, marked: !isMarked(frame), ...which };
    return edit('The key image could not be marked', () => host.call('keyImages.mark', request));
  }

  /** Takes a mark away, also one whose image is not here any more. */
  function unmark(StudyInstanceUID: StudyUid, { SOPInstanceUID, frameNumber }: KeyImage): Promise<boolean> {
    const request = { StudyInstanceUID, SOPInstanceUID, marked: false, ...(frameNumber !== undefined && { frameNumber }) };
    return edit('The mark could not be taken away', () => host.call('keyImages.mark', request));
  }

  const undo = (StudyInstanceUID: StudyUid): Promise<boolean> =>
    edit('The mark could not be taken back', () => host.call('keyImages.undo', { StudyInstanceUID }));
  const redo = (StudyInstanceUID: StudyUid): Promise<boolean> =>
    edit('The mark could not be made again', () => host.call('keyImages.redo', { StudyInstanceUID }));

  /** Undefined: the note is made. Otherwise why not. */
  function finish(request: CallRequest<'keyImages.finish'>): Promise<ErrorWords | undefined> {
    return attempt('The note could not be made', () => host.call('keyImages.finish', request));
  }

  host.on('keyImages.changed', ({ keyImages }) => take(keyImages));
  host.onReconnected(() => {
    // another run of the services counts its versions anew
    const again = new Set([...studies.value.keys(), ...wanted]);
    studies.value = new Map();
    for (const StudyInstanceUID of again) void load(StudyInstanceUID);
  });

  return { studies, load, of, isMarked, toggle, unmark, undo, redo, finish };
});

function keyOf(SOPInstanceUID: SopInstanceUid, frameNumber: number | undefined): string {
  return `${SOPInstanceUID} ${String(frameNumber ?? 0)}`;
}
