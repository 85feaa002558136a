import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDisplaySets, InstanceId } from '@shared/domain';
import { makeThumbnail } from '@shared/picture';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/services/logging/logger';
import { walkDataSet } from '../../../electron/services/part10';
import { createThumbnails } from '../../../electron/services/thumbnails';
import { workerThumbnails } from '../../../electron/services/thumbnails/thumbnail-runner';
import { runThumbnailTask, type ThumbnailTask } from '../../../electron/services/thumbnails/thumbnail-task';
import { el, type Element, encodeDataSet, sampleImage, type SampleImage } from '../../support/dicom';
import { cacheOf } from '../../support/object-cache';

const one = InstanceId.parse(1);
const signal = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-thumbs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** 64 x 64, the left half of one value, the right half of another. */
function halves(left: number, right: number, options: SampleImage & { replace?: readonly Element[] } = {}): Uint8Array {
  const pixels = new Uint16Array(64 * 64).map((_, at) => (at % 64 < 32 ? left : right));
  const { replace = [], ...image } = options;
  const elements = sampleImage({ Rows: 64, Columns: 64, pixels: new Uint8Array(pixels.buffer), ...image });
  const window = [el(0x00280030, 'DS', [1, 1]), el(0x00281050, 'DS', 128), el(0x00281051, 'DS', 256), el(0x00281052, 'DS', 0), el(0x00281053, 'DS', 1)];
  const tags = new Map([...elements, ...window, ...replace].map((element) => [element.tag, element]));
  return encodeDataSet([...tags.values()].sort((a, b) => a.tag - b.tag));
}

function thumbnails(bytes: Uint8Array, runner?: { run(task: ThumbnailTask): ReturnType<ReturnType<typeof workerThumbnails>['run']>; close(): Promise<void> }) {
  const cache = cacheOf(bytes);
  return { cache, made: createThumbnails({ cache, folder, workersDir: '', log: silentLogger, ...(runner !== undefined && { runner }) }) };
}

const pixel = (rgb: Uint8Array, x: number, y = 32): number[] => [...rgb.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)];

describe('a thumbnail', () => {
  it('has the grey levels of the window of the file', async () => {
    const rgb = await thumbnails(halves(40, 200)).made.get({ instanceId: one, frameIndex: 0 }, signal);
    expect([pixel(rgb, 10), pixel(rgb, 50)]).toEqual([
      [40, 40, 40],
      [200, 200, 200],
    ]);
  });

  it('is white where MONOCHROME1 is low', async () => {
    const rgb = await thumbnails(halves(0, 255, { replace: [el(0x00280004, 'CS', 'MONOCHROME1')] })).made.get({ instanceId: one, frameIndex: 0 }, signal);
    expect([pixel(rgb, 10)[0], pixel(rgb, 50)[0]]).toEqual([255, 0]);
  });

  it('has the colours of RGB', async () => {
    const pixels = new Uint8Array(64 * 64 * 3).map((_, at) => (Math.floor(at / 3) % 64 < 32 ? [10, 20, 30] : [200, 100, 50])[at % 3] ?? 0);
    const replace = [el(0x00280002, 'US', 3), el(0x00280004, 'CS', 'RGB'), el(0x00280006, 'US', 0)];
    const bits = [el(0x00280100, 'US', 8), el(0x00280101, 'US', 8), el(0x00280102, 'US', 7), el(0x7fe00010, 'OW', pixels)];
    const rgb = await thumbnails(halves(0, 0, { replace: [...replace, ...bits] })).made.get({ instanceId: one, frameIndex: 0 }, signal);
    expect([pixel(rgb, 10), pixel(rgb, 50)]).toEqual([
      [10, 20, 30],
      [200, 100, 50],
    ]);
  });

  it('has the colours of a palette, and is none without it', () => {
    const walked = walkDataSet(halves(1, 2, { replace: [el(0x00280004, 'CS', 'PALETTE COLOR')] }), { TransferSyntaxUID: '1.2.840.10008.1.2.1' });
    if (!walked.ok) throw new Error(walked.reason.text);
    const frame = buildDisplaySets([{ instanceId: 1, attributes: walked.attributes }])[0]?.frames[0];
    if (frame === undefined) throw new Error('no frame');
    const values = new Uint16Array(64 * 64).fill(1);
    const luts = { modalityLutType: '', voiLuts: [], problems: [], palette: { first: 0, rgb: Uint8Array.of(0, 0, 0, 9, 8, 7) } };
    expect(pixel(makeThumbnail(frame, { values, min: 1, max: 1 }, luts, 64) ?? new Uint8Array(0), 10)).toEqual([9, 8, 7]);
    expect(makeThumbnail(frame, { values, min: 1, max: 1 }, undefined, 64)).toBeUndefined();
  });

  it('shows the whole image in its shape, black around', async () => {
    const pixels = new Uint8Array(32 * 64 * 2).fill(100);
    const rgb = await thumbnails(halves(0, 0, { Rows: 32, pixels, replace: [el(0x00281050, 'DS', 50), el(0x00281051, 'DS', 2)] })).made.get(
      { instanceId: one, frameIndex: 0 },
      signal,
    );
    expect([pixel(rgb, 32, 5)[0], pixel(rgb, 32, 32)[0], pixel(rgb, 32, 58)[0]]).toEqual([0, 255, 0]);
  });

  it('is of the frame that was asked for', async () => {
    const pixels = new Uint8Array(2 * 64 * 64 * 2);
    new Uint16Array(pixels.buffer).fill(90, 64 * 64);
    const { made } = thumbnails(halves(0, 0, { NumberOfFrames: 2, pixels }));
    expect(pixel(await made.get({ instanceId: one, frameIndex: 0 }, signal), 10)[0]).toBe(0);
    expect(pixel(await made.get({ instanceId: one, frameIndex: 1 }, signal), 10)[0]).toBe(90);
    await expect(made.get({ instanceId: one, frameIndex: 2 }, signal)).rejects.toThrow('no such picture');
  });

  it('is made once and kept; one that is cut short or removed is made anew', async () => {
    const { cache, made } = thumbnails(halves(40, 200));
    const first = await made.get({ instanceId: one, frameIndex: 0 }, signal);
    const reads = cache.reads.length;
    expect(await made.get({ instanceId: one, frameIndex: 0 }, signal)).toEqual(first);
    expect(cache.reads.length).toBe(reads);
    const [part = ''] = readdirSync(folder);
    const [name = ''] = readdirSync(join(folder, part));
    expect(name).toMatch(/^[0-9a-f]{64}\.rgb$/);
    truncateSync(join(folder, part, name), 100);
    expect(await made.get({ instanceId: one, frameIndex: 0 }, signal)).toEqual(first);
    rmSync(folder, { recursive: true });
    expect(await made.get({ instanceId: one, frameIndex: 0 }, signal)).toEqual(first);
    expect(existsSync(join(folder, part, name))).toBe(true);
  });

  it('that stands on the disk in its length with other bytes is made anew', async () => {
    const first = await thumbnails(halves(40, 200)).made.get({ instanceId: one, frameIndex: 0 }, signal);
    const [part = ''] = readdirSync(folder);
    const [name = ''] = readdirSync(join(folder, part));
    // as a power cut leaves a file whose bytes were not written yet
    writeFileSync(join(folder, part, name), Buffer.alloc(statSync(join(folder, part, name)).size));
    expect(await thumbnails(halves(40, 200)).made.get({ instanceId: one, frameIndex: 0 }, signal)).toEqual(first);
  });

  it('is not that of an object whose place another one took, with the same UID and as many bytes', async () => {
    await thumbnails(halves(40, 200)).made.get({ instanceId: one, frameIndex: 0 }, signal);
    const rgb = await thumbnails(halves(200, 40)).made.get({ instanceId: InstanceId.parse(2), frameIndex: 0 }, signal);
    expect([pixel(rgb, 10)[0], pixel(rgb, 50)[0]]).toEqual([200, 40]);
  });

  it('is refused in words where the frame cannot be decoded', async () => {
    const bytes = halves(0, 0);
    await expect(
      createThumbnails({ cache: cacheOf(bytes, '1.2.840.10008.1.2.4.102'), folder, workersDir: '', log: silentLogger }).get(
        { instanceId: one, frameIndex: 0 },
        signal,
      ),
    ).rejects.toThrow('cannot decode');
  });
});

