import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Channel, type ContractClient, createClient, inProcessChannel } from '@shared/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createNodeFiles } from '../../../electron/services/cache';
import { createServices, type Services } from '../../../electron/services/create-services';
import { silentLogger } from '../../../electron/services/logging/logger';
import { someone, someStudy } from '../../contract/doubles';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { peer, peerEnv } from '../../support/peers';
import { bundleForChild } from '../../support/ul-bundle';

const run = promisify(execFile);
const storescu = peer('storescu');
const root = resolve(import.meta.dirname, '..', '..', '..');
const SOPClassUID = '1.2.840.10008.5.1.4.1.1.2';

/** Images of one series of the study `someStudy`, as files. */
function writeImages(folder: string, numbers: readonly number[]): string[] {
  return numbers.map((number) => {
    const SOPInstanceUID = `1.2.3.4.${number}`;
    const dataSet = encodeDataSet(sampleImage({ SOPClassUID, SOPInstanceUID, StudyInstanceUID: someStudy, SeriesInstanceUID: '1.2.3.4', Rows: 8, Columns: 8 }));
    const file = join(folder, `${number}.dcm`);
    writeFileSync(file, encodePart10({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, dataSet));
    return file;
  });
}

const send = async (port: number, files: readonly string[]) =>
  await run(storescu ?? '', ['-aec', 'ALTERNATOR', '127.0.0.1', String(port), ...files], { env: peerEnv() });

interface Opened {
  readonly services: Services;
  readonly client: ContractClient;
  close(): Promise<void>;
}

async function openServices(dataDir: string): Promise<Opened> {
  const services = await createServices({
    options: {
      dataDir,
      workersDir: join(dataDir, 'no-workers'),
      aeTitle: 'ALTERNATOR',
      dicomHost: '127.0.0.1',
      dicomPort: 0,
      accept: [{ aeTitle: '*', host: '*' }],
      demo: false,
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    files: createNodeFiles(),
    log: silentLogger,
  });
  const [near, far]: [Channel, Channel] = inProcessChannel();
  services.serve(far, someone);
  const client = createClient(near, () => undefined);
  return {
    services,
    client,
    async close() {
      client.close();
      await services.close();
    },
  };
}

const searchAll = async (client: ContractClient) =>
  await client.call('study.search', { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10 });

/** The services in a process of their own, ready to be killed. */
async function startChild(script: string, dataDir: string): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(script, [JSON.stringify({ dataDir, workersDir: join(dataDir, 'no-workers') })], { cwd: root, execArgv: [] });
  const port = await new Promise<number>((done, fail) => {
    child.on('message', (message: { port: number }) => done(message.port));
    child.on('exit', (code) => fail(new Error(`the services ended with ${code}`)));
  });
  return { child, port };
}

describe.skipIf(storescu === undefined)('from the wire to the open study', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'alternator-services-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('lists what storescu sent, tells of it by events, and opens it as display sets', async () => {
    const opened = await openServices(join(folder, 'one'));
    try {
      const changed = vi.fn();
      opened.client.on('study.changed', changed);
      await send(opened.services.nodeStatus().port ?? 0, writeImages(folder, [1, 2, 3]));
      await vi.waitFor(async () => expect((await searchAll(opened.client)).rows[0]?.instanceCount).toBe(3), { timeout: 10_000 });
      const study = await opened.client.call('study.open', { StudyInstanceUID: someStudy });
      expect(study.displaySets.map(({ frames }) => frames.length)).toEqual([3]);
      await vi.waitFor(() => expect(changed).toHaveBeenLastCalledWith(expect.objectContaining({ study: expect.objectContaining({ instanceCount: 3 }) })), {
        timeout: 10_000,
      });
      const done = await opened.client.call('study.setState', { StudyInstanceUID: someStudy, state: 'done' });
      expect(done.study.state).toBe('done');
    } finally {
      await opened.close();
    }
    const again = await openServices(join(folder, 'one'));
    try {
      expect((await searchAll(again.client)).rows).toMatchObject([{ StudyInstanceUID: someStudy, instanceCount: 3, state: 'done' }]);
    } finally {
      await again.close();
    }
  });

  it('has everything that was acknowledged after kill -9, and takes more', async () => {
    const dataDir = join(folder, 'killed');
    // Inside the repository's modules folder, so that the child finds the native SQLite.
    const script = join(root, 'node_modules', '.cache', `services-child-${process.pid}.cjs`);
    await bundleForChild('test/support/ul-services-child.ts', script);
    try {
      for (const [round, numbers] of [[1, 2], [3, 4, 5], [6]].entries()) {
        const { child, port } = await startChild(script, dataDir);
        await send(port, writeImages(folder, numbers));
        const ended = new Promise((done) => child.once('exit', done));
        child.removeAllListeners('message');
        child.kill('SIGKILL');
        await ended;
        const opened = await openServices(dataDir);
        try {
          const expected = [2, 5, 6][round];
          await vi.waitFor(async () => expect((await searchAll(opened.client)).rows[0]?.instanceCount).toBe(expected), { timeout: 10_000 });
          expect((await opened.client.call('study.open', { StudyInstanceUID: someStudy })).displaySets[0]?.frames).toHaveLength(expected ?? 0);
        } finally {
          await opened.close();
        }
      }
    } finally {
      rmSync(script, { force: true });
    }
  });

  it('imports files and folders once, names what it refuses, and counts what was here', async () => {
    const source = mkdtempSync(join(folder, 'import-'));
    writeImages(source, [1, 2]);
    writeFileSync(join(source, 'notes.txt'), 'no DICOM');
    const opened = await openServices(join(folder, 'imported'));
    try {
      const ended = async () => {
        const { jobId } = await opened.client.call('import.start', { paths: [source] });
        return await vi.waitFor(
          async () => {
            const job = (await opened.client.call('job.list', {})).jobs.find(({ id }) => id === jobId);
            expect(job?.endedAt).toBeDefined();
            return job;
          },
          { timeout: 10_000 },
        );
      };
      expect(await ended()).toMatchObject({ state: 'done', done: 3, alreadyHere: 0, studies: [someStudy], refused: [{ name: join(source, 'notes.txt') }] });
      expect(await ended()).toMatchObject({ state: 'done', done: 3, alreadyHere: 2, studies: [someStudy] });
    } finally {
      await opened.close();
    }
  });
});
