/** What of a window is needed. */
type Page = Pick<Window, 'devicePixelRatio' | 'matchMedia'>;

/**
 * Tells when a CSS pixel is another number of device pixels than before: the window stands on another screen, or the screen was set otherwise. The size in CSS pixels
 * may stay the same then, so that nothing else tells. Returns the unsubscriber.
 */
export function onPixelRatio(changed: () => void, page: Page = window): () => void {
  let query = ask();
  function ask(): MediaQueryList {
    const next = page.matchMedia(`(resolution: ${page.devicePixelRatio}dppx)`);
    next.addEventListener('change', tell);
    return next;
  }
  function tell(): void {
    query.removeEventListener('change', tell);
    query = ask();
    changed();
  }
  return () => query.removeEventListener('change', tell);
}
