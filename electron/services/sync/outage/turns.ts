/** Work on one thing at a time. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Begins when what was asked for before under this key has ended, however it ended. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.last.get(key) ?? Promise.resolve()).then(work);
    this.last.set(
      key,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
