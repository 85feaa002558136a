import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { z } from 'zod';
import { debounce } from './coalesce';
import { useHost } from './host';
import { useNodeStore } from './node';
import { wordsOf } from './words';

/** Keys of commands that the user changed; an empty list: none at all. */
export const KeyOverrides = z.record(z.string().max(60), z.array(z.string().min(1).max(40)).max(4));
export type KeyOverrides = z.infer<typeof KeyOverrides>;

/** What else stands in the document belongs to others and is kept as it is. */
const Stored = z.looseObject({ keys: KeyOverrides.optional() });

/** How this user likes the station. Kept in the settings document `preferences`. */
export const usePreferencesStore = defineStore('preferences', () => {
  const host = useHost();
  const node = useNodeStore();
  const document = shallowRef<z.infer<typeof Stored>>({});
  const keys = shallowRef<KeyOverrides>({});
  const loaded = ref(false);

  async function save(): Promise<void> {
    try {
      await host.call('settings.set', { name: 'preferences', value: { ...document.value, version: 1, keys: keys.value } });
    } catch (error) {
      const words = wordsOf(error, 'The changed keys could not be saved');
      if (words !== undefined)
        node.notify({ key: 'preferences', level: 'attention', text: `${words.what}. They hold until the program ends.`, detail: words.detail });
    }
  }
  const saveSoon = debounce(() => void save(), 300);

  async function load(): Promise<void> {
    try {
      const answer = await host.call('settings.get', { name: 'preferences' });
      const parsed = Stored.safeParse(answer.value);
      if (parsed.success) {
        document.value = parsed.data;
        keys.value = parsed.data.keys ?? {};
      }
      if (answer.notice !== undefined) node.notify({ key: 'settings-preferences', level: 'attention', text: answer.notice, detail: '' });
    } catch (error) {
      const words = wordsOf(error, 'The preferences could not be read');
      if (words !== undefined) node.notify({ key: 'preferences', level: 'attention', text: `${words.what}. The usual ones hold.`, detail: words.detail });
    } finally {
      loaded.value = true;
    }
  }

  function setKeys(next: KeyOverrides): void {
    keys.value = next;
    saveSoon.request();
  }

  return { keys, loaded, load, setKeys };
});
