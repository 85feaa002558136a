import { renameSync } from 'node:fs';

/** Moves the database and its companions; the bytes stay for whoever wants to look. */
export function setAsideDatabase(path: string, nowMs: number): void {
  if (path === ':memory:') return;
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, '-');
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      renameSync(`${path}${suffix}`, `${path}.damaged-${stamp}${suffix}`);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    }
  }
}

/** What SQLite says of a file that is not, or no longer, a sound database. */
export function isDamage(error: unknown): boolean {
  const code = (error as { code?: string } | undefined)?.code ?? '';
  return (
    code.startsWith('SQLITE_CORRUPT') ||
    code === 'SQLITE_NOTADB' ||
    code.startsWith('SQLITE_IOERR_SHORT_READ') ||
    /malformed|not a database/.test(String(error))
  );
}
