import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type StudyUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { realData } from '../../support/data';
import { startOrthanc, webPlugin } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { type RawObject, readPart10, sendRaw } from '../../support/raw-sender';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const data = realData();
const program = peer('Orthanc');
const plugin = program === undefined ? undefined : webPlugin();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** Of a long series a few are enough here. */
const OF_A_FOLDER = 4;
/** Every second one; all of them by ALTERNATOR_REAL_DATA=all. */
const EVERY = process.env['ALTERNATOR_REAL_DATA'] === 'all' ? 1 : 2;

async function realObjects(root: string): Promise<RawObject[]> {
  const found: RawObject[] = [];
  const folders = new Map<string, number>();
  for (const [at, name] of (await readdir(root, { recursive: true })).sort().entries()) {
    if (at % EVERY !== 0) continue;
    const folder = name.split('/').slice(0, -1).join('/');
    if ((folders.get(folder) ?? 0) >= OF_A_FOLDER && folder.startsWith('volumes')) continue;
    const object = readPart10(await readFile(join(root, name)).catch(() => Buffer.alloc(0)));
    if (object === undefined || object.dataSet.length % 2 !== 0) continue;
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
    found.push(object);
  }
  return found;
}

/** SHA-256 of the data set of each object in a cache. */
function kept(dir: string): Map<string, string> {
  const objects = join(dir, 'cache', 'objects');
  const found = new Map<string, string>();
  for (const name of readdirSync(objects, { recursive: true, encoding: 'utf8' })) {
    const object = name.endsWith('.dcm') ? readPart10(readFileSync(join(objects, name))) : undefined;
    if (object !== undefined) found.set(object.SOPInstanceUID, sha256(object.dataSet));
  }
  return found;
}

async function studiesOf(station: ServicesRig): Promise<StudyUid[]> {
  const { rows } = await station.client.call('study.search', { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 2000 });
  return rows.map(({ StudyInstanceUID }) => StudyInstanceUID);
}

/** Makes rows and files of everything, and compares the files with the index and their digests. */
async function compareAll(station: ServicesRig): Promise<void> {
  const { jobId } = await station.client.call('verify.start', {});
  expect(await station.ended(jobId)).toMatchObject({ state: 'done', refused: [] });
}

describe.skipIf(data === undefined || plugin === undefined)('real objects', () => {
  it('come back byte for byte from an archive that they were sent to by STOW-RS and fetched from by WADO-RS', { timeout: 600_000 }, async () => {
    await using sender = await servicesRig();
    await using fetcher = await servicesRig();
    await using orthanc = await startOrthanc(
      program ?? '',
      { aet: 'ALTERNATOR', port: sender.port },
      { Plugins: [plugin], DicomWeb: { Enable: true, Root: '/dicom-web/' } },
    );
    const node = { name: 'Web', aeTitle: 'WEB', host: '127.0.0.1', port: 1, role: 'archive' as const, url: `${orthanc.url}/dicom-web` };
    await sender.client.call('node.save', { node });
    await fetcher.client.call('node.save', { node });
    await sender.client.call('node.acceptUnknownSopClasses', { accept: true });
    await sendRaw(await realObjects(data ?? ''), { port: sender.port, callingAeTitle: 'FILLER' });
    // rows are made a moment after the answer: what is listed before that would lack the last ones
    await compareAll(sender);
    const refused: string[] = [];
    for (const StudyInstanceUID of await studiesOf(sender)) {
      const { jobId } = await sender.client.call('transfer.send', { StudyInstanceUID, node: 'Web' });
      const job = await sender.ended(jobId);
      refused.push(...job.refused.map(({ name, reason }) => `${name}: ${reason}`));
    }
    const failed: string[] = [];
    for (const StudyInstanceUID of await studiesOf(sender)) {
      const { jobId } = await fetcher.client.call('transfer.retrieve', { StudyInstanceUID, node: 'Web' });
      const job = await fetcher.ended(jobId);
      if (job.state !== 'done' && !(job.error ?? '').includes('does not have this study'))
        failed.push(`${StudyInstanceUID}: ${job.error ?? ''} ${job.refused[0]?.reason ?? ''}`);
    }
    for (const station of [sender, fetcher]) await compareAll(station);
    const [before, after] = [kept(sender.dir), kept(fetcher.dir)];
    console.log(`${String(before.size)} sent, ${String(refused.length)} refused by the archive, ${String(after.size)} fetched`);
    for (const line of [...new Set(refused.map((each) => each.split(': ').slice(1).join(': ')))].slice(0, 10)) console.log(line);
    const changed = [...after].filter(([uid, digest]) => before.get(uid) !== digest).map(([uid]) => uid);
    expect(changed).toEqual([]);
    expect(failed).toEqual([]);
    expect(after.size + refused.length).toBe(before.size);
    expect(after.size).toBeGreaterThan(100);
  });
});
