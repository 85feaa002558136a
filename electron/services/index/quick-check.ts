import { Worker } from 'node:worker_threads';
import { SqlDatabase } from './database';
import { isDamage } from './damage';
import { text } from './rows';
import type { CheckDepth } from './types';

/** Words of the first faults of an open database; empty when it is sound. */
export function checkDatabase(db: SqlDatabase, depth: CheckDepth): string[] {
  const check = depth === 'full' ? 'integrity_check' : 'quick_check';
  try {
    return db
      .all(`PRAGMA ${check}(10)`)
      .map((row) => text(row[check]))
      .filter((line) => line !== 'ok');
  } catch (error) {
    if (isDamage(error)) return [String(error)];
    throw error;
  }
}

/** The same over a connection of its own: for the worker. */
export function checkDatabaseFile(path: string, depth: CheckDepth): string[] {
  const db = new SqlDatabase(path, 0);
  try {
    return checkDatabase(db, depth);
  } finally {
    db.close();
  }
}

/** Runs the check in a thread. A worker that cannot run is no fault of the database: nothing is reported. */
export function checkInWorker(script: string, path: string, depth: CheckDepth): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { name: 'index-check', workerData: { path, depth } });
    worker.unref();
    worker.once('message', (faults: string[]) => resolve(faults));
    worker.once('error', reject);
    worker.once('exit', () => resolve([]));
  });
}
