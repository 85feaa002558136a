import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { layoutOf } from '../../../electron/services/cache/layout';
import { SqlDatabase } from '../../../electron/services/index/database';
import { Scrub } from '../../../electron/services/keeping';
import { silentLogger } from '../../../electron/services/logging/logger';
import { storageOfEachTest } from '../../support/storage-of-each-test';
import { readBack, store, testObject } from '../../support/storage-rig';
import { VirtualTime } from '../../support/virtual-time';

const here = storageOfEachTest();
const OBJECTS = Array.from({ length: 60 }, (_, n) => testObject(n));
const INTERIOR = 5;

/** The first leaf of the table of objects is no page any more; all else can be read. */
function damageRows(path: string): void {
  const db = new SqlDatabase(path, 0);
  const root = Number(db.get("SELECT rootpage FROM sqlite_master WHERE name = 'instances'")?.['rootpage']);
  const size = Number(db.get('PRAGMA page_size')?.['page_size']);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  const file = readFileSync(path);
  const at = (root - 1) * size;
  expect(file[at]).toBe(INTERIOR);
  const leaf = file.readUInt32BE(at + file.readUInt16BE(at + 12));
  file.fill(0x5a, (leaf - 1) * size, leaf * size);
  writeFileSync(path, file);
}

beforeEach(async () => {
  for (const object of OBJECTS) await store(here.storage.cache, object);
  await here.storage.cache.flush();
  await here.storage.close();
  damageRows(layoutOf(here.rig.dir).index);
});

async function expectAll(): Promise<void> {
  expect(here.storage.index.counts().objects).toBe(OBJECTS.length);
  for (const { SOPInstanceUID, bytes } of OBJECTS) expect(await readBack(here.storage, SOPInstanceUID)).toEqual(bytes);
}

describe('rows that cannot be read', () => {
  it('have the list made again by the check after an unclean end, which is done then', async () => {
    writeFileSync(layoutOf(here.rig.dir).lock, '');
    here.storage = await here.rig.open({ uncheckedRetryMs: 100 });
    const { cache, index } = here.storage;
    expect(() => index.uidPage(0, 100)).toThrow(/malformed/);
    for (let n = 0; !cache.rowsAreWhole() && n < 250; n++) await sleep(20);
    expect([cache.rowsAreWhole(), cache.status().notices, cache.listLosses()]).toEqual([true, [], 1]);
    await expectAll();
  });

  it('have it made again by the look through all objects', async () => {
    here.storage = await here.rig.open();
    const { cache, index } = here.storage;
    const notices: string[] = [];
    cache.onNotice(({ key }) => notices.push(key));
    const time = new VirtualTime(Date.now());
    const scrub = new Scrub({ index, cache, timers: time, log: silentLogger });
    scrub.start();
    for (let n = 0; n < 250 && (notices.length === 0 || !cache.rowsAreWhole()); n++) {
      await time.advance(1000);
      await sleep(10);
    }
    await scrub.close();
    expect(notices).toEqual(['index-rebuild']);
    await expectAll();
  });
});
