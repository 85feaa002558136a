import { Worker } from 'node:worker_threads';
import { SqlDatabase } from './database';
import { isDamage } from './damage';
import { text } from './rows';

/** Words of the first faults of an open database; empty when it is sound. */
export function quickCheckOf(db: SqlDatabase): string[] {
  try {
    return db
      .all('PRAGMA quick_check(10)')
      .map((row) => text(row['quick_check']))
      .filter((line) => line !== 'ok');
  } catch (error) {
    if (isDamage(error)) return [String(error)];
    throw error;
  }
}

/** The same over a connection of its own: for the worker. */
export function quickCheckFile(path: string): string[] {
  const db = new SqlDatabase(path, 0);
  try {
    return quickCheckOf(db);
  } finally {
    db.close();
  }
}

/** Runs the check in a thread. A worker that cannot run is no fault of the database: nothing is reported. */
export function checkInWorker(script: string, path: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { name: 'index-check', workerData: { path } });
    worker.unref();
    worker.once('message', (faults: string[]) => resolve(faults));
    worker.once('error', reject);
    worker.once('exit', () => resolve([]));
  });
}
