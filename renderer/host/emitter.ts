/** Listeners of one thing that happens. A listener that throws does not keep the others from hearing. */
export interface Emitter<T> {
  on(listener: (value: T) => void): () => void;
  emit(value: T): void;
  readonly size: number;
}

export function emitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    on(listener) {
      const own = (value: T) => listener(value); // the same function twice is two subscriptions
      listeners.add(own);
      return () => listeners.delete(own);
    },
    emit(value) {
      for (const listener of [...listeners]) {
        try {
          listener(value);
        } catch (error) {
          reportError(error);
        }
      }
    },
    get size() {
      return listeners.size;
    },
  };
}
