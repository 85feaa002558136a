import type { Ref } from 'vue';
import { onPixelRatio } from './on-pixel-ratio';

/** Of all viewports together, CSS pixels. */
export interface AreaSize {
  readonly width: number;
  readonly height: number;
}

/** When the viewports are laid out: `lay` puts them into an area of this size. */
export function useLaidOut(area: Ref<HTMLElement | undefined>, onScreen: Ref<boolean>, lay: (size: AreaSize) => void) {
  let laidOut: AreaSize = { width: 0, height: 0 };

  function layOutFor(size: AreaSize): void {
    laidOut = size;
    lay(size);
  }

  function layOut(): void {
    if (onScreen.value && area.value !== undefined) layOutFor({ width: area.value.clientWidth, height: area.value.clientHeight });
  }

  /** As large as it was: to ask the page would have it laid out in the middle of the longest task. The observer tells it in the same frame when it is not so. */
  function layOutAgain(): void {
    if (laidOut.width > 0) layOutFor(laidOut);
    else layOut();
  }

  /** Follows the size of the area and of the device's pixels. Returns the unsubscriber. */
  function observe(element: HTMLElement): () => void {
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element; // the page has just been laid out
      if (clientWidth !== laidOut.width || clientHeight !== laidOut.height) layOut();
    });
    observer.observe(element);
    const leaveRatio = onPixelRatio(layOut);
    return () => {
      observer.disconnect();
      leaveRatio();
    };
  }

  return { layOut, layOutAgain, observe, note: (size: AreaSize) => (laidOut = size) };
}
