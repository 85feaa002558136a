import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHeaderViews, createObjectContents } from '../../../electron/services/objects';
import { readPart10Header } from '../../../electron/services/part10';
import { realData } from '../../support/data';
import { ASIDE, cacheOf, ONE } from '../../support/object-cache';

const data = realData();

function files(folder: string): string[] {
  const found: string[] = [];
  const stack = [folder];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (statSync(next).isDirectory()) stack.push(...readdirSync(next).map((name) => join(next, name)));
    else found.push(next);
  }
  return found;
}

function open(path: string): { cache: ReturnType<typeof cacheOf>; SOPClassUID: string } | undefined {
  const bytes = readFileSync(path);
  const header = readPart10Header(bytes, true);
  if (!header.ok) return undefined;
  return { cache: cacheOf(bytes.subarray(header.dataSetOffset), header.TransferSyntaxUID), SOPClassUID: header.MediaStorageSOPClassUID };
}

describe.runIf(data !== undefined)('objects of the real data', () => {
  const root = String(data);

  it('give a header to the end, or up to the damage with the reason', async () => {
    const ends: string[] = [];
    for (const path of ['objects', 'enhanced', 'charsets', 'broken', 'syntaxes', 'pixel', 'modalities'].flatMap((folder) => files(join(root, folder)))) {
      const opened = open(path);
      if (opened === undefined) continue;
      const page = await createHeaderViews(opened.cache).page({ object: ASIDE, allOpen: true, toggled: [], query: '', offset: 0, limit: 500 });
      if (!path.includes('broken')) expect(page.total, path).toBeGreaterThan(0);
      if (page.problem !== undefined) ends.push(path.slice(root.length + 1));
    }
    for (const path of ends) expect(path, 'only broken ones end early').toMatch(/^broken\/|US_JPEGLS/);
  });

  it('give reports with title and items', async () => {
    const found = files(join(root, 'objects', 'sr')).flatMap((path) => {
      const opened = open(path);
      return opened !== undefined && /\.88\./.test(opened.SOPClassUID) ? [{ path, ...opened }] : [];
    });
    expect(found.length).toBeGreaterThan(5);
    for (const { path, cache } of found) {
      const read = await createObjectContents(cache, () => undefined).report(ASIDE);
      expect(read.items.length, path).toBeGreaterThan(0);
      expect(
        read.items.filter(({ value }) => value.startsWith('not read')),
        path,
      ).toEqual([]);
    }
  });

  it('give the ECG in millivolts of a size that a heart has', async () => {
    const path = join(root, 'modalities', 'ECG_12lead.dcm');
    if (!existsSync(path)) return;
    const cache = open(path)?.cache;
    if (cache === undefined) throw new Error('not readable');
    const contents = createObjectContents(cache, () => undefined);
    const { groups } = await contents.waveform(ONE);
    expect(groups[0]?.channels).toHaveLength(12);
    expect(groups[0]?.channels[0]?.label).toMatch(/Lead I|^I$/);
    const samples = await contents.samples(ONE, 0, 0, 5000);
    const unit = groups[0]?.channels[0]?.unit;
    const scale = unit === 'uV' ? 1e-3 : 1;
    const peak = Math.max(...(samples[0] ?? [])) * scale;
    expect(peak).toBeGreaterThan(0.05);
    expect(peak).toBeLessThan(6);
  });

  it('give the documents of the encapsulated PDFs', async () => {
    for (const name of ['EncapsulatedPDF_370k.dcm', 'EncapsulatedPDF_small.dcm']) {
      const path = join(root, 'objects', 'misc', name);
      const cache = open(path)?.cache;
      if (cache === undefined) throw new Error('not readable');
      const contents = createObjectContents(cache, () => undefined);
      const { mimeType, sizeBytes } = await contents.part(ASIDE);
      expect(mimeType).toBe('application/pdf');
      expect(Buffer.from(await contents.partBytes(ASIDE, 0, 5)).toString('latin1')).toBe('%PDF-');
      expect(sizeBytes).toBeGreaterThan(500);
    }
  });
});
