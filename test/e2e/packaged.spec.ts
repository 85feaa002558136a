import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { zipSync } from 'fflate';
import { el, encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { greyAt } from '../support/e2e/reference';
import { decodePng, type Picture } from '../support/e2e/png';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..', '..');
const program = join(root, 'out', 'linux-unpacked', 'alternator');

const side = 256;
/** Greys that the page's own surfaces do not have, one a quadrant: top left, top right, bottom left, bottom right. */
const quadrants = [37, 93, 151, 203] as const;

/** A Part 10 file whose display levels are its stored values: window 128/256 maps 0-255 to themselves (PS3.3 C.11.2.1.2.1). */
function quadrantFile(): Uint8Array {
  const pixels = new Uint16Array(side * side);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) pixels[y * side + x] = quadrants[(y < side / 2 ? 0 : 2) + (x < side / 2 ? 0 : 1)] ?? 0;
  const SOPClassUID = '1.2.840.10008.5.1.4.1.1.2';
  const SOPInstanceUID = '2.25.33001';
  const elements = sampleImage({
    SOPClassUID,
    SOPInstanceUID,
    StudyInstanceUID: '2.25.33002',
    SeriesInstanceUID: '2.25.33003',
    Rows: side,
    Columns: side,
    pixels: new Uint8Array(pixels.buffer),
    extra: [el(0x00280030, 'DS', [1, 1]), el(0x00281050, 'DS', 128), el(0x00281051, 'DS', 256), el(0x00281052, 'DS', 0)],
  });
  return encodePart10({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
}

interface Patch {
  readonly count: number;
  readonly centre: { readonly x: number; readonly y: number };
}

/** Where a grey stands in the picture. */
function patchOf(picture: Picture, level: number): Patch {
  let [count, x, y] = [0, 0, 0];
  for (let row = 0; row < picture.height; row++) {
    for (let column = 0; column < picture.width; column++) {
      if (greyAt(picture, column, row) !== level) continue;
      count++;
      x += column;
      y += row;
    }
  }
  return { count, centre: { x: x / Math.max(1, count), y: y / Math.max(1, count) } };
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function startProgram(args: readonly string[]): Promise<Ended> {
  const { flags } = JSON.parse(process.env['ALTERNATOR_E2E_RUNTIME'] ?? '{}') as { flags: string[] };
  return new Promise((done, fail) => {
    const child = spawn(program, [...flags, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 90_000, killSignal: 'SIGKILL' });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

let scratch: string;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  scratch = await mkdtemp(join(tmpdir(), 'alternator-packaged-'));
  await run(process.execPath, [join(root, 'build/package/dist.mjs')], { cwd: root, timeout: 280_000, maxBuffer: 1 << 24 });
});

test.afterAll(async () => {
  await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

test('the unpacked program shows the decoded pixels of a file and ends with 0', async () => {
  const file = join(scratch, 'quadrants.dcm');
  const shot = join(scratch, 'shot.png');
  await writeFile(file, quadrantFile());
  const ended = await startProgram(['--data-dir', join(scratch, 'data'), '--dicom-port', '0', '--no-demo', '--screenshot', shot, file]);
  expect(ended.code, ended.stderr).toBe(0);
  const picture = decodePng(await readFile(shot));
  const [topLeft, topRight, bottomLeft, bottomRight] = quadrants.map((level) => patchOf(picture, level)) as [Patch, Patch, Patch, Patch];
  for (const patch of [topLeft, topRight, bottomLeft, bottomRight]) expect(patch.count).toBeGreaterThan((side * side) / 8);
  expect(topLeft.centre.x).toBeLessThan(topRight.centre.x - 64);
  expect(bottomLeft.centre.x).toBeLessThan(bottomRight.centre.x - 64);
  expect(topLeft.centre.y).toBeLessThan(bottomLeft.centre.y - 64);
  expect(topRight.centre.y).toBeLessThan(bottomRight.centre.y - 64);
});

test('the unpacked program says why there is no picture of a file that is no DICOM, and ends with another code', async () => {
  const file = join(scratch, 'no-dicom.dcm');
  const shot = join(scratch, 'none.png');
  await writeFile(file, 'this is no DICOM file');
  const ended = await startProgram(['--data-dir', join(scratch, 'data-2'), '--dicom-port', '0', '--no-demo', '--screenshot', shot, file]);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('alternator:');
  expect(existsSync(shot)).toBe(false);
});

test('the unpacked program imports a zip archive, without unpacking it, and shows its image', async () => {
  const file = join(scratch, 'disc.zip');
  const shot = join(scratch, 'zip.png');
  await writeFile(file, zipSync({ 'DICOM/IM1': quadrantFile(), 'readme.txt': new Uint8Array(200).fill(65) }));
  const ended = await startProgram(['--data-dir', join(scratch, 'data-3'), '--dicom-port', '0', '--no-demo', '--screenshot', shot, file]);
  expect(ended.code, ended.stderr).toBe(0);
  const picture = decodePng(await readFile(shot));
  for (const level of quadrants) expect(patchOf(picture, level).count).toBeGreaterThan((side * side) / 8);
});

test('the unpacked program brings its licences and its bill of materials', async () => {
  const folder = join(program, '..');
  expect(await readFile(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8')).toContain('yauzl');
  const bom = JSON.parse(await readFile(join(folder, 'sbom.cdx.json'), 'utf8')) as { bomFormat: string; components: { name: string }[] };
  expect(bom.bomFormat).toBe('CycloneDX');
  expect(bom.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['electron', 'libsql', 'vue']));
});

test('the unpacked program refuses a wrong flag with 2', async () => {
  const ended = await startProgram(['--frobnicate']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('--frobnicate');
});

test('the fuses of the unpacked program are set', async () => {
  const { stdout } = await run(join(root, 'node_modules/.bin/electron-fuses'), ['read', '--app', program], { env: { ...process.env, FORCE_COLOR: '0' } });
  for (const fuse of ['RunAsNode', 'EnableNodeOptionsEnvironmentVariable', 'EnableNodeCliInspectArguments', 'GrantFileProtocolExtraPrivileges'])
    expect(stdout).toContain(`${fuse} is Disabled`);
  for (const fuse of ['EnableCookieEncryption', 'EnableEmbeddedAsarIntegrityValidation', 'OnlyLoadAppFromAsar']) expect(stdout).toContain(`${fuse} is Enabled`);
});
