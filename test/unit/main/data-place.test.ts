import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPlaces } from '../../../electron/main/data-place';

let root: string;
let appData: string;
const folder = (name: string): string => {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  return path;
};

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'alternator-place-')));
  appData = folder('config');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the place of the data folder', () => {
  it('is the usual one, or that of the flag, and nothing is written to find out', () => {
    const usual = join(appData, 'Alternator');
    expect(dataPlaces(appData, undefined).state()).toEqual({ now: usual, next: usual, usual, byFlag: false });
    expect(dataPlaces(appData, '/elsewhere').state()).toEqual({ now: '/elsewhere', next: '/elsewhere', usual, byFlag: true });
    expect(readdirSync(appData)).toEqual([]);
  });

  it('is another one from the next start on, and the usual one again', async () => {
    const big = folder('big');
    const first = dataPlaces(appData, undefined);
    expect(await first.choose(big)).toMatchObject({ now: join(appData, 'Alternator'), next: big });
    const second = dataPlaces(appData, undefined);
    expect([second.dataDir, second.isGone]).toEqual([big, false]);
    expect(await second.forget()).toMatchObject({ now: big, next: join(appData, 'Alternator') });
    expect(dataPlaces(appData, undefined).dataDir).toBe(join(appData, 'Alternator'));
  });

  it('counts less than the flag', async () => {
    await dataPlaces(appData, undefined).choose(folder('big'));
    expect(dataPlaces(appData, '/elsewhere').dataDir).toBe('/elsewhere');
  });

  it('is a folder of its own where there is something of others, and the same one where there is something of ours', async () => {
    const shared = folder('shared');
    writeFileSync(join(shared, 'letter.txt'), 'of somebody');
    expect(await dataPlaces(appData, undefined).choose(shared)).toMatchObject({ next: join(shared, 'Alternator') });
    const old = folder('old');
    for (const name of ['cache', 'electron']) mkdirSync(join(old, name));
    // what others have by such names is not ours
    expect(await dataPlaces(appData, undefined).choose(old)).toMatchObject({ next: join(old, 'Alternator') });
    writeFileSync(join(old, 'objects.journal'), '');
    expect(await dataPlaces(appData, undefined).choose(old)).toMatchObject({ next: old });
  });

  it('leaves nothing behind in the chosen folder', async () => {
    const big = folder('big');
    await dataPlaces(appData, undefined).choose(big);
    expect(readdirSync(big)).toEqual([]);
  });

  it.each([
    ['no/path', 'not a folder'],
    ['a file', 'not a folder'],
    ['nothing there', 'cannot be written to (ENOENT)'],
    ['within the one in use', 'within the folder that is used now'],
  ])('is refused in words, and stays what it was: %s', async (which, words) => {
    writeFileSync(join(root, 'file'), '');
    const inUse = join(appData, 'Alternator');
    mkdirSync(join(inUse, 'cache'), { recursive: true });
    const path = { 'no/path': 'no/path', 'a file': join(root, 'file'), 'nothing there': join(root, 'gone') }[which] ?? join(inUse, 'cache');
    const places = dataPlaces(appData, undefined);
    await expect(places.choose(path)).rejects.toThrow(words);
    expect(places.state().next).toBe(inUse);
  });

  it('is gone with its disk: nothing is begun in its stead', async () => {
    const disk = folder('disk');
    await dataPlaces(appData, undefined).choose(disk);
    rmSync(disk, { recursive: true });
    const places = dataPlaces(appData, undefined);
    expect([places.dataDir, places.isGone]).toEqual([disk, true]);
    expect(dataPlaces(appData, '/elsewhere').isGone).toBe(false);
  });

  it('takes a note that is not its own for none', () => {
    for (const text of ['', '{', '{"dataDir":7}', '{"dataDir":"relative"}']) {
      mkdirSync(join(appData, 'Alternator'), { recursive: true });
      writeFileSync(join(appData, 'Alternator', 'data-place.json'), text);
      expect(dataPlaces(appData, undefined).dataDir).toBe(join(appData, 'Alternator'));
    }
  });
});
