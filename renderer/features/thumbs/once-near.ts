/** So far outside of what is seen of a list its pictures are made already. */
const NEAR = '320px';
/** The picture that is read from comes first: small ones wait until the page has nothing else to do, at most so long. */
const LATEST_MS = 500;

/**
 * Runs `load` once, when the element is seen or nearly so: of a study of a hundred series the pictures that nobody scrolls to are not made. Returns what takes
 * it back.
 */
export function onceNear(element: Element | undefined, load: () => void): () => void {
  let idle: number | undefined;
  const soon = (): void => void (idle = requestIdleCallback(load, { timeout: LATEST_MS }));
  if (element === undefined) {
    soon();
    return () => idle !== undefined && cancelIdleCallback(idle);
  }
  const options: IntersectionObserverInit & { readonly scrollMargin: string } = { rootMargin: NEAR, scrollMargin: NEAR };
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    soon();
  }, options);
  observer.observe(element);
  return () => {
    observer.disconnect();
    if (idle !== undefined) cancelIdleCallback(idle);
  };
}
