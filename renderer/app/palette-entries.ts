import type { StudyRow } from '@shared/domain';
import { nameLine, type Offer } from '../ui';
import { KEY_TABLE, type KeyScope } from './keys';

/** One line of the palette: a command, what a screen offers, or a study. */
export interface PaletteEntry {
  readonly id: string;
  readonly kind: 'command' | 'offer' | 'study';
  readonly text: string;
  readonly hint: string;
  readonly keys: string;
  readonly group: string;
}

interface Commands {
  canRun(id: string): boolean;
  hintOf(id: string): string;
  keysOf(id: string): string;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Every word of the question must stand somewhere in the text. */
export function matchesWords(text: string, question: string): boolean {
  const haystack = text.toLocaleLowerCase();
  return question
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** Commands that can run now and match; those of the screen that is shown first. */
export function commandEntries(question: string, scope: KeyScope, commands: Commands): PaletteEntry[] {
  const rules = KEY_TABLE.filter((rule) => rule.keyOnly !== true && commands.canRun(rule.id) && matchesWords(`${rule.does} ${rule.group}`, question.trim()));
  return rules
    .map((rule) => ({ rule, rank: rule.scope === scope ? 0 : rule.scope === 'everywhere' ? 1 : 2 }))
    .filter(({ rank }) => rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .map(({ rule }) => ({
      id: rule.id,
      kind: 'command',
      text: capital(rule.does),
      hint: commands.hintOf(rule.id),
      keys: commands.keysOf(rule.id),
      group: rule.group,
    }));
}

/** What the screens offer, each with what it does. */
export function offerEntries(offers: readonly Offer[]): (PaletteEntry & Pick<Offer, 'run'>)[] {
  return offers.map(({ id, text, hint, group, run }) => ({ id, kind: 'offer', text, hint, keys: '', group, run }));
}

/** Whether these words are an ID of the study, and not some of its words. */
function isNamedBy(question: string, { PatientID, AccessionNumber }: StudyRow): boolean {
  const asked = question.trim().toLocaleLowerCase();
  return asked !== '' && [PatientID, AccessionNumber].some((id) => id.trim().toLocaleLowerCase() === asked);
}

export interface Found {
  readonly commands: readonly PaletteEntry[];
  readonly offers: readonly PaletteEntry[];
  readonly studies: readonly StudyRow[];
}

/** All that the palette found, in the order of its list: commands, what the screens offer, studies; but a study whose ID or accession number was typed stands before offers. */
export function foundEntries(question: string, { commands, offers, studies }: Found, dateText: (row: StudyRow) => string): PaletteEntry[] {
  const named = studies.filter((row) => isNamedBy(question, row));
  const entries = studyEntries([...named, ...studies.filter((row) => !named.includes(row))], dateText);
  return named.length > 0 ? [...commands, ...entries, ...offers] : [...commands, ...offers, ...entries];
}

function studyEntries(rows: readonly StudyRow[], dateText: (row: StudyRow) => string): PaletteEntry[] {
  return rows.map((row) => ({
    id: row.StudyInstanceUID,
    kind: 'study',
    text: nameLine(row.PatientName),
    hint: [row.PatientID, row.ModalitiesInStudy.join(' '), row.StudyDescription, dateText(row)].filter((part) => part !== '').join(', '),
    keys: '',
    group: 'Studies',
  }));
}

/** The text cut where the question's words stand, for marking them. */
export function markWords(text: string, question: string): { readonly text: string; readonly hit: boolean }[] {
  const words = question
    .trim()
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const lower = text.toLocaleLowerCase();
  if (words.length === 0 || lower.length !== text.length) return [{ text, hit: false }];
  const hit = new Array<boolean>(text.length).fill(false);
  for (const word of words) {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) hit.fill(true, at, at + word.length);
  }
  const parts: { text: string; hit: boolean }[] = [];
  // Runs of code units: cut only where a found word begins or ends, so no sign is torn.
  for (let from = 0; from < text.length;) {
    let to = from + 1;
    while (to < text.length && hit[to] === hit[from]) to++;
    parts.push({ text: text.slice(from, to), hit: hit[from] ?? false });
    from = to;
  }
  return parts;
}
