import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncFiles } from './file-layer';

const HELD = new Set(['EPERM', 'EBUSY', 'EACCES']);
const TRIES = 10;

/** A virus scanner or an indexer may hold a new file for a moment (B16): ten tries with growing pauses, about two seconds. */
export async function renamePatiently(files: AsyncFiles, from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await files.rename(from, to);
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!HELD.has(code) || attempt === TRIES) throw error;
      await sleep(Math.min(400, 5 * 2 ** attempt));
    }
  }
}
