import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realData } from '../../support/data';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const data = realData();
const CT = '1.2.840.10008.5.1.4.1.1.2';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(n: number, options: { metaUid?: string; pixels?: number } = {}): Uint8Array {
  const SOPInstanceUID = `2.25.6${n}`;
  const side = options.pixels ?? 64;
  const image = sampleImage({ SOPInstanceUID, InstanceNumber: n, Rows: side, Columns: side, pixels: new Uint8Array(side * side * 2).fill(n) });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID: options.metaUid ?? SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(image));
}

async function run(rig: ServicesRig, paths: string[]) {
  const { jobId } = await rig.client.call('import.start', { paths });
  return await rig.ended(jobId);
}

/** Digest of names, sizes, times and bytes of everything in a folder. */
function fingerprint(top: string): string {
  const hash = createHash('sha256');
  const stack = [top];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const stats = statSync(next);
    hash.update(`${next}|${stats.mtimeMs}|${stats.mode}|${stats.size}`);
    if (stats.isDirectory()) {
      const here = next;
      stack.push(
        ...readdirSync(next)
          .sort()
          .map((name) => join(here, name)),
      );
    } else hash.update(readFileSync(next));
  }
  return hash.digest('hex');
}

/** Rows come a moment after the objects are safe. */
const objectsOf = async (rig: ServicesRig): Promise<number> => (await rig.client.call('cache.status', {})).objects;

describe('an import into running services', () => {
  it('keeps an object of 20 MB with a stale meta header as what its data set says', async () => {
    await using rig = await servicesRig();
    writeFileSync(join(folder, 'large.dcm'), file(1, { metaUid: '2.25.999', pixels: 3300 }));
    const job = await run(rig, [folder]);
    expect(job).toMatchObject({ state: 'done', done: 1, refused: [] });
    await expect.poll(() => objectsOf(rig)).toBe(1);
    const { rows } = await rig.client.call('study.search', { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 5 });
    const opened = await rig.client.call('study.open', { StudyInstanceUID: rows[0]?.StudyInstanceUID ?? '' });
    expect(opened.displaySets[0]?.frames[0]?.SOPInstanceUID).toBe('2.25.61');
  });

  it('takes the same objects from a folder and from a zip archive once, and leaves both as they were', async () => {
    await using rig = await servicesRig();
    mkdirSync(join(folder, 'files'));
    for (const n of [1, 2, 3]) writeFileSync(join(folder, 'files', `${n}.dcm`), file(n));
    writeFileSync(join(folder, 'all.zip'), zipSync({ 'a/1': file(1), 'a/2': file(2), 'a/4': file(4) }));
    const before = fingerprint(folder);
    const job = await run(rig, [folder]);
    expect(job).toMatchObject({ state: 'done', done: 6, total: 6, alreadyHere: 2, refused: [] });
    expect(job.bytes?.done).toBe(job.bytes?.total);
    expect(fingerprint(folder)).toBe(before);
    await expect.poll(() => objectsOf(rig)).toBe(4);
  });

  it('goes on after a restart where it was, and counts nothing twice', async () => {
    await using rig = await servicesRig();
    for (let n = 0; n < 400; n++)
      writeFileSync(join(folder, `${String(n).padStart(4, '0')}.dcm`), n % 100 === 7 ? 'no object, only words of some length '.repeat(8) : file(n));
    const { jobId } = await rig.client.call('import.start', { paths: [folder] });
    await expect.poll(async () => (await rig.client.call('job.list', {})).jobs[0]?.done ?? 0, { timeout: 20_000, interval: 5 }).toBeGreaterThan(20);
    await rig.restart();
    const job = await rig.ended(jobId);
    expect(job).toMatchObject({ state: 'done', done: 400, total: 400 });
    await expect.poll(() => objectsOf(rig)).toBe(396);
    // What was on its way when it stopped may be asked about twice: it is here then, and said so.
    expect(new Set(job.refused.map(({ name }) => name)).size).toBe(4);
    expect(job.alreadyHere).toBeLessThanOrEqual(32);
  });

  it('ends when it is cancelled; what came before stays', async () => {
    await using rig = await servicesRig();
    for (let n = 0; n < 300; n++) writeFileSync(join(folder, `${String(n).padStart(4, '0')}.dcm`), file(n));
    const { jobId } = await rig.client.call('import.start', { paths: [folder] });
    await expect.poll(async () => (await rig.client.call('job.list', {})).jobs[0]?.done ?? 0, { timeout: 20_000, interval: 5 }).toBeGreaterThan(5);
    await rig.client.call('job.cancel', { jobId });
    const job = await rig.ended(jobId);
    expect(job.state).toBe('cancelled');
    await expect.poll(() => objectsOf(rig)).toBeGreaterThan(0);
  });
});

describe.runIf(data !== undefined)('an import of the real discs', () => {
  const root = String(data);

  it('takes both discs, by folder and by their DICOMDIRs, whatever is wrong with them', async () => {
    await using rig = await servicesRig();
    const charsets = await run(rig, [join(root, 'media', 'clunie-charsets', 'DICOMDIR')]);
    expect(charsets).toMatchObject({ state: 'done', total: 11 });
    const disc = join(root, 'media', 'pydicom-dicomdirtests');
    const whole = await run(rig, [disc]);
    expect(whole.state).toBe('done');
    const objects = charsets.done + whole.done - charsets.refused.length - whole.refused.length - charsets.alreadyHere - whole.alreadyHere;
    expect(objects).toBeGreaterThan(80);
    await expect.poll(() => objectsOf(rig)).toBe(objects);
    for (const name of [
      'DICOMDIR',
      'DICOMDIR-bigEnd',
      'DICOMDIR-implicit',
      'DICOMDIR-nooffset',
      'DICOMDIR-nopatient',
      'DICOMDIR-reordered',
      'DICOMDIR-empty.dcm',
    ]) {
      const again = await run(rig, [join(disc, name)]);
      expect(again.state, name).toBe('done');
      expect(again.alreadyHere, name).toBeGreaterThan(20);
      expect(again.setAside, name).toBe(0);
    }
    expect(await objectsOf(rig)).toBe(objects);
  });

  it('ends for each broken file in an object, or in its reason', async () => {
    await using rig = await servicesRig();
    const job = await run(rig, [join(root, 'broken')]);
    expect(job.state).toBe('done');
    expect(job.total).toBe(27);
    for (const { name, reason } of job.refused) expect(reason.length, name).toBeGreaterThan(5);
    expect(job.refused.length).toBeGreaterThan(3);
    expect(job.refused.every(({ path }) => path !== undefined)).toBe(true);
  });
});
