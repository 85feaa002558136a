/** `npm run crash`: every power cut and the full number of kills, where `npm test` takes a sample of them (reliability.md 2.3). */
import { join } from 'node:path';
import { root, run, runMain, tool } from './common.mjs';
import { ensureInstalled } from './install.mjs';

await runMain(async () => {
  await ensureInstalled();
  const { buildAll } = await import('../bundle/bundle.mjs');
  await buildAll({ only: ['services'] });
  const env = {
    ...process.env,
    ALTERNATOR_CRASH_CYCLES: process.env.ALTERNATOR_CRASH_CYCLES ?? '200',
    ALTERNATOR_POWER_CUTS: process.env.ALTERNATOR_POWER_CUTS ?? 'all',
  };
  const filters = process.argv.length > 2 ? process.argv.slice(2) : ['crash', 'power'];
  const args = ['run', '--config', join(root, 'test/vitest.config.ts'), '--testTimeout', '3600000', ...filters];
  const { code } = await run(tool('vitest'), args, { env, timeoutMs: 2 * 60 * 60_000 });
  return code;
});
