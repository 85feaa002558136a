import { defineStore } from 'pinia';
import { useHost } from './host';

/** Tells main what really stands on the glass: `--screenshot` waits for it. */
export const usePaintedStore = defineStore('painted', () => {
  const host = useHost();
  const told = new Set<string>();

  /** Waits until the compositor has had two frames with what was drawn, then tells it; once for each `what`. */
  function report(view: 'worklist' | 'viewer', what: string, problem?: string): void {
    const key = `${view} ${what} ${problem ?? ''}`;
    if (told.has(key)) return;
    told.add(key);
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        const request = problem === undefined ? { view } : { view, problem: problem.slice(0, 2000) };
        host.call('app.painted', request).catch(() => told.delete(key));
      });
    });
  }

  return { report };
});
