import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { runtimeOf, startProgram, summary } from '../support/bench/program';
import type { GreyBench } from '../support/bench/grey-page/page';

/**
 * `npm run bench -- grey [frames]`: one full grey pass a frame (a new picture, a new window, 65,536 levels composed, drawn, waited for) at 512², 2048² and
 * 4096², against vtk.js's own ImageMapper in the same page, which has 8-bit tables and is not exact. JSON on stdout.
 */
const SIDES = [512, 2048, 4096];

async function main(): Promise<void> {
  const [frames = 20] = process.argv.slice(2).map(Number);
  const runtime = await runtimeOf();
  const repository = process.cwd();
  const scratch = await mkdtemp(join(tmpdir(), 'alternator-bench-grey-'));
  try {
    await build({
      configFile: false,
      root: resolve(repository, 'test/support/bench/grey-page'),
      base: './',
      publicDir: false,
      logLevel: 'warn',
      resolve: { alias: { '@shared': resolve(repository, 'shared') } },
      worker: { format: 'es' },
      build: { outDir: scratch, emptyOutDir: true, target: 'chrome130', assetsInlineLimit: 0, chunkSizeWarningLimit: 4000 },
    });
    const env = { RENDERING_HARNESS: scratch, RENDERING_POLICY: "default-src 'self' 'unsafe-inline'" };
    const program = await startProgram(runtime, [resolve(repository, 'test/support/rendering-harness')], env);
    try {
      await program.page.waitForFunction(() => 'bench' in globalThis);
      const results = [];
      for (const side of SIDES) {
        const times: Record<'own' | 'vtk', number[]> = { own: [], vtk: [] };
        // Interleaved: what else the machine does meets both.
        for (let round = 0; round < 3; round++)
          for (const way of ['own', 'vtk'] as const) {
            const found = await program.page.evaluate(([name, size, count]) => (globalThis as unknown as { bench: GreyBench }).bench.run(name, size, count), [
              way,
              side,
              Math.ceil(frames / 3),
            ] as const);
            times[way].push(...found);
          }
        results.push({ side, ownMs: summary(times.own), vtkImageMapperMs: summary(times.vtk) });
      }
      process.stdout.write(`${JSON.stringify({ bench: 'grey', frames, results }, null, 2)}\n`);
    } finally {
      await program.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

void main();
