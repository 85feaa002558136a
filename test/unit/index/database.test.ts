import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqlDatabase } from '../../../electron/services/index/database';
import { MIGRATIONS } from '../../../electron/services/index/schema';

describe('the database', () => {
  it('answers for the values that it was asked with, whichever way the same question was put before', () => {
    const db = new SqlDatabase(':memory:', 0);
    db.exec('CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)');
    for (const k of ['a', 'b', 'c', 'd']) db.run('INSERT INTO t VALUES (?, ?)', k, `value of ${k}`);
    const sql = 'SELECT * FROM t WHERE k = ?';
    const seen: unknown[] = [];
    for (const [way, k] of [
      ['get', 'a'],
      ['all', 'b'],
      ['get', 'c'],
      ['get', 'd'],
      ['all', 'a'],
      ['all', 'x'],
      ['get', 'b'],
      ['get', 'x'],
    ] as const) {
      const row = way === 'get' ? db.get(sql, k) : db.all(sql, k)[0];
      seen.push(row?.['v']);
    }
    expect(seen).toEqual(['value of a', 'value of b', 'value of c', 'value of d', 'value of a', undefined, 'value of b', undefined]);
    db.close();
  });
});

describe('a database of another version (C9)', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'alternator-schema-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const made = (version?: number): string => {
    const path = join(folder, 'index.sqlite');
    const db = new SqlDatabase(path, 0);
    db.run("INSERT INTO marks (name, value) VALUES ('kept', 7)");
    if (version !== undefined) db.exec(`PRAGMA user_version=${String(version)}`);
    db.checkpoint();
    db.close();
    return path;
  };

  it('refuses a database of a newer version and leaves it as it is', () => {
    const path = made(MIGRATIONS.length + 1);
    const before = readFileSync(path);
    expect(() => new SqlDatabase(path, 1)).toThrow('made by a newer version');
    expect(Buffer.compare(readFileSync(path), before)).toBe(0);
  });

  it('keeps a copy before it changes the schema, and what it held', () => {
    const path = made();
    const old = new SqlDatabase(path, 0);
    old.exec('DROP TABLE contentChecks');
    old.exec(`PRAGMA user_version=${String(MIGRATIONS.length - 1)}`);
    old.close();
    const db = new SqlDatabase(path, 5);
    expect(db.get("SELECT value FROM marks WHERE name = 'kept'")?.['value']).toBe(7);
    expect(db.all('SELECT * FROM contentChecks')).toEqual([]);
    db.close();
    const copies = readdirSync(folder).filter((name) => name.includes('before-schema'));
    expect(copies).toEqual([`index.sqlite.before-schema-${String(MIGRATIONS.length)}-5`]);
  });
});
