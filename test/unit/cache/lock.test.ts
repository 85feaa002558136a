import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeFiles } from '../../../electron/services/cache';
import { type ProcessProbe, processProbe, takeLock } from '../../../electron/services/cache/lock';

const files = createNodeFiles().sync;
let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alternator-lock-'));
  path = join(dir, 'lock');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const probe = (alive: Record<number, string>, bootId = 'boot'): ProcessProbe => ({ self: { pid: 1, bootId, startedAt: '10' }, startOf: (pid) => alive[pid] });
const left = (pid: number, startedAt: string, bootId = 'boot') => writeFileSync(path, JSON.stringify({ pid, bootId, startedAt }));

describe('the lock of a data folder', () => {
  it('is taken once and given back', () => {
    const lock = takeLock(files, path, probe({}));
    expect(lock.wasUnclean).toBe(false);
    lock.release();
    expect(files.exists(path)).toBe(false);
  });

  it('is refused while its process lives', () => {
    left(42, '77');
    expect(() => takeLock(files, path, probe({ 42: '77' }))).toThrow(/process 42/);
    expect(files.exists(path)).toBe(true);
  });

  it.each<[string, () => void, ProcessProbe]>([
    ['a dead process', () => left(42, '77'), probe({})],
    ['a process id that another program has now', () => left(42, '77'), probe({ 42: '99' })],
    ['a boot before this one', () => left(42, '77', 'older'), probe({ 42: '77' })],
    ['a write that was cut', () => writeFileSync(path, '{"pid":4'), probe({ 4: '1' })],
  ])('is taken over from %s, and says that the end was not in order', (_name, leave, self) => {
    leave();
    expect(takeLock(files, path, self).wasUnclean).toBe(true);
    expect(files.list(dir)).toEqual(['lock']);
  });

  it('that was abandoned is taken at once, and says that the end was not in order', () => {
    takeLock(files, path, processProbe()).abandon();
    expect(takeLock(files, path, processProbe()).wasUnclean).toBe(true);
  });

  it('knows this very process as living', () => {
    takeLock(files, path, processProbe());
    expect(() => takeLock(files, path, processProbe())).toThrow(/in use/);
  });
});
