/** Transport-free pipe of structured-cloneable messages: a DOM MessagePort, Electron's MessagePortMain, a worker, or in-process. */
export interface Channel {
  post(message: unknown, transfer?: ArrayBuffer[]): void;
  /** Returns its unsubscriber. Messages that came before the first listener are delivered to it. */
  onMessage(listener: (message: unknown) => void): () => void;
  onClose(listener: () => void): () => void;
  close(): void;
}

/** Two ends in one process: for tests, and for parts that live together. Messages are cloned as a port would. */
export function inProcessChannel(): [Channel, Channel] {
  const a = new LocalEnd();
  const b = new LocalEnd();
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class LocalEnd implements Channel {
  peer: LocalEnd | undefined;
  private readonly listeners = new Set<(message: unknown) => void>();
  private readonly closers = new Set<() => void>();
  private readonly waiting: unknown[] = [];
  private closed = false;

  post(message: unknown): void {
    const peer = this.peer;
    if (this.closed || peer === undefined) return;
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => peer.deliver(copy));
  }

  onMessage(listener: (message: unknown) => void): () => void {
    this.listeners.add(listener);
    for (const message of this.waiting.splice(0)) listener(message);
    return () => this.listeners.delete(listener);
  }

  onClose(listener: () => void): () => void {
    this.closers.add(listener);
    return () => this.closers.delete(listener);
  }

  close(): void {
    const peer = this.peer;
    this.end();
    if (peer !== undefined) queueMicrotask(() => peer.end());
  }

  private deliver(message: unknown): void {
    if (this.closed) return;
    if (this.listeners.size === 0) this.waiting.push(message);
    for (const listener of [...this.listeners]) listener(message);
  }

  private end(): void {
    if (this.closed) return;
    this.closed = true;
    for (const closer of [...this.closers]) closer();
  }
}
