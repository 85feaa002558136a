import type { FileLayer, Handle } from './file-layer';

interface OpenFile {
  readonly handle: Promise<Handle>;
  /** Reads that run on it: its number may be another file's once it is closed. */
  users: number;
  /** Nobody is given it any more: it closes behind its last read. */
  isLeaving: boolean;
  /** It is closed once only: by then its number may be another file's. */
  closing?: Promise<void>;
}

/** Files that stay open between reads, the latest used. */
export class OpenFiles {
  private readonly known = new Map<string, OpenFile>();

  constructor(
    private readonly files: FileLayer,
    private readonly most: number,
  ) {}

  /** The file stays open until `read` has ended, whatever is forgotten meanwhile. Rejects when it cannot be opened. */
  async use<T>(path: string, read: (handle: Handle) => Promise<T>): Promise<T> {
    const file = this.take(path);
    file.users++;
    try {
      return await read(await file.handle);
    } finally {
      file.users--;
      if (file.isLeaving) await this.closeUnused(file);
    }
  }

  /** Files are opened anew from now on. Resolves when those that nobody reads are closed; the others close behind their last read. */
  async forget(): Promise<void> {
    const leaving = [...this.known.values()];
    this.known.clear();
    for (const file of leaving) file.isLeaving = true;
    for (const file of leaving) await this.closeUnused(file);
  }

  private take(path: string): OpenFile {
    const known = this.known.get(path);
    if (known !== undefined) {
      this.known.delete(path);
      this.known.set(path, known);
      return known;
    }
    const file: OpenFile = { handle: this.files.async.open(path, 'r'), users: 0, isLeaving: false };
    this.known.set(path, file);
    file.handle.catch(() => {
      if (this.known.get(path) === file) this.known.delete(path);
    });
    if (this.known.size > this.most) this.dropOldest();
    return file;
  }

  private dropOldest(): void {
    const [path, file] = this.known.entries().next().value as [string, OpenFile];
    this.known.delete(path);
    file.isLeaving = true;
    void this.closeUnused(file);
  }

  private closeUnused(file: OpenFile): Promise<void> {
    return file.users > 0 ? Promise.resolve() : (file.closing ??= this.close(file.handle));
  }

  private async close(handle: Promise<Handle>): Promise<void> {
    try {
      await this.files.async.close(await handle);
    } catch {
      // it never opened
    }
  }
}
