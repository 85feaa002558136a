import type { InstanceId } from '@shared/domain';
import { defineStore } from 'pinia';
import { useHost } from './host';

/** Frames are told together, so that scrolling through a thousand of them is a few calls. */
const TOLD_EVERY_MS = 1000;
const MOST_IN_CALL = 2000;

/** Which frames stood on the screen: told to the services, which keep it. What could not be told is told later. */
export const useViewedStore = defineStore('viewed', () => {
  const host = useHost();
  const told = new Map<InstanceId, Set<number>>();
  const waiting = new Map<InstanceId, Set<number>>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** `frameNumber`: 1-based. */
  function note(instanceId: InstanceId, frameNumber: number): void {
    if (told.get(instanceId)?.has(frameNumber) === true) return;
    numbersOf(told, instanceId).add(frameNumber);
    numbersOf(waiting, instanceId).add(frameNumber);
    timer ??= setTimeout(() => void tell(), TOLD_EVERY_MS);
  }

  async function tell(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const some = [...waiting].slice(0, MOST_IN_CALL);
    if (some.length === 0) return;
    for (const [id] of some) waiting.delete(id);
    try {
      await host.call('image.viewed', { images: some.map(([instanceId, numbers]) => ({ instanceId, frameNumbers: [...numbers] })) });
    } catch {
      for (const [id, numbers] of some) for (const number of numbers) numbersOf(waiting, id).add(number);
    }
    if (waiting.size > 0) timer ??= setTimeout(() => void tell(), TOLD_EVERY_MS);
  }

  // The last second before the window goes is not lost.
  if (typeof window !== 'undefined') window.addEventListener('pagehide', () => void tell());

  return { note, tell };
});

function numbersOf(map: Map<InstanceId, Set<number>>, id: InstanceId): Set<number> {
  const known = map.get(id);
  if (known !== undefined) return known;
  const made = new Set<number>();
  map.set(id, made);
  return made;
}
