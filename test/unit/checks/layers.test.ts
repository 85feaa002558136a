import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layers, unitOf, units } from '../../../build/checks/layers.mjs';
import { restrictedImports } from '../../../build/checks/restricted-imports.mjs';
import { tsconfigOf, typePaths } from '../../../build/checks/type-paths.mjs';

const root = resolve(import.meta.dirname, '..', '..', '..');
const runFile = promisify(execFile);

type Fence = 'cruiser' | 'eslint' | 'types';

/** A file that must be reported, and by which fences: a tsconfig knows layers, not folders inside one. */
interface BadFile {
  readonly why: string;
  readonly file: string;
  readonly code: string;
  readonly fences: readonly Fence[];
}

const badFiles: readonly BadFile[] = [
  {
    why: 'services import electron',
    file: 'electron/services/cache/bad-electron.ts',
    code: `import { app } from 'electron';\nexport const a = app;\n`,
    fences: ['cruiser', 'eslint', 'types'],
  },
  {
    why: 'shared imports node:fs',
    file: 'shared/geometry/bad-node.ts',
    code: `import { readFileSync } from 'node:fs';\nexport const a = readFileSync;\n`,
    fences: ['cruiser', 'eslint', 'types'],
  },
  {
    why: 'shared imports vue',
    file: 'shared/hanging/bad-vue.ts',
    code: `import { ref } from 'vue';\nexport const a = ref;\n`,
    fences: ['cruiser', 'eslint', 'types'],
  },
  {
    why: 'main imports libsql',
    file: 'electron/main/bad-sql.ts',
    code: `import Database from 'libsql';\nexport const a = Database;\n`,
    fences: ['cruiser', 'eslint', 'types'],
  },
  {
    why: 'renderer imports electron',
    file: 'renderer/host/bad-electron.ts',
    code: `import { ipcRenderer } from 'electron';\nexport const a = ipcRenderer;\n`,
    fences: ['cruiser', 'eslint', 'types'],
  },
  {
    why: 'a renderer feature imports vtk.js',
    file: 'renderer/features/viewer/bad-vtk.ts',
    code: `import vtk from '@kitware/vtk.js/vtk';\nexport const a = vtk;\n`,
    fences: ['cruiser', 'eslint'],
  },
  {
    why: 'dcmjs-dimse outside dimse/',
    file: 'electron/services/sync/bad-dimse.ts',
    code: `import { Server } from 'dcmjs-dimse';\nexport const a = Server;\n`,
    fences: ['cruiser', 'eslint'],
  },
  {
    why: 'lowdb outside settings/',
    file: 'electron/services/index/bad-lowdb.ts',
    code: `import { Low } from 'lowdb';\nexport const a = Low;\n`,
    fences: ['cruiser', 'eslint'],
  },
  {
    why: 'main imports services',
    file: 'electron/main/bad-services.ts',
    code: `import { good } from '../services/cache/good';\nexport const a = good;\n`,
    fences: ['cruiser', 'eslint'],
  },
  {
    why: 'preload imports more of shared/ than the contract',
    file: 'electron/preload/bad-shared.ts',
    code: `import { good } from '@shared/geometry/good';\nexport const a = good;\n`,
    fences: ['cruiser', 'eslint'],
  },
  {
    why: 'a store imports a feature',
    file: 'renderer/stores/bad-feature.ts',
    code: `import { good } from '../features/viewer';\nexport const a = good;\n`,
    fences: ['cruiser', 'eslint'],
  },
  {
    why: 'a feature calls the host itself',
    file: 'renderer/features/viewer/bad-host.ts',
    code: `import { good } from '../../host/good';\nexport const a = good;\n`,
    fences: ['cruiser', 'eslint'],
  },
  {
    why: 'a feature looks inside another feature',
    file: 'renderer/features/worklist/bad-inside.ts',
    code: `import { good } from '../viewer/inside';\nexport const a = good;\n`,
    fences: ['cruiser'],
  },
  {
    why: 'the program imports test code',
    file: 'electron/services/sync/bad-test.ts',
    code: `import { good } from '../../../test/support/good';\nexport const a = good;\n`,
    fences: ['cruiser', 'eslint'],
  },
  { why: 'shared uses the page', file: 'shared/grayscale/bad-page.ts', code: `export const a = document.title;\n`, fences: ['types'] },
  { why: 'services use the page', file: 'electron/services/pixel/bad-page.ts', code: `export const a = window.innerWidth;\n`, fences: ['types'] },
];

