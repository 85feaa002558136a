import { afterEach, beforeEach } from 'vitest';
import type { Storage } from '../../electron/services/cache';
import { layoutOf } from '../../electron/services/cache/layout';
import { storageRig, type StorageRig } from './storage-rig';

/** A data folder and the storage in it, which a test may close and open again. */
export interface StorageOfTest {
  rig: StorageRig;
  storage: Storage;
  objectPath(uid: string): string;
}

/** One of its own for each test of a file: to be called once, at its head. */
export function storageOfEachTest(): StorageOfTest {
  const at = { objectPath: (uid: string) => layoutOf(at.rig.dir).objectPath(uid) } as StorageOfTest;
  beforeEach(async () => {
    at.rig = storageRig();
    at.storage = await at.rig.open();
  });
  afterEach(() => at.rig.dispose());
  return at;
}
