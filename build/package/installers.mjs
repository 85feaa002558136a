/** The installers of each system, what builds them, and why one cannot be built here. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from '../bootstrap/common.mjs';

/** @typedef {'--linux' | '--win' | '--mac'} System */

/**
 * @typedef {object} Installer
 * @property {string} target as electron-builder calls it
 * @property {string} tools what makes it, where electron-builder has it from its release host
 */

/** @type {Readonly<Record<System, readonly Installer[]>>} */
export const installers = {
  '--linux': [
    { target: 'AppImage', tools: 'mksquashfs and the runtime of AppImages' },
    { target: 'deb', tools: 'fpm' },
  ],
  '--win': [{ target: 'nsis', tools: 'makensis' }],
  '--mac': [
    { target: 'dmg', tools: 'the tools for disk images of macOS' },
    { target: 'zip', tools: '7za' },
  ],
};

/** Where electron-builder's helper tools come from. */
const releaseHost = 'https://github.com/electron-userland/electron-builder-binaries';
const probeTimeoutMs = 4000;

/** @param {string} name @param {NodeJS.ProcessEnv} env */
export function onPath(name, env = process.env) {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/**
 * How a target is built by tools of this system, as the environment of electron-builder; undefined: it has none for it.
 * @param {string} target @param {NodeJS.ProcessEnv} [env] @returns {NodeJS.ProcessEnv | undefined}
 */
export function systemTools(target, env = process.env) {
  if (target !== 'deb' || process.platform !== 'linux') return undefined;
  if (onPath('fpm', env)) return { USE_SYSTEM_FPM: 'true' };
  return onPath('dpkg-deb', env) ? { CUSTOM_FPM_PATH: join(root, 'build', 'package', 'fpm-by-dpkg.mjs') } : undefined;
}

/** Why the host that the helper tools come from cannot be had, in words; undefined: it answers. A proxy is left to electron-builder, fetch() knows none. */
export async function whyNoTools(fetchIt = fetch, env = process.env) {
  if (['HTTPS_PROXY', 'https_proxy', 'npm_config_https_proxy'].some((name) => (env[name] ?? '') !== '')) return undefined;
  try {
    const response = await fetchIt(releaseHost, { method: 'HEAD', redirect: 'follow', signal: AbortSignal.timeout(probeTimeoutMs) });
    return response.ok ? undefined : `answers ${response.status}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `does not answer within ${probeTimeoutMs / 1000} s`;
    return `does not answer (${error?.cause?.code ?? error})`;
  }
}

/**
 * What is said of a target that was not built. One line.
 * @param {Installer} installer @param {{ host?: string | undefined, problem?: string | undefined }} why
 */
export function notBuiltWords({ target, tools }, { host, problem }) {
  if (host !== undefined) return `not built: ${target}. It needs ${tools}, which electron-builder fetches from github.com, and that ${host}.`;
  return `not built: ${target}. ${problem ?? 'No reason was given.'}`;
}

/** What is said of the targets of the other systems. @param {System} system @returns {string[]} */
export function otherSystemsWords(system) {
  const names = { '--linux': 'Linux', '--win': 'Windows', '--mac': 'macOS' };
  const others = Object.entries(installers).filter(([name]) => name !== system);
  return others.map(([name, list]) => {
    const targets = list.map(({ target }) => target).join(', ');
    return `not tried: ${targets}. The Electron of ${names[name]} is not part of this installation: run npm run dist on ${names[name]}.`;
  });
}
