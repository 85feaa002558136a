import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeFiles } from '../../../electron/services/cache';
import { createServices, type Services } from '../../../electron/services/create-services';
import { silentLogger } from '../../../electron/services/logging/logger';
import { realData } from '../../support/data';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { type RawObject, readPart10, sendRaw } from '../../support/raw-sender';
import { seededRandom, testSeed } from '../../support/seed';

const data = realData();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const fileNameOf = (SOPInstanceUID: string): string => `${sha256(Buffer.from(SOPInstanceUID))}.dcm`;

let folder: string;
let services: Services;
const port = (): number => services.nodeStatus().port ?? 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-bytes-'));
  services = await openServices();
});
afterAll(async () => {
  await services.close();
  rmSync(folder, { recursive: true, force: true });
});

function openServices(): Promise<Services> {
  return createServices({
    options: {
      dataDir: folder,
      workersDir: join(folder, 'no-workers'),
      aeTitle: 'ALTERNATOR',
      dicomHost: '127.0.0.1',
      dicomPort: 0,
      accept: [{ aeTitle: '*', host: '*' }],
      demo: false,
      rebuildIndex: false,
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    files: createNodeFiles(),
    log: silentLogger,
  });
}

/** SHA-256 of the data set of every Part 10 file in the cache, by file name. */
function kept(): Map<string, string> {
  const objects = join(folder, 'cache', 'objects');
  const found = new Map<string, string>();
  for (const name of readdirSync(objects, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.dcm')) continue;
    const object = readPart10(readFileSync(join(objects, name)));
    found.set(name.slice(3), object === undefined ? 'not Part 10' : sha256(object.dataSet));
  }
  return found;
}

/** Closing makes files of what it can in its time, the next start of the rest: until then the journal has it. */
async function keptOf(count: number): Promise<Map<string, string>> {
  const objects = join(folder, 'cache', 'objects');
  const files = (): number => readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dcm')).length;
  await expect.poll(files, { timeout: 90_000, interval: 250 }).toBe(count);
  return kept();
}

async function realObjects(root: string): Promise<RawObject[]> {
  const found: RawObject[] = [];
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    const object = readPart10(await readFile(join(root, name)).catch(() => Buffer.alloc(0)));
    if (object !== undefined && object.dataSet.length % 2 === 0) found.push(object);
  }
  return found;
}

describe('what was acknowledged', () => {
  it.skipIf(data === undefined)('stands in the cache byte for byte, for every real object; the rest was refused with a status', async () => {
    const answers = await sendRaw(await realObjects(data ?? ''), { port: port() });
    await services.close();
    services = await openServices();
    const first = new Map<string, RawObject>();
    for (const { object, status } of answers) if (status === 0 && !first.has(object.SOPInstanceUID)) first.set(object.SOPInstanceUID, object);
    const files = await keptOf(first.size);
    const wrong = [...first.values()].filter((object) => files.get(fileNameOf(object.SOPInstanceUID)) !== sha256(object.dataSet));
    expect(wrong.map((object) => object.SOPInstanceUID)).toEqual([]);
    expect(files.size).toBe(first.size);
    expect(first.size).toBeGreaterThan(900);
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => ![0, -1, 0xa900, 0xc000].includes(status))).toEqual([]);
  });

  const seed = testSeed();
  it(`is a well-formed object however its bytes were damaged, and the services live (ALTERNATOR_SEED=${seed})`, async () => {
    const random = seededRandom(seed);
    const before = kept().size;
    const damaged = Array.from({ length: Number(process.env['ALTERNATOR_FUZZ'] ?? 10_000) / 10 }, (_, index): RawObject => {
      const SOPInstanceUID = `2.25.77${index}`;
      const dataSet = Buffer.from(encodeDataSet(sampleImage({ SOPInstanceUID, StudyInstanceUID: '2.25.770', Rows: 8, Columns: 8 })));
      for (let count = 1 + Math.floor(random() * 6); count > 0; count--) dataSet[Math.floor(random() * dataSet.length)] = Math.floor(random() * 256);
      const cut = random() < 0.2 ? 2 * Math.floor((random() * dataSet.length) / 2) : dataSet.length;
      return { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1', dataSet: dataSet.subarray(0, cut) };
    });
    const answers = await sendRaw(damaged, { port: port() });
    const acknowledged = answers.filter(({ status }) => status === 0);
    expect(acknowledged.length).toBeGreaterThan(damaged.length / 10);
    expect(answers.filter(({ status }) => status !== 0 && status !== 0xa900 && status !== 0xc000)).toEqual([]);
    await services.close();
    services = await openServices();
    const files = await keptOf(before + acknowledged.length);
    for (const { object } of acknowledged) expect(files.get(fileNameOf(object.SOPInstanceUID))).toBe(sha256(object.dataSet));
    expect(files.size).toBe(before + acknowledged.length);
  });
});
