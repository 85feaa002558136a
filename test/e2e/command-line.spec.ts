import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePng } from '../support/e2e/png';
import { differences, differingBox, firstWindow, locate, referenceOf } from '../support/e2e/reference';
import { runProgram } from '../support/e2e/run-program';
import { viewer, worklist } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

test('a wrong flag is named and ends the program with 2', async () => {
  const ended = await runProgram(['--no-such-flag']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('--no-such-flag');
  expect(ended.stdout).toBe('');
});

test('a wrong value says what is expected', async () => {
  const ended = await runProgram(['--dicom-port', '70000']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/--dicom-port: "70000" .*65535/);
});

test('--help lists every flag and ends with 0', async () => {
  const ended = await runProgram(['--help']);
  expect(ended.code).toBe(0);
  for (const flag of ['--data-dir', '--ae-title', '--dicom-port', '--dicom-host', '--no-demo', '--accept', '--screenshot'])
    expect(ended.stdout).toContain(flag);
});

test('one JSON line tells versions, port, AE title and data folder', async ({ bench }) => {
  const station = await bench.start({ args: ['--no-demo', '--ae-title', 'READING1'] });
  const line = await station.listening();
  expect(line.aeTitle).toBe('READING1');
  expect(line.dataDir).toBe(station.dataDir);
  expect(line.port).toBeGreaterThan(0);
  for (const version of [line.app, line.electron, line.chromium, line.node]) expect(version).toMatch(/^\d+\.\d+/);
  const lines = (await station.stdout()).split('\n').filter((text) => text !== '');
  expect(lines).toHaveLength(1);
});

test('a second start on the same folder hands its files over and ends', async ({ bench }) => {
  const folder = await bench.folder();
  const study = await writeStudy(join(folder, 'files'), 'Handed^Over', 2, 41);
  const station = await bench.start({ args: ['--no-demo'] });
  await station.listening();
  const second = await runProgram(['--data-dir', station.dataDir, '--no-demo', join(folder, 'files')]);
  expect(second.code).toBe(0);
  expect(second.stderr).toContain('already running');
  await expect(station.page.locator(`[data-testid="tab-study"][data-study="${study.StudyInstanceUID}"]`)).toBeVisible({ timeout: 30_000 });
  await station.page.getByTestId('tab-worklist').click();
  await expect(worklist.row(station.page, study.StudyInstanceUID)).toBeVisible();
});

test('--screenshot with a path writes exactly the decoded pixels of that image', async ({ bench }) => {
  const folder = await bench.folder();
  // An image as high as the viewport of a first start fits at one pixel to one pixel: nothing is interpolated.
  const probe = await writeStudy(join(folder, 'probe'), 'Shot^Probe', 1, 46);
  const station = await bench.start({ args: ['--no-demo', probe.files[0] ?? ''] });
  const box = await viewer.active(station.page).boundingBox();
  await station.close();
  const study = await writeStudy(join(folder, 'files'), 'Shot^Exact', 1, 42, { rows: Math.round(box?.height ?? 0), columns: 500 });
  const png = join(folder, 'shot.png');
  const ended = await runProgram(['--data-dir', join(folder, 'data'), '--no-demo', '--dicom-port', '0', '--screenshot', png, study.files[0] ?? '']);
  expect(ended.stderr).not.toContain('no screenshot');
  expect(ended.code).toBe(0);
  const picture = decodePng(await readFile(png));
  const dataSet = study.dataSets[0] ?? new Uint8Array();
  const reference = referenceOf(dataSet, firstWindow(dataSet));
  const at = locate(picture, reference);
  expect(at, 'the image stands somewhere on the picture, one pixel to one pixel').toBeDefined();
  // Less the letters and state lines at the upper and lower edge; the corner texts stand beside an image as narrow as this one.
  const inner = { x0: 4, y0: 40, x1: reference.width - 4, y1: reference.height - 80 };
  expect(
    differences(picture, reference, at ?? { x: 0, y: 0 }, inner),
    `all that differs lies in ${differingBox(picture, reference, at ?? { x: 0, y: 0 })}`,
  ).toBe(0);
});

test('--screenshot of a file that is no image writes nothing and says why', async ({ bench }) => {
  const folder = await bench.folder();
  const bad = join(folder, 'bad.dcm');
  await writeFile(bad, 'this is no DICOM file');
  const png = join(folder, 'shot.png');
  const ended = await runProgram(['--data-dir', join(folder, 'data'), '--no-demo', '--dicom-port', '0', '--screenshot', png, bad]);
  expect(ended.code).not.toBe(0);
  expect(ended.code).not.toBeNull();
  expect(ended.stderr).toMatch(/no screenshot: .+/);
  await expect(stat(png)).rejects.toThrow(/ENOENT/);
});
