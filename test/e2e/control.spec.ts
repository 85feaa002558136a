import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../support/e2e/run-program';
import { writeStudy } from '../support/e2e/senders';
import { worklist } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

test('a command to a folder where nothing runs says so and ends with 1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alternator-e2e-nobody-'));
  try {
    for (const flag of ['--status', '--quit']) {
      const ended = await runProgram([flag, '--data-dir', folder]);
      expect(ended.code).toBe(1);
      expect(JSON.parse(ended.stdout)).toMatchObject({ ok: false, error: { code: 'notRunning' } });
      expect(ended.stderr).toContain(`no workstation runs with the data folder ${folder}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('two commands at once, or a wrong UID, are named and end with 2', async () => {
  const both = await runProgram(['--status', '--quit']);
  expect(both).toMatchObject({ code: 2, stdout: '' });
  expect(both.stderr).toContain('one command at a time');
  const wrong = await runProgram(['--send', '../x@PACS']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('is no UID');
});

test('a script asks for the status, compares the files, sends, and ends the program; no window opens for it', async ({ bench }) => {
  const folder = await bench.folder();
  const study = await writeStudy(join(folder, 'files'), 'Script^Controlled', 3, 71);
  const station = await bench.start({ args: ['--no-demo', '--archive', 'NOBODY=NOBODY@127.0.0.1:1', join(folder, 'files')] });
  await station.listening();
  // The study of the command line opens when it is here: then back to the list.
  await expect(station.page.getByTestId('tab-study')).toBeVisible({ timeout: 30_000 });
  await station.page.getByTestId('tab-worklist').click();
  await expect(worklist.row(station.page, study.StudyInstanceUID)).toBeVisible({ timeout: 30_000 });
  const ask = async (...args: string[]): Promise<{ code: number | null; answer: Record<string, unknown>; stderr: string }> => {
    const ended = await runProgram([...args, '--data-dir', station.dataDir]);
    return { code: ended.code, answer: JSON.parse(ended.stdout) as Record<string, unknown>, stderr: ended.stderr };
  };

  const status = await ask('--status');
  expect(status).toMatchObject({
    code: 0,
    answer: {
      ok: true,
      dataDir: station.dataDir,
      archives: [{ node: 'NOBODY' }],
      studies: { total: 1, list: [{ StudyInstanceUID: study.StudyInstanceUID, objects: 3, archived: { state: 'localOnly' } }] },
    },
  });
  expect(JSON.stringify(status.answer), 'no name of a patient').not.toContain('Script');

  expect(await ask('--verify')).toMatchObject({ code: 0, answer: { ok: true, objects: 3, damaged: [], unlisted: [] } });

  const sent = await ask('--send', `${study.StudyInstanceUID}@NOBODY`, '--timeout', '3');
  expect(sent).toMatchObject({ code: 1, answer: { ok: false, error: { code: 'timeout' }, objects: [{ outcome: 'waiting' }, {}, {}] } });
  const reach = async (): Promise<unknown> => ((await ask('--status')).answer as { archives: { reach?: { state: string } }[] }).archives[0]?.reach?.state;
  await expect.poll(reach, { timeout: 60_000 }).toBe('noAnswer');
  const unknown = await ask('--retrieve', `${study.StudyInstanceUID}@ELSEWHERE`);
  expect(unknown).toMatchObject({ code: 1, answer: { ok: false, error: { code: 'notFound' } } });
  const after = await ask('--status');
  expect(after.answer).toMatchObject({ queues: { outbox: { waiting: 3 }, orders: { open: 1 } }, archives: [{ node: 'NOBODY', state: 'pausing' }] });
  expect(station.app.windows()).toHaveLength(1);

  // an object whose bytes change on the disk is found and taken out of the way
  const [first] = (await worklistFiles(station.dataDir)).sort();
  const bytes = await readFile(first ?? '');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
  await writeFile(first ?? '', bytes);
  const damaged = await ask('--verify');
  expect(damaged).toMatchObject({ code: 1, answer: { ok: false, damaged: [{ problem: expect.stringContaining('damaged') as unknown }] } });

  if (process.platform !== 'win32') expect((await stat(join(station.dataDir, 'control.json'))).mode & 0o077, 'for its owner alone').toBe(0);
  expect(await ask('--quit')).toMatchObject({ code: 0, answer: { ok: true, state: 'ended' } });
  expect((await ask('--status')).code).toBe(1);
});

async function worklistFiles(dataDir: string): Promise<string[]> {
  const names = await readdir(join(dataDir, 'cache', 'objects'), { recursive: true });
  return names.filter((name) => name.endsWith('.dcm')).map((name) => join(dataDir, 'cache', 'objects', name));
}
