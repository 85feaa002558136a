/** Brings node_modules to what package-lock.json says. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, PlainError, root, run, say, withLock } from './common.mjs';

const stamp = join(root, 'node_modules', '.alternator-lock.sha256');

/** `npm ci` when node_modules is absent or was made from another lock file. A tree that npm itself has just brought up to date counts too. */
export async function ensureInstalled() {
  checkNode();
  const wanted = hashOf(['package-lock.json']);
  if (isCurrent(wanted)) return;
  await withLock(join(root, '.cache', 'install.lock'), async () => {
    if (isCurrent(wanted)) return;
    say('installing the packages of package-lock.json (npm ci) …');
    const { code } = await run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel', 'error'], { timeoutMs: 20 * 60_000 });
    if (code !== 0) throw new PlainError('npm ci failed: its words are above. Behind a proxy, set npm config "proxy" or "registry".');
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(stamp, wanted);
  });
}

/** @param {string} wanted */
function isCurrent(wanted) {
  return (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) || installedByNpm();
}

/** npm keeps a copy of the lock in node_modules; the same packages at the same versions mean that nothing is to be done. */
function installedByNpm() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, entry]) => path === '' || entry.optional === true || installed[path]?.version === entry.version);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new PlainError(`Node ${process.versions.node} is too old: 20.19 or newer is needed (nodejs.org)`);
}
