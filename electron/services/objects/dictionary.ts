import dcmjs from 'dcmjs';
import { attributeName, isVr, type VR } from '@shared/dicom';

export interface DictionaryEntry {
  /** The keyword of PS3.6. */
  readonly keyword: string;
  /** The attribute name of PS3.6: "Series Instance UID". */
  readonly name: string;
  /** The one to read by; where PS3.6 leaves a choice, the usual one. */
  readonly vr: VR;
}

/** Choices of PS3.6 that depend on other elements. */
const CHOICES: Readonly<Record<string, VR>> = { xs: 'US', ox: 'OW', up: 'UL', lt: 'OW' };

/** What PS3.6 says of a tag; undefined for private elements and for those that it does not know. */
export function dictionaryEntry(tag: number): DictionaryEntry | undefined {
  const group = tag >>> 16;
  if ((group & 1) === 1) return undefined;
  if ((tag & 0xffff) === 0) return { keyword: 'GroupLength', name: 'Group Length', vr: 'UL' };
  const found = dcmjs.data.DicomMetaDictionary.dictionary[`(${hex(group)},${hex(tag & 0xffff)})`];
  if (found === undefined) return undefined;
  const vr = isVr(found.vr) ? found.vr : CHOICES[found.vr];
  if (vr === undefined) return undefined;
  const isRetired = found.name.startsWith('RETIRED_');
  const keyword = isRetired ? found.name.slice(8) : found.name;
  // Some keywords say it too.
  const name = attributeName(keyword).replace(/ \(Retired\)$/, '');
  return { keyword, name: isRetired ? `${name} (retired)` : name, vr };
}

/** "GGGG,EEEE" as the standard prints it. */
export function tagText(tag: number): string {
  return `${hex(tag >>> 16)},${hex(tag & 0xffff)}`;
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}
