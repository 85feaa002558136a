import type { Row, SqlDatabase } from './database';
import { count, text } from './rows';
import type { AuditEntry } from './types';

/** So many entries are looked through for words: the trail grows for years. */
const MOST_LOOKED_AT = 100_000;

export function addAudit(db: SqlDatabase, { atMs, user, action, outcome, detail }: AuditEntry): void {
  db.run('INSERT INTO audit (atMs, user, action, outcome, detail) VALUES (?, ?, ?, ?, ?)', atMs, user, action, outcome, detail);
}

/** Newest first. */
export function auditTail(db: SqlDatabase, limit: number): AuditEntry[] {
  return db.all('SELECT * FROM audit ORDER BY id DESC LIMIT ?', limit).map(entryOf);
}

/** Of the last entries, those whose detail has these words, oldest first. */
export function auditOf(db: SqlDatabase, words: string, sinceMs: number): AuditEntry[] {
  const rows = db.all(
    'SELECT * FROM audit WHERE id > (SELECT coalesce(max(id), 0) FROM audit) - ? AND atMs >= ? AND instr(detail, ?) > 0 ORDER BY id',
    ...[MOST_LOOKED_AT, sinceMs, words],
  );
  return rows.map(entryOf);
}

function entryOf(row: Row): AuditEntry {
  return {
    atMs: count(row['atMs']),
    user: text(row['user']),
    action: text(row['action']),
    outcome: row['outcome'] === 'denied' ? 'denied' : 'allowed',
    detail: text(row['detail']),
  };
}
