import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { OutboxId } from '@shared/domain';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeFiles, openStorage } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { archiveObject } from '../../support/archive-object';
import { seededRandom, testSeed } from '../../support/seed';
import { hostEnvironment, readBack, SMALL } from '../../support/storage-rig';

const cycles = Number(process.env['ALTERNATOR_CRASH_CYCLES'] ?? 4);
const seed = testSeed();
const root = resolve(import.meta.dirname, '../../..');
let scratch: string;
let bundle: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(root, 'node_modules', '.alternator-archive-crash-'));
  bundle = join(scratch, 'child.cjs');
  await build({
    entryPoints: [join(root, 'test/support/archive-child.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['libsql'],
    alias: { '@shared': join(root, 'shared') },
    logLevel: 'error',
  });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** One life of the program: works until it is killed with SIGKILL `delayMs` after it was ready. Returns its whole lines. */
function live(dataDir: string, archive: string, first: number, delayMs: number): Promise<string[]> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [bundle, dataDir, archive, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    let killer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.startsWith('READY')) killer ??= setTimeout(() => child.kill('SIGKILL'), delayMs);
    });
    child.on('error', fail);
    child.on('exit', (_code, signal) => {
      clearTimeout(killer);
      if (signal !== 'SIGKILL') fail(new Error(`the child ended by itself: ${text.slice(-300)}`));
      done(text.slice(0, text.lastIndexOf('\n')).split('\n'));
    });
  });
}

it(
  `over ${String(cycles)} kill -9 of ingest, outbox, commitment, eviction and retrieve: nothing acknowledged is lost, nothing falsely committed (ALTERNATOR_SEED=${String(seed)})`,
  { timeout: 60_000 + cycles * 20_000 },
  async () => {
    console.log(`ALTERNATOR_SEED=${String(seed)} ALTERNATOR_CRASH_CYCLES=${String(cycles)}`);
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'alternator-archive-crash-'));
    const [dataDir, archive] = [join(folder, 'data'), join(folder, 'archive')];
    const acknowledged = new Set<number>();
    const orders = new Set<number>();
    try {
      for (let cycle = 0; cycle < cycles; cycle++) {
        for (const line of await live(dataDir, archive, cycle * 100_000, 300 + Math.floor(random() * 3500))) {
          const [kind, n = ''] = line.split(' ');
          if (kind === 'OK') acknowledged.add(Number(n));
          if (kind === 'ORDER') orders.add(Number(n));
        }
      }
      const times = new Map<string, number>();
      for (const line of readFileSync(archive, 'utf8').split('\n'))
        if (line !== '') times.set(line.split(' ')[1] ?? '', (times.get(line.split(' ')[1] ?? '') ?? 0) + 1);
      expect(acknowledged.size).toBeGreaterThan(0);
      expect(times.size).toBeGreaterThan(0);
      const storage = await openStorage(hostEnvironment(dataDir, createNodeFiles()), SMALL);
      await storage.cache.settled();
      await storage.cache.flush();
      let evicted = 0;
      for (const n of acknowledged) {
        const { SOPInstanceUID, bytes } = archiveObject(n);
        const found = await readBack(storage, SOPInstanceUID);
        if (found === undefined) evicted++;
        expect(found === undefined ? times.has(SOPInstanceUID) : Buffer.compare(found, bytes) === 0, `${SOPInstanceUID} is here, or at the archive`).toBe(true);
      }
      for (const n of orders) {
        const id = OutboxId.parse(`o-${String(n)}`);
        expect(storage.index.outbox.order(id), `order ${String(n)}`).toBeDefined();
        for (const { SOPInstanceUID, state, words } of storage.index.outbox.entries(id, 0, 100)) {
          expect(state, `${SOPInstanceUID}: ${words}`).not.toBe('failed');
          if (state !== 'waiting') expect(times.has(SOPInstanceUID), `${SOPInstanceUID} is ${state} and the archive does not have it`).toBe(true);
          // sent again only where a kill, or a report of it, came between
          expect(times.get(SOPInstanceUID) ?? 0).toBeLessThanOrEqual(1 + cycles);
        }
      }
      const rows = storage.index.uidPage(0, 1_000_000);
      for (const { SOPInstanceUID } of rows)
        if (storage.index.keeping.proofsOf(SOPInstanceUID).length > 0) expect(times.has(SOPInstanceUID), `${SOPInstanceUID} is falsely proven`).toBe(true);
      const { objects } = layoutOf(dataDir);
      const { sync } = createNodeFiles();
      const files = sync.list(objects).flatMap((name) => sync.list(join(objects, name)).map((each) => join(objects, name, each)));
      expect(files.sort()).toEqual(rows.map(({ SOPInstanceUID }) => layoutOf(dataDir).objectPath(SOPInstanceUID)).sort());
      const again = [...times.values()].filter((count) => count > 1).length;
      console.log(
        `${String(acknowledged.size)} acknowledged, ${String(evicted)} evicted, ${String(rows.length)} here, ${String(times.size)} at the archive, ${String(again)} sent again, ${String(orders.size)} orders`,
      );
      await storage.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