/** What the bad files import, and imports that every fence must let pass. */
const goodFiles: Readonly<Record<string, string>> = {
  'shared/geometry/good.ts': 'export const good = 1;\n',
  'shared/contract/index.ts': `import { z } from 'zod';\nexport const good = z.string();\n`,
  'electron/services/cache/good.ts': `import { join } from 'node:path';\nimport { good as other } from '@shared/geometry/good';\nexport const good = join(String(other));\n`,
  'electron/services/index/good.ts': `import Database from 'libsql';\nexport const good = Database;\n`,
  'electron/main/good.ts': `import { app } from 'electron';\nimport { good as other } from '@shared/contract';\nexport const good = [app, other];\n`,
  'electron/preload/good.ts': `import { good as other } from '@shared/contract';\nexport const good = other;\n`,
  'renderer/host/good.ts': `import { good as other } from '@shared/contract';\nexport const good = other;\n`,
  'renderer/features/viewer/index.ts': `export { good } from './inside';\n`,
  'renderer/features/viewer/inside.ts': `import { ref } from 'vue';\nimport { good as other } from '../../vtk/good';\nexport const good = ref(other);\n`,
  'renderer/features/worklist/good.ts': `import { good as other } from '../viewer';\nexport const good = other;\n`,
  'renderer/vtk/good.ts': `import vtk from '@kitware/vtk.js/vtk';\nexport const good = vtk;\n`,
  'test/support/good.ts': 'export const good = 1;\n',
};

let tree: string;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'alternator-fences-'));
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const name of ['package.json']) await writeFile(join(tree, name), await readFile(join(root, name)));
  const files = { ...goodFiles, ...Object.fromEntries(badFiles.map((bad) => [bad.file, bad.code])) };
  for (const [name, code] of Object.entries(files)) {
    await mkdir(dirname(join(tree, name)), { recursive: true });
    await writeFile(join(tree, name), code);
  }
});

afterAll(async () => {
  await rm(tree, { recursive: true, force: true });
});

