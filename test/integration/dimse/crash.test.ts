import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { RawSender, readPart10, type RawObject } from '../../support/raw-sender';
import { bundleForChild } from '../../support/ul-bundle';
import { seeded } from '../../support/ul-mutations';

const seed = Number(process.env['ALTERNATOR_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const cycles = Number(process.env['ALTERNATOR_CRASH_CYCLES'] ?? 4);
const SENDERS = 3;
const root = resolve(import.meta.dirname, '..', '..', '..');

let folder = '';
let bundle = '';
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alternator-crash-'));
  // libsql is not bundled: it is found from where the bundle lies.
  const place = join(root, 'node_modules', '.cache', 'alternator-tests');
  await mkdir(place, { recursive: true });
  bundle = join(place, `services-${String(process.pid)}.cjs`);
  await bundleForChild('test/support/ul-services-child.ts', bundle);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
  await rm(bundle, { force: true });
});

async function startServices(dataDir: string): Promise<{ child: ChildProcess; port: number }> {
  const options = JSON.stringify({ dataDir, workersDir: join(root, 'dist', 'services') });
  const child = fork(bundle, [options], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  const port = await new Promise<number>((done, fail) => {
    child.once('message', (message: { port: number }) => {
      done(message.port);
    });
    child.once('exit', (code, signal) => {
      fail(new Error(`services ended with ${String(code ?? signal)}`));
    });
  });
  return { child, port };
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else {
      child.once('exit', () => {
        done();
      });
    }
  });

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it(`loses nothing that it acknowledged over ${String(cycles)} kill -9 during ingest (ALTERNATOR_SEED=${String(seed)})`, async () => {
  process.stderr.write(`crash test of the DICOM node: ALTERNATOR_SEED=${String(seed)} ALTERNATOR_CRASH_CYCLES=${String(cycles)}\n`);
  const random = seeded(seed);
  const dataDir = join(folder, 'data');
  const sent = new Map<string, string>();
  const acknowledged = new Set<string>();
  let number = 0;

  const nextObject = (): RawObject => {
    number++;
    const SOPInstanceUID = `2.25.555${String(number).padStart(8, '0')}`;
    const side = 16 + Math.floor(random() * 500);
    const pixels = new Uint8Array(side * side * 2).fill(number & 0xff);
    const image = sampleImage({
      SOPInstanceUID,
      StudyInstanceUID: '2.25.5551',
      SeriesInstanceUID: '2.25.5552',
      Rows: side,
      Columns: side,
      InstanceNumber: number,
      pixels,
    });
    const dataSet = Buffer.from(encodeDataSet(image, 'explicitLE'));
    sent.set(SOPInstanceUID, sha256(dataSet));
    return { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1', dataSet };
  };
  const sendUntilDead = async (port: number): Promise<void> => {
    try {
      const sender = await RawSender.open([nextObject()], { port });
      for (;;) {
        const { object, status } = await sender.store(nextObject());
        if (status !== 0) throw new Error(`status ${status.toString(16)} for an object that is sound`);
        acknowledged.add(object.SOPInstanceUID);
      }
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('status')) throw error;
      // The other end was killed: that is what happens here.
    }
  };

  for (let cycle = 0; cycle < cycles; cycle++) {
    const { child, port } = await startServices(dataDir);
    const senders = Promise.all(Array.from({ length: SENDERS }, () => sendUntilDead(port)));
    await new Promise((resume) => setTimeout(resume, 30 + random() * 700));
    child.kill('SIGKILL');
    await ended(child);
    await senders;
  }
  const last = await startServices(dataDir);
  last.child.send('close');
  await ended(last.child);

  const kept = new Map<string, string>();
  for (const name of await readdir(join(dataDir, 'cache'), { recursive: true })) {
    const object = readPart10(await readFile(join(dataDir, 'cache', name)).catch(() => Buffer.alloc(0)));
    if (object) kept.set(object.SOPInstanceUID, sha256(object.dataSet));
  }
  expect(acknowledged.size).toBeGreaterThan(cycles);
  expect([...acknowledged].filter((uid) => kept.get(uid) !== sent.get(uid))).toEqual([]);
  // Nothing half: whatever stands there is whole, acknowledged or not.
  expect([...kept].filter(([uid, digest]) => sent.get(uid) !== digest)).toEqual([]);
});
