import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { createNodeFiles, type FileLayer, type StorageOptions } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { openIndex } from '../../../electron/services/index';
import { SqlDatabase } from '../../../electron/services/index/database';
import { storageOfEachTest } from '../../support/storage-of-each-test';
import { readBack, store, storageRig, testObject } from '../../support/storage-rig';

const STUDY = StudyUid.parse('2.25.11');
const here = storageOfEachTest();
const { objectPath } = here;

/** From now on an index of the database has entries of another column than its rows: every read still works. */
function forgetIndexEntries(path: string): void {
  const db = new SqlDatabase(path, 0);
  try {
    const version = Number(db.get('PRAGMA schema_version')?.['schema_version'] ?? 0);
    db.exec(`PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, 'birthDate', 'idFold') WHERE name = 'studiesByBirth';
      PRAGMA schema_version=${String(version + 1)}; PRAGMA writable_schema=OFF`);
  } finally {
    db.close();
  }
}

describe('a restart', () => {
  it('takes up a folder after an end in order and after one without', async () => {
    const objects = [testObject(1), testObject(2), testObject(3, { pixelBytes: 60_000 })];
    for (const object of objects) await store(here.storage.cache, object);
    await here.storage.close();
    here.storage = await here.rig.open();
    expect(existsSync(objectPath(objects[0]?.SOPInstanceUID ?? ''))).toBe(true);
    for (const object of objects) expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
  });

  it('refuses a second live program on the same folder in words', async () => {
    await expect(here.rig.open()).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('--data-dir') });
  });

  it('makes the index again from the files after damage, with states and ids that were never given before', async () => {
    const objects = [testObject(1), testObject(2)];
    for (const object of objects) await store(here.storage.cache, object);
    await here.storage.cache.flush();
    here.storage.index.setState(STUDY, 'done', 'user', 1000);
    const idBefore = here.storage.index.instanceByUid(objects[0]?.SOPInstanceUID ?? '')?.id ?? 0;
    await here.storage.close();
    for (const suffix of ['-wal', '-shm'])
      if (existsSync(join(here.rig.dir, `index.sqlite${suffix}`))) writeFileSync(join(here.rig.dir, `index.sqlite${suffix}`), '');
    writeFileSync(join(here.rig.dir, 'index.sqlite'), Buffer.alloc(16_384, 0x5a));
    here.storage = await here.rig.open();
    expect(here.storage.cache.rebuildNeeded()).toBeDefined();
    expect(here.storage.index.counts().objects).toBe(0);
    const result = await here.storage.cache.rebuild(() => undefined, new AbortController().signal);
    expect(result).toEqual({ objects: 2, refused: [] });
    expect(here.storage.cache.rebuildNeeded()).toBeUndefined();
    expect(here.storage.index.getStudy(STUDY)).toMatchObject({ state: 'done', instanceCount: 2 });
    expect(here.storage.index.instanceByUid(objects[0]?.SOPInstanceUID ?? '')?.id).not.toBe(idBefore);
    for (const object of objects) expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    expect(readdirSync(here.rig.dir).some((name) => name.startsWith('index.sqlite.damaged-'))).toBe(true);
  });

  it('makes the index again, and says so, when a look through it finds damage in what can still be read', async () => {
    const objects = [testObject(1), testObject(2)];
    for (const object of objects) await store(here.storage.cache, object);
    await here.storage.cache.flush();
    const notices: string[] = [];
    here.storage.cache.onNotice(({ key }) => notices.push(key));
    await here.storage.cache.checkIndex('full');
    expect(notices).toEqual([]);
    // An index of the database that does not know a row of its table: quick_check does not see it.
    const path = join(here.rig.dir, 'index.sqlite');
    forgetIndexEntries(path);
    await here.storage.cache.checkIndex('quick');
    expect(notices).toEqual([]);
    await here.storage.cache.checkIndex('full');
    expect(notices).toEqual(['index-rebuild']);
    expect(here.storage.index.counts().objects).toBe(2);
    for (const object of objects) expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
  });

  it.each(['NFS', 'CIFS'] as const)('refuses a folder on %s, in words', async (name) => {
    await here.storage.close();
    const type = { NFS: 0x6969, CIFS: 0xff534d42 }[name];
    await expect(here.rig.open({ fileSystemType: () => type })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(new RegExp(`network file system \\(${name}\\).*--data-dir`)),
    });
  });

  it('takes a folder of which nobody can say what it stands on, and tells of the doubt', async () => {
    await here.storage.close();
    here.storage = await here.rig.open({ fileSystemType: () => 0x65735546 });
    expect(here.storage.folderWarning).toContain('FUSE');
    await here.storage.close();
    here.storage = await here.rig.open({
      fileSystemType: () => {
        throw new Error('no such call');
      },
    });
    expect(here.storage.folderWarning).toBeUndefined();
  });

  it('rebuilds in place while ids stay, and can be cancelled', async () => {
    await store(here.storage.cache, testObject(1));
    await here.storage.cache.flush();
    const before = here.storage.index.instanceByUid(testObject(1).SOPInstanceUID);
    const cancelled = new AbortController();
    cancelled.abort();
    await expect(here.storage.cache.rebuild(() => undefined, cancelled.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await here.storage.cache.rebuild(() => undefined, new AbortController().signal);
    expect(here.storage.index.instanceByUid(testObject(1).SOPInstanceUID)).toEqual(before);
  });
});

