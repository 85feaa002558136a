import { defineStore } from 'pinia';
import { shallowRef, watch } from 'vue';
import { useTabsStore } from './tabs';

/** Screens of the station itself, each a tab beside worklist and studies. */
export type ScreenName = 'health' | 'outbox' | 'outage' | 'reconcile';

/** Which screens of the station are open, and which of them is in front. */
export const useScreensStore = defineStore('screens', () => {
  const tabs = useTabsStore();
  const open = shallowRef<readonly ScreenName[]>([]);
  /** In front of worklist and studies; undefined: one of those is. */
  const shown = shallowRef<ScreenName>();

  function show(name: ScreenName): void {
    if (!open.value.includes(name)) open.value = [...open.value, name];
    shown.value = name;
  }

  function close(name: ScreenName): void {
    open.value = open.value.filter((other) => other !== name);
    if (shown.value === name) shown.value = undefined;
  }

  watch(
    () => tabs.visits,
    () => (shown.value = undefined),
    { flush: 'sync' },
  );

  return { open, shown, show, close };
});
