import type { StudyRow, StudyUid } from '@shared/domain';
import { knownBeside } from '../features/viewer';
import { type LookFor, usePreferencesStore, useScreensStore, useTabsStore, useTransfersStore, useWorklistStore } from '../stores';

/** Larger studies are laid out when they are opened. */
const MOST_OBJECTS_AHEAD = 3000;

/** Which study the window has looked at before it is opened, for each reason: the row that is selected while the list is on the glass, and what the step to the next study would open. */
export function useWantedAhead(): Readonly<Record<LookFor, () => StudyUid | undefined>> {
  const preferences = usePreferencesStore();
  const screens = useScreensStore();
  const tabs = useTabsStore();
  const transfers = useTransfersStore();
  const worklist = useWorklistStore();

  /** Only where all of it is here: what is not is fetched as it is opened. */
  function lookable(row: StudyRow | undefined): StudyUid | undefined {
    if (row === undefined || row.where.kind === 'remote' || row.instanceCount > MOST_OBJECTS_AHEAD || transfers.hasMore(row)) return undefined;
    return tabs.tabs.some((tab) => tab.uid === row.StudyInstanceUID) ? undefined : row.StudyInstanceUID;
  }

  return {
    resting: () => (tabs.activeUid === undefined && screens.shown === undefined ? lookable(worklist.selectedRow) : undefined),
    next: () => {
      if (tabs.active?.opened === undefined || screens.shown !== undefined || preferences.general.nextAhead === false) return undefined;
      return lookable(knownBeside(worklist, tabs.active.uid, 1));
    },
  };
}
