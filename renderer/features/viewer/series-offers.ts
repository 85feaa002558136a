import type { DisplaySet } from '@shared/domain';
import type { StudyTab } from '../../stores';
import { dateText, type Offer } from '../../ui';
import { setsOfTab, studyOfSet } from './hanging';
import { markOfOther } from './prior-words';
import { matchesSet } from './rail-search';
import { kindOfSet, nameOfSet } from './rail-words';

/** The palette offers so many series at most. */
const MOST = 40;

/** The series of a study and its priors that the words find, as the search of the rail does. `show`: puts one into the active viewport. */
export function seriesOffers(tab: StudyTab, words: string, locale: string, show: (set: DisplaySet) => void): Offer[] {
  const found = setsOfTab(tab).filter((set) => matchesSet(set, words));
  return found.slice(0, MOST).map((set) => {
    const hint = [markOf(tab, set, locale), set.Modality, kindOfSet(set), set.splitReason].filter((part) => part !== '').join(', ');
    return { id: `series.${set.id}`, text: nameOfSet(set), hint, group: 'Series', run: () => show(set) };
  });
}

/** "PRIOR 03/02/2021" of another study than the one that was opened. */
function markOf(tab: StudyTab, set: DisplaySet, locale: string): string {
  const [study, opened] = [studyOfSet(tab, set), tab.opened?.study];
  if (study === undefined || opened === undefined || study.StudyInstanceUID === opened.StudyInstanceUID) return '';
  return `${markOfOther(study, opened)} ${dateText(study.StudyDate, locale)}`;
}
