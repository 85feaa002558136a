import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openGate } from '../support/gate';
import { freePort, startOrthanc, type Orthanc } from '../support/orthanc';
import { peer } from '../support/peers';
import { closeWindow, imageNumberOf, runByPalette, viewer, worklist } from '../support/e2e/screens';
import { send, type SentStudy, writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

const program = peer('Orthanc');
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/archives-${name}.png` });
/** Bytes of ten images of `writeStudy` and more: what passes before a gate shuts. */
const TEN_IMAGES = 10 * 66_000;
/** How long the archive waits at a gate that is shut; by itself ten seconds, less than the page may take on a machine with much to do. */
const PATIENT = { DicomScuTimeout: 120 };

async function upload(orthanc: Orthanc, study: SentStudy): Promise<void> {
  for (const file of study.files) await orthanc.upload(await readFile(file));
}

/** Asks the archives for a name by the dialog of the advanced search. */
async function searchFor(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await page.getByTestId('search-patient').fill(name);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('search-dialog')).toBeHidden();
}

const where = (page: Page, study: SentStudy) => worklist.row(page, study.StudyInstanceUID).locator('.where').first();

test.describe('an archive', () => {
  test.skip(program === undefined, 'Orthanc is not installed');

  test('is searched in the same list, a study opens with its first images and goes on arriving', async ({ bench }) => {
    test.setTimeout(120_000);
    const [folder, port] = [await bench.folder(), await freePort()];
    await using gate = await openGate(port);
    await using orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: gate.port }, PATIENT);
    const remote = await writeStudy(join(folder, 'a'), 'Faraway^Frida', 40, 61);
    const second = await writeStudy(join(folder, 'b'), 'Faraway^Fritz', 3, 62);
    await upload(orthanc, remote);
    await upload(orthanc, second);
    const station = await bench.start({
      dataDir: await bench.demoFolder(),
      args: ['--dicom-port', String(port), '--archive', `MAIN=ORTHANC@127.0.0.1:${String(orthanc.port)}`],
    });
    const { page } = station;
    await station.listening();
    await expect(worklist.rows(page)).not.toHaveCount(0);
    await page.keyboard.press('Control+f');
    await expect(page.getByTestId('search-at-MAIN')).toBeVisible();
    await shot(page, 'search-dialog');
    await closeWindow(page);
    await searchFor(page, 'faraway');
    await expect(where(page, remote)).toContainText('at MAIN');
    await expect(worklist.rows(page)).toHaveCount(2);
    await expect(page.getByTestId('archive-answers')).toContainText('MAIN answered');
    await expect(page.getByTestId('archive-answers')).toHaveText(/\d rows at /);
    const cut = await page.getByTestId('archive-answers').evaluate((line) => line.scrollWidth - line.clientWidth);
    expect(cut, 'the answer is not cut').toBeLessThanOrEqual(0);
    await expect(page.getByTestId('list-counts')).toContainText('2 not here');
    await worklist.row(page, remote.StudyInstanceUID).click();
    await expect(page.getByTestId('details-one-series')).toContainText('40');
    await shot(page, 'found');
    gate.letPass(TEN_IMAGES);
    await page.keyboard.press('Enter');
    await expect(viewer.cells(page).first()).toBeVisible();
    await expect.poll(async () => (await imageNumberOf(viewer.active(page)))[1]).toBeGreaterThan(3);
    expect((await imageNumberOf(viewer.active(page)))[1]).toBeLessThan(40);
    await page.getByTestId('tab-worklist').click();
    await expect(where(page, remote)).toContainText('of 40');
    await shot(page, 'arriving');
    gate.letPass(Infinity);
    await page.getByTestId('tab-study').click();
    await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([expect.any(Number), 40]);
    await page.getByTestId('tab-worklist').click();
    await expect(where(page, remote)).toHaveText('here + proven at MAIN', { timeout: 15_000 });
    await expect(where(page, second)).toContainText('at MAIN');
  });

  test('is asked for a word with a digit in it as all that it can be, says so, and the advanced search keeps the word', async ({ bench }) => {
    const [folder, port] = [await bench.folder(), await freePort()];
    await using orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, PATIENT);
    const byName = await writeStudy(join(folder, 'a'), 'Ward7^Unknown', 1, 71);
    const byId = await writeStudy(join(folder, 'b'), 'Known^Kim', 1, 72, undefined, { PatientID: 'WARD7' });
    await upload(orthanc, byName);
    await upload(orthanc, byId);
    const args = ['--no-demo', '--dicom-port', String(port), '--archive', `MAIN=ORTHANC@127.0.0.1:${String(orthanc.port)}`];
    const station = await bench.start({ args });
    const { page } = station;
    await station.listening();
    await page.keyboard.press('Control+f');
    await page.getByTestId('search-any').fill('WARD7');
    await expect(page.getByTestId('search-words')).toHaveText('archives take any text as name, ID or accession number');
    await shot(page, 'search-any');
    await page.keyboard.press('Enter');
    await expect(where(page, byName)).toContainText('at MAIN');
    await expect(where(page, byId)).toContainText('at MAIN');
    await expect(page.getByTestId('archive-answers')).toHaveAttribute('title', /^MAIN answered .*, 2 rows; asked as name, ID or accession number$/);
    await shot(page, 'any-found');
    await page.keyboard.press('Control+f');
    await page.getByTestId('search-patient').fill('known');
    await page.keyboard.press('Enter');
    await expect(worklist.row(page, byName.StudyInstanceUID), 'the free word is not lost beside a name').toHaveCount(0);
    await expect(where(page, byId)).toContainText('at MAIN');
    await page.keyboard.press('Control+f');
    await expect(page.getByTestId('search-any')).toHaveValue('WARD7');
    await expect(page.getByTestId('search-patient')).toHaveValue('known');
    await closeWindow(page);
    await page.getByTestId('filter-patient').fill('kim');
    await page.keyboard.press('Control+f');
    await expect(page.getByTestId('search-any'), 'typed a moment ago').toHaveValue('kim');
  });

  test('sends a study that is paused, taken up again, cancelled and tried again; the history survives a restart', async ({ bench }) => {
    test.setTimeout(150_000);
    const [folder, port, dataDir] = [await bench.folder(), await freePort(), join(await bench.folder(), 'data')];
    await using gate = await openGate(port);
    await using orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: gate.port }, PATIENT);
    const remote = await writeStudy(join(folder, 'a'), 'Paused^Paula', 40, 63);
    await upload(orthanc, remote);
    const args = ['--no-demo', '--dicom-port', String(port), '--archive', `MAIN=ORTHANC@127.0.0.1:${String(orthanc.port)}`];
    const station = await bench.start({ dataDir, args });
    const { page } = station;
    await station.listening();
    await searchFor(page, 'paused');
    await expect(where(page, remote)).toContainText('at MAIN');
    gate.letPass(TEN_IMAGES);
    await worklist.row(page, remote.StudyInstanceUID).click();
    await expect(page.getByTestId('details-one-series')).toContainText('40');
    await page.getByTestId('fetch-study').click();
    await expect(where(page, remote)).toContainText('of 40');
    await page.keyboard.press('Control+j');
    const job = page.getByTestId('job').first();
    await expect(job).toContainText('From MAIN: Paused, Paula');
    await expect(job).toContainText(/[5-9] of 40|1\d of 40/);
    await shot(page, 'transfers');
    await job.getByTestId('job-pause').click();
    await expect(job).toHaveAttribute('data-state', 'paused');
    await shot(page, 'transfers-paused');
    await job.getByTestId('job-resume').click();
    await expect(job).not.toHaveAttribute('data-state', 'paused');
    await job.getByTestId('job-cancel').click();
    await expect(job).toHaveAttribute('data-state', 'cancelled');
    gate.letPass(Infinity);
    await job.getByTestId('job-retry').click();
    await expect(job).toHaveAttribute('data-state', 'done', { timeout: 40_000 });
    await expect(job).toContainText('40 of 40');
    await job.getByTestId('job-read').click();
    await page.getByTestId('transfers-history').click();
    await expect(page.getByTestId('transfers-history-list').getByTestId('job')).toHaveCount(1);
    await station.close();
    const again = await bench.start({ dataDir, args });
    await expect(worklist.row(again.page, remote.StudyInstanceUID)).toBeVisible();
    // What was asked last is asked again.
    await expect(again.page.getByTestId('list-scope')).toContainText('MAIN');
    await expect(again.page.getByTestId('filter-patient')).toHaveValue('paused');
    await again.page.keyboard.press('Control+j');
    await again.page.getByTestId('transfers-history').click();
    await expect(again.page.getByTestId('transfers-history-list')).toContainText('Paused, Paula');
  });

  test('takes a study that is sent to it; deleted here, it is fetched from there again', async ({ bench }) => {
    test.setTimeout(150_000);
    const [folder, port] = [await bench.folder(), await freePort()];
    await using orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port });
    const study = await writeStudy(join(folder, 'a'), 'Round^Trip', 5, 65);
    const station = await bench.start({
      args: ['--no-demo', '--accept', 'SENDER@127.0.0.1', '--dicom-port', String(port), '--archive', `MAIN=ORTHANC@127.0.0.1:${String(orthanc.port)}`],
    });
    const { page } = station;
    await station.listening();
    await send(study.files, { port, calling: 'SENDER' });
    const row = worklist.row(page, study.StudyInstanceUID);
    await row.click();
    await page.keyboard.press('Control+Shift+s');
    await expect(page.getByTestId('send-go')).toContainText('5 images');
    await shot(page, 'send');
    await page.getByTestId('send-go').click();
    const job = page.getByTestId('job').first();
    await expect(job).toContainText('To MAIN: Round, Trip');
    await expect(job).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
    await expect.poll(async () => ((await orthanc.ask('/instances')) as unknown[]).length).toBe(5);
    await page.keyboard.press('Escape');
    // Not while it may still be arriving.
    await expect(async () => {
      await page.keyboard.press('Escape');
      await row.click();
      await page.keyboard.press('Delete');
      await expect(page.getByTestId('delete-counts')).toContainText('5 objects');
      await expect(page.getByTestId('delete-obstacles')).toHaveCount(0, { timeout: 500 });
    }).toPass({ timeout: 40_000 });
    await shot(page, 'delete');
    const all = page.getByTestId('delete-last-copies');
    if (await all.isVisible()) {
      await expect(page.getByTestId('delete-go')).toBeDisabled();
      await all.click();
    }
    await page.getByTestId('delete-go').click();
    await expect(row).toHaveCount(0);
    await searchFor(page, 'round');
    await expect(where(page, study)).toContainText('at MAIN');
    await row.dblclick();
    await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([expect.any(Number), 5]);
  });

  test('that is down or does not know us is told in words, and hides nothing of the other', async ({ bench }) => {
    test.setTimeout(120_000);
    const [folder, port, nobody] = [await bench.folder(), await freePort(), await freePort()];
    await using orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomCheckCalledAet: true });
    const remote = await writeStudy(join(folder, 'a'), 'Calm^Carla', 3, 64);
    await upload(orthanc, remote);
    const station = await bench.start({ args: ['--no-demo', '--dicom-port', String(port), '--archive', `DOWN=GONE@127.0.0.1:${String(nobody)}`] });
    const { page } = station;
    await station.listening();
    await runByPalette(page, 'archives and nodes');
    await page.getByTestId('node-add').click();
    await page.getByTestId('node-name').fill('MAIN');
    await page.getByTestId('node-ae').fill('WRONG');
    await page.getByTestId('node-host').fill('127.0.0.1');
    await page.getByTestId('node-port').fill(String(orthanc.port));
    await page.getByTestId('node-ask').click();
    const found = page.getByTestId('node-test');
    await expect(found).toHaveAttribute('data-outcome', 'calledAeUnknown');
    await expect(found).toContainText('check the called AE title');
    await shot(page, 'node-wrong');
    await page.getByTestId('node-ae').fill('ORTHANC');
    await page.getByTestId('node-ask').click();
    await expect(found).toHaveAttribute('data-outcome', 'reachable');
    await expect(found).toContainText('Study Root C-MOVE');
    await page.getByTestId('node-save').click();
    await page.getByTestId('node-test-DOWN').click();
    await expect(found).toHaveAttribute('data-outcome', 'connectionRefused');
    await expect(found).toContainText('nothing listens there');
    await shot(page, 'nodes');
    await closeWindow(page);
    await searchFor(page, 'calm');
    await expect(where(page, remote)).toContainText('at MAIN');
    await expect(page.getByTestId('archive-failed-DOWN')).toBeVisible();
    await shot(page, 'one-down');
    await page.getByTestId('archive-failed-DOWN').click();
    await expect(page.getByTestId('station-notice')).toContainText('DOWN could not be searched');
  });
});
