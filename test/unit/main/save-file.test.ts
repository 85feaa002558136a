import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallError } from '@shared/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mainHandlers, type MainHandlerParts } from '../../../electron/main/main-handlers';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-save-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The handlers with a user who chooses this path, or none. */
const save = async (path: string | undefined, content: string | Uint8Array<ArrayBuffer>) => {
  const parts = { chooseTarget: () => Promise.resolve(path) } as unknown as MainHandlerParts;
  const request = { name: 'a.json', content };
  return await mainHandlers(parts)['dialog.saveFile'](request, { actor: { user: 'x', roles: [] }, signal: new AbortController().signal });
};

describe('a file that the user saves', () => {
  it('is written whole where he chose, texts and bytes alike', async () => {
    expect(await save(join(folder, 'a.json'), '{}')).toEqual({ path: join(folder, 'a.json') });
    await save(join(folder, 'b.png'), Uint8Array.of(1, 2, 3));
    expect([readFileSync(join(folder, 'a.json'), 'utf8'), [...readFileSync(join(folder, 'b.png'))]]).toEqual(['{}', [1, 2, 3]]);
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'b.png']);
  });

  it('leaves nothing beside what cannot be replaced', async () => {
    mkdirSync(join(folder, 'a.json', 'inside'), { recursive: true });
    await expect(save(join(folder, 'a.json'), '{}')).rejects.toThrow('a.json could not be written');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('is not written when he chose no place, and a refused one is said with its name', async () => {
    expect(await save(undefined, '{}')).toEqual({});
    await expect(save(join(folder, 'no', 'such', 'a.json'), '{}')).rejects.toThrow(CallError);
    await expect(save(join(folder, 'no', 'such', 'a.json'), '{}')).rejects.toThrow('a.json could not be written');
    expect(readdirSync(folder)).toEqual([]);
  });
});
