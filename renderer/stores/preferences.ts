import {
  type CornerTables,
  type GeneralPreferences,
  type KeyOverrides,
  type MousePreferences,
  type NamedLayout,
  type Preferences,
  type PreferenceSection,
  type WindowPresets,
} from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { UNTIL_ANSWERED, useHost } from './host';
import { useNodeStore } from './node';
import { preferencesFile, readPreferencesFile, readSections } from './preferences-file';
import { saveSoon } from './save-soon';
import type { StationSettings } from './station-file';
import { wordsOf } from './words';

/** How this user likes the station. Kept in the settings document `preferences`; each change holds at once. */
export const usePreferencesStore = defineStore('preferences', () => {
  const host = useHost();
  const node = useNodeStore();
  /** Also what other versions of the program keep there. */
  const document = shallowRef<Preferences>({});
  const loaded = ref(false);
  /** What is kept could not be read: it is not overwritten by what stands here in its stead. */
  let unread = false;

  const general = computed((): GeneralPreferences => document.value.general ?? {});
  const keys = computed((): KeyOverrides => document.value.keys ?? {});
  const mouse = computed((): MousePreferences => document.value.mouse ?? {});
  const cornerTexts = computed((): CornerTables => document.value.cornerTexts ?? {});
  const windowPresets = computed((): WindowPresets => document.value.windowPresets ?? {});
  /** Undefined: the toolbar as at first. */
  const toolbar = computed((): readonly string[] | undefined => document.value.toolbar);
  const layouts = computed((): readonly NamedLayout[] => document.value.layouts ?? []);

  async function save(): Promise<void> {
    if (unread) return;
    try {
      await host.call('settings.set', { name: 'preferences', value: { ...document.value, version: 1 } });
    } catch (error) {
      const words = wordsOf(error, 'The changed preferences could not be saved');
      if (words !== undefined)
        node.notify({ key: 'preferences', level: 'attention', text: `${words.what}. They hold until the program ends.`, detail: words.detail });
    }
  }
  const later = saveSoon(() => void save(), 300);

  function put(next: Preferences): void {
    document.value = next;
    node.chooseLocale(next.general?.locale ?? '');
    later.request();
  }

  async function load(): Promise<void> {
    try {
      const answer = await host.call('settings.get', { name: 'preferences' }, UNTIL_ANSWERED);
      const { preferences, bad } = readSections(answer.value);
      const others = typeof answer.value === 'object' && answer.value !== null ? answer.value : {};
      document.value = { ...others, ...Object.fromEntries(bad.map((name) => [name, undefined])), ...preferences };
      node.chooseLocale(preferences.general?.locale ?? '');
      if (answer.notice !== undefined) node.notify({ key: 'settings-preferences', level: 'attention', text: answer.notice, detail: '' });
      if (bad.length > 0)
        node.notify({ key: 'preferences', level: 'attention', text: 'Some preferences could not be read: they are as at first.', detail: bad.join(', ') });
    } catch (error) {
      unread = true;
      const words = wordsOf(error, 'The preferences could not be read');
      const meanwhile = 'The usual ones hold, and what is changed holds until the program ends: what is kept is not overwritten';
      if (words !== undefined) node.notify({ key: 'preferences', level: 'attention', text: `${words.what}. ${meanwhile}.`, detail: words.detail });
    } finally {
      loaded.value = true;
    }
  }

  /** Changes one part; undefined: it is as at first. */
  function set<Section extends PreferenceSection>(section: Section, value: Preferences[Section]): void {
    const { [section]: _old, ...rest } = document.value;
    put(value === undefined ? rest : { ...rest, [section]: value });
  }

  function setGeneral(change: Partial<GeneralPreferences>): void {
    set('general', { ...general.value, ...change });
  }

  function reset(sections: readonly PreferenceSection[]): void {
    const rest = new Map(Object.entries(document.value));
    for (const section of sections) rest.delete(section);
    put(Object.fromEntries(rest));
  }

  function fileText(sections?: readonly PreferenceSection[], station?: StationSettings): string {
    return preferencesFile(document.value, new Date(), sections, station);
  }

  /** Takes a file in whole, or nothing of it. `check` may refuse what the schema cannot know (keys given twice). Returns why not, or undefined. */
  function takeFile(text: string, check: (preferences: Preferences) => string | undefined): string | undefined {
    const answer = readPreferencesFile(text);
    if (!answer.ok) return answer.reason;
    const problem = check(answer.preferences);
    if (problem !== undefined) return problem;
    const rest = new Map(Object.entries(document.value));
    for (const section of answer.sections) rest.delete(section);
    put({ ...Object.fromEntries(rest), ...answer.preferences });
    return undefined;
  }

  return {
    document,
    general,
    keys,
    mouse,
    cornerTexts,
    windowPresets,
    toolbar,
    layouts,
    loaded,
    load,
    set,
    setGeneral,
    reset,
    fileText,
    takeFile,
    setKeys: (next: KeyOverrides) => set('keys', next),
    flush: () => later.flush(),
  };
});
