import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** What was asked of the disk, in order. */
const asked = vi.hoisted((): string[] => []);
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>): Promise<fs.FileHandle> => {
      const handle = await real.open(...args);
      const name = String(args[0]);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        asked.push(`sync ${name}`);
      };
      return handle;
    },
    rename: async (...args: Parameters<typeof real.rename>) => {
      await real.rename(...args);
      asked.push(`rename to ${String(args[1])}`);
    },
  };
});

const { writeAtomic } = await import('../../../electron/main/write-atomic');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-atomic-'));
  asked.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file that is written whole', () => {
  it('is synced, takes its name, and then the folder is synced: a power cut after that does not take the name away', async () => {
    const path = join(folder, 'a.json');
    await writeAtomic(path, '{}');
    expect(readFileSync(path, 'utf8')).toBe('{}');
    expect(asked.map((what) => what.replace(folder, '').replace(/a\.json\..*$/, 'beside'))).toEqual(['sync /beside', 'rename to /a.json', 'sync ']);
    expect(basename(path)).toBe('a.json');
  });
});
