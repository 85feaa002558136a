import { onScopeDispose, shallowRef, type ShallowRef, watch } from 'vue';

export interface Loaded<T> {
  readonly value: ShallowRef<T | undefined>;
  /** Why there is nothing, in words; empty while there is hope. */
  readonly problem: ShallowRef<string>;
  retry(): void;
}

/** Loads what belongs to a key and drops what came for an earlier one. */
export function useLoaded<K, T>(key: () => K, load: (key: K, signal: AbortSignal) => Promise<T>): Loaded<T> {
  const value = shallowRef<T>();
  const problem = shallowRef('');
  let controller = new AbortController();

  async function run(): Promise<void> {
    controller.abort();
    const mine = new AbortController();
    controller = mine;
    problem.value = '';
    value.value = undefined;
    try {
      const answer = await load(key(), mine.signal);
      if (!mine.signal.aborted) value.value = answer;
    } catch (error) {
      if (!mine.signal.aborted) problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  watch(key, () => void run(), { immediate: true });
  onScopeDispose(() => controller.abort());
  return { value, problem, retry: () => void run() };
}
