import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heldObject } from '../../../electron/services/archive/held-object';
import { layoutOf } from '../../../electron/services/cache/layout';
import { createPool, sendObjects, type SendObject, type SendOutcome } from '../../../electron/services/dimse';
import { targetOf } from '../../support/scu-run';
import { store, storageRig, testObject } from '../../support/storage-rig';
import { createStoreDouble } from '../../support/ul-store-double';
import { OUR_AE, startTestNode } from '../../support/ul-node';

const SIDE = 1024;
/** Two megabytes of pixels: three pieces, each with a digest of its own. */
const large = (n: number) => testObject(n, { Rows: SIDE, Columns: SIDE, pixels: new Uint8Array(SIDE * SIDE * 2).fill(n) });

/** One bit of the file, so many bytes before its end. */
function rot(path: string, fromEnd: number, size: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, size - fromEnd);
  byte[0] = (byte[0] ?? 0) ^ 0x10;
  writeSync(file, byte, 0, 1, size - fromEnd);
  closeSync(file);
}

describe('objects that are damaged on the disk', () => {
  it.each([
    ['in the first piece', 2 * SIDE * SIDE - 100],
    ['in the last piece, when the others have gone out', 10],
  ])('%s are never sent as whole; those around them are', async (_words, fromEnd) => {
    const rig = storageRig();
    try {
      const storage = await rig.open();
      const objects = [testObject(1), large(2), testObject(3), large(4), testObject(5)];
      for (const object of objects) expect((await store(storage.cache, object, undefined, 60_000)).kind).toBe('stored');
      await storage.cache.flush();
      const damaged = objects[1]?.SOPInstanceUID ?? '';
      const path = layoutOf(rig.dir).objectPath(damaged);
      rot(path, fromEnd, statSync(path).size);

      const peer = createStoreDouble();
      await using node = await startTestNode({ store: peer });
      const outcomes = new Map<string, SendOutcome>();
      const held = objects.map(({ SOPInstanceUID }): SendObject => {
        const record = storage.index.instanceByUid(SOPInstanceUID);
        if (record === undefined) throw new Error('no row');
        return heldObject(storage.cache, record);
      });
      const onOutcome = ({ SOPInstanceUID }: SendObject, outcome: SendOutcome): void => void outcomes.set(SOPInstanceUID, outcome);
      await sendObjects(createPool({ keepMs: 0 }), targetOf(node.port, OUR_AE), { objects: held, onOutcome }, new AbortController().signal);

      expect(outcomes.get(damaged)).toMatchObject({ kind: 'failed', isTransient: false, words: expect.stringContaining('is damaged') as string });
      const whole = objects.filter(({ SOPInstanceUID }) => SOPInstanceUID !== damaged);
      for (const { SOPInstanceUID } of whole) expect(outcomes.get(SOPInstanceUID)).toEqual({ kind: 'sent' });
      expect(new Map(peer.kept.map(({ incoming, sha256 }) => [incoming.SOPInstanceUID, sha256]))).toEqual(
        new Map(whole.map(({ SOPInstanceUID, bytes }) => [SOPInstanceUID, createHash('sha256').update(bytes).digest('hex')])),
      );
      expect(storage.cache.quarantineList()).toHaveLength(1);
    } finally {
      await rig.dispose();
    }
  });
});
