/** The licences of everything that is bundled into the program: their texts must go with it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownPackages } from '../checks/layers.mjs';
import { PlainError, root } from '../bootstrap/common.mjs';

/** Licences that this project may ship (SPDX). */
const accepted = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'Python-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Zlib',
  'MIT-0',
]);

/** Writes names, versions and licence texts of what the layers may import, with what that needs in turn. @param {string} file @returns {number} packages */
export function writeLicenses(file) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = new Map();
  const pending = knownPackages()
    .filter((name) => name !== 'electron' && lock[`node_modules/${name}`] !== undefined)
    .map((name) => `node_modules/${name}`);
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (found.has(path)) continue;
    found.set(path, licenseOf(path, lock[path]));
    const needs = { ...lock[path].dependencies, ...lock[path].optionalDependencies };
    pending.push(...Object.keys(needs).flatMap((name) => nearest(lock, path, name) ?? []));
  }
  const sections = [...found.values()].sort().map((section) => `${'-'.repeat(78)}\n${section}`);
  writeFileSync(file, `Alternator contains the following packages.\n\n${sections.join('\n')}`);
  return found.size;
}

/** Node's own search: the innermost node_modules first. @param {Record<string, unknown>} lock @param {string} from @param {string} name */
function nearest(lock, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock[path] !== undefined) return existsSync(join(root, path)) ? path : undefined;
    if (folder === '') return undefined;
  }
}

/** @param {string} path @param {{ version: string }} entry */
function licenseOf(path, entry) {
  const folder = join(root, path);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const spdx = typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? manifest.licenses?.[0]?.type ?? 'unknown');
  const choices = String(spdx).replace(/[()]/g, '').split(/ OR /);
  if (!choices.some((choice) => choice.split(' AND ').every((part) => accepted.has(part)))) {
    throw new PlainError(`${manifest.name} ${entry.version} has the licence "${spdx}", which this project does not ship`);
  }
  const text = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name) && !/\.(js|ts)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return `${manifest.name} ${entry.version} (${spdx})\n\n${text.join('\n\n')}\n`;
}
