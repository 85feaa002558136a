import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inlineDigests, workerDigests } from '../../../electron/services/cache/digest-runner';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-digests-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const shared = (fill: number, length = 300_000): Uint8Array => new Uint8Array(new SharedArrayBuffer(length)).fill(fill);
const truth = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const hex = async (sha256: Uint8Array | Promise<Uint8Array>): Promise<string> => Buffer.from(await sha256).toString('hex');
const script = (text: string): string => {
  const path = join(folder, 'worker.cjs');
  writeFileSync(path, text);
  return path;
};
const HONEST = `const { createHash } = require('node:crypto');
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, bytes }) => parentPort.postMessage({ id, sha256: new Uint8Array(createHash('sha256').update(bytes).digest()) }));`;

describe('digests of what is read', () => {
  it('are the same from a thread of their own, several at a time', async () => {
    const digests = workerDigests(script(HONEST));
    const many = [1, 2, 3, 4].map((fill) => shared(fill));
    expect(await Promise.all(many.map((bytes) => hex(digests.sha256(bytes))))).toEqual(many.map(truth));
    await digests.close();
  });

  it('of bytes that are not shared, or few, are done at once', async () => {
    const digests = workerDigests(script('throw new Error("never started")'));
    for (const bytes of [new Uint8Array(300_000).fill(7), shared(8, 100)]) {
      const sha256 = digests.sha256(bytes);
      expect(sha256).not.toBeInstanceOf(Promise);
      expect(await hex(sha256)).toBe(truth(bytes));
      expect(await hex(inlineDigests().sha256(bytes))).toBe(truth(bytes));
    }
    await digests.close();
  });

  it.each([
    ['throws', 'throw new Error("broken")'],
    ['ends', 'process.exit(0)'],
  ])('are still true when the thread %s with bytes in hand', async (_how, text) => {
    const digests = workerDigests(script(text));
    const bytes = shared(9);
    expect(await hex(digests.sha256(bytes))).toBe(truth(bytes));
    await digests.close();
  });

  it('are still true when they are closed with bytes in hand', async () => {
    const digests = workerDigests(script(`require('node:worker_threads').parentPort.on('message', () => undefined)`));
    const bytes = shared(5);
    const sha256 = hex(digests.sha256(bytes));
    await digests.close();
    expect(await sha256).toBe(truth(bytes));
  });
});
