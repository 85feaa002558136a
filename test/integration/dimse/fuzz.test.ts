import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { echo } from '../../../electron/services/dimse';
import { bundleForChild } from '../../support/ul-bundle';
import type { ChildState } from '../../support/ul-fuzz-child';
import { hostileStream, seeded, type HostileStream } from '../../support/ul-mutations';
import { OUR_AE } from '../../support/ul-node';

const seed = Number(process.env['ALTERNATOR_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(process.env['ALTERNATOR_FUZZ'] ?? 10_000);
const AT_ONCE = 8;

let folder = '';
let child: ChildProcess;
let port = 0;
let exit: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alternator-fuzz-'));
  const bundle = join(folder, 'child.cjs');
  await bundleForChild('test/support/ul-fuzz-child.ts', bundle);
  child = fork(bundle, [], { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('exit', (code, signal) => (exit = `exit ${String(code)} ${String(signal)}`));
  port = await new Promise<number>((resolve) => {
    child.once('message', (message: { port: number }) => {
      resolve(message.port);
    });
  });
});
afterAll(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function state(): Promise<ChildState> {
  return new Promise((resolve) => {
    child.once('message', (message: ChildState) => {
      resolve(message);
    });
    child.send({});
  });
}

/** Sends the stream, its rest after the first answer and in two segments, and waits until the node has closed the connection. */
function attack({ opening, rest }: HostileStream, cut: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    // A request cut short waits for more: who asks does not wait for ever.
    const patience = setTimeout(() => socket.end(), 30);
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.once('data', () => {
      clearTimeout(patience);
      socket.write(rest.subarray(0, cut));
      setImmediate(() => socket.end(rest.subarray(cut)));
    });
    socket.on('close', () => {
      clearTimeout(patience);
      resolve();
    });
    socket.write(opening);
  });
}

it(`survives ${String(count)} hostile byte streams (ALTERNATOR_SEED=${String(seed)}): alive, bounded, no socket left, still answers`, async () => {
  process.stderr.write(`fuzz of the DICOM node: ALTERNATOR_SEED=${String(seed)} ALTERNATOR_FUZZ=${String(count)}\n`);
  const random = seeded(seed);
  const warmUp = Math.min(500, count);
  let before: ChildState | undefined;
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < count && exit === undefined) {
      sent++;
      if (sent === warmUp) before = await state();
      const stream = hostileStream(random);
      await attack(stream, Math.floor(random() * stream.rest.length));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(exit).toBeUndefined();
  let after = await state();
  for (let attempt = 0; attempt < 100 && after.sockets > 0; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    after = await state();
  }
  expect(after).toMatchObject({ sockets: 0, associations: 0 });
  expect(after.opened).toBeGreaterThan(count * 0.7);
  expect(after.objects).toBeGreaterThan(count * 0.05);
  process.stderr.write(`${JSON.stringify({ before, after })}\n`);
  expect(after.rssBytes - (before?.rssBytes ?? 0)).toBeLessThan(64 * 1024 * 1024);
  const answer = await echo({ aeTitle: OUR_AE, host: '127.0.0.1', port, callingAeTitle: 'AFTER' }, new AbortController().signal);
  expect(answer).toMatchObject({ ok: true });
});
