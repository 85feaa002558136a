import type { DisplaySet } from '@shared/domain';
import { nextTick, ref, useTemplateRef } from 'vue';
import type { StudyTab } from '../../stores';
import { type CommandCenter, serveCommands, serveOffers } from '../../ui';
import { seriesOffers } from './series-offers';

/** What the rail does while it is shown. */
export interface RailSearch {
  /** Puts the caret into its field. */
  search(): void;
  /** Takes the search away. False when that changes nothing on the screen. */
  clear(): boolean;
}

export interface RailParts {
  tab(): StudyTab;
  locale(): string;
  /** Puts a series into the active viewport. */
  show(set: DisplaySet): void;
}

/** The rail of the series (`rail` in the template), shown or not: to look for a series shows it. The palette finds its series too. */
export function useRail(commands: CommandCenter, { tab, locale, show }: RailParts) {
  const shown = ref(true);
  const rail = useTemplateRef<RailSearch>('rail');

  async function search(): Promise<void> {
    shown.value = true;
    await nextTick();
    rail.value?.search();
  }

  serveCommands(commands, {
    'rail.toggle': { run: () => (shown.value = !shown.value) },
    'rail.search': { run: () => void search() },
  });
  serveOffers(commands, (words) => seriesOffers(tab(), words, locale(), show));
  return { shown, clearSearch: () => rail.value?.clear() ?? false };
}