describe('an end that was not in order', () => {
  /** An index that takes no rows from now on. */
  const full: StorageOptions['index'] = (beside) => {
    const opened = openIndex(layoutOf(here.rig.dir).index, here.rig.env, beside);
    const refuse = (): never => {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    };
    return Object.assign(opened, { put: refuse, putFiles: refuse });
  };
  /** Another program that finds the folder as it is now, as after a crash. */
  const afterCrash = () => {
    const folder = `${here.rig.dir}-after`;
    cpSync(here.rig.dir, folder, { recursive: true });
    return storageRig({ dir: folder });
  };
  const process = { self: { pid: 7, bootId: 'next', startedAt: '1' }, startOf: () => undefined };

  it('is one when the index did not take the last rows: the next start finds the object', async () => {
    await here.storage.close();
    here.storage = await here.rig.open({ rowDelayMs: 1e6, index: full });
    const object = testObject(1, { pixelBytes: 40_000 });
    expect((await store(here.storage.cache, object)).kind).toBe('stored');
    expect(here.storage.cache.rowsAreWhole()).toBe(false);
    await expect(here.storage.close()).rejects.toThrow('did not take');
    here.storage = await here.rig.open();
    await here.storage.cache.settled();
    expect(await readBack(here.storage, object.SOPInstanceUID)).toEqual(object.bytes);
  });

  it('is still one after a start that failed', async () => {
    const object = testObject(1, { pixelBytes: 40_000 });
    await here.storage.close();
    here.storage = await here.rig.open({ rowDelayMs: 1e6, index: full });
    expect((await store(here.storage.cache, object)).kind).toBe('stored');
    const after = afterCrash();
    const fails: StorageOptions['index'] = () => {
      throw new Error('not now');
    };
    await expect(after.open({ process, index: fails })).rejects.toThrow('not now');
    const next = await after.open({ process });
    await next.cache.settled();
    expect(await readBack(next, object.SOPInstanceUID)).toEqual(object.bytes);
    await after.dispose();
    await here.storage.close().catch(() => undefined);
  });

  it('leaves every object that was acknowledged in the list of the next start, before anything is compared', async () => {
    const [inJournal, asFile] = [testObject(1), testObject(2, { pixelBytes: 60_000 })];
    await here.storage.close();
    here.storage = await here.rig.open({ rowDelayMs: 1e6, idleMs: 1e6 });
    for (const object of [inJournal, asFile]) expect((await store(here.storage.cache, object)).kind).toBe('stored');
    const after = afterCrash();
    const next = await after.open({ process });
    expect(next.cache.rowsAreWhole()).toBe(false);
    for (const { SOPInstanceUID } of [inJournal, asFile]) expect(next.index.has(SOPInstanceUID)).toBe(true);
    await next.cache.settled();
    expect(next.cache.rowsAreWhole()).toBe(true);
    for (const { SOPInstanceUID, bytes } of [inJournal, asFile]) expect(await readBack(next, SOPInstanceUID)).toEqual(bytes);
    await after.dispose();
  });

  it('between an object’s file and its row leaves it in the list of the next start', async () => {
    const object = testObject(1);
    await here.storage.close();
    here.storage = await here.rig.open({ rowDelayMs: 1e6, idleMs: 1e6, index: full });
    expect((await store(here.storage.cache, object)).kind).toBe('stored');
    await here.storage.cache.flush();
    expect(existsSync(objectPath(object.SOPInstanceUID))).toBe(true);
    expect(here.storage.index.has(object.SOPInstanceUID)).toBe(false);
    const after = afterCrash();
    const next = await after.open({ process });
    expect(next.index.has(object.SOPInstanceUID)).toBe(true);
    await next.cache.flush();
    await next.cache.settled();
    expect(await readBack(next, object.SOPInstanceUID)).toEqual(object.bytes);
    expect(next.index.counts().objects).toBe(1);
    await after.dispose();
    await here.storage.close().catch(() => undefined);
  });
});

