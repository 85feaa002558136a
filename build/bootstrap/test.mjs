/**
 * `npm test [-- checks|build|unit|contract|integration|e2e …]`: installs what is missing and runs the suites in order; the last line is `N passed, N failed`.
 * Suites: checks (one each), the build, vitest projects, Playwright in real Electron. Peer tests that could not run are named; with CI=true they fail.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PlainError, root, run, runMain, say, tool } from './common.mjs';
import { ensureInstalled } from './install.mjs';

/** @typedef {{ passed: number, failed: number, skipped: readonly string[], broken?: readonly string[] }} Outcome `broken` names what failed, for whoever sees only the end of the output */

const minute = 60_000;

/** In the order of running. `limitMs` ends a suite that hangs: nothing may wait for ever. */
const suites = [
  { name: 'checks', limitMs: 12 * minute, run: runChecks },
  { name: 'build', limitMs: 5 * minute, run: runBuild },
  { name: 'unit', limitMs: 10 * minute, run: runVitest },
  { name: 'contract', limitMs: 5 * minute, run: runVitest },
  { name: 'integration', limitMs: 20 * minute, run: runVitest },
  { name: 'e2e', limitMs: 30 * minute, run: runPlaywright },
];

await runMain(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) throw new PlainError(`no such suite: ${unknown.join(', ')}; there are ${suites.map((suite) => suite.name).join(', ')}`, 2);
  await ensureInstalled();
  const scratch = mkdtempSync(join(tmpdir(), 'alternator-test-'));
  try {
    return await runSuites(
      suites.filter((suite) => chosen.length === 0 || chosen.includes(suite.name)),
      scratch,
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

/** @param {typeof suites} list @param {string} scratch @returns {Promise<number>} exit code */
async function runSuites(list, scratch) {
  const missingFile = join(scratch, 'missing-peers');
  const env = { ...process.env, ALTERNATOR_MISSING_PEERS: missingFile, TCP_NODELAY: '1' };
  const lines = [];
  const skipped = [];
  const broken = [];
  let passed = 0;
  let failed = 0;
  for (const suite of list) {
    say(`\n=== ${suite.name} ===`);
    const started = performance.now();
    const outcome = await suite.run(suite.name, { env, limitMs: suite.limitMs, report: join(scratch, `${suite.name}.json`) });
    passed += outcome.passed;
    failed += outcome.failed;
    skipped.push(...outcome.skipped.map((name) => `${suite.name}: ${name}`));
    broken.push(...(outcome.broken ?? []).map((name) => `${suite.name}: ${name}`));
    lines.push(`${suite.name.padEnd(12)} ${outcome.passed} passed, ${outcome.failed} failed, ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  say('\n=== summary ===');
  for (const line of lines) say(line);
  nameWhatDidNotRun(skipped, missingFile);
  for (const name of broken) say(`FAILED ${name}`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** @param {readonly string[]} skipped @param {string} missingFile */
function nameWhatDidNotRun(skipped, missingFile) {
  if (existsSync(missingFile)) {
    const peers = new Map();
    for (const line of readFileSync(missingFile, 'utf8').trim().split('\n')) {
      const { name, remedy } = JSON.parse(line);
      peers.set(name, remedy);
    }
    for (const [name, remedy] of peers) say(`missing peer: ${name} (${remedy})`);
  }
  for (const name of skipped) say(`could not run: ${name}`);
}

/** @typedef {{ env: NodeJS.ProcessEnv, limitMs: number, report: string }} SuiteContext */

/** @param {string} name @param {SuiteContext} context @returns {Promise<Outcome>} */
async function runChecks(name, context) {
  const result = await run(process.execPath, [join(root, 'build/checks/check.mjs'), '--report', context.report], {
    env: context.env,
    timeoutMs: context.limitMs,
  });
  return settle(name, result, readReport(context.report), (report) => ({
    passed: report.passed.length,
    failed: report.failed.length,
    skipped: [],
    broken: report.failed.map(String),
  }));
}

/** @param {string} name @param {SuiteContext} context @returns {Promise<Outcome>} */
async function runBuild(name, context) {
  const result = await run(process.execPath, [join(root, 'build/bundle/bundle.mjs')], { env: context.env, timeoutMs: context.limitMs });
  return settle(name, result, {}, () => ({ passed: result.code === 0 ? 1 : 0, failed: 0, skipped: [] }));
}

/** @param {string} name @param {SuiteContext} context @returns {Promise<Outcome>} */
async function runVitest(name, context) {
  const args = [
    'run',
    '--config',
    join(root, 'test/vitest.config.ts'),
    '--project',
    name,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${context.report}`,
  ];
  const result = await run(tool('vitest'), args, { env: context.env, timeoutMs: context.limitMs });
  return settle(name, result, readReport(context.report), countVitest);
}

/** A file that fails before its tests are known counts as one failure. @param {any} report @returns {Outcome} */
function countVitest(report) {
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
  const notRun = report.testResults.flatMap((file) => file.assertionResults.filter((test) => ['pending', 'skipped', 'todo'].includes(test.status)));
  const failedTests = report.testResults.flatMap((file) =>
    file.assertionResults.filter((test) => test.status === 'failed').map((test) => `${test.fullName}: ${firstLine(test.failureMessages?.[0])}`),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: notRun.map((test) => test.fullName),
    broken: [...failedTests, ...brokenFiles.map((file) => `${relative(root, file.name)}: ${firstLine(file.message)}`)],
  };
}

/** @param {string} name @param {SuiteContext} context @returns {Promise<Outcome>} */
async function runPlaywright(name, context) {
  const env = { ...context.env, PLAYWRIGHT_JSON_OUTPUT_NAME: context.report };
  const args = ['test', '--config', join(root, 'test/e2e/playwright.config.ts'), '--reporter=list,json'];
  const result = await run(tool('playwright'), args, { env, timeoutMs: context.limitMs });
  return settle(name, result, readReport(context.report), countPlaywright);
}

/** @param {string | undefined} text */
function firstLine(text) {
  return (text ?? 'no message').split('\n')[0];
}

/** @param {any} report @returns {Outcome} */
function countPlaywright(report) {
  const { expected, unexpected, flaky } = report.stats;
  const specs = (/** @type {any} */ suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
  const all = report.suites.flatMap(specs);
  const skipped = all.filter((spec) => spec.tests.some((test) => test.status === 'skipped')).map((spec) => spec.title);
  const broken = all.filter((spec) => !spec.ok || spec.tests.some((test) => test.status === 'flaky')).map((spec) => `${spec.file}: ${spec.title}`);
  return { passed: expected, failed: unexpected + flaky + (report.errors?.length ?? 0), skipped, broken };
}

/** @param {string} file @returns {any} */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/**
 * A suite that ended badly without a counted failure (time-out, crash, no report) is one failure itself.
 * @param {string} name @param {{ code: number, timedOut: boolean }} result @param {any} report @param {(report: any) => Outcome} count @returns {Outcome}
 */
function settle(name, result, report, count) {
  if (result.timedOut) say(`${name}: ended after its time limit`);
  const outcome = report === undefined ? { passed: 0, failed: 0, skipped: [] } : count(report);
  const unexplained = (result.code !== 0 || result.timedOut || report === undefined) && outcome.failed === 0;
  if (unexplained) say(`${name}: exit code ${result.code} without a failed test`);
  return unexplained ? { ...outcome, failed: 1 } : outcome;
}
