/** Listeners of one kind of event. What a listener throws is its own matter and goes to `report`. */
export class Listeners<T> {
  private readonly all = new Set<(event: T) => void>();

  constructor(private readonly report: (error: unknown) => void) {}

  add(listener: (event: T) => void): () => void {
    this.all.add(listener);
    return () => this.all.delete(listener);
  }

  tell(event: T): void {
    for (const listener of [...this.all]) {
      try {
        listener(event);
      } catch (error) {
        this.report(error);
      }
    }
  }
}
