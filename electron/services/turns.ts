/** Work on one thing at a time, by a key. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Begins when what was asked for before under this key has ended, however it ended; at once when nothing was. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === settled) this.last.delete(key);
    }
  }
}
