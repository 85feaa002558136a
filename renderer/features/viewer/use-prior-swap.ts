import type { StudyRow, StudyUid } from '@shared/domain';
import { FITTED_VIEW } from '@shared/geometry';
import { nextTick } from 'vue';
import type { StudyTab } from '../../stores';
import { type CommandCenter, serveCommands } from '../../ui';
import { type Cell, frameOf } from './cell';
import { counterpart, imageAfterSwap, studiesBack, type SwapMark } from './prior-swap';
import { syncedView } from './sync-view';
import type { ViewerAids } from './viewer-aids';
import type { ViewerModel } from './viewer-model';
import { whyNot } from './why-not';

export interface PriorSwapParts {
  readonly model: ViewerModel;
  readonly aids: Pick<ViewerAids, 'say'>;
  readonly tab: () => StudyTab;
  readonly load: (prior: StudyUid) => Promise<void>;
}

/** The current study and its priors in the place of each other, in one viewport: the same series, image, window and zoom as far as there are such. */
export function usePriorSwap(commands: CommandCenter, { model, aids, tab, load }: PriorSwapParts): void {
  const marks = new Map<number, SwapMark>();
  /** The prior that was looked at last, by study. */
  let last: StudyUid | undefined;

  const studies = (): StudyRow[] => {
    const { opened } = tab();
    return opened === undefined ? [] : studiesBack(opened.study, opened.priors);
  };
  const place = (cell: Cell): number => studies().findIndex(({ StudyInstanceUID }) => StudyInstanceUID === cell.set?.StudyInstanceUID);

  async function go(cell: Cell, study: StudyRow | undefined, none: string): Promise<void> {
    const of = cell.set;
    if (of === undefined) return;
    model.touched();
    if (study === undefined) {
      aids.say(cell, none);
      return;
    }
    const uid = study.StudyInstanceUID;
    const isCurrent = uid === tab().uid;
    if (!isCurrent && !tab().priors.has(uid)) {
      aids.say(cell, 'the prior is being opened');
      await load(uid);
      await nextTick();
      if (cell.set !== of) return; // something else was chosen meanwhile
    }
    const sets = isCurrent ? tab().opened?.displaySets : tab().priors.get(uid)?.displaySets;
    const made = marks.get(cell.number);
    // Another series was put there since: the last swap is history.
    const mark = made?.shown === of.id ? made : undefined;
    const kept = sets?.find(({ id }) => id === mark?.set.id);
    const set = kept ?? counterpart(of, sets ?? []);
    if (set === undefined) {
      aids.say(cell, sets === undefined ? 'the prior could not be opened' : 'no series of that study compares with this one');
      return;
    }
    if (!isCurrent) last = uid;
    show(cell, set, mark);
  }

  function show(cell: Cell, set: NonNullable<Cell['set']>, mark: SwapMark | undefined): void {
    const { set: from, index, view, window, inverted, stage } = cell;
    const frame = frameOf(cell);
    if (from === undefined || frame === undefined) return;
    const arrived = imageAfterSwap(from, index, set, mark);
    model.showSet(cell, set, arrived);
    marks.set(cell.number, { set: from, index, shown: set.id, arrived });
    cell.inverted = inverted;
    if (window?.voiLut === undefined) model.applyWindow(cell, window);
    const onto = frameOf(cell);
    if (onto === undefined || stage === undefined) return;
    model.applyView(cell, syncedView({ frame, view, size: stage.size }, { frame: onto, view: FITTED_VIEW, size: stage.size }));
  }

  function swap(): void {
    const cell = model.active.value;
    const [current, ...older] = studies();
    const wanted = older.find(({ StudyInstanceUID }) => StudyInstanceUID === last) ?? older[0];
    void go(cell, place(cell) === 0 ? wanted : current, 'no prior of this patient is here');
  }

  function step(by: 1 | -1): void {
    const cell = model.active.value;
    const at = place(cell);
    void go(cell, studies()[at + by], by > 0 ? 'no older prior of this patient is here' : 'this is the current study');
  }

  const enabled = (): boolean => model.active.value.set !== undefined;
  const refused = (): void => aids.say(model.active.value, whyNot(model.active.value));
  serveCommands(commands, {
    'prior.swap': { enabled, refused, run: swap },
    'prior.older': { enabled, refused, run: () => step(1) },
    'prior.newer': { enabled, refused, run: () => step(-1) },
  });
}
