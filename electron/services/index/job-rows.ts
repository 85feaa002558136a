import type { SqlDatabase } from './database';
import { text } from './rows';
import type { StoredJob } from './types';

export function putJob(db: SqlDatabase, { id, document }: StoredJob): void {
  db.run('INSERT INTO jobs (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document', id, JSON.stringify(document));
}

/** In the order in which they came. */
export function storedJobs(db: SqlDatabase): StoredJob[] {
  return db.all('SELECT id, document FROM jobs ORDER BY rowid').map((row) => ({ id: text(row['id']), document: JSON.parse(text(row['document'])) as unknown }));
}
