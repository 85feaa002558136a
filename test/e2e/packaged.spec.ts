import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { zipSync } from 'fflate';
import { el, encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { machineFlags, openPackaged, packagedProgram as program } from '../support/e2e/packaged-program';
import { decodePng, type Picture } from '../support/e2e/png';
import { greyAt } from '../support/e2e/reference';
import { imageNumberOf, viewer, worklist } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { openGate } from '../support/gate';
import { freePort, startOrthanc } from '../support/orthanc';
import { peer } from '../support/peers';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..', '..');
const orthancProgram = peer('Orthanc');
const hasDpkg = peer('dpkg-deb') !== undefined;
/** Bytes of ten images of `writeStudy` and more: what passes before a gate shuts. */
const TEN_IMAGES = 10 * 66_000;

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

function startProgram(args: readonly string[], executable = program): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(executable, [...machineFlags(), ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 90_000, killSignal: 'SIGKILL' });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

let scratch: string;
/** What the build said. */
let said: string;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  scratch = await mkdtemp(join(tmpdir(), 'alternator-packaged-'));
  const built = await run(process.execPath, [join(root, 'build/package/dist.mjs')], { cwd: root, timeout: 280_000, maxBuffer: 1 << 24 });
  said = `${built.stdout}${built.stderr}`;
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

test('an archive is searched, a study opens before it is complete, and its fetching is cancelled, in the unpacked program', async () => {
  test.skip(orthancProgram === undefined, 'Orthanc is not installed');
  test.setTimeout(120_000);
  const port = await freePort();
  await using gate = await openGate(port);
  await using orthanc = await startOrthanc(orthancProgram ?? '', { aet: 'ALTERNATOR', port: gate.port }, { DicomScuTimeout: 120 });
  const study = await writeStudy(join(scratch, 'remote'), 'Packaged^Paul', 40, 81);
  for (const file of study.files) await orthanc.upload(await readFile(file));
  const archive = `MAIN=ORTHANC@127.0.0.1:${String(orthanc.port)}`;
  await using opened = await openPackaged(['--data-dir', join(scratch, 'data-4'), '--dicom-port', String(port), '--no-demo', '--archive', archive]);
  const { page } = opened;
  const row = worklist.row(page, study.StudyInstanceUID);
  await expect(page.getByTestId('status-node')).toContainText('listening', { timeout: 30_000 });
  await page.keyboard.press('Control+f');
  await page.getByTestId('search-patient').fill('packaged');
  await page.keyboard.press('Enter');
  await expect(row.locator('.where').first()).toContainText('at MAIN');
  gate.letPass(TEN_IMAGES);
  await row.dblclick();
  await expect.poll(async () => (await imageNumberOf(viewer.active(page)))[1], { timeout: 30_000 }).toBeGreaterThan(3);
  expect((await imageNumberOf(viewer.active(page)))[1]).toBeLessThan(40);
  await page.screenshot({ path: 'test-results/screens/packaged-arriving.png' });
  await page.keyboard.press('Control+j');
  const job = page.getByTestId('job').first();
  await job.getByTestId('job-cancel').click();
  await expect(job).toHaveAttribute('data-state', 'cancelled');
  gate.letPass(Infinity);
  await page.keyboard.press('Escape');
  await page.getByTestId('tab-worklist').click();
  // what had come stays here, and the rest is still at the archive
  await expect(row).toContainText(/here [1-3]?\d of 40/);
});

test('a folder with a damaged index is imported by the unpacked program, and each refused file has its reason', async () => {
  test.setTimeout(120_000);
  const folder = join(scratch, 'disc');
  const study = await writeStudy(join(folder, 'IMAGES'), 'Disc^Dora', 3, 82);
  await mkdir(join(folder, 'DOCS'));
  await writeFile(join(folder, 'DOCS', 'letter.txt'), 'no DICOM');
  await writeFile(join(folder, 'DICOMDIR'), 'nor is this an index');
  await using opened = await openPackaged(['--data-dir', join(scratch, 'data-5'), '--dicom-port', '0', '--no-demo', folder]);
  const { page } = opened;
  await expect(page.getByTestId('station-notice')).toContainText('2 files were not taken', { timeout: 60_000 });
  await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([expect.any(Number), 3]);
  await page.keyboard.press('Control+j');
  await page.getByTestId('job-details').click();
  await expect(page.getByTestId('refused-file').filter({ hasText: 'letter.txt' })).toContainText('not a DICOM file');
  await page.screenshot({ path: 'test-results/screens/packaged-import.png' });
  await page.keyboard.press('Escape');
  await page.getByTestId('tab-worklist').click();
  await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('3');
});

test('what was built of the installers is there, and what was not is named with the reason', async () => {
  const lines = said.split('\n');
  for (const target of ['AppImage', 'deb', 'nsis', 'dmg'])
    expect(
      lines.filter((line) => new RegExp(`^(built|not built:|not tried:).*\\b${target}\\b`).test(line.trim())),
      said,
    ).toHaveLength(1);
  for (const target of ['AppImage', 'deb']) {
    const made = readdirSync(join(root, 'out')).filter((name) => name.endsWith(`.${target}`));
    expect(made.length > 0, `${target}: ${said}`).toBe(new RegExp(`^built ${target}: out/`, 'm').test(said));
  }
});

test('the Debian package unpacks to a program that runs, with desktop entry, file type and link scheme', async () => {
  test.skip(!hasDpkg, 'dpkg-deb is not installed');
  test.setTimeout(150_000);
  const [name] = readdirSync(join(root, 'out')).filter((file) => file.endsWith('.deb'));
  expect(name, said).toBeDefined();
  const folder = join(scratch, 'package');
  await run('dpkg-deb', ['-x', join(root, 'out', name ?? ''), folder]);
  const entry = await readFile(join(folder, 'usr/share/applications/alternator.desktop'), 'utf8');
  expect(entry).toContain('application/dicom');
  expect(entry).toContain('x-scheme-handler/alternator');
  expect(await readFile(join(folder, 'usr/share/mime/packages/alternator.xml'), 'utf8')).toContain('*.dcm');
  const [file, shot] = [join(scratch, 'deb.dcm'), join(scratch, 'deb.png')];
  await writeFile(file, quadrantFile());
  const args = ['--data-dir', join(scratch, 'data-6'), '--dicom-port', '0', '--no-demo', '--screenshot', shot, file];
  const ended = await startProgram(args, join(folder, 'opt/Alternator/alternator'));
  expect(ended.code, ended.stderr).toBe(0);
  for (const level of quadrants) expect(patchOf(decodePng(await readFile(shot)), level).count).toBeGreaterThan((side * side) / 8);
});
