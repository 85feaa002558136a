import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeFiles, type FileLayer } from '../../../electron/services/cache';
import { Journal } from '../../../electron/services/cache/journal';
import { HEADROOM, PAGE, type RecordMeta } from '../../../electron/services/cache/journal-record';
import { CACHE_DEFAULTS } from '../../../electron/services/cache/options';
import { FaultLayer } from '../../support/fault-layer';

const options = { ...CACHE_DEFAULTS, segmentBytes: 256 * 1024, segments: 1, maxSegments: 2, sync: 'loop' as const, aheadBytes: PAGE };
const LENGTH = 30_000;
let dir: string;
let othersArrive = false;
let faults: unknown[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alternator-ahead-'));
  othersArrive = false;
  faults = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (files: FileLayer = createNodeFiles()) =>
  Journal.open(
    files,
    dir,
    options,
    () => performance.now(),
    (error) => faults.push(error),
    { othersArrive: () => othersArrive, onShort: () => undefined, isStuck: () => false },
  );

const meta = (n: number): RecordMeta => ({
  SOPClassUID: '1.2',
  SOPInstanceUID: `1.2.${String(n)}`,
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  source: { kind: 'demo' },
  arrivedAtMs: n,
});

const buffer = (n: number): Uint8Array => new Uint8Array(HEADROOM + LENGTH + PAGE).fill(n, HEADROOM, HEADROOM + LENGTH);
const segment = (): Buffer => readFileSync(join(dir, 'seg-0001.aj'));

/** The pieces of a record come, in a later turn of the event loop; it does not end. */
async function arrive(journal: Journal, n: number, until = LENGTH) {
  const bytes = buffer(n);
  await new Promise((resolve) => setImmediate(resolve));
  const ahead = journal.ahead(meta(n));
  if (ahead === undefined) throw new Error('nothing is written ahead');
  for (let length = 5000; length <= until; length += 5000) journal.advance(ahead, bytes, length);
  return { ahead, bytes, end: () => journal.append(bytes, LENGTH, meta(n), ahead) };
}

/** What another start finds. */
async function found(): Promise<[string | undefined, boolean, number][]> {
  const { journal, recovered } = await open();
  const list: [string | undefined, boolean, number][] = [];
  for (const { meta: ids, sound, place } of recovered) list.push([ids?.SOPInstanceUID, sound, new Set(await journal.read(place, 0, place.length)).size]);
  await journal.close();
  return list;
}

describe('a record that is written while its bytes come', () => {
  it('stands in its place but for its first page and its end before it is complete, and is whole after', async () => {
    const { journal } = await open();
    await journal.append(buffer(1), LENGTH, meta(1));
    const second = await arrive(journal, 2);
    expect(segment().filter((byte) => byte === 2).length).toBeGreaterThan(LENGTH - 3 * PAGE);
    await second.end();
    await journal.close();
    expect(await found()).toEqual([
      ['1.2.1', true, 1],
      ['1.2.2', true, 1],
    ]);
  });

  it('is no record while it is not complete: the next start finds none, and no damage', async () => {
    const { journal } = await open();
    await journal.append(buffer(1), LENGTH, meta(1));
    await arrive(journal, 2);
    const { recovered, damaged } = await open();
    expect(recovered.map(({ meta: ids }) => ids?.SOPInstanceUID)).toEqual(['1.2.1']);
    expect(damaged).toEqual([]);
  });

  it('gives its place to one that is complete before', async () => {
    const { journal } = await open();
    await journal.append(buffer(1), LENGTH, meta(1));
    const second = await arrive(journal, 2);
    await journal.append(buffer(3), LENGTH, meta(3));
    journal.advance(second.ahead, second.bytes, LENGTH);
    await second.end();
    await journal.close();
    expect(await found()).toEqual([
      ['1.2.1', true, 1],
      ['1.2.3', true, 1],
      ['1.2.2', true, 1],
    ]);
  });

  it('gives up its place when the segment is used anew', async () => {
    const { journal } = await open();
    const first = await journal.append(buffer(1), LENGTH, meta(1));
    const second = await arrive(journal, 2, 20_000);
    journal.seal();
    journal.settle(first);
    const fourth = await journal.append(buffer(4), LENGTH, meta(4));
    expect(fourth.segment.path).toBe(first.segment.path);
    await second.end();
    await journal.close();
    expect(await found()).toEqual([
      ['1.2.4', true, 1],
      ['1.2.2', true, 1],
    ]);
  });

  it('is not begun while others arrive', async () => {
    const { journal } = await open();
    await journal.append(buffer(1), LENGTH, meta(1));
    othersArrive = true;
    expect(journal.ahead(meta(2))).toBeUndefined();
  });

  it('goes to another segment when the disk refuses a piece of it: what was synced before stays good', async () => {
    const disk = new FaultLayer(createNodeFiles());
    const { journal } = await open(disk.layer);
    const first = await journal.append(buffer(1), LENGTH, meta(1));
    disk.fail({ call: 'write', code: 'EIO', path: '.aj', times: 1 });
    const place = await (await arrive(journal, 2)).end();
    expect(place.segment.path).not.toBe(first.segment.path);
    expect(faults).toHaveLength(1);
    await journal.close();
    expect(await found()).toEqual([
      ['1.2.1', true, 1],
      ['1.2.2', true, 1],
    ]);
  });
});
