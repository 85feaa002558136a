import { expect, it } from 'vitest';
import { onPixelRatio } from '../../../renderer/features/viewer/on-pixel-ratio';

it('a screen with other pixels is told each time, and no more after it was left', () => {
  const queries = new Map<string, Set<() => void>>();
  const page = {
    devicePixelRatio: 1,
    matchMedia(query: string) {
      const listeners = queries.get(query) ?? new Set();
      queries.set(query, listeners);
      return {
        addEventListener: (_: string, run: () => void) => listeners.add(run),
        removeEventListener: (_: string, run: () => void) => listeners.delete(run),
      };
    },
  };
  const move = (ratio: number): void => {
    const old = `(resolution: ${page.devicePixelRatio}dppx)`;
    page.devicePixelRatio = ratio;
    for (const listener of [...(queries.get(old) ?? [])]) listener();
  };
  const seen: number[] = [];
  const leave = onPixelRatio(() => seen.push(page.devicePixelRatio), page as never);
  move(2);
  move(1.25);
  move(1);
  expect(seen).toEqual([2, 1.25, 1]);
  leave();
  move(3);
  expect(seen).toHaveLength(3);
  expect([...queries.values()].every((listeners) => listeners.size === 0)).toBe(true);
});
