/** What the operating system must give: shared libraries, a display, a GPU or software in its place, the sandbox. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { PlainError, findProgram, killGroup, run, say } from './common.mjs';

/** Debian packages that bring the libraries of Electron; xvfb where there is no display. */
export const electronPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libatk-bridge2.0-0', 'libxss1', 'libdrm2', 'libxkbcommon0'];

/**
 * Installs what Electron needs and the system lacks when we are root on Debian or Ubuntu; otherwise throws the one command to type.
 * @param {string} executable
 */
export async function ensureLibraries(executable) {
  if (process.platform !== 'linux') return;
  const missing = await missingLibraries(executable);
  if (missing.length === 0) return;
  await installPackages(electronPackages, `Electron needs libraries that are not installed (${missing.join(', ')})`);
  const still = await missingLibraries(executable);
  if (still.length > 0) throw new PlainError(`Electron still lacks ${still.join(', ')} after the installation`);
}

/** @param {string} executable */
async function missingLibraries(executable) {
  if (findProgram('ldd') === undefined) return [];
  const { stdout } = await run('ldd', [executable], { capture: true, timeoutMs: 20_000 });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

/** @param {readonly string[]} packages @param {string} why */
async function installPackages(packages, why) {
  if (findProgram('apt-get') === undefined) throw new PlainError(`${why}. On Debian these are: ${packages.join(' ')}`);
  const root = process.getuid?.() === 0;
  if (!root) throw new PlainError(`${why}. Type:\n  sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`);
  say(`${why}: installing ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env, timeoutMs: 5 * 60_000, capture: true });
  const names = [];
  for (const name of packages) names.push(await currentName(name));
  const { code, stderr } = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], { env, timeoutMs: 15 * 60_000, capture: true });
  if (code !== 0) throw new PlainError(`apt-get install failed: ${stderr.trim().split('\n').slice(-3).join(' ')}`);
}

/** Since the 64-bit time_t transition (Debian 13, Ubuntu 24.04) some libraries carry the suffix t64. @param {string} name */
async function currentName(name) {
  const { stdout } = await run('apt-cache', ['policy', `${name}t64`], { capture: true, timeoutMs: 30_000 });
  return /Candidate: (?!\(none\))/.test(stdout) ? `${name}t64` : name;
}

/**
 * A display for Electron: the one there is, or a virtual one.
 * @param {{ terminate: boolean }} options terminate: the virtual display ends with its last client, even when we are killed
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => void }>} what to add to the environment, and how to end the virtual display
 */
export async function ensureDisplay({ terminate }) {
  const has = (/** @type {string} */ name) => (process.env[name] ?? '') !== '';
  if (process.platform !== 'linux' || has('DISPLAY') || has('WAYLAND_DISPLAY')) return { env: {}, stop: () => undefined };
  if (findProgram('Xvfb') === undefined) await installPackages(['xvfb'], 'There is no display, and Xvfb, which makes a virtual one, is not installed');
  const args = ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp', ...(terminate ? ['-terminate'] : ['-noreset'])];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
  const number = await firstLine(server, server.stdio[3]);
  const stop = () => killGroup(server);
  process.once('exit', stop);
  server.unref();
  server.stdio[3].destroy();
  say(`no display: using a virtual one (Xvfb :${number}, 1920x1080)`);
  return { env: { DISPLAY: `:${number}` }, stop };
}

/** @param {import('node:child_process').ChildProcess} server @param {import('node:stream').Readable} stream @returns {Promise<string>} */
function firstLine(server, stream) {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new PlainError('Xvfb does not answer within 15 s')), 15_000);
    const settle = (/** @type {() => void} */ finish) => (clearTimeout(timer), finish());
    let text = '';
    server.on('error', (error) => settle(() => fail(new PlainError(`cannot start Xvfb: ${error.message}`))));
    server.on('exit', (code) => settle(() => fail(new PlainError(`Xvfb ended with code ${code}`))));
    stream.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) settle(() => done(text.trim()));
    });
  });
}

/**
 * Chromium's own switches for this machine, in front of the app's folder.
 * @param {(text: string) => void} [tell]
 * @returns {readonly string[]}
 */
export function chromiumFlags(tell = say) {
  if (process.platform !== 'linux') return [];
  const flags = [];
  if (process.getuid?.() === 0) {
    tell('running as root: Chromium works only without its sandbox there (--no-sandbox)');
    flags.push('--no-sandbox');
  } else if (!userNamespacesAllowed()) {
    tell('this system forbids unprivileged user namespaces, which the sandbox of Chromium needs (sysctl kernel.apparmor_restrict_unprivileged_userns=0)');
  }
  if (!hasGpu()) flags.push(...softwareRendering);
  return flags;
}

/**
 * WebGL2 by SwiftShader (tried in Electron 33 under Xvfb; `--enable-unsafe-swiftshader` alone picks it only as a deprecated fallback there), and the window
 * composed by Vulkan on SwiftShader in place of OpenGL on it: a frame in which nothing changed takes 17 ms instead of 44 (build/decisions/0215-composed-by-vulkan.md).
 * What the page draws (texts, boxes) is drawn by Chromium's own software: through SwiftShader it kept a core busy for 0.4 s behind each screen
 * (build/decisions/0260-drawn-without-the-gpu-process.md).
 */
export const softwareRendering = [
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--use-vulkan=swiftshader',
  '--enable-features=Vulkan',
  '--disable-gpu-rasterization',
];

function hasGpu() {
  return existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
}

function userNamespacesAllowed() {
  const restrictions = [
    ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
    ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
  ];
  return !restrictions.some(([file, forbidden]) => existsSync(file) && readFileSync(file, 'utf8').trim() === forbidden);
}
