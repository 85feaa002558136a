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

/** Native canvas of pdf.js for Node: the program draws in Chromium and does not ship it. */
const notShipped = new Set(['@napi-rs/canvas']);

/** @typedef {{ path: string, name: string, version: string, needs: readonly string[] }} Shipped */

/** What the layers may import, with what that needs in turn: all packages of which something is in the program. @returns {readonly Shipped[]} */
export function shippedPackages() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  /** @type {Map<string, Shipped>} */
  const found = new Map();
  const pending = knownPackages()
    .filter((name) => name !== 'electron' && lock[`node_modules/${name}`] !== undefined)
    .map((name) => `node_modules/${name}`);
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (found.has(path)) continue;
    const names = Object.keys({ ...lock[path].dependencies, ...lock[path].optionalDependencies }).filter((name) => !notShipped.has(name));
    const from = path;
    const needs = names.flatMap((name) => nearest(lock, from, name) ?? []);
    found.set(path, { path, name: path.slice(path.lastIndexOf('node_modules/') + 13), version: lock[path].version, needs });
    pending.push(...needs);
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Writes names, versions and licence texts of what is shipped. @param {string} file @returns {number} packages */
export function writeLicenses(file) {
  const sections = shippedPackages().map((one) => `${'-'.repeat(78)}\n${licenseOf(one.path, one)}`);
  writeFileSync(file, `Alternator contains the following packages.\n\n${sections.join('\n')}`);
  return sections.length;
}

/** SPDX expression as the package states it. @param {string} path */
export function licenseExpression(path) {
  const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  return String(typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? manifest.licenses?.[0]?.type ?? 'unknown'));
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
  const spdx = licenseExpression(path);
  const choices = spdx.replace(/[()]/g, '').split(/ OR /);
  if (!choices.some((choice) => choice.split(' AND ').every((part) => accepted.has(part)))) {
    throw new PlainError(`${manifest.name} ${entry.version} has the licence "${spdx}", which this project does not ship`);
  }
  const text = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name) && !/\.(js|ts)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return `${manifest.name} ${entry.version} (${spdx})\n\n${text.join('\n\n')}\n`;
}
