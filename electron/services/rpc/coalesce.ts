/**
 * Calls `flush` for a key at once and then at most every `intervalMs`, the last time always: a study that takes 500 objects in a second
 * makes five events, and the final one is the final state.
 */
export function coalesce<K>(intervalMs: number, flush: (key: K) => void): { touch(key: K): void; close(): void } {
  const timers = new Map<K, { timer: NodeJS.Timeout; again: boolean }>();
  let closed = false;

  function fire(key: K): void {
    flush(key);
    const timer = setTimeout(() => {
      const entry = timers.get(key);
      timers.delete(key);
      if (entry?.again === true && !closed) fire(key);
    }, intervalMs);
    timers.set(key, { timer, again: false });
  }

  return {
    touch(key) {
      if (closed) return;
      const waiting = timers.get(key);
      if (waiting === undefined) fire(key);
      else waiting.again = true;
    },
    close() {
      closed = true;
      for (const { timer } of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
