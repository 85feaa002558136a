import type { Page } from '@playwright/test';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, type Orthanc, startOrthanc } from '../support/orthanc';
import { peer } from '../support/peers';
import { rejectionNote } from '../support/rejection-note';
import { imageNumberOf, openStudy, runByPalette, viewer, worklist } from '../support/e2e/screens';
import { type SentStudy, send, writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

const run = promisify(execFile);
const program = peer('Orthanc');
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';
const IMAGES = 8;
const shot = (page: Page, name: string) => page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/drill-${name}.png` });

test.describe('the outage drill', () => {
  test.skip(program === undefined, 'Orthanc is not installed');

  test('read, mark, send without the archive, pull the plug: it all arrives once, is proven, and may go; what was rejected and re-identified meanwhile is shown', async ({
    bench,
  }) => {
    test.setTimeout(360_000);
    const [folder, port, dicom] = [await bench.folder(), await freePort(), await freePort()];
    const home = join(folder, 'archive');
    await mkdir(home);
    // the archive keeps its disk over the outage
    const archive = async (at = dicom): Promise<Orthanc> =>
      startOrthanc(program ?? '', { aet: 'ALTERNATOR', port }, { DicomPort: at, StorageDirectory: home, IndexDirectory: home });
    const rejected = await writeStudy(join(folder, 'b'), 'Drill^Ruth', 2, 92);
    const renamed = await writeStudy(join(folder, 'c'), 'Drill^Igor', 3, 93);
    const study = await writeStudy(join(folder, 'a'), 'Drill^Dora', IMAGES, 91);
    const args = ['--no-demo', '--dicom-port', String(port), '--accept', 'SENDER@127.0.0.1', '--archive', `MAIN=ORTHANC@127.0.0.1:${String(dicom)}`];
    const dataDir = join(folder, 'data');
    const before = await archive();
    for (const file of [...rejected.files, ...renamed.files]) await before.upload(await readFile(file));
    const station = await bench.start({ dataDir, args });
    const { page } = station;
    await station.listening();
    await send(study.files, { port, calling: 'SENDER' });
    await expect(page.getByTestId('status-archive-MAIN')).toContainText('MAIN: ok');
    await fetchHere(page, rejected);
    await fetchHere(page, renamed);
    await page.getByTestId('list-all').click();
    await openStudy(page, study.StudyInstanceUID);
    await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([expect.any(Number), IMAGES]);

    // the archive goes away; reading goes on
    await before[Symbol.asyncDispose]();
    await page.keyboard.press('Home');
    await onTheGlass(page, 1);
    await page.keyboard.press('k');
    await expect(page.getByTestId('key-image-count')).toHaveText('1');
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown');
    await onTheGlass(page, 4);
    await page.keyboard.press('k');
    await expect(page.getByTestId('key-image-count')).toHaveText('2');
    await expect(viewer.active(page).getByTestId('key-image')).toBeVisible();
    await shot(page, 'marked');
    await page.keyboard.press('Shift+K');
    await page.getByTestId('key-images-description').fill('Marked while the archive was away');
    await expect(page.getByTestId('key-images-to-MAIN')).toHaveAttribute('data-state', 'checked');
    await shot(page, 'finish');
    await page.getByTestId('key-images-go').click();
    await expect(page.getByTestId('key-images-dialog')).toHaveCount(0);
    await expect(page.getByTestId('key-image-note')).toHaveAttribute('data-state', 'kept');
    await expect(page.getByTestId('key-image-count')).toHaveText('0');
    // one more, not finished
    await page.keyboard.press('End');
    await onTheGlass(page, IMAGES);
    await page.keyboard.press('k');
    await expect(page.getByTestId('key-image-count')).toHaveText('1');
    await page.getByTestId('tab-worklist').click();
    await worklist.row(page, study.StudyInstanceUID).click();
    await page.keyboard.press('Control+Shift+s');
    await page.getByTestId('send-go').click();
    await expect(page.getByTestId('transfers')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('status-outbox')).toContainText(/out (9|10)/, { timeout: 20_000 });
    // what stood on the screen is counted, and kept
    await expect(page.getByTestId('viewed')).toHaveText(/^[3-8]$/);
    const viewed = await page.getByTestId('viewed').innerText();
    await station.pullThePlug();

    // at the archive, unreachable from here, one study is rejected and another one gets the right patient's id
    const hidden = await archive(await freePort());
    const images = rejected.SOPInstanceUIDs.map((SOPInstanceUID) => ({ SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID }));
    await hidden.upload(rejectionNote(rejected, images));
    const old = (await hidden.post('/tools/find', { Level: 'Study', Query: { StudyInstanceUID: renamed.StudyInstanceUID } })) as string[];
    await fetch(`${hidden.url}/studies/${old[0] ?? ''}`, { method: 'DELETE' });
    const corrected = await writeStudy(join(folder, 'd'), 'Drill^Igor', 3, 93, undefined, { PatientID: 'CORRECTED' });
    for (const file of corrected.files) await hidden.upload(await readFile(file));
    const { Last: seen } = (await hidden.ask('/changes?last')) as { Last: number };
    await hidden[Symbol.asyncDispose]();

    // everything is there again, and nothing has arrived twice once the archive is back
    const again = await bench.start({ dataDir, args });
    await again.listening();
    await expect(again.page.getByTestId('status-outbox')).toContainText(/out (9|10)/, { timeout: 20_000 });
    await expect(again.page.getByTestId('status-archive-MAIN')).toContainText('no answer', { timeout: 30_000 });
    await again.page.getByTestId('tab-worklist').click();
    await worklist.row(again.page, study.StudyInstanceUID).click();
    await expect(again.page.getByTestId('viewed')).toHaveText(viewed);
    await again.page.getByTestId('tab-study').click();
    await expect(again.page.getByTestId('key-image-count')).toHaveText('1');
    await again.page.getByTestId('key-image-item').click();
    await expect.poll(() => imageNumberOf(viewer.active(again.page))).toEqual([IMAGES, IMAGES]);
    await expect(viewer.active(again.page).getByTestId('key-image')).toBeVisible();
    await using after = await archive();
    const others = rejected.files.length + 1 + corrected.files.length;
    await expect.poll(async () => ((await after.ask('/instances')) as unknown[]).length, { timeout: 120_000 }).toBe(IMAGES + 1 + others);
    await again.page.getByTestId('tab-worklist').click();
    await expect(worklist.row(again.page, study.StudyInstanceUID)).toContainText('proven at MAIN', { timeout: 90_000 });
    const { Changes } = (await after.ask(`/changes?limit=1000&since=${String(seen)}`)) as { Changes: { ChangeType: string }[] };
    expect(Changes.filter(({ ChangeType }) => ChangeType === 'NewInstance')).toHaveLength(IMAGES + 1);
    await checkNote(after, study.StudyInstanceUID, folder);
    await checkReconciled(again.page, rejected, renamed);

    // only what is open, unfinished or fresh is against its going
    const stays = again.page.getByTestId('eviction-stays').filter({ hasText: 'Drill, Dora' });
    await openEviction(again.page);
    await expect(stays).toContainText('key images not finished');
    await expect(stays).not.toContainText('not proven');
    await shot(again.page, 'eviction');
    await again.page.keyboard.press('Escape');
    await again.page.getByTestId('tab-study').click();
    await again.page.keyboard.press('Control+z');
    await expect(again.page.getByTestId('key-image-count')).toHaveText('0');
    await openEviction(again.page);
    await expect(stays).not.toContainText('not finished');
    await expect(stays).not.toContainText(/not proven|waits to be sent/);
  });
});

/** The image is drawn and the screen has taken it over: a few frames of the screen later. */
async function onTheGlass(page: Page, number: number): Promise<void> {
  await expect.poll(() => imageNumberOf(viewer.active(page))).toEqual([number, IMAGES]);
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
  await page.evaluate(async () => {
    for (let frame = 0; frame < 10; frame++) await new Promise((done) => requestAnimationFrame(done));
  });
}

async function openEviction(page: Page): Promise<void> {
  await runByPalette(page, 'what would go to make room');
  await expect(page.getByTestId('eviction-words')).not.toBeEmpty();
}

async function fetchHere(page: Page, study: SentStudy): Promise<void> {
  await page.keyboard.press('Control+f');
  await expect(page.getByTestId('search-at-MAIN')).toBeVisible();
  await page.getByTestId('search-patient').fill(study.PatientName.replace('^', ' '));
  await page.keyboard.press('Enter');
  await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('at MAIN');
  await worklist.row(page, study.StudyInstanceUID).click();
  await page.getByTestId('fetch-study').click();
  await expect(worklist.row(page, study.StudyInstanceUID)).toContainText('proven at MAIN', { timeout: 30_000 });
  await page.keyboard.press('Escape');
}

/** The archive that is back was compared by itself: both are shown, nothing is changed before it is applied, then both are followed. */
async function checkReconciled(page: Page, rejected: SentStudy, renamed: SentStudy): Promise<void> {
  await expect(page.getByTestId('station-notice').filter({ hasText: 'was compared with what is here' })).toBeVisible({ timeout: 60_000 });
  await runByPalette(page, 'reconcile');
  const item = (kind: string) => page.locator(`[data-testid="reconcile-item"][data-kind="${kind}"]`);
  await expect(item('rejected')).toContainText('rejected: Rejected for Quality Reasons');
  await expect(item('rejected')).toContainText('rejected: all of them');
  await expect(item('reidentified')).toContainText(`Patient ID ${renamed.PatientID} \u2192 CORRECTED`);
  await expect(page.getByTestId('reconcile-foot')).toContainText('nothing has been changed yet');
  await item('reidentified').click();
  await shot(page, 'reconcile');
  await page.getByTestId('reconcile-apply').click();
  await expect(item('rejected')).toContainText(`done: ${String(rejected.files.length)} images set aside`, { timeout: 30_000 });
  await page.getByTestId('tab-worklist').click();
  await expect(worklist.row(page, renamed.StudyInstanceUID)).toContainText('CORRECTED', { timeout: 40_000 });
  await expect(worklist.row(page, renamed.StudyInstanceUID)).toContainText('proven at MAIN', { timeout: 40_000 });
}

/** The note that the archive has, by dciodvfy: what an archive took is not yet right. */
async function checkNote(archive: Orthanc, StudyInstanceUID: string, folder: string): Promise<void> {
  const instances = (await archive.post('/tools/find', { Level: 'Instance', Query: { StudyInstanceUID } })) as string[];
  const classes = await Promise.all(
    instances.map(async (id) => ({ id, of: (await (await fetch(`${archive.url}/instances/${id}/metadata/SopClassUid`)).text()).trim() })),
  );
  const note = classes.find((one) => one.of === KEY_OBJECT_SELECTION);
  expect(note).toBeDefined();
  const dciodvfy = peer('dciodvfy');
  if (dciodvfy === undefined || note === undefined) return;
  const path = join(folder, 'note.dcm');
  await writeFile(path, Buffer.from(await (await fetch(`${archive.url}/instances/${note.id}/file`)).arrayBuffer()));
  const { stderr } = await run(dciodvfy, [path]).catch((error: unknown) => error as { stderr: string });
  expect(stderr.split('\n').filter((line) => /^Error/.test(line))).toEqual([]);
  expect(stderr).toContain('KeyObjectSelectionDocument');
}
