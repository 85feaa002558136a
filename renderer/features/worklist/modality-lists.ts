import type { SavedList } from '../../stores';

/**
 * Ids of the modality lists in the order they are shown: those that the station has studies of, and the one that is open. One that was
 * shown keeps its place, a new one comes last: nothing moves under the hand when studies come or go.
 */
export function modalityLists(shown: readonly string[], lists: readonly SavedList[], counts: ReadonlyMap<string, number>, openId: string): string[] {
  const worth = lists.filter((list) => list.group === 'Modality' && ((counts.get(list.id) ?? 0) > 0 || list.id === openId)).map((list) => list.id);
  return [...shown, ...worth.filter((id) => !shown.includes(id))];
}
