/**
 * `npm run check [-- NAME …] [--report FILE]`: format, lint, types of every layer, import rules, dead code. Each check counts as one in `npm test`.
 */
import { writeFileSync } from 'node:fs';
import { PlainError, root, run, runMain, say, tool } from '../bootstrap/common.mjs';

const types = (/** @type {string} */ layer, program = 'tsc') => ({
  name: `types-${layer}`,
  command: tool(program),
  args: ['--noEmit', '-p', `build/tsconfig/${layer}.json`],
});

const checks = [
  { name: 'format', command: tool('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: tool('eslint'), args: ['--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'] },
  types('shared'),
  types('services'),
  types('main'),
  types('preload'),
  types('renderer', 'vue-tsc'),
  types('test', 'vue-tsc'),
  {
    name: 'imports',
    command: tool('depcruise'),
    args: ['--config', 'build/checks/dependency-cruiser.config.mjs', '--output-type', 'err', 'shared', 'electron', 'renderer', 'build', 'test'],
  },
  { name: 'dead-code', command: tool('knip'), args: ['--config', 'build/checks/knip.config.mjs', '--no-progress'] },
  { name: 'compiled', command: process.execPath, args: ['build/wasm/compile.mjs', '--check'] },
  { name: 'shell', command: 'bash', args: ['-n', '.ci/run'] },
];
/** Two cores are what a small build machine has. */
const atOnce = 2;
const limitMs = 6 * 60_000;

await runMain(async () => {
  const args = process.argv.slice(2);
  const reportAt = args.indexOf('--report');
  const reportFile = reportAt < 0 ? undefined : args[reportAt + 1];
  const names = args.filter((arg, index) => index !== reportAt && (reportAt < 0 || index !== reportAt + 1));
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) throw new PlainError(`no such check: ${unknown.join(', ')}; there are ${checks.map((check) => check.name).join(', ')}`, 2);
  const outcome = { passed: [], failed: [] };
  const queue = checks.filter((check) => names.length === 0 || names.includes(check.name));
  const worker = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift())
      (await passes(check)) ? outcome.passed.push(check.name) : outcome.failed.push(check.name);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (reportFile !== undefined) writeFileSync(reportFile, JSON.stringify(outcome));
  return outcome.failed.length === 0 ? 0 : 1;
});

/** @param {(typeof checks)[number]} check */
async function passes(check) {
  const started = performance.now();
  const { code, stdout, stderr, timedOut } = await run(check.command, check.args, { cwd: root, capture: true, timeoutMs: limitMs });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code === 0 && !timedOut) {
    say(`ok     ${check.name} (${seconds} s)`);
    return true;
  }
  say(`FAILED ${check.name} (${seconds} s)${timedOut ? ': ended after its time limit' : ''}\n${stdout}${stderr}`);
  return false;
}
