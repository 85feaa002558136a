/**
 * Builds dist/: `node build/bundle/bundle.mjs [--force]`. A part whose sources did not change is left as it is.
 * Main, preload and services by esbuild, the renderer by vite. The oldest runtime counts: Node 20.18, Chromium 130 (architecture.md 8).
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashOf, PlainError, root, runMain, say, withLock } from '../bootstrap/common.mjs';

const dist = join(root, 'dist');
const shared = ['shared', 'package.json', 'package-lock.json', 'build/bundle'];

/** One part of the program: what it is made of decides whether it must be built again. */
const parts = [
  { name: 'main', entries: ['electron/main/index.ts'], sources: ['electron/main', ...shared], build: buildMain },
  { name: 'preload', entries: ['electron/preload/index.ts'], sources: ['electron/preload', ...shared], build: buildPreload },
  { name: 'services', entries: ['electron/services/entry.ts'], sources: ['electron/services', ...shared], build: buildServices },
  { name: 'renderer', entries: ['renderer/index.html'], sources: ['renderer', ...shared], build: buildRenderer },
];

/**
 * Options that every esbuild bundle for Node shares. `import.meta` does not exist in CommonJS: the idioms in use are mapped.
 * @type {import('esbuild').BuildOptions & { external?: string[] }}
 */
export const nodeBundle = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.18',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  // A running program keeps its source, and one long dash in a comment makes V8 keep it in two bytes a letter: 10.4 MB of the services' heap where 4 do.
  minifyWhitespace: true,
  legalComments: 'linked',
  alias: { '@shared': join(root, 'shared') },
  define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  banner: { js: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;` },
};

async function esbuild() {
  return await import('esbuild');
}

/** @param {string} folder */
async function buildMain(folder) {
  const { build } = await esbuild();
  await build({ ...nodeBundle, entryPoints: ['electron/main/index.ts'], outfile: join(folder, 'index.cjs'), external: ['electron'] });
}

/** A sandboxed preload has no `node:*`: platform browser makes such an import an error here instead of at start. */
/** @param {string} folder */
async function buildPreload(folder) {
  const { build } = await esbuild();
  const { banner: _banner, define: _define, ...common } = nodeBundle;
  await build({
    ...common,
    platform: 'browser',
    target: 'chrome130',
    entryPoints: ['electron/preload/index.ts'],
    outfile: join(folder, 'index.cjs'),
    external: ['electron'],
  });
}

/** The services' entry and every worker (`workers/*.worker.ts`), side by side. @param {string} folder */
async function buildServices(folder) {
  const { build } = await esbuild();
  const entryPoints = [{ in: 'electron/services/entry.ts', out: 'entry' }, ...namedEntries('electron/services/workers', '.worker.ts')];
  // libsql stays outside: it loads its native module by its own place in node_modules.
  await build({ ...nodeBundle, entryPoints, outdir: folder, outExtension: { '.js': '.cjs' }, external: ['libsql'] });
  cpSync(join(root, 'node_modules/dcmjs-codecs/build/dcmjs-native-codecs.wasm'), join(folder, 'dcmjs-native-codecs.wasm'));
}

/** @param {string} folder @param {string} ending */
function namedEntries(folder, ending) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith(ending));
  return names.map((name) => ({ in: `${folder}/${name}`, out: basename(name, '.ts') }));
}

/** @param {string} folder */
async function buildRenderer(folder) {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'build/bundle/vite.config.mjs'), mode: 'production', logLevel: 'warn', build: { outDir: folder } });
  // Fonts, character maps and decoders that documents ask for by name.
  for (const part of ['cmaps', 'standard_fonts', 'wasm', 'iccs'])
    cpSync(join(root, 'node_modules/pdfjs-dist', part), join(folder, 'pdf', part), { recursive: true });
}

/**
 * Builds what changed. Throws a PlainError that names the part when an entry file is missing or a bundle fails.
 * @param {{ force?: boolean, only?: readonly string[] }} [options]
 * @returns {Promise<readonly string[]>} names of the parts that were built
 */
export async function buildAll({ force = false, only } = {}) {
  return await withLock(join(dist, '.lock'), async () => {
    const built = [];
    for (const part of parts) {
      if (only !== undefined && !only.includes(part.name)) continue;
      if (await buildPart(part, force)) built.push(part.name);
    }
    return built;
  });
}

/** @param {(typeof parts)[number]} part @param {boolean} force */
async function buildPart(part, force) {
  for (const entry of part.entries) {
    if (!existsSync(join(root, entry))) throw new PlainError(`cannot build "${part.name}": ${entry} is missing`);
  }
  const stamp = join(dist, `.${part.name}.sha256`);
  const hash = hashOf(part.sources, 'v1');
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(join(dist, part.name))) return false;
  // Built beside and moved when it is whole: a failed build leaves the last good program.
  const fresh = join(dist, `.${part.name}.new`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const started = performance.now();
  try {
    await part.build(fresh);
  } catch (error) {
    throw new PlainError(`cannot build "${part.name}": ${withoutStack(error)}`);
  }
  rmSync(stamp, { force: true });
  rmSync(join(dist, part.name), { recursive: true, force: true });
  renameSync(fresh, join(dist, part.name));
  writeFileSync(stamp, hash);
  say(`built ${part.name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/** vite puts the stack into the message. @param {unknown} error */
function withoutStack(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\n {4}at .*/g, '');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    const args = process.argv.slice(2);
    const only = args.filter((arg) => !arg.startsWith('--'));
    await buildAll({ force: args.includes('--force'), ...(only.length > 0 ? { only } : {}) });
  });
}
