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
const at = storageOfEachTest();
const { objectPath } = at;

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
    for (const object of objects) await store(at.storage.cache, object);
    await at.storage.close();
    at.storage = await at.rig.open();
    expect(existsSync(objectPath(objects[0]?.SOPInstanceUID ?? ''))).toBe(true);
    for (const object of objects) expect(Buffer.compare((await readBack(at.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
  });

  it('refuses a second live program on the same folder in words', async () => {
    await expect(at.rig.open()).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('--data-dir') });
  });

  it('makes the index again from the files after damage, with states and ids that were never given before', async () => {
    const objects = [testObject(1), testObject(2)];
    for (const object of objects) await store(at.storage.cache, object);
    await at.storage.cache.flush();
    at.storage.index.setState(STUDY, 'done', 'user', 1000);
    const idBefore = at.storage.index.instanceByUid(objects[0]?.SOPInstanceUID ?? '')?.id ?? 0;
    await at.storage.close();
    for (const suffix of ['-wal', '-shm'])
      if (existsSync(join(at.rig.dir, `index.sqlite${suffix}`))) writeFileSync(join(at.rig.dir, `index.sqlite${suffix}`), '');
    writeFileSync(join(at.rig.dir, 'index.sqlite'), Buffer.alloc(16_384, 0x5a));
    at.storage = await at.rig.open();
    expect(at.storage.cache.rebuildNeeded()).toBeDefined();
    expect(at.storage.index.counts().objects).toBe(0);
    const result = await at.storage.cache.rebuild(() => undefined, new AbortController().signal);
    expect(result).toEqual({ objects: 2, refused: [] });
    expect(at.storage.cache.rebuildNeeded()).toBeUndefined();
    expect(at.storage.index.getStudy(STUDY)).toMatchObject({ state: 'done', instanceCount: 2 });
    expect(at.storage.index.instanceByUid(objects[0]?.SOPInstanceUID ?? '')?.id).not.toBe(idBefore);
    for (const object of objects) expect(Buffer.compare((await readBack(at.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    expect(readdirSync(at.rig.dir).some((name) => name.startsWith('index.sqlite.damaged-'))).toBe(true);
  });

  it('makes the index again, and says so, when a look through it finds damage in what can still be read', async () => {
    const objects = [testObject(1), testObject(2)];
    for (const object of objects) await store(at.storage.cache, object);
    await at.storage.cache.flush();
    const notices: string[] = [];
    at.storage.cache.onNotice(({ key }) => notices.push(key));
    await at.storage.cache.checkIndex('full');
    expect(notices).toEqual([]);
    // An index of the database that does not know a row of its table: quick_check does not see it.
    const path = join(at.rig.dir, 'index.sqlite');
    forgetIndexEntries(path);
    await at.storage.cache.checkIndex('quick');
    expect(notices).toEqual([]);
    await at.storage.cache.checkIndex('full');
    expect(notices).toEqual(['index-rebuild']);
    expect(at.storage.index.counts().objects).toBe(2);
    for (const object of objects) expect(Buffer.compare((await readBack(at.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
  });

  it.each(['NFS', 'CIFS'] as const)('refuses a folder on %s, in words', async (name) => {
    await at.storage.close();
    const type = { NFS: 0x6969, CIFS: 0xff534d42 }[name];
    await expect(at.rig.open({ fileSystemType: () => type })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(new RegExp(`network file system \\(${name}\\).*--data-dir`)),
    });
  });

  it('takes a folder of which nobody can say what it stands on, and tells of the doubt', async () => {
    await at.storage.close();
    at.storage = await at.rig.open({ fileSystemType: () => 0x65735546 });
    expect(at.storage.folderWarning).toContain('FUSE');
    await at.storage.close();
    at.storage = await at.rig.open({
      fileSystemType: () => {
        throw new Error('no such call');
      },
    });
    expect(at.storage.folderWarning).toBeUndefined();
  });

  it('rebuilds in place while ids stay, and can be cancelled', async () => {
    await store(at.storage.cache, testObject(1));
    await at.storage.cache.flush();
    const before = at.storage.index.instanceByUid(testObject(1).SOPInstanceUID);
    const cancelled = new AbortController();
    cancelled.abort();
    await expect(at.storage.cache.rebuild(() => undefined, cancelled.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await at.storage.cache.rebuild(() => undefined, new AbortController().signal);
    expect(at.storage.index.instanceByUid(testObject(1).SOPInstanceUID)).toEqual(before);
  });
});

describe('an end that was not in order', () => {
  it('is one when the index did not take the last rows: the next start finds the object', async () => {
    await at.storage.close();
    let isFull = false;
    const index: StorageOptions['index'] = (beside) => {
      const opened = openIndex(layoutOf(at.rig.dir).index, at.rig.env, beside);
      const put = opened.put.bind(opened);
      opened.put = (...args) => {
        if (isFull) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
        put(...args);
      };
      return opened;
    };
    at.storage = await at.rig.open({ rowDelayMs: 1e6, index });
    const object = testObject(1, { pixelBytes: 40_000 });
    expect((await store(at.storage.cache, object)).kind).toBe('stored');
    isFull = true;
    await expect(at.storage.close()).rejects.toThrow('did not take');
    at.storage = await at.rig.open();
    await at.storage.cache.settled();
    expect(await readBack(at.storage, object.SOPInstanceUID)).toEqual(object.bytes);
  });

  it('is still one after a start that failed', async () => {
    const object = testObject(1, { pixelBytes: 40_000 });
    await at.storage.close();
    at.storage = await at.rig.open({ rowDelayMs: 1e6 });
    expect((await store(at.storage.cache, object)).kind).toBe('stored');
    // another program finds the folder as it is after a crash, and its start fails
    const folder = `${at.rig.dir}-after`;
    cpSync(at.rig.dir, folder, { recursive: true });
    const after = storageRig({ dir: folder });
    const process = { self: { pid: 7, bootId: 'next', startedAt: '1' }, startOf: () => undefined };
    const fails: StorageOptions['index'] = () => {
      throw new Error('not now');
    };
    await expect(after.open({ process, index: fails })).rejects.toThrow('not now');
    const next = await after.open({ process });
    await next.cache.settled();
    expect(await readBack(next, object.SOPInstanceUID)).toEqual(object.bytes);
    await after.dispose();
  });
});

describe('an index that an older version made', () => {
  it('is made again from the files, once, with states and ids as they were', async () => {
    const SOPInstanceUID = testObject(1).SOPInstanceUID;
    await store(at.storage.cache, testObject(1));
    await at.storage.cache.flush();
    at.storage.index.setState(STUDY, 'done', 'user', 1000);
    const before = at.storage.index.instanceByUid(SOPInstanceUID);
    await at.storage.close();
    // As it was before readers had numbers: no mark, and rows that say less.
    const old = new SqlDatabase(join(at.rig.dir, 'index.sqlite'), 0);
    old.run("DELETE FROM marks WHERE name = 'reader'");
    old.run("UPDATE series SET template = json_remove(template, '$.ImageType')");
    old.close();
    at.storage = await at.rig.open();
    expect(at.storage.cache.rebuildNeeded()).toContain('older version');
    expect(at.storage.cache.status().notices.join()).toContain('made again from the image files');
    expect(at.storage.index.instanceByUid(SOPInstanceUID)).not.toEqual(before);
    await at.storage.cache.rebuild(() => undefined, new AbortController().signal);
    expect(at.storage.index.instanceByUid(SOPInstanceUID)).toEqual(before);
    expect(at.storage.index.getStudy(STUDY)).toMatchObject({ state: 'done', instanceCount: 1 });
    await at.storage.close();
    at.storage = await at.rig.open();
    expect(at.storage.cache.rebuildNeeded()).toBeUndefined();
  });
});

describe('the check after an unclean end', () => {
  it('is not waited for when the program ends in the middle of it: the folder stays one that is looked through at the next start', async () => {
    await store(at.storage.cache, testObject(1));
    await at.storage.close();
    // a lock that nobody holds: the last program died
    writeFileSync(layoutOf(at.rig.dir).lock, '');
    const files = createNodeFiles();
    const { objects } = layoutOf(at.rig.dir);
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
    const second = storageRig({ files: slow, dir: at.rig.dir });
    const opened = await second.open();
    const closing = opened.close();
    setTimeout(goOn, 2500);
    await expect(closing).rejects.toThrow('not compared to the end');
    expect(readFileSync(layoutOf(at.rig.dir).lock, 'utf8')).toBe('');
    at.storage = await at.rig.open();
    await at.storage.cache.settled();
    expect(at.storage.index.counts().objects).toBe(1);
    await at.storage.close();
    expect(existsSync(layoutOf(at.rig.dir).lock)).toBe(false);
  });
});
