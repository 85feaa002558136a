import { describe, expect, it } from 'vitest';
import { isFullDisk } from '../../../electron/services/full-disk';
import { SqlDatabase } from '../../../electron/services/index/database';

describe('a full disk', () => {
  it('is known by what the system and SQLite say, and by nothing else', () => {
    const db = new SqlDatabase(':memory:', 0);
    db.exec('PRAGMA max_page_count=1');
    let said: unknown;
    try {
      for (let n = 0; n < 1000; n++) db.run('INSERT INTO marks (name, value) VALUES (?, 1)', String(n).padEnd(500));
    } catch (error) {
      said = error;
    }
    db.close();
    expect(isFullDisk(said)).toBe(true);
    expect(isFullDisk(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))).toBe(true);
    for (const other of [new Error('ENOSPC'), Object.assign(new Error('input/output error'), { code: 'EIO' }), undefined, 'SQLITE_FULL'])
      expect(isFullDisk(other)).toBe(false);
  });
});