describe('the thread that makes thumbnails', () => {
  const task = (): ThumbnailTask => {
    const walked = walkDataSet(halves(1, 2), { TransferSyntaxUID: '1.2.840.10008.1.2.1' });
    const frame = walked.ok ? buildDisplaySets([{ instanceId: 1, attributes: walked.attributes }])[0]?.frames[0] : undefined;
    if (frame === undefined) throw new Error('no frame');
    return { frame, bytes: new Uint8Array(64 * 64 * 2), luts: undefined };
  };
  const script = (text: string): string => {
    const path = join(folder, 'worker.cjs');
    writeFileSync(path, `const { parentPort } = require('node:worker_threads');\n${text}`);
    return path;
  };

  it('is replaced when it hangs or dies, and what it had in hand is refused in words', async () => {
    const hanging = workerThumbnails(script("parentPort.on('message', () => { for (;;); });"), 200);
    await expect(hanging.run(task())).rejects.toThrow('the decoder took too long');
    await expect(hanging.run(task())).rejects.toThrow('the decoder took too long');
    await hanging.close();
    const dying = workerThumbnails(script("parentPort.on('message', () => process.exit(3));"));
    await expect(dying.run(task())).rejects.toThrow('the decoder ended');
    await dying.close();
    const answering = workerThumbnails(script("parentPort.on('message', () => parentPort.postMessage({ ok: false, reason: 'as told' }));"));
    expect(await Promise.all([answering.run(task()), answering.run(task())])).toEqual([
      { ok: false, reason: 'as told' },
      { ok: false, reason: 'as told' },
    ]);
    await answering.close();
  });

  it('that dies of a frame takes the next one not with it', async () => {
    const answers =
      "parentPort.on('message', ({ luts }) => { if (luts) throw new Error('out of memory'); parentPort.postMessage({ ok: false, reason: 'as told' }); });";
    const dying = workerThumbnails(script(answers));
    const [bad, good] = [dying.run({ ...task(), luts: { modalityLutType: '', voiLuts: [], problems: [] } }), dying.run(task())];
    await expect(bad).rejects.toThrow('the decoder failed');
    expect(await good).toEqual({ ok: false, reason: 'as told' });
    await dying.close();
  });

  it('begins nothing any more once it is closed', async () => {
    const hanging = workerThumbnails(script("parentPort.on('message', () => { for (;;); });"));
    const refused = [hanging.run(task()), hanging.run(task())].map((run) => run.catch((error: unknown) => String(error)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await hanging.close();
    expect(await Promise.all(refused)).toEqual([expect.stringContaining('the decoder ended'), expect.stringContaining('the station is closing')]);
  });

  it('says that bytes are too few for the frame', () => {
    expect(runThumbnailTask({ ...task(), bytes: new Uint8Array(3) }, undefined)).toMatchObject({ ok: false });
  });
});
