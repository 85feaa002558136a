/** Runs `task` once after calls have come, at the latest `waitMs` after the first of them. */
export interface Coalesced {
  request(): void;
  /** Runs now when a request waits. */
  flush(): void;
  cancel(): void;
}

export function coalesce(task: () => void, waitMs: number): Coalesced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = (): void => {
    timer = undefined;
    task();
  };
  return {
    request() {
      timer ??= setTimeout(run, waitMs);
    },
    flush() {
      if (timer === undefined) return;
      clearTimeout(timer);
      run();
    },
    cancel() {
      if (timer !== undefined) clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** Runs `task` when no call has come for `waitMs`. */
export function debounce(task: () => void, waitMs: number): Coalesced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = (): void => {
    timer = undefined;
    task();
  };
  return {
    request() {
      if (timer !== undefined) clearTimeout(timer);
      timer = setTimeout(run, waitMs);
    },
    flush() {
      if (timer === undefined) return;
      clearTimeout(timer);
      run();
    },
    cancel() {
      if (timer !== undefined) clearTimeout(timer);
      timer = undefined;
    },
  };
}
