/**
 * `npm run dist`: the unpacked program for this system in out/, and its installers where their tools are here or can be fetched. What was not built is named with
 * the reason, and does not make the command fail. What is made with the development runtime says so in its name: that Electron is not for shipping.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, runMain, say, tool } from '../bootstrap/common.mjs';
import { ensureInstalled } from '../bootstrap/install.mjs';
import { installers, notBuiltWords, otherSystemsWords, systemTools, whyNoTools } from './installers.mjs';

/** @type {import('./installers.mjs').System} */
const system = { linux: '--linux', win32: '--win', darwin: '--mac' }[process.platform] ?? '--linux';

/** A package with the development runtime is known by its name, and is packed quickly: it is tried and thrown away. */
const developmentArgs = [
  '-c.deb.packageName=alternator-development-runtime',
  '-c.deb.artifactName=${name}-development-runtime_${version}_${arch}.${ext}',
  '-c.deb.compression=gz',
  '-c.linux.synopsis=Radiology workstation on a development runtime, not for patient data',
  '-c.appImage.artifactName=${productName}-development-runtime-${version}.${ext}',
];

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
  /** @type {string | undefined} */
  let host;
  let isAsked = false;
  for (const installer of installers[system]) {
    const { target } = installer;
    const tools = systemTools(target);
    if (tools === undefined && !isAsked) {
      host = await whyNoTools();
      isAsked = true;
    }
    if (tools === undefined && host !== undefined) {
      say(notBuiltWords(installer, { host }));
      continue;
    }
    const problem = await build(runtime, target, tools);
    say(problem === undefined ? `built ${target}: ${made(target)}` : notBuiltWords(installer, { problem }));
  }
  for (const words of otherSystemsWords(system)) say(words);
}

/** @param {string} target */
function made(target) {
  const files = readdirSync(join(root, 'out')).filter((name) => name.toLowerCase().endsWith(`.${target.toLowerCase()}`));
  return files.map((name) => `out/${name}`).join(', ');
}

/**
 * Runs electron-builder for one target. Returns why it failed, or undefined. Installers are made of the unpacked program that stands in out/ already.
 * @param {import('../bootstrap/electron-runtime.mjs').ElectronRuntime} runtime @param {string} target @param {NodeJS.ProcessEnv} [tools]
 */
async function build(runtime, target, tools = {}) {
  const config = join(root, 'build', 'package', 'electron-builder.yml');
  const args = [system, target, '--config', config, '--publish', 'never', `-c.electronDist=${runtime.folder}`];
  if (runtime.version !== undefined) args.push(`-c.electronVersion=${runtime.version}`);
  if (runtime.kind === 'development' && target !== 'dir') args.push(...developmentArgs);
  const unpacked = join(root, 'out', 'linux-unpacked');
  if (target !== 'dir' && system === '--linux' && existsSync(unpacked)) args.push('--prepackaged', unpacked);
  const result = await run(tool('electron-builder'), args, { capture: true, timeoutMs: 10 * 60_000, env: { ...process.env, ...tools } });
  if (result.code === 0 && existsSync(join(root, 'out'))) return undefined;
  if (result.timedOut) return 'no end within 10 minutes';
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => /⨯|error|cannot|ENOTFOUND|failed|fpm-by-dpkg/i.test(line));
  return lines.slice(0, 3).join(' ').trim() || `exit code ${result.code}`;
}
