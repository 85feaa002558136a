import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openZip } from '../../../electron/services/import/zip-archive';
import { ZIP_LIMITS } from '../../../electron/services/import/zip-rules';
import { seededRandom, testSeed } from '../../support/seed';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-zip-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

function put(bytes: Uint8Array): string {
  const path = join(folder, 'a.zip');
  writeFileSync(path, bytes);
  return path;
}

/** All bytes of an entry in reads of odd size. */
async function bytesOf(source: { read(length: number): Promise<Uint8Array> }): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let part = await source.read(777); part.length > 0; part = await source.read(777)) parts.push(part);
  return Buffer.concat(parts);
}

const image = Uint8Array.from({ length: 200_000 }, (_, at) => (at * at) % 251);

describe('a zip archive', () => {
  it('gives each entry exactly, deflated or stored, in any order', async () => {
    const zip = await openZip(put(zipSync({ 'a/1.dcm': image, 'a/2.dcm': [image.subarray(7), { level: 0 }], 'empty/': new Uint8Array(0) })), never);
    expect(zip.entries.map(({ name, size }) => [name, size])).toEqual([
      ['a/1.dcm', 200_000],
      ['a/2.dcm', 199_993],
    ]);
    const [first, second] = await Promise.all(zip.entries.map(async (entry) => bytesOf(await entry.open())));
    expect(first?.equals(image)).toBe(true);
    expect(second?.equals(image.subarray(7))).toBe(true);
    zip.close();
  });

  it('reports an entry whose bytes do not have the checksum of the archive', async () => {
    const bytes = zipSync({ 'a.dcm': [image, { level: 0 }] });
    bytes[5000] = (bytes[5000] ?? 0) ^ 1;
    const zip = await openZip(put(bytes), never);
    await expect(bytesOf((await zip.entries[0]?.open()) ?? { read: () => Promise.resolve(new Uint8Array(0)) })).rejects.toThrow('checksum');
    zip.close();
  });

  it('stops an entry that gives more bytes than the directory says', async () => {
    const bytes = zipSync({ 'a.dcm': image });
    // The uncompressed size stands at 24 of the central header (APPNOTE 4.3.12).
    const at = Buffer.from(bytes).indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 24, 1000, true);
    const zip = await openZip(put(bytes), never);
    const source = await zip.entries[0]?.open();
    await expect(bytesOf(source ?? { read: () => Promise.resolve(new Uint8Array(0)) })).rejects.toThrow(/other bytes than the archive says|checksum/);
    zip.close();
  });

  it('lists what it leaves out with the reason and takes the rest', async () => {
    const zip = await openZip(put(zipSync({ 'ok.dcm': image, '../up.dcm': image, 'inner.zip': zipSync({ 'x.dcm': image }) })), never);
    expect(zip.entries.map(({ name }) => name)).toEqual(['ok.dcm']);
    expect(zip.refused).toEqual([
      { name: '../up.dcm', reason: 'its name points outside of the archive' },
      { name: 'inner.zip', reason: 'an archive inside an archive is not opened: unpack it first' },
    ]);
    zip.close();
  });

  it('is refused before a byte is inflated when it is a bomb', async () => {
    const blank = new Uint8Array(2 ** 20);
    const bytes = zipSync(Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`${n}.dcm`, blank])));
    await expect(openZip(put(bytes), never, { ...ZIP_LIMITS, ratioFromBytes: 2 ** 20 })).rejects.toThrow('a decompression bomb');
    await expect(openZip(put(bytes), never, { ...ZIP_LIMITS, entries: 7 })).rejects.toThrow('more than 7 entries');
  });

  it('ends in a sentence for bytes of any kind', async () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const good = zipSync({ 'a.dcm': image.subarray(0, 3000), 'b.dcm': [image.subarray(0, 500), { level: 0 }] });
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from(good);
      for (let n = 0; n <= round % 5; n++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const path = put(round % 7 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
      try {
        const zip = await openZip(path, never);
        for (const entry of zip.entries) {
          const source = await entry.open();
          await bytesOf(source).finally(() => source.close());
        }
        zip.close();
      } catch (error) {
        expect((error as Error).message, `seed ${seed}`).toMatch(/^(damaged in the archive|the archive is not opened|no zip archive|it gives other bytes)/);
      }
    }
  });
});
