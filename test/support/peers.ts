import { spawnSync } from 'node:child_process';
import { accessSync, appendFileSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where a peer is looked for and what brings it. */
const packages = {
  echoscu: 'dcmtk',
  findscu: 'dcmtk',
  movescu: 'dcmtk',
  getscu: 'dcmtk',
  storescu: 'dcmtk',
  storescp: 'dcmtk',
  wlmscpfs: 'dcmtk',
  dcmqrscp: 'dcmtk',
  dcmdump: 'dcmtk',
  dcmconv: 'dcmtk',
  dcmdjpeg: 'dcmtk',
  dcmcjpeg: 'dcmtk',
  dcmdrle: 'dcmtk',
  dcmcrle: 'dcmtk',
  dcmdjpls: 'dcmtk',
  dcmcjpls: 'dcmtk',
  dump2dcm: 'dcmtk',
  img2dcm: 'dcmtk',
  dcm2pnm: 'dcmtk',
  dcmj2pnm: 'dcmtk',
  dcml2pnm: 'dcmtk',
  dcmp2pgm: 'dcmtk',
  dcmdspfn: 'dcmtk',
  Orthanc: 'orthanc',
  dciodvfy: 'dicom3tools',
  openssl: 'openssl',
  'dpkg-deb': 'dpkg',
  dcm2niix: 'dcm2niix',
  'edid-decode': 'edid-decode',
  spotread: 'argyll',
} as const;

export type PeerProgram = keyof typeof packages;

/** Debian's own Python: modules of its packages are not in any other. */
export const PYTHON = '/usr/bin/python3';

/** Environment for DCMTK: without it small PDUs wait for delayed acknowledgements (TCP_NODELAY is off by default there). */
export function peerEnv(): NodeJS.ProcessEnv {
  return { ...process.env, TCP_NODELAY: '1' };
}

/**
 * Path of a peer program, or undefined when it is not installed: use as `describe.skipIf(peer('storescu') === undefined)`, so that the skip carries
 * the test's name. A missing peer is written down for `npm test`, which names it at the end; with CI=true it throws, which fails the file.
 */
export function peer(name: PeerProgram): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const file = join(folder, name);
    if (folder !== '' && isExecutable(file)) return file;
  }
  reportMissing(name, `apt-get install ${packages[name]}`);
  return undefined;
}

/** Debian's Python with the module (pydicom, numpy, pylibjpeg ...), or undefined; same rules as `peer`. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const probe = spawnSync(PYTHON, ['-c', modules.map((module) => `import ${module}`).join('\n')], { stdio: 'ignore', timeout: 30_000 });
  if (probe.status === 0) return PYTHON;
  reportMissing(`python3 with ${modules.join(', ')}`, `apt-get install ${modules.map((module) => `python3-${module}`).join(' ')}`);
  return undefined;
}

/**
 * A Python of the tests' own (`.ci/run` makes it) with modules that no distribution has, or undefined; same rules as `peer`. `ALTERNATOR_REFERENCE_PYTHON` names it,
 * else it is looked for where `.ci/run` puts it.
 */
export function referencePythonWith(...modules: readonly string[]): string | undefined {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const python = process.env['ALTERNATOR_REFERENCE_PYTHON'] ?? join(cache, 'alternator', 'reference-python', 'bin', 'python');
  const probe = spawnSync(python, ['-c', modules.map((module) => `import ${module}`).join('\n')], { stdio: 'ignore', timeout: 60_000 });
  if (probe.status === 0) return python;
  reportMissing(
    `python3 with ${modules.join(', ')}`,
    `python3 -m venv DIR; DIR/bin/pip install ${modules.map((module) => (module === 'PIL' ? 'pillow' : module)).join(' ')}; ALTERNATOR_REFERENCE_PYTHON=DIR/bin/python`,
  );
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function reportMissing(name: string, remedy: string): void {
  const list = process.env['ALTERNATOR_MISSING_PEERS'];
  if (list !== undefined) appendFileSync(list, `${JSON.stringify({ name, remedy })}\n`);
  if (process.env['CI'] === 'true') throw new Error(`peer ${name} is not installed (${remedy}); with CI=true its tests must run`);
  process.stderr.write(`peer ${name} is not installed: its tests are skipped (${remedy})\n`);
}
