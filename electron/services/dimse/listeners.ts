/** A list of listeners; each subscription returns its end. A listener that throws stops neither the others nor the network. */
export class Listeners<T> {
  private readonly all = new Set<(value: T) => void>();

  constructor(private readonly onFault: (error: unknown) => void) {}

  add(listener: (value: T) => void): () => void {
    // A function may subscribe twice: each subscription is its own.
    const own = (value: T): void => {
      listener(value);
    };
    this.all.add(own);
    return () => {
      this.all.delete(own);
    };
  }

  tell(value: T): void {
    for (const listener of [...this.all]) {
      try {
        listener(value);
      } catch (error) {
        this.onFault(error);
      }
    }
  }
}
