#!/usr/bin/env node
/**
 * Stands where electron-builder expects `fpm` (CUSTOM_FPM_PATH), which it would fetch from its release host: makes a .deb of what it is told by the system's own
 * `dpkg-deb`. Only what electron-builder asks of fpm is understood; anything else ends with a message and code 1, never with half a package.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const values = new Set([
  '-s',
  '-t',
  '-d',
  '--deb-recommends',
  '--deb-compression',
  '--deb-priority',
  '--architecture',
  '--after-install',
  '--after-remove',
  '--description',
]);
for (const name of ['--version', '--package', '--name', '--maintainer', '--vendor', '--url', '--license', '--category', '--log']) values.add(name);
const switches = new Set(['--force', '--debug']);

/** @param {readonly string[]} args @returns {{ options: Map<string, string[]>, mappings: [source: string, target: string][] }} */
function parse(args) {
  const options = new Map();
  const mappings = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (switches.has(arg)) continue;
    if (values.has(arg)) options.set(arg, [...(options.get(arg) ?? []), args[++at] ?? '']);
    else if (!arg.startsWith('-') && arg.includes('=')) mappings.push([arg.slice(0, arg.lastIndexOf('=')), arg.slice(arg.lastIndexOf('=') + 1)]);
    else throw new Error(`not understood: ${arg}`);
  }
  return { options, mappings };
}

/** Every file below a folder, in a fixed order. @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]));
}

/** Debian policy 10.9: folders 755, files 644, programs 755, whatever the builder's umask was. @param {string} path */
function normalise(path) {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  chmodSync(path, stats.isDirectory() || (stats.mode & 0o111) !== 0 ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) normalise(join(path, name));
}

/** The control file (Debian policy 5.3). @param {Map<string, string[]>} options @param {number} sizeBytes */
function control(options, sizeBytes) {
  const one = (/** @type {string} */ name) => options.get(name)?.at(-1);
  const [synopsis = '', ...body] = (one('--description') ?? '').split('\n').map((line) => line.trim());
  const fields = {
    Package: one('--name'),
    Version: one('--version'),
    Architecture: one('--architecture'),
    Maintainer: one('--maintainer'),
    'Installed-Size': String(Math.ceil(sizeBytes / 1024)),
    Depends: options.get('-d')?.join(', '),
    Recommends: options.get('--deb-recommends')?.join(', '),
    Section: one('--category') ?? 'misc',
    Priority: one('--deb-priority'),
    Homepage: one('--url'),
    Description: [synopsis, ...body.map((line) => ` ${line === '' ? '.' : line}`)].join('\n'),
  };
  return Object.entries(fields)
    .flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}: ${value}\n`]))
    .join('');
}

/** @param {readonly string[]} args */
function main(args) {
  const { options, mappings } = parse(args);
  const target = options.get('--package')?.at(-1);
  if (options.get('-t')?.at(-1) !== 'deb' || target === undefined) throw new Error('only packages of Debian (-t deb --package FILE) are made by dpkg-deb');
  const folder = mkdtempSync(join(tmpdir(), 'alternator-deb-'));
  try {
    const tree = join(folder, 'tree');
    for (const [source, place] of mappings) {
      mkdirSync(dirname(join(tree, place)), { recursive: true });
      cpSync(source, join(tree, place), { recursive: true, verbatimSymlinks: true });
    }
    const files = filesIn(tree).filter((file) => lstatSync(file).isFile());
    const sums = files.map((file) => `${createHash('md5').update(readFileSync(file)).digest('hex')}  ${relative(tree, file)}\n`);
    const size = files.reduce((sum, file) => sum + lstatSync(file).size, 0);
    mkdirSync(join(tree, 'DEBIAN'));
    writeFileSync(join(tree, 'DEBIAN', 'md5sums'), sums.join(''));
    writeFileSync(join(tree, 'DEBIAN', 'control'), control(options, size));
    normalise(tree);
    for (const [option, script] of [
      ['--after-install', 'postinst'],
      ['--after-remove', 'postrm'],
    ]) {
      const source = options.get(option)?.at(-1);
      if (source !== undefined) writeFileSync(join(tree, 'DEBIAN', script), readFileSync(source), { mode: 0o755 });
    }
    const compression = { gz: 'gzip', bzip2: 'gzip', xz: 'xz' }[options.get('--deb-compression')?.at(-1) ?? 'xz'] ?? 'xz';
    execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, ...(compression === 'gzip' ? ['-z1'] : []), '--build', tree, target], {
      stdio: 'inherit',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`fpm-by-dpkg: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
