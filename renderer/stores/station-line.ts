import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';

/** The line of the station's messages, which lies over the last rows: what must stay readable moves up by what it covers. */
export const useStationLineStore = defineStore('stationLine', () => {
  /** Undefined: there is no message. */
  const line = shallowRef<HTMLElement>();
  /** CSS pixels. */
  const heightPx = ref(0);

  watch(line, (now, _before, onCleanup) => {
    if (now === undefined) return;
    const observer = new ResizeObserver(() => (heightPx.value = now.offsetHeight));
    observer.observe(now);
    onCleanup(() => {
      observer.disconnect();
      heightPx.value = 0;
    });
  });

  /** How much of the foot of an element the line covers now, CSS pixels. */
  function coveredPx(element: HTMLElement | undefined): number {
    if (line.value === undefined || element === undefined || heightPx.value === 0 || element.ownerDocument !== line.value.ownerDocument) return 0;
    return Math.max(0, Math.round(element.getBoundingClientRect().bottom - line.value.getBoundingClientRect().top));
  }

  return { line, heightPx, coveredPx };
});
