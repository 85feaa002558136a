import { PREFERENCE_SECTIONS, type Preferences, type PreferenceSection } from '@shared/domain';
import type { StationSettings } from './station-file';

/** What a file of preferences says about itself. */
const KIND = 'alternator preferences';
/** Largest file that is looked at: all preferences together are far smaller. */
export const MOST_FILE_CHARACTERS = 2_000_000;

const NAMES = Object.keys(PREFERENCE_SECTIONS) as PreferenceSection[];

export interface ReadPreferences {
  readonly preferences: Preferences;
  /** Sections that did not fit and are left out, by name. */
  readonly bad: readonly string[];
}

/** Each section by its own schema: what does not fit is left out and named, the rest holds. */
export function readSections(value: unknown): ReadPreferences {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { preferences: {}, bad: value === undefined ? [] : ['all'] };
  const given = new Map(Object.entries(value));
  const kept: Record<string, unknown> = {};
  const bad: string[] = [];
  for (const name of NAMES) {
    if (given.get(name) === undefined) continue;
    const parsed = PREFERENCE_SECTIONS[name].safeParse(given.get(name));
    if (parsed.success) kept[name] = parsed.data;
    else bad.push(name);
  }
  return { preferences: kept, bad };
}

/** The file of an export: what was changed and nothing else. No study, no patient and no password stand in it. `sections`: those that it is about; `station`: what is set for all readers. */
export function preferencesFile(preferences: Preferences, at: Date, sections: readonly PreferenceSection[] = NAMES, station?: StationSettings): string {
  const changed = Object.fromEntries(sections.flatMap((name) => (preferences[name] === undefined ? [] : [[name, preferences[name]]])));
  return `${JSON.stringify({ kind: KIND, version: 1, at: at.toISOString(), sections, preferences: changed, ...(station && { station }) }, undefined, 2)}\n`;
}

/** `sections`: what the file speaks of; one that it does not bring is as at first. */
export type FileAnswer =
  { readonly ok: true; readonly preferences: Preferences; readonly sections: readonly PreferenceSection[] } | { readonly ok: false; readonly reason: string };

/** Reads a file of preferences. It may come from anywhere: all of it fits the schema, or nothing is taken. */
export function readPreferencesFile(text: string): FileAnswer {
  if (text.length > MOST_FILE_CHARACTERS) return refused(`it is too large (${text.length} characters)`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== KIND || !('preferences' in value))
    return refused('it is no file of preferences');
  if (!('version' in value) || value.version !== 1) return refused('it is of another version of this program');
  const about = 'sections' in value && Array.isArray(value.sections) ? value.sections : NAMES;
  const { preferences, bad } = readSections(value.preferences);
  if (bad.length > 0) return refused(`these parts do not fit: ${bad.join(', ')}`);
  const sections = NAMES.filter((name) => about.includes(name));
  const spoken = Object.fromEntries(sections.flatMap((name) => (preferences[name] === undefined ? [] : [[name, preferences[name]]])));
  return { ok: true, preferences: spoken, sections };
}

function refused(reason: string): FileAnswer {
  return { ok: false, reason };
}
