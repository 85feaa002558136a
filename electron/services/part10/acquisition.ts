import { ACQUISITION } from './acquisition-attributes';
import type { AttributeReader } from './attribute-reader';

/** Attributes of the index that belong to the acquisition too. */
const ALSO = ['ProtocolName', 'BodyPartExamined', 'Laterality', 'EchoTime'] as const;
/** Longest text of one attribute that is kept. */
const MOST_CHARACTERS = 64;

/** By keyword, only what is there; undefined when nothing is. */
export function readAcquisition(reader: AttributeReader): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {};
  for (const keyword of [...ACQUISITION.map(([name]) => name), ...ALSO]) {
    const text = reader.text(keyword).trim();
    if (text !== '') found[keyword] = text.slice(0, MOST_CHARACTERS);
  }
  const bValue = reader.double('DiffusionBValue');
  if (bValue !== undefined) found['DiffusionBValue'] = String(bValue);
  return Object.keys(found).length === 0 ? undefined : found;
}
