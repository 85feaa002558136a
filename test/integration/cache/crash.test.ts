import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeFiles, openStorage } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { seededRandom, testSeed } from '../../support/seed';
import { crashObject, hostEnvironment, readBack, SMALL } from '../../support/storage-rig';

const cycles = Number(process.env['ALTERNATOR_CRASH_CYCLES'] ?? 6);
const seed = testSeed();
const root = resolve(import.meta.dirname, '../../..');
let scratch: string;
let bundle: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(root, 'node_modules', '.alternator-crash-'));
  bundle = join(scratch, 'child.cjs');
  const entry = join(root, 'test/support/storage-child.ts');
  await build({
    entryPoints: [entry],
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

interface Life {
  readonly acknowledged: ReadonlyMap<number, string>;
}

/** One life of the program: ingests until it is killed with SIGKILL `delayMs` after it was ready. */
function live(dataDir: string, first: number, delayMs: number): Promise<Life> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [bundle, dataDir, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
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
      // a line that was cut may name a shorter number: only whole lines count
      const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
      const acknowledged = lines.flatMap((line) => (line.startsWith('OK ') ? [line.split(' ')] : []));
      done({ acknowledged: new Map(acknowledged.map(([, n, uid]) => [Number(n), uid ?? ''])) });
    });
  });
}

it(
  `loses nothing acknowledged over ${String(cycles)} kill -9 at random moments (ALTERNATOR_SEED=${String(seed)})`,
  { timeout: 60_000 + cycles * 20_000 },
  async () => {
    console.log(`ALTERNATOR_SEED=${String(seed)} ALTERNATOR_CRASH_CYCLES=${String(cycles)}`);
    const random = seededRandom(seed);
    const dataDir = mkdtempSync(join(tmpdir(), 'alternator-crash-'));
    const all = new Map<number, string>();
    try {
      for (let cycle = 0; cycle < cycles; cycle++) {
        const { acknowledged } = await live(dataDir, cycle * 1_000_000, Math.floor(random() * 700));
        for (const [n, uid] of acknowledged) all.set(n, uid);
      }
      expect(all.size).toBeGreaterThan(0);
      const storage = await openStorage(hostEnvironment(dataDir, createNodeFiles()), SMALL);
      await storage.cache.settled();
      await storage.cache.flush();
      for (const [n, uid] of all) {
        const bytes = await readBack(storage, uid);
        expect(bytes !== undefined && Buffer.compare(bytes, crashObject(n).bytes) === 0, uid).toBe(true);
      }
      const rows = storage.index.uidPage(0, 1_000_000);
      expect(rows.every(({ hasFile }) => hasFile)).toBe(true);
      expect(createNodeFiles().sync.list(layoutOf(dataDir).incoming)).toEqual([]);
      console.log(`${String(all.size)} acknowledged, ${String(rows.length)} kept`);
      await storage.close();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
);
