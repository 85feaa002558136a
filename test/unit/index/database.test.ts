import { describe, expect, it } from 'vitest';
import { SqlDatabase } from '../../../electron/services/index/database';

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