describe('an index that an older version made', () => {
  it('is made again from the files, once, with states and ids as they were', async () => {
    const SOPInstanceUID = testObject(1).SOPInstanceUID;
    await store(here.storage.cache, testObject(1));
    await here.storage.cache.flush();
    here.storage.index.setState(STUDY, 'done', 'user', 1000);
    const before = here.storage.index.instanceByUid(SOPInstanceUID);
    await here.storage.close();
    // As it was before readers had numbers: no mark, and rows that say less.
    const old = new SqlDatabase(join(here.rig.dir, 'index.sqlite'), 0);
    old.run("DELETE FROM marks WHERE name = 'reader'");
    old.run("UPDATE series SET template = json_remove(template, '$.ImageType')");
    old.close();
    here.storage = await here.rig.open();
    expect(here.storage.cache.rebuildNeeded()).toContain('older version');
    expect(here.storage.cache.status().notices.join()).toContain('made again from the image files');
    expect(here.storage.index.instanceByUid(SOPInstanceUID)).not.toEqual(before);
    await here.storage.cache.rebuild(() => undefined, new AbortController().signal);
    expect(here.storage.index.instanceByUid(SOPInstanceUID)).toEqual(before);
    expect(here.storage.index.getStudy(STUDY)).toMatchObject({ state: 'done', instanceCount: 1 });
    await here.storage.close();
    here.storage = await here.rig.open();
    expect(here.storage.cache.rebuildNeeded()).toBeUndefined();
  });
});

describe('the check after an unclean end', () => {
  it('is not waited for when the program ends in the middle of it: the folder stays one that is looked through at the next start', async () => {
    await store(here.storage.cache, testObject(1));
    await here.storage.close();
    // a lock that nobody holds: the last program died
    writeFileSync(layoutOf(here.rig.dir).lock, '');
    const files = createNodeFiles();
    const { objects } = layoutOf(here.rig.dir);
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const slow: FileLayer = {
      ...files,
      async: {
        ...files.async,
        async list(path) {
          const names = await files.async.list(path);
          if (path.startsWith(objects) && path !== objects) await held;
          return names;
        },
      },
    };
    const second = storageRig({ files: slow, dir: here.rig.dir });
    const opened = await second.open();
    const closing = opened.close();
    setTimeout(goOn, 2500);
    await expect(closing).rejects.toThrow('not compared to the end');
    expect(readFileSync(layoutOf(here.rig.dir).lock, 'utf8')).toBe('');
    here.storage = await here.rig.open();
    await here.storage.cache.settled();
    expect(here.storage.index.counts().objects).toBe(1);
    await here.storage.close();
    expect(existsSync(layoutOf(here.rig.dir).lock)).toBe(false);
  });
});
