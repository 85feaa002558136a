import { type DisplaySet, foldText, foldWords } from '@shared/domain';
import { computed, ref } from 'vue';

/** True when every word of the query, as the worklist compares texts, stands somewhere in what describes the set: description, body part, protocol, modality, number, split. */
export function matchesSet(set: DisplaySet, query: string): boolean {
  const { SeriesDescription, BodyPartExamined, ProtocolName, Modality, SeriesNumber, splitReason, label } = set;
  const text = [SeriesDescription, BodyPartExamined ?? '', ProtocolName ?? '', Modality, splitReason, label].map(foldText).join(' ');
  return foldWords(query).every((word) => text.includes(word) || SeriesNumber === word);
}

/** From so many sets on there is a field to find one by. */
const SEARCH_FROM = 9;

/** What is looked for in the rail, and whether its field is there: the key brings it where there are few sets. */
export function createRailQuery(count: () => number) {
  const query = ref('');
  const asked = ref(false);
  const isMany = computed(() => count() >= SEARCH_FROM);

  /** False when that changes nothing on the screen. */
  function clear(): boolean {
    const changes = query.value !== '' || (asked.value && !isMany.value);
    query.value = '';
    asked.value = false;
    return changes;
  }

  return { query, asked, shown: computed(() => isMany.value || query.value !== '' || asked.value), clear };
}
