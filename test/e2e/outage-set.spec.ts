import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startOrthanc } from '../support/orthanc';
import { peer } from '../support/peers';
import { runByPalette, worklist } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';
import { worklistFile, worklistPlugin } from '../support/worklist';

const program = peer('Orthanc');
const plugin = program === undefined ? undefined : worklistPlugin();

test.describe('the outage set', () => {
  test.skip(program === undefined || plugin === undefined, 'Orthanc with its worklist plugin is not installed');

  test('holds the priors of those whom the modality worklist has scheduled for tomorrow', async ({ bench }) => {
    test.setTimeout(180_000);
    const [folder, port, dicom] = [await bench.folder(), await freePort(), await freePort()];
    const list = join(folder, 'worklist');
    await mkdir(list);
    const priors = [
      await writeStudy(join(folder, 'a'), 'Tomorrow^Tom', 4, 94),
      await writeStudy(join(folder, 'b'), 'Tomorrow^Tom', 2, 94.5, undefined, { PatientID: 'E2E-94' }),
    ];
    await using archive = await startOrthanc(
      program ?? '',
      { aet: 'ALTERNATOR', port },
      { DicomPort: dicom, Plugins: [plugin], Worklists: { Enable: true, Database: list, FilterIssuerAet: false }, DicomAlwaysAllowFindWorklist: true },
    );
    for (const { files } of priors) for (const file of files) await archive.upload(await readFile(file));
    const step = { date: dayAhead(1), modality: 'CT', study: '2.25.7001' };
    const entries = [
      { ...step, id: 'E2E-94', name: 'Tomorrow^Tom', time: '082000', description: 'CHEST W/O' },
      { ...step, id: 'E2E-95', name: 'Müller^Mia', characterSet: 'ISO_IR 192' as const, time: '091500', description: 'Schädel', study: '2.25.7002' },
      { ...step, id: '', name: 'Nobody^Nora', time: '100000', description: 'HEAD', study: '2.25.7003' },
      { ...step, id: 'E2E-96', name: 'Later^Leo', date: dayAhead(3), time: '070000', description: 'LATER', study: '2.25.7004' },
    ];
    for (const [at, entry] of entries.entries()) await writeFile(join(list, `${String(at)}.wl`), worklistFile(entry));
    const station = await bench.start({ args: ['--no-demo', '--dicom-port', String(port), '--archive', `MAIN=ORTHANC@127.0.0.1:${String(dicom)}`] });
    const { page } = station;
    await station.listening();
    await runByPalette(page, 'outage set');
    await page.getByTestId('outage-add').click();
    await page.getByTestId('outage-source').click();
    await page.getByRole('menuitemradio', { name: 'scheduled at MAIN' }).click();
    await page.getByTestId('outage-modality').fill('ct');
    await page.getByTestId('outage-save').click();
    await expect(page.getByTestId('outage-rule')).toContainText('CT scheduled until tomorrow at MAIN');
    await page.getByTestId('outage-run').click();
    await expect(page.getByTestId('outage-set-words')).toContainText('2 of 2 ready, compared', { timeout: 60_000 });
    await expect(page.getByTestId('scheduled-words')).toHaveText('3 patients, 2 without priors');
    const rows = page.getByTestId('scheduled-patient');
    await expect(rows).toHaveCount(3);
    await expect(rows.nth(0)).toContainText('Tomorrow, Tom');
    await expect(rows.nth(0)).toContainText('2 studies here, equal to MAIN');
    await expect(rows.nth(1)).toContainText('Müller, Mia');
    await expect(rows.nth(1)).toContainText('MAIN has no study of this patient');
    await expect(rows.nth(2)).toContainText('no Patient ID: priors cannot be found');
    await page.screenshot({ path: `${process.env['ALTERNATOR_SHOTS'] ?? 'test-results/screens'}/outage-set.png` });
    await expect(page.getByTestId('status-outage')).toContainText('2 of 2 ready');
    await page.getByTestId('tab-worklist').click();
    for (const { StudyInstanceUID } of priors) await expect(worklist.row(page, StudyInstanceUID)).toContainText('proven at MAIN');
  });
});

/** DA of a day so many days from now, in this computer's time zone. */
function dayAhead(days: number): string {
  const now = new Date();
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  return `${String(day.getFullYear())}${String(day.getMonth() + 1).padStart(2, '0')}${String(day.getDate()).padStart(2, '0')}`;
}
