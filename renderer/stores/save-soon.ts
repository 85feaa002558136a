import { type Coalesced, debounce } from './coalesce';

/**
 * Saves what the user changed when no change has come for `waitMs`. What still waits when the page goes (quit, window closed, page loaded again) is saved then: what is sent while a
 * page is hidden for good still reaches the services, which end after the page.
 */
export function saveSoon(save: () => void, waitMs: number): Coalesced {
  const later = debounce(save, waitMs);
  if (typeof window !== 'undefined') window.addEventListener('pagehide', () => later.flush());
  return later;
}
