import Database from 'libsql';
import { CallError } from '@shared/contract';
import { MIGRATIONS } from './schema';

export type SqlValue = string | number | Uint8Array | null;
/** Column values by name; libsql adds `_metadata`, so rows are read by name and never spread. */
export type Row = Readonly<Record<string, SqlValue>>;

/** SQLite empties its log by itself only when it is this long: that syncs twice, and the checkpoint of the cache does it in a quiet moment. */
const LOG_PAGES = 4000;

interface RawStatement {
  run(...values: SqlValue[]): { changes: number; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}

/** libsql behind the few calls that are used: prepared statements by text, transactions, pragmas. */
export class SqlDatabase {
  private readonly db: Database.Database;
  private readonly statements = new Map<string, RawStatement>();

  /** Opens or creates `path` (`:memory:` for tests), WAL, synchronous=FULL, and brings it to the newest schema. Throws SQLite's error on a damaged file. */
  constructor(
    readonly path: string,
    nowMs: number,
  ) {
    this.db = new Database(path);
    try {
      this.db.exec('PRAGMA busy_timeout=2000');
      this.db.exec('PRAGMA journal_mode=WAL');
      this.db.exec('PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768; PRAGMA journal_size_limit=67108864;');
      this.db.exec(`PRAGMA wal_autocheckpoint=${String(LOG_PAGES)}`);
      this.migrate(nowMs);
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  /** A blob cannot be the first value: libsql takes a leading object for named parameters and aborts the process. */
  run(sql: string, ...values: SqlValue[]): { changes: number; lastInsertRowid: number } {
    if (typeof values[0] === 'object' && values[0] !== null) throw new TypeError('a blob cannot be the first value');
    const { changes, lastInsertRowid } = this.statement('run', sql).run(...values);
    return { changes, lastInsertRowid: Number(lastInsertRowid) };
  }

  get(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.statement('get', sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: SqlValue[]): Row[] {
    return this.statement('all', sql).all(...values) as Row[];
  }

  exec(sql: string): void {
    this.db.exec(sql);
  }

  /** All or nothing. `durable: false` leaves the sync to a later commit: for rows that the object journal can bring back. */
  transaction(durable: boolean, work: () => void): void {
    if (!durable) this.db.exec('PRAGMA synchronous=NORMAL');
    try {
      this.db.exec('BEGIN IMMEDIATE');
      try {
        work();
        this.db.exec('COMMIT');
      } catch (error) {
        this.db.exec('ROLLBACK');
        throw error;
      }
    } finally {
      if (!durable) this.db.exec('PRAGMA synchronous=FULL');
    }
  }

  /** Moves the log into the database, as far as no reader needs it. */
  checkpoint(): void {
    this.db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }

  /**
   * One for each way of asking: a statement of libsql 0.5.29 that was asked by `all` keeps its values, and the next `get` of it answers for those, not for
   * its own.
   */
  private statement(way: 'run' | 'get' | 'all', sql: string): RawStatement {
    const key = `${way} ${sql}`;
    let statement = this.statements.get(key);
    if (statement === undefined) {
      if (this.statements.size > 500) this.statements.clear();
      statement = this.db.prepare(sql);
      this.statements.set(key, statement);
    }
    return statement;
  }

  private migrate(nowMs: number): void {
    const version = Number(this.get('PRAGMA user_version')?.['user_version'] ?? 0);
    if (version > MIGRATIONS.length) {
      throw new CallError('unavailable', `the index was made by a newer version (schema ${version}, this one knows ${MIGRATIONS.length}): start that version`);
    }
    if (version === MIGRATIONS.length) return;
    // C9: what a failed migration could spoil stands beside, whole, before the first statement
    if (version > 0 && this.path !== ':memory:') this.db.exec(`VACUUM INTO '${`${this.path}.before-schema-${version + 1}-${nowMs}`.replaceAll("'", "''")}'`);
    for (let next = version; next < MIGRATIONS.length; next++) {
      this.transaction(true, () => {
        this.db.exec(MIGRATIONS[next] ?? '');
        if (next === 0) this.db.exec(`INSERT INTO sqlite_sequence(name, seq) VALUES ('instances', ${firstInstanceId(nowMs)})`);
        this.db.exec(`PRAGMA user_version=${next + 1}`);
      });
    }
  }
}

/** A database that replaces a damaged one must not give ids again that pixel requests may still name: each starts at its own second. Below 2^53 until 2150. */
function firstInstanceId(nowMs: number): number {
  const seconds = Math.max(1, Math.floor(nowMs / 1000) - 1_700_000_000);
  return seconds * 2 ** 20;
}
