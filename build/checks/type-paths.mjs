/**
 * The tsconfig fence: packages that a layer must not import are mapped to a file that is no module. `node build/checks/type-paths.mjs` writes the
 * mapping into build/tsconfig; a test checks that what is written is what the table says.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../bootstrap/common.mjs';
import { forbiddenPackages, layers } from './layers.mjs';

/** tsconfig file of a layer. @param {string} layer */
export function tsconfigOf(layer) {
  return join(root, 'build', 'tsconfig', `${layer.split('/').at(-1)}.json`);
}

/** `compilerOptions.paths` of a layer. @param {string} layer @returns {Record<string, readonly string[]>} */
export function typePaths(layer) {
  const forbidden = ['./ambient/forbidden.d.ts'];
  const entries = forbiddenPackages(layer).flatMap((name) => [
    [name, forbidden],
    [`${name}/*`, forbidden],
  ]);
  return { '@shared/*': ['../../shared/*'], ...Object.fromEntries(entries) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const layer of layers) {
    const file = tsconfigOf(layer);
    const config = JSON.parse(readFileSync(file, 'utf8'));
    config.compilerOptions.paths = typePaths(layer);
    writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`);
  }
}
