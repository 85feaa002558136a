/**
 * Which Electron runs the program: the folder of ELECTRON_OVERRIDE_DIST_PATH, else the pinned one (its own download), else, where its release
 * host does not answer within seconds, the development runtime that the package registry carries.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlainError, root, run, runMain, say } from './common.mjs';
import { developmentRuntime, developmentRuntimeSupported } from './development-runtime.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {'override' | 'pinned' | 'development'} kind
 * @property {string} folder the distribution's folder
 * @property {string} executable
 * @property {string | undefined} version as the distribution states it
 */

const probeTimeoutMs = 4000;
const electronFolder = join(root, 'node_modules', 'electron');

/** The version that package.json pins and that ships. */
export function pinnedVersion() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.electron;
}

/** Finds or fetches an Electron; says on stderr what it does. @returns {Promise<ElectronRuntime>} */
export async function electronRuntime() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override !== undefined && override !== '') return overrideRuntime(override);
  const present = pinnedRuntime();
  if (present !== undefined) return present;
  const reason = await whyNoDownload();
  if (reason === undefined) {
    const fetched = await downloadPinned();
    if (fetched !== undefined) return fetched;
  } else {
    say(`Electron ${pinnedVersion()}: ${reason}`);
  }
  if (!developmentRuntimeSupported()) {
    throw new PlainError(
      `no Electron for ${process.platform} ${process.arch}: its release host cannot be reached from here. Fetch Electron ${pinnedVersion()} elsewhere, unpack it, ` +
        'and set ELECTRON_OVERRIDE_DIST_PATH to its folder; or set ELECTRON_MIRROR to a mirror that this machine reaches.',
    );
  }
  const { folder, version } = await developmentRuntime();
  say(`using the development runtime, Electron ${version}: not for patient data`);
  return { kind: 'development', folder, executable: join(folder, 'electron'), version };
}

/** What main is told about it. @param {ElectronRuntime} runtime @returns {NodeJS.ProcessEnv} */
export function runtimeEnv(runtime) {
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  if (runtime.kind === 'development') env.ALTERNATOR_RUNTIME = 'development';
  return env;
}

/** @param {string} folder @returns {ElectronRuntime} */
function overrideRuntime(folder) {
  const executable = join(folder, platformExecutable());
  if (!existsSync(executable)) throw new PlainError(`ELECTRON_OVERRIDE_DIST_PATH is ${folder}, which holds no ${platformExecutable()}`);
  const version = distVersion(folder);
  return { kind: 'override', folder, executable, version };
}

/** The pinned Electron when its own download is there and complete. @returns {ElectronRuntime | undefined} */
function pinnedRuntime() {
  const folder = join(electronFolder, 'dist');
  const executable = join(folder, platformExecutable());
  const version = distVersion(folder);
  if (version !== pinnedVersion() || !existsSync(join(electronFolder, 'path.txt')) || !existsSync(executable)) return undefined;
  return { kind: 'pinned', folder, executable, version };
}

/** @param {string} folder */
function distVersion(folder) {
  const file = join(folder, 'version');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : undefined;
}

function platformExecutable() {
  switch (process.platform) {
    case 'win32':
      return 'electron.exe';
    case 'darwin':
      return 'Electron.app/Contents/MacOS/Electron';
    default:
      return 'electron';
  }
}

/** Undefined when a download is worth trying. A host that is slow to answer is one that cannot be reached: nobody waits minutes to find that out. */
async function whyNoDownload() {
  if (process.env.ALTERNATOR_ELECTRON === 'development') return 'skipped (ALTERNATOR_ELECTRON=development)';
  if (downloadIsCached()) return undefined;
  if (['HTTPS_PROXY', 'https_proxy', 'npm_config_https_proxy'].some((name) => (process.env[name] ?? '') !== '')) return undefined; // fetch() knows no proxy
  const details = { version: `v${pinnedVersion()}`, platform: process.platform, arch: process.arch, artifactName: 'electron' };
  try {
    const get = dirname(createRequire(join(electronFolder, 'package.json')).resolve('@electron/get'));
    const { getArtifactRemoteURL } = await import(pathToFileURL(join(get, 'artifact-utils.js')).href);
    const response = await fetch(await getArtifactRemoteURL(details), { method: 'HEAD', redirect: 'follow', signal: AbortSignal.timeout(probeTimeoutMs) });
    return response.ok ? undefined : `its release host answers ${response.status}`;
  } catch (error) {
    const why = error instanceof Error && error.name === 'TimeoutError' ? `within ${probeTimeoutMs / 1000} s` : `(${error?.cause?.code ?? error})`;
    return `its release host does not answer ${why}`;
  }
}

/** An earlier project has fetched this very version: no network needed. */
function downloadIsCached() {
  const bases = { darwin: join(homedir(), 'Library/Caches'), win32: process.env.LOCALAPPDATA ?? homedir() };
  const base = process.env.electron_config_cache ?? join(bases[process.platform] ?? process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'electron');
  const file = `electron-v${pinnedVersion()}-${process.platform}-${process.arch}.zip`;
  return existsSync(base) && readdirSync(base).some((name) => name === file || existsSync(join(base, name, file)));
}

/** Electron's own installer, which checks the digest. Undefined when it fails: there is another way. */
async function downloadPinned() {
  say(`fetching Electron ${pinnedVersion()} …`);
  const { code, stderr, timedOut } = await run(process.execPath, [join(electronFolder, 'install.js')], { capture: true, timeoutMs: 5 * 60_000 });
  const runtime = pinnedRuntime();
  if (code === 0 && runtime !== undefined) return runtime;
  say(`Electron's own download failed: ${timedOut ? 'not done within 5 minutes' : stderr.trim().split('\n').slice(0, 3).join(' ')}`);
  return undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    process.stdout.write(`${JSON.stringify(await electronRuntime())}\n`);
  });
}
