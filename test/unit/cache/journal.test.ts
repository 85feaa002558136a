import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeFiles } from '../../../electron/services/cache';
import { Journal } from '../../../electron/services/cache/journal';
import { HEADROOM, PAGE, type RecordMeta } from '../../../electron/services/cache/journal-record';
import { CACHE_DEFAULTS } from '../../../electron/services/cache/options';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const files = createNodeFiles();
const options = { ...CACHE_DEFAULTS, segmentBytes: 128 * 1024, segments: 1, maxSegments: 2 };
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alternator-journal-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (sync: 'loop' | 'pool' | 'adaptive' = 'adaptive') =>
  Journal.open(
    files,
    dir,
    { ...options, sync },
    () => performance.now(),
    () => undefined,
  );

const meta = (n: number): RecordMeta => ({
  SOPClassUID: '1.2',
  SOPInstanceUID: `1.2.${String(n)}`,
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  source: { kind: 'demo' },
  arrivedAtMs: n,
});

function buffer(n: number, length: number): Uint8Array {
  return new Uint8Array(HEADROOM + length + PAGE).fill(n);
}

async function fill(journal: Journal, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await journal.append(buffer(n, 5000), 5000, meta(n));
}

/** Turns one byte round in the only segment. */
function damage(at: number): void {
  const path = join(dir, 'seg-0001.aj');
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

const SPAN = 2 * PAGE;

describe('the object journal', () => {
  it.each(['loop', 'pool'] as const)('finds after a start what was appended, in order, with its bytes (%s)', async (sync) => {
    const { journal } = await open(sync);
    await Promise.all([1, 2, 3].map((n) => journal.append(buffer(n, 3000 * n), 3000 * n, meta(n))));
    const { journal: again, recovered } = await open(sync);
    expect(recovered.map(({ meta: ids, sound, place }) => [ids?.SOPInstanceUID, sound, place.length])).toEqual([
      ['1.2.1', true, 3000],
      ['1.2.2', true, 6000],
      ['1.2.3', true, 9000],
    ]);
    for (const [index, { place }] of recovered.entries()) expect((await again.read(place, 0, place.length)).every((byte) => byte === index + 1)).toBe(true);
    await journal.close();
    await again.close();
  });

  it('drops a torn last record silently: nobody was told that it is kept', async () => {
    const { journal } = await open();
    await fill(journal, 3);
    damage(PAGE + 2 * SPAN + 4000);
    const { recovered, damaged } = await open();
    expect(recovered.map(({ sound }) => sound)).toEqual([true, true]);
    expect(damaged).toEqual([]);
  });

  it('reports a damaged record that a later one proves to have been synced, and keeps those after it', async () => {
    const { journal } = await open();
    await fill(journal, 3);
    damage(PAGE + SPAN + 4000);
    const { recovered } = await open();
    expect(recovered.map(({ sound, meta: ids }) => [ids?.SOPInstanceUID, sound])).toEqual([
      ['1.2.1', true],
      ['1.2.2', false],
      ['1.2.3', true],
    ]);
  });

  it('goes on behind a damaged header and says that synced data are gone', async () => {
    const { journal } = await open();
    await fill(journal, 3);
    damage(PAGE + SPAN + 10);
    const { recovered, damaged } = await open();
    expect(recovered.map(({ meta: ids }) => ids?.SOPInstanceUID)).toEqual(['1.2.1', '1.2.3']);
    expect(damaged).toEqual(['seg-0001.aj']);
  });

  it('loses nothing of a segment whose own header is damaged', async () => {
    const { journal } = await open();
    await fill(journal, 3);
    damage(8);
    const { journal: again, recovered } = await open();
    expect(recovered.map(({ meta: ids, sound }) => [ids?.SOPInstanceUID, sound])).toEqual([
      ['1.2.1', true],
      ['1.2.2', true],
      ['1.2.3', true],
    ]);
    const [first] = recovered;
    if (first === undefined) throw new Error('nothing recovered');
    expect((await again.read(first.place, 0, 5000)).every((byte) => byte === 1)).toBe(true);
    await again.close();
  });

  it('never takes records of an earlier use of a segment for new ones', async () => {
    const { journal } = await open();
    const places = await Promise.all([1, 2, 3, 4].map((n) => journal.append(buffer(n, 5000), 5000, meta(n))));
    await new Promise((resolve) => setImmediate(resolve));
    journal.seal();
    for (const place of places) journal.settle(place);
    await journal.append(buffer(9, 100), 100, meta(9));
    const { recovered } = await open();
    expect(recovered.map(({ meta: ids }) => ids?.SOPInstanceUID)).toEqual(['1.2.9']);
  });

  it('waits when all segments are in use, and goes on when one is free', async () => {
    const { journal } = await open();
    const places = [];
    for (let n = 1; n <= 26; n++) places.push(await journal.append(buffer(n % 250, 5000), 5000, meta(n)));
    let done = false;
    const waiting = journal.append(buffer(1, 60_000), 60_000, meta(99)).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(done).toBe(false);
    for (const place of places) journal.settle(place);
    await waiting;
    await journal.close();
  });
});
