import { type DisplaySet, foldText, foldWords } from '@shared/domain';

/** True when every word of the query, as the worklist compares texts, stands somewhere in what describes the set: description, body part, protocol, modality, number, split. */
export function matchesSet(set: DisplaySet, query: string): boolean {
  const { SeriesDescription, BodyPartExamined, ProtocolName, Modality, SeriesNumber, splitReason, label } = set;
  const text = [SeriesDescription, BodyPartExamined ?? '', ProtocolName ?? '', Modality, splitReason, label].map(foldText).join(' ');
  return foldWords(query).every((word) => text.includes(word) || SeriesNumber === word);
}
