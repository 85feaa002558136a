import type { StudyUid } from '@shared/domain';
import { onScopeDispose, watch } from 'vue';
import type { ImageLibrary, LookAhead } from '../../imaging';
import { type LookFor, useLookedStore, useSessionStore, useTabsStore } from '../../stores';
import { HELD_MS, type Hung, hungAtOnce } from './first-picture';

/** So long a row is selected before it counts: longer than a held arrow key takes for one, shorter than the pause in a double click. */
const REST_MS = 60;
/** So long all that is open is in memory and nobody does anything before the next study is asked for, or one that has changed is asked for again. */
const QUIET_MS = 1000;

/**
 * Has what will be opened loaded before: the study that the reader rests on in the list, its first picture at once; and the one that the step to the next study
 * would open, when all else is at rest. Each ends when it is another one, or none; what is opened meanwhile has been taken over by its viewport.
 */
export function useLookAhead(library: ImageLibrary, wanted: Readonly<Record<LookFor, () => StudyUid | undefined>>): void {
  const looked = useLookedStore();
  const session = useSessionStore();
  const tabs = useTabsStore();
  library.setOpenStudies((uid) => tabs.tabs.some((tab) => tab.uid === uid));

  /** Returns its end; what is opened now is let go of when its viewports have taken it over. */
  function begin(uid: StudyUid, reason: LookFor, isAgain: boolean): (isOpened: boolean) => void {
    const held: (() => void)[] = [];
    let ended = false;
    async function look(): Promise<void> {
      const opened = await looked.at(uid, reason).catch(() => undefined);
      if (opened === undefined || ended) return;
      const hold = ({ set, index }: Hung, how: LookAhead): void => void held.push(library.ahead(set, index, how) ?? (() => undefined));
      const [first, ...others] = hungAtOnce(opened, session.placeOf(uid));
      if (first !== undefined) hold(first, reason === 'resting' ? 'soon' : 'idle');
      if (reason === 'next') for (const other of others) hold(other, 'first');
    }
    const isAtOnce = reason === 'resting' && !isAgain;
    if (!isAtOnce) library.stir(); // the pause begins now
    const callOff = isAtOnce ? after(REST_MS, () => void look()) : library.whenQuiet(QUIET_MS, () => void look());
    return (isOpened) => {
      ended = true;
      callOff();
      after(isOpened ? HELD_MS : 0, () => held.forEach((release) => release()));
    };
  }

  function follow(reason: LookFor): void {
    let end: ((isOpened: boolean) => void) | undefined;
    watch(
      [wanted[reason], () => looked.changes[reason]] as const,
      ([uid], [before]) => {
        const isOpened = before !== undefined && before === tabs.activeUid;
        end?.(isOpened);
        if (reason === 'next' && uid === undefined && !isOpened) looked.drop(reason); // what is opened may still wait for its answer
        end = uid === undefined ? undefined : begin(uid, reason, uid === before);
      },
      { flush: 'post' },
    );
    onScopeDispose(() => end?.(false));
  }
  follow('resting');
  follow('next');
}

/** At once for 0. Returns how to call it off. */
function after(ms: number, run: () => void): () => void {
  if (ms === 0) {
    run();
    return () => undefined;
  }
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Tells the library whenever the reader does something: keys, wheel, buttons of the pointer. */
export function useStirring(library: ImageLibrary): void {
  const stir = (): void => library.stir();
  const drag = ({ buttons }: PointerEvent): void => {
    if (buttons !== 0) stir();
  };
  const how = { capture: true, passive: true };
  for (const name of ['keydown', 'wheel', 'pointerdown'] as const) document.addEventListener(name, stir, how);
  document.addEventListener('pointermove', drag, how);
  onScopeDispose(() => {
    for (const name of ['keydown', 'wheel', 'pointerdown'] as const) document.removeEventListener(name, stir, how);
    document.removeEventListener('pointermove', drag, how);
  });
}
