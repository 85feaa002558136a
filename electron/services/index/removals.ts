import { StudyUid } from '@shared/domain';

type Listener = (uids: readonly StudyUid[]) => void;

/** Tells of studies that went; while somebody holds it, later, and only of those that are not back by then. */
export class Removals {
  private readonly listeners = new Set<Listener>();
  private readonly waiting = new Set<string>();
  private holds = 0;

  constructor(private readonly isHere: (uid: StudyUid) => boolean) {}

  add(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What it returns is called once, with the studies of which something is here all the same. */
  hold(): (stillHere: readonly string[]) => void {
    this.holds++;
    return (stillHere) => {
      for (const uid of stillHere) this.waiting.delete(uid);
      this.holds--;
      this.tell([]);
    };
  }

  tell(gone: readonly string[]): void {
    for (const uid of gone) this.waiting.add(uid);
    if (this.holds > 0 || this.waiting.size === 0) return;
    const uids = [...this.waiting].map((uid) => StudyUid.parse(uid)).filter((uid) => !this.isHere(uid));
    this.waiting.clear();
    if (uids.length > 0) for (const listener of [...this.listeners]) listener(uids);
  }
}
