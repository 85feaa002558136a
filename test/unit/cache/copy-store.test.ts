import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeFiles } from '../../../electron/services/cache';
import { type CopyParts, copyStore } from '../../../electron/services/cache/copy-store';
import { inMemory } from '../../../electron/services/cache/data-set-source';
import { layoutOf } from '../../../electron/services/cache/layout';
import { SpoolRoom } from '../../../electron/services/cache/spool';
import type { IncomingObject } from '../../../electron/services/cache/types';

const ELE = '1.2.840.10008.1.2.1';
const here = Buffer.alloc(900, 7);
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alternator-copies-'));
  mkdirSync(layoutOf(dir).incoming, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Takes copies of 100 bytes and more by files, at most 1,000 bytes of them at once; what it tells and logs. */
function rig(flush = (): void => undefined) {
  const verdicts: [string, string][] = [];
  const logged: unknown[] = [];
  const log = { error: (...entry: unknown[]) => void logged.push(entry) };
  const source = () => Promise.resolve({ ...inMemory(here, ELE), close: () => Promise.resolve() });
  const parts = {
    reader: { source },
    options: {},
    log,
    files: createNodeFiles(),
    layout: layoutOf(dir),
    disk: { full: () => undefined },
    rows: { flush },
    index: { instanceByUid: (uid: string) => ({ attributes: { SOPInstanceUID: uid } }) },
  } as unknown as CopyParts;
  const room = new SpoolRoom(1000);
  const comparison = () => {
    const store = copyStore(parts, (uid, verdict) => verdicts.push([uid, verdict]), room, { memoryBytes: 100 });
    return (SOPInstanceUID: string) => store.receive({ SOPInstanceUID, TransferSyntaxUID: ELE } as IncomingObject);
  };
  return { verdicts, logged, receive: comparison(), receiveOther: comparison() };
}

describe('copies that are compared beside the cache', () => {
  it('stand in files up to a bound; what is larger is not compared, and the log says why', async () => {
    const { receive, verdicts, logged } = rig();
    const large = receive('1.1');
    for (let n = 0; n < 5; n++) large.write(Buffer.alloc(300, 7));
    await large.finish();
    expect(verdicts).toEqual([['1.1', 'unread']]);
    expect(JSON.stringify(logged)).toContain('too large to stand beside the cache');
    expect(readdirSync(layoutOf(dir).incoming)).toEqual([]);
  });

  it('have the bound together, those of all comparisons, and room again when one is done', async () => {
    const { receive, receiveOther, verdicts } = rig();
    const [first, second] = [receive('1.1'), receiveOther('1.2')];
    first.write(here);
    second.write(here);
    await second.finish();
    await first.finish();
    const third = receive('1.3');
    third.write(here);
    await third.finish();
    expect(verdicts).toEqual([
      ['1.2', 'unread'],
      ['1.1', 'same'],
      ['1.3', 'same'],
    ]);
  });

  it('are answered with what is true: success where an object of this content is here, failure where nothing of the copy was kept', async () => {
    const { receive } = rig();
    const [same, other] = [receive('1.1'), receive('1.2')];
    same.write(here);
    other.write(Buffer.alloc(900, 8));
    expect(await same.finish()).toMatchObject({ kind: 'duplicate' });
    expect(await other.finish()).toMatchObject({ kind: 'refused', comment: 'compared only, not kept' });
  });

  it('are told, and answered with a failure, where the index cannot be asked: nothing is promised, and nothing thrown', async () => {
    const { receive, verdicts, logged } = rig(() => {
      throw new Error('the disk is full');
    });
    const same = receive('1.1');
    same.write(here);
    expect(await same.finish()).toEqual({ kind: 'refused', status: 0xa700, comment: 'compared only, not kept' });
    expect([verdicts, logged.length]).toEqual([[['1.1', 'same']], 1]);
  });
});