/** Standard output of a tool that ends with a non-zero code when it has something to report. */
async function outputOf(file: string, args: readonly string[]): Promise<string> {
  try {
    return (await runFile(file, [...args], { cwd: tree, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** Files with at least one rule violation by dependency-cruiser, run with the project's own rules over the small tree. */
async function cruise(): Promise<ReadonlySet<string>> {
  const rules = join(root, 'build/checks/dependency-rules.mjs');
  await mkdir(join(tree, 'config'), { recursive: true });
  const options = `{ doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: '${join(tree, 'config/tsconfig.json')}' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.json'] } }`;
  await writeFile(
    join(tree, 'config/cruise.mjs'),
    `import { dependencyRules } from ${JSON.stringify(rules)};\nexport default { forbidden: dependencyRules(${JSON.stringify(tree)}), options: ${options} };\n`,
  );
  await writeFile(
    join(tree, 'config/tsconfig.json'),
    JSON.stringify({
      compilerOptions: { baseUrl: '..', module: 'ESNext', moduleResolution: 'bundler', paths: { '@shared/*': ['./shared/*'] } },
      include: ['../**/*.ts'],
    }),
  );
  const cruiser = join(root, 'node_modules/.bin/depcruise');
  const text = await outputOf(cruiser, ['--config', 'config/cruise.mjs', '--output-type', 'json', 'shared', 'electron', 'renderer', 'test']);
  const result = JSON.parse(text) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return new Set(result.summary.violations.map((violation) => violation.from));
}

async function lint(file: string, code: string): Promise<readonly string[]> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...(restrictedImports() as never[])],
  });
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  return result?.messages.map((message) => message.message) ?? [];
}

/** Files with at least one type error, each under the tsconfig of its own layer. */
async function compile(): Promise<ReadonlySet<string>> {
  const reported = new Set<string>();
  for (const layer of layers) {
    const config = join(tree, 'config', `${layer.replace('/', '-')}.json`);
    const own = JSON.parse(await readFile(tsconfigOf(layer), 'utf8')) as { compilerOptions: { paths: Record<string, string[]>; types: string[] } };
    const paths: Record<string, string[]> = { ...own.compilerOptions.paths, '@shared/*': [join(tree, 'shared/*')] };
    const types = own.compilerOptions.types.filter((name) => name === 'node');
    const ambient = layer === 'shared' ? [join(root, 'build/tsconfig/ambient/shared.d.ts')] : [];
    await mkdir(dirname(config), { recursive: true });
    for (const [name, targets] of Object.entries(paths))
      if (name !== '@shared/*') paths[name] = targets.map((target) => resolve(root, 'build/tsconfig', target));
    const text = {
      extends: tsconfigOf(layer),
      compilerOptions: { paths, types, typeRoots: [join(root, 'node_modules/@types')] },
      include: [`../${layer}/**/*.ts`, ...ambient],
    };
    await writeFile(config, JSON.stringify(text));
    const output = await outputOf(join(root, 'node_modules/.bin/tsc'), ['-p', config, '--pretty', 'false']);
    for (const match of output.matchAll(/^([^\s(]+\.ts)\(\d+,\d+\): error/gm)) reported.add(match[1] ?? '');
  }
  return reported;
}

describe('the layer table', () => {
  test('gives every file to the most specific unit', () => {
    expect(unitOf('electron/services/dimse/scp/store.ts')?.path).toBe('electron/services/dimse');
    expect(unitOf('electron/services/entry.ts')?.path).toBe('electron/services');
    expect(unitOf('shared/pixel')?.path).toBe('shared/pixel');
    expect(unitOf('sharedness/pixel.ts')).toBeUndefined();
  });

  test('names only units that exist as what may be imported', () => {
    const known = [...units.map((unit) => unit.path), 'shared/contract'];
    expect(units.flatMap((unit) => unit.imports).filter((path) => !known.includes(path))).toEqual([]);
  });

  test.each(layers)('stands in the tsconfig of %s as generated', async (layer) => {
    const config = JSON.parse(await readFile(tsconfigOf(layer), 'utf8')) as { compilerOptions: { paths: unknown } };
    expect(config.compilerOptions.paths, 'run: node build/checks/type-paths.mjs').toEqual(typePaths(layer));
  });
});

describe('the fence of dependency-cruiser', () => {
  let reported: ReadonlySet<string>;
  beforeAll(async () => {
    reported = await cruise();
  }, 60_000);

  test.each(badFiles.filter((bad) => bad.fences.includes('cruiser')))('reports that $why', ({ file }) => {
    expect([...reported]).toContain(file);
  });

  test('lets allowed imports pass', () => {
    expect(Object.keys(goodFiles).filter((file) => reported.has(file))).toEqual([]);
  });
});

describe('the fence of ESLint', () => {
  test.each(badFiles.filter((bad) => bad.fences.includes('eslint')))('reports that $why', async ({ file, code }) => {
    expect(await lint(file, code)).not.toEqual([]);
  });

  test.each(Object.entries(goodFiles))('lets %s pass', async (file, code) => {
    expect(await lint(file, code)).toEqual([]);
  });
});

describe('the fence of the tsconfigs', () => {
  let reported: ReadonlySet<string>;
  beforeAll(async () => {
    reported = await compile();
  }, 120_000);

  test.each(badFiles.filter((bad) => bad.fences.includes('types')))('reports that $why', ({ file }) => {
    expect([...reported]).toContain(file);
  });

  test('lets allowed imports pass', () => {
    expect(Object.keys(goodFiles).filter((file) => reported.has(file))).toEqual([]);
  });
});
