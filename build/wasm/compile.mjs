/**
 * `node build/wasm/compile.mjs [--check]`: compiles `shared/pixel/codecs/assembly/NAME.as` (AssemblyScript) to `shared/pixel/codecs/NAME-binary.ts`, which is part of the
 * sources, so that nothing else needs a compiler. `--check` only says whether they fit together.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import asc from 'assemblyscript/asc';
import { PlainError, root, runMain, say } from '../bootstrap/common.mjs';

const folder = join(root, 'shared/pixel/codecs');
/** Nothing is imported, no memory is managed; the first 64 bytes stay free. At most 1 GiB of memory, whatever is decoded. */
const options = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--memoryBase',
  '64',
  '--initialMemory',
  '8',
  '--maximumMemory',
  '16384',
  '--enable',
  'simd',
];

await runMain(async () => {
  const isCheck = process.argv.includes('--check');
  for (const file of readdirSync(join(folder, 'assembly'))) {
    const name = file.replace(/\.as$/, '');
    const path = join(folder, `${name}-binary.ts`);
    const text = textOf(name, await compiled(file));
    if (!isCheck) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text)
      throw new PlainError(`${relative(root, path)} is not what ${file} compiles to: run "node build/wasm/compile.mjs"`);
    say(`${file}: ${relative(root, path)}`);
  }
  return 0;
});

/** @param {string} file @returns {Promise<Uint8Array>} */
async function compiled(file) {
  /** @type {Uint8Array | undefined} */
  let binary;
  const entry = file.replace(/\.as$/, '.ts');
  const { error, stderr } = await asc.main([entry, '--outFile', 'out.wasm', ...options], {
    // It knows files of TypeScript only; a name of their own keeps them from its tools.
    readFile: (name) => (name === entry ? readFileSync(join(folder, 'assembly', file), 'utf8') : null),
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents;
    },
  });
  if (error !== null || binary === undefined) throw new PlainError(`cannot compile ${file}: ${stderr.toString()}`);
  return binary;
}

/** @param {string} name @param {Uint8Array} binary */
function textOf(name, binary) {
  const lines =
    Buffer.from(binary)
      .toString('base64')
      .match(/.{1,144}/g) ?? [];
  const constant = `${name.replaceAll('-', '_').toUpperCase()}_BINARY`;
  const body = lines.map((line, at) => `  '${line}'${at < lines.length - 1 ? ' +' : ';'}`).join('\n');
  return `/** Made of \`assembly/${name}.as\` by build/wasm/compile.mjs. WebAssembly, base64. */\nexport const ${constant} =\n${body}\n`;
}
