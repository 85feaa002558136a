import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { escaped, topFolders, units, unitsWithin } from './layers.mjs';

const threadEntries = ['^electron/services/workers/', '^renderer/workers/'];

/**
 * dependency-cruiser's forbidden rules, from the table.
 * @param {string} root folder that holds shared/, electron/ and renderer/; folders with an index.ts are looked up there
 */
export function dependencyRules(root) {
  return [
    ...units.flatMap(unitRules),
    ...foldersWithIndex(root).map(indexRule),
    { name: 'no-cycles', severity: 'error', comment: 'two modules that need each other are one module', from: {}, to: { circular: true } },
    { name: 'nothing-imports-test', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    { name: 'program-without-build', severity: 'error', from: { path: '^(shared|electron|renderer)/' }, to: { path: '^build/' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: ['\\?(url|worker|raw)$', '^electron$'] } },
    { name: 'no-deprecated', severity: 'error', from: {}, to: { dependencyTypes: ['deprecated'] } },
  ];
}

/** Three rules a unit: our own folders, packages, Node. @param {import('./layers.mjs').Unit} unit */
function unitRules(unit) {
  const from = { path: `^${escaped(unit.path)}/`, pathNot: unitsWithin(unit).map((inner) => `^${escaped(inner.path)}/`) };
  const own = `^(${topFolders.join('|')})/`;
  const reachable = [unit.path, ...unit.imports].map((path) => `^${escaped(path)}/`);
  const packages = unit.packages.map((name) => `node_modules/${escaped(name)}/`);
  const rules = [
    { name: `${unit.path} -> folders`, severity: 'error', from, to: { path: own, pathNot: reachable } },
    {
      name: `${unit.path} -> packages`,
      severity: 'error',
      from,
      // "electron" itself resolves to its own package; @types of a package count as the package.
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional', 'npm-peer'], pathNot: packages.length === 0 ? [] : packages },
    },
  ];
  if (!unit.node) rules.push({ name: `${unit.path} -> node`, severity: 'error', from, to: { dependencyTypes: ['core'] } });
  return rules;
}

/**
 * A folder with an index.ts is imported through it. Tests may look inside, and so may types alone, which keeps an index from making cycles;
 * a feature shows nothing but its index. Entries of worker threads load only the file that does their work. Style sheets are not modules.
 * @param {string} folder
 */
function indexRule(folder) {
  const inside = `^${escaped(folder)}/`;
  const kinds = folder.startsWith('renderer/features/') ? {} : { dependencyTypesNot: ['type-only'] };
  const to = { path: inside, pathNot: [`${inside}index\\.ts$`, '\\.css$'], ...kinds };
  return { name: `through ${folder}/index.ts`, severity: 'error', from: { pathNot: [inside, '^test/', ...threadEntries] }, to };
}

/** @param {string} root @returns {readonly string[]} */
function foldersWithIndex(root) {
  const found = [];
  const pending = ['shared', 'electron', 'renderer'];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (!existsSync(join(root, folder))) continue;
    if (existsSync(join(root, folder, 'index.ts'))) found.push(folder);
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) if (entry.isDirectory()) pending.push(`${folder}/${entry.name}`);
  }
  return found.sort();
}
