import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoDataSet, demoPlan, demoStudyUid } from '../support/e2e/node-side';
import { servicesPid } from '../support/e2e/processes';
import { demoComplete, imageNumberOf, openStudy, viewer, windowOf, worklist } from '../support/e2e/screens';
import { send, writeStudy } from '../support/e2e/senders';
import { peer } from '../support/peers';
import { expect, test } from '../support/e2e/workstation';

test('when the services are killed the window reconnects by itself, keeps its place and says so in one calm line', async ({ bench }) => {
  const study = await demoStudyUid('ct-chest');
  const station = await bench.start({ dataDir: await bench.demoFolder() });
  const { page } = station;
  const { port } = await station.listening();
  await demoComplete(page);
  await openStudy(page, study);
  const cell = viewer.active(page);
  await viewer.rail(page).filter({ hasText: 'Chest 2.0 soft' }).click();
  await expect.poll(() => imageNumberOf(cell)).toEqual([76, 150]);
  await page.keyboard.press('1');
  for (let step = 0; step < 7; step++) await page.keyboard.press('ArrowDown');
  await expect.poll(() => imageNumberOf(cell)).toEqual([83, 150]);
  await expect.poll(() => windowOf(cell)).toEqual({ width: 1500, center: -600 });
  const [number, total] = await imageNumberOf(cell);
  const window = await windowOf(cell);
  const killed = await servicesPid(station.app);
  process.kill(killed, 'SIGKILL');
  await expect(page.getByTestId('station-notice')).toContainText(/nothing (that was )?(acknowledged )?(is|was) lost|started again/i);
  await expect(page.getByTestId('status-node')).toContainText(`port ${port}, listening`, { timeout: 20_000 });
  expect(await servicesPid(station.app)).not.toBe(killed);
  expect(await imageNumberOf(cell)).toEqual([number, total]);
  expect(await windowOf(cell)).toEqual(window);
  // It goes on from there: the next images still come from the new process.
  await page.keyboard.press('End');
  await expect.poll(() => imageNumberOf(cell)).toEqual([150, 150]);
  await page.getByTestId('tab-worklist').click();
  await expect(worklist.rows(page)).toHaveCount(3);
});

test('when the plug is pulled, the next start has everything and opens where the reader was', async ({ bench }) => {
  const study = await demoStudyUid('ct-chest');
  const dataDir = await bench.demoFolder();
  const first = await bench.start({ dataDir });
  await demoComplete(first.page);
  await openStudy(first.page, study);
  const cell = viewer.active(first.page);
  await viewer.rail(first.page).filter({ hasText: 'Chest 2.0 soft' }).click();
  await expect.poll(() => imageNumberOf(cell)).toEqual([76, 150]);
  await first.page.keyboard.press('2');
  for (let step = 0; step < 5; step++) await first.page.keyboard.press('ArrowDown');
  await expect.poll(() => imageNumberOf(cell)).toEqual([81, 150]);
  await expect.poll(() => windowOf(cell)).toEqual({ width: 400, center: 40 });
  const number = await imageNumberOf(cell);
  const window = await windowOf(cell);
  // The place is written a moment after the last key.
  const shown = (await demoPlan()).filter((image) => image.study === 'ct-chest' && image.series === 'soft')[80];
  if (shown === undefined) throw new Error('the demo chest has no image 81');
  const SOPInstanceUID = instanceUidOf(await demoDataSet(shown));
  await expect.poll(() => placeOnDisk(dataDir), { timeout: 15_000 }).toContain(SOPInstanceUID);
  await first.pullThePlug();

  const second = await bench.start({ dataDir });
  await expect(second.page.locator(`[data-testid="tab-study"][data-study="${study}"]`)).toBeVisible();
  const again = viewer.active(second.page);
  await expect.poll(() => imageNumberOf(again)).toEqual(number);
  await expect.poll(() => windowOf(again)).toEqual(window);
  await second.page.getByTestId('tab-worklist').click();
  await demoComplete(second.page);
});

test('what was acknowledged before the plug was pulled is there after it', async ({ bench }) => {
  test.skip(peer('storescu') === undefined, 'storescu is not installed');
  const folder = await bench.folder();
  const dataDir = join(folder, 'data');
  const study = await writeStudy(join(folder, 'files'), 'Kept^Kim', 25, 45);
  const args = ['--no-demo', '--accept', '*@127.0.0.1'];
  const first = await bench.start({ dataDir, args });
  await send(study.files, { port: (await first.listening()).port, calling: 'ANY' });
  await first.pullThePlug();
  const second = await bench.start({ dataDir, args });
  const row = worklist.row(second.page, study.StudyInstanceUID);
  await expect(row).toContainText(/Kept, Kim/i);
  await expect(row).toContainText('25');
});

test('settings that are damaged start anew: the old file is kept, one line says so, everything else works', async ({ bench }) => {
  const dataDir = join(await bench.folder(), 'data');
  await mkdir(join(dataDir, 'settings'), { recursive: true });
  await writeFile(join(dataDir, 'settings', 'preferences.json'), '{"version": 1, "value": {"gene');
  const { page } = await bench.start({ dataDir, args: ['--no-demo'] });
  await expect(page.getByTestId('station-notice')).toContainText('could not be used and start anew. The old file is kept.');
  await expect(page.getByTestId('worklist-empty')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('settings.png') });
  const kept = (await readdir(join(dataDir, 'settings'))).filter((name) => name !== 'preferences.json' && name.startsWith('preferences'));
  expect(kept).toHaveLength(1);
  expect(await readFile(join(dataDir, 'settings', kept[0] ?? ''), 'utf8')).toBe('{"version": 1, "value": {"gene');
});

/** The session document, or nothing yet. */
async function placeOnDisk(dataDir: string): Promise<string> {
  return await readFile(join(dataDir, 'settings', 'session.json'), 'utf8').catch(() => '');
}

/** SOP Instance UID of a data set of explicit VR, little endian. */
function instanceUidOf(dataSet: Buffer): string {
  const at = dataSet.indexOf(Buffer.from([0x08, 0x00, 0x18, 0x00, 0x55, 0x49]));
  return dataSet.toString('latin1', at + 8, at + 8 + dataSet.readUInt16LE(at + 6)).replace('\0', '');
}
