import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SyncAdapter } from 'lowdb';

/** What stands on the disk: the value under its schema's version. */
export interface StoredDocument {
  readonly version: number;
  readonly value: unknown;
}

/** Largest document: settings are small, anything else is damage. */
const MAX_BYTES = 4 * 1024 * 1024;

export type ReadResult =
  { readonly kind: 'absent' } | { readonly kind: 'read'; readonly document: StoredDocument } | { readonly kind: 'corrupt'; readonly reason: string };

/**
 * lowdb's own file adapter renames without a sync, so a power cut can leave an empty file (lowdb #352, #549). This one writes
 * beside the document, syncs, renames and syncs the folder: after `write` returns, the new document or the old one is there, whole.
 */
export class DocumentAdapter implements SyncAdapter<StoredDocument> {
  constructor(readonly path: string) {}

  read(): StoredDocument | null {
    const result = this.inspect();
    return result.kind === 'read' ? result.document : null;
  }

  write(document: StoredDocument): void {
    const folder = dirname(this.path);
    mkdirSync(folder, { recursive: true });
    const temporary = `${this.path}.new`;
    const handle = openSync(temporary, 'w', 0o600);
    try {
      // all of it: one write may take a part and say no more than that
      writeFileSync(handle, `${JSON.stringify(document, undefined, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameRetrying(temporary, this.path);
    syncFolder(folder);
  }

  inspect(): ReadResult {
    let text: string;
    try {
      const bytes = readFileSync(this.path);
      if (bytes.length > MAX_BYTES) return { kind: 'corrupt', reason: `${bytes.length} bytes long` };
      text = bytes.toString('utf8');
    } catch (error) {
      if (isErrno(error) && error.code === 'ENOENT') return { kind: 'absent' };
      return { kind: 'corrupt', reason: `cannot be read (${isErrno(error) ? (error.code ?? 'error') : 'error'})` };
    }
    try {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed !== 'object' || parsed === null || !('version' in parsed) || typeof parsed.version !== 'number' || !('value' in parsed)) {
        return { kind: 'corrupt', reason: 'has no version' };
      }
      return { kind: 'read', document: { version: parsed.version, value: parsed.value } };
    } catch {
      return { kind: 'corrupt', reason: 'is not JSON' };
    }
  }

  /** Keeps a document that cannot be used, out of the way; returns its new file name. */
  setAside(at: Date): string {
    const name = `${this.path}.damaged-${at.toISOString().replace(/[:.]/g, '-')}`;
    renameRetrying(this.path, name);
    rmSync(`${this.path}.new`, { force: true });
    return name;
  }
}

/** Virus scanners and sync clients hold files for a moment on Windows (lowdb #581): wait a little, then give up loudly. */
function renameRetrying(from: string, to: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const passing = isErrno(error) && (error.code === 'EPERM' || error.code === 'EBUSY' || error.code === 'EACCES');
      if (!passing || attempt >= 9) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // a folder cannot be opened there; the rename is journalled by NTFS
  const handle = openSync(join(folder, '.'), 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}
