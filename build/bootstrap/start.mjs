/**
 * `npm start -- [flags] [path …]`: installs what is missing, builds what changed, finds an Electron and a display, and runs the workstation.
 * Its own words go to stderr; stdout, the exit code and the flags are the program's.
 */
import { spawn } from 'node:child_process';
import { PlainError, root, runMain } from './common.mjs';
import { ensureInstalled } from './install.mjs';

await runMain(async () => {
  await ensureInstalled();
  // These import packages: only now are they surely there.
  const { buildAll } = await import('../bundle/bundle.mjs');
  const { electronRuntime, runtimeEnv } = await import('./electron-runtime.mjs');
  const { chromiumFlags, ensureDisplay, ensureLibraries } = await import('./system.mjs');
  const [, runtime] = await Promise.all([buildAll(), electronRuntime()]);
  await ensureLibraries(runtime.executable);
  const display = await ensureDisplay({ terminate: true });
  try {
    const args = [...chromiumFlags(), root, ...process.argv.slice(2)];
    return await launch(runtime.executable, args, { ...runtimeEnv(runtime), ...display.env });
  } finally {
    display.stop();
  }
});

/**
 * Runs Electron until it ends. A terminal sends Ctrl-C to the whole group by itself; a signal sent to us alone is passed on.
 * @param {string} executable @param {readonly string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<number>}
 */
function launch(executable, args, env) {
  return new Promise((done, fail) => {
    // npm runs us in the repository; relative paths on the command line mean the folder where it was typed.
    const child = spawn(executable, args, { cwd: process.env.INIT_CWD ?? process.cwd(), env, stdio: 'inherit' });
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, pass);
    child.on('error', (error) => fail(new PlainError(`cannot start Electron (${executable}): ${error.message}`)));
    child.on('exit', (code, signal) => {
      for (const each of signals) process.off(each, pass);
      done(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1));
    });
  });
}
