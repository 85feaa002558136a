/**
 * `npm run dist`: the unpacked program for this system in out/, and its installers where electron-builder can fetch its helper tools.
 * On the development runtime only the unpacked program is made: that Electron is not for shipping.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, runMain, say, tool } from '../bootstrap/common.mjs';
import { ensureInstalled } from '../bootstrap/install.mjs';

const system = { linux: '--linux', win32: '--win', darwin: '--mac' }[process.platform] ?? '--linux';
/** Installers of each system, with what builds them. */
const installers = { '--linux': ['AppImage', 'deb'], '--win': ['nsis'], '--mac': ['dmg', 'zip'] };

await runMain(async () => {
  await ensureInstalled();
  const { buildAll } = await import('../bundle/bundle.mjs');
  const { electronRuntime } = await import('../bootstrap/electron-runtime.mjs');
  const { writeIcons } = await import('./icon.mjs');
  const { writeLicenses } = await import('./licenses.mjs');
  const { writeSbom } = await import('./sbom.mjs');
  const [, runtime] = await Promise.all([buildAll(), electronRuntime()]);
  writeIcons(join(root, 'dist', 'icons'));
  say(`licences of ${writeLicenses(join(root, 'dist', 'third-party-licenses.txt'))} packages`);
  say(`bill of materials: ${writeSbom(join(root, 'dist', 'sbom.cdx.json'), runtime.version)} components`);
  rmSync(join(root, 'out'), { recursive: true, force: true });
  const unpacked = await build(runtime, 'dir');
  if (unpacked !== undefined) {
    say(`the unpacked program could not be built: ${unpacked}`);
    return 1;
  }
  const folder = readdirSync(join(root, 'out')).find((name) => name.endsWith('-unpacked') || name.startsWith('mac'));
  say(`built out/${folder ?? ''} with Electron ${runtime.version ?? 'of unknown version'}`);
  await buildInstallers(runtime);
  return 0;
});

/** @param {import('../bootstrap/electron-runtime.mjs').ElectronRuntime} runtime */
async function buildInstallers(runtime) {
  for (const target of installers[system]) {
    if (runtime.kind === 'development') {
      say(`not tried: ${target}. The development runtime must not be shipped; build where Electron's release host can be reached.`);
      continue;
    }
    const problem = await build(runtime, target);
    say(problem === undefined ? `built ${target} in out/` : `not built: ${target}. Its helper tools come from electron-builder's release host: ${problem}`);
  }
  const others = Object.entries(installers).filter(([name]) => name !== system);
  for (const [name, targets] of others) say(`not tried: ${targets.join(', ')}. Run npm run dist on that system (${name.slice(2)}).`);
}

/**
 * Runs electron-builder for one target. Returns why it failed, or undefined.
 * @param {import('../bootstrap/electron-runtime.mjs').ElectronRuntime} runtime @param {string} target
 */
async function build(runtime, target) {
  const config = join(root, 'build', 'package', 'electron-builder.yml');
  const args = [system, target, '--config', config, '--publish', 'never', `-c.electronDist=${runtime.folder}`];
  if (runtime.version !== undefined) args.push(`-c.electronVersion=${runtime.version}`);
  const result = await run(tool('electron-builder'), args, { capture: true, timeoutMs: 10 * 60_000 });
  if (result.code === 0 && existsSync(join(root, 'out'))) return undefined;
  if (result.timedOut) return 'no end within 10 minutes';
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => /⨯|error|cannot|ENOTFOUND|failed/i.test(line));
  return lines.slice(0, 3).join(' ').trim() || `exit code ${result.code}`;
}
