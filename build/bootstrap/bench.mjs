/** `npm run bench -- NAME [arguments]`: bundles test/bench/NAME.bench.ts and runs it; it prints JSON on stdout. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError, root, runMain } from './common.mjs';
import { ensureInstalled } from './install.mjs';

await runMain(async () => {
  const folder = join(root, 'test', 'bench');
  const names = existsSync(folder) ? readdirSync(folder).flatMap((file) => (file.endsWith('.bench.ts') ? [file.slice(0, -'.bench.ts'.length)] : [])) : [];
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined || !names.includes(name)) throw new PlainError(`which one? npm run bench -- ${names.join('|')}`, 2);
  await ensureInstalled();
  const { buildAll, nodeBundle } = await import('../bundle/bundle.mjs');
  await buildAll();
  const { build } = await import('esbuild');
  const outfile = join('dist', 'bench', `${name}.cjs`);
  const external = ['libsql', 'electron', '@playwright/test', 'esbuild', 'vite'];
  await build({ ...nodeBundle, entryPoints: [join('test', 'bench', `${name}.bench.ts`)], outfile, external });
  return await new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--expose-gc', '--enable-source-maps', join(root, outfile), ...rest], { cwd: root, stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
    child.on('error', fail);
    child.on('exit', (code) => done(code ?? 1));
  });
});
