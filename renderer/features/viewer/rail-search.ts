import type { DisplaySet } from '@shared/domain';

/** True when every word of the query stands somewhere in what describes the set: description, body part, protocol, modality, number, split. */
export function matchesSet(set: DisplaySet, query: string): boolean {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const { SeriesDescription, BodyPartExamined, ProtocolName, Modality, SeriesNumber, splitReason, label } = set;
  const text = [SeriesDescription, BodyPartExamined ?? '', ProtocolName ?? '', Modality, splitReason, label].join(' ').toLowerCase();
  return words.every((word) => text.includes(word) || SeriesNumber === word);
}
