import type { ElectronApplication } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { displayP3Profile } from '../support/icc-profile';
import { alone, calibrate, corrected, upload } from '../support/e2e/measured-display';
import { PYTHON } from '../support/peers';
import { closeWindow } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

/** Gives the X server of the tests a colour profile, as a desktop does; without one takes it away. */
function rootProfile(profile: Uint8Array | undefined): void {
  const run = spawnSync(PYTHON, ['-c', ROOT_PROFILE], { input: profile ?? new Uint8Array(), encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
}

const ROOT_PROFILE = `
import ctypes, sys
x = ctypes.CDLL('libX11.so.6')
pointer, number = ctypes.c_void_p, ctypes.c_ulong
x.XOpenDisplay.restype, x.XDefaultRootWindow.restype, x.XInternAtom.restype = pointer, number, number
x.XDefaultRootWindow.argtypes = [pointer]
x.XInternAtom.argtypes = [pointer, ctypes.c_char_p, ctypes.c_int]
x.XChangeProperty.argtypes = [pointer, number, number, number, ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
x.XDeleteProperty.argtypes = [pointer, number, number]
x.XCloseDisplay.argtypes = [pointer]
display = x.XOpenDisplay(None)
root, name, data = x.XDefaultRootWindow(display), x.XInternAtom(display, b'_ICC_PROFILE', 0), sys.stdin.buffer.read()
if data: x.XChangeProperty(display, root, name, 6, 8, 0, data, len(data))
else: x.XDeleteProperty(display, root, name)
x.XCloseDisplay(display)
`;

test('another colour profile of the screen drops the state with the reason; when it is back the measurement holds again', async ({ bench }) => {
  test.setTimeout(240_000);
  test.skip(process.platform !== 'linux', 'the profile is given to an X server');
  const { page, app } = await bench.start({ args: ['--no-demo'] });
  const status = page.getByTestId('status-display');
  await calibrate(page, bench);
  await closeWindow(page);
  await expect(status).toContainText('display: GSDF-fitted, 8-bit');
  /** The user comes back to the window, which is an occasion to look; the second look is allowed some seconds after the first. */
  const comeBack = () => app.evaluate(({ app: own }) => void own.emit('browser-window-focus'));
  const after = async (words: string) => {
    await expect(async () => {
      await comeBack();
      await expect(status).toContainText(words, { timeout: 3000 });
    }).toPass({ timeout: 90_000 });
  };
  try {
    rootProfile(displayP3Profile());
    await after('display: not calibrated');
    await expect(status).toHaveAttribute('title', /It was measured as .* sRGB colours and runs as .* now: measure again, or set it back/);
    await page.screenshot({ path: test.info().outputPath('other-profile.png') });
  } finally {
    rootProfile(undefined);
  }
  await after('display: GSDF-fitted, 8-bit');
});

/**
 * From now on the program that tells the colours sees a screen that the system has switched: Chromium's own switch for it, given to that short run only, which is
 * a real Electron. An X server knows no HDR.
 */
async function switchScreens(app: ElectronApplication, folder: string, colours: string | undefined): Promise<void> {
  const program = await app.evaluate(() => process.execPath);
  const file = join(folder, 'switched.sh');
  const real = program === file ? ((await readFile(file, 'utf8')).split("'")[1] ?? '') : program;
  const added = colours === undefined ? '' : `--force-color-profile=${colours}`;
  await writeFile(file, `#!/bin/sh\nexec '${real}' ${added} "$@"\n`, { mode: 0o755 });
  await app.evaluate((_, path) => void (process.execPath = path), file);
}

test('a screen that the system switches to HDR drops the state with the reason, whichever way Chromium calls it', async ({ bench }) => {
  test.setTimeout(240_000);
  test.skip(process.platform === 'win32', 'the short run is started through a shell script');
  const { page, app } = await bench.start({ args: ['--no-demo'] });
  const status = page.getByTestId('status-display');
  await calibrate(page, bench);
  await closeWindow(page);
  await expect(status).toContainText('display: GSDF-fitted, 8-bit');
  const folder = await bench.folder();
  const after = async (words: string) => {
    await expect(async () => {
      await app.evaluate(({ app: own }) => void own.emit('browser-window-focus'));
      await expect(status).toContainText(words, { timeout: 3000 });
    }).toPass({ timeout: 90_000 });
  };
  for (const [colours, called] of [
    ['hdr10', /sRGB colours and runs as .* BT\.2020 colours, HDR \(PQ\) now: measure again, or set it back/],
    ['scrgb-linear', /sRGB colours and runs as .* sRGB colours, HDR, linear now: measure again, or set it back/],
  ] as const) {
    await switchScreens(app, folder, colours);
    await after('display: not calibrated');
    await expect(status).toHaveAttribute('title', called);
    await page.screenshot({ path: test.info().outputPath(`${colours}.png`) });
    await switchScreens(app, folder, undefined);
    await after('display: GSDF-fitted, 8-bit');
  }
});

test('a screen that is switched between measuring and signing drops what was measured, and says so', async ({ bench }) => {
  test.setTimeout(240_000);
  test.skip(process.platform === 'win32', 'the short run is started through a shell script');
  const { page, app } = await bench.start({ args: ['--no-demo'] });
  await calibrate(page, bench);
  const folder = await bench.folder();
  await upload(page, 'alone', folder, `grey,cd/m2\n${alone}`);
  await upload(page, 'verified', folder, corrected);
  await expect(page.getByTestId('display-sign')).toBeEnabled();
  await switchScreens(app, folder, 'hdr10');
  const problem = page.getByTestId('display-problem');
  await expect(async () => {
    await app.evaluate(({ app: own }) => void own.emit('browser-window-focus'));
    await expect(problem).toContainText('HDR (PQ) now: what was measured does not count. Measure again.', { timeout: 3000 });
  }).toPass({ timeout: 90_000 });
  await expect(page.getByTestId('display-sign')).toBeDisabled();
  await expect(page.getByTestId('display-state')).toContainText('display: not calibrated');
  await expect(page.getByTestId('display-said')).toContainText('It does not hold now. It was measured as');
  await page.screenshot({ path: test.info().outputPath('switched.png') });
});

test('colours that cannot be looked at are being looked at no longer than the look takes, each time', async ({ bench }) => {
  test.skip(process.platform === 'win32', 'the short run is started through a shell script');
  const { page, app } = await bench.start({ args: ['--no-demo'] });
  const folder = await bench.folder();
  const file = join(folder, 'fails.sh');
  await writeFile(file, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  await app.evaluate((_, path) => void (process.execPath = path), file);
  for (let time = 0; time < 2; time++) {
    await page.getByTestId('status-display').click();
    await upload(page, 'alone', folder, `grey,cd/m2\n${alone}`);
    await upload(page, 'verified', folder, corrected);
    await expect(page.getByTestId('display-sign')).toBeEnabled();
    await closeWindow(page);
  }
});

test('a look at the colours that is under way ends with the program', async ({ bench }) => {
  test.skip(process.platform !== 'linux', 'processes are listed');
  const { page, app } = await bench.start({ args: ['--no-demo'] });
  const looks = (): number =>
    spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((line) => line.includes('--tell-colours')).length;
  await page.getByTestId('status-display').click();
  await expect.poll(looks).toBeGreaterThan(0);
  await app.evaluate(() => process.kill(process.pid, 'SIGKILL')).catch(() => undefined);
  await expect.poll(looks, { timeout: 20_000 }).toBe(0);
});

test('until the colours of the screen were seen, a measured display says that it is being looked at', async ({ bench }) => {
  test.setTimeout(240_000);
  const first = await bench.start({ args: ['--no-demo'], dataDir: join(await bench.folder(), 'data') });
  await calibrate(first.page, bench);
  await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await first.close();
  const again = await bench.start({ args: ['--no-demo'], dataDir: first.dataDir });
  const status = again.page.getByTestId('status-display');
  await expect(status).toContainText('display: being looked at');
  await expect(status).toHaveAttribute('title', /Last measured .* Colour profile and HDR of this screen are being looked at\./);
  await expect(status).toContainText('display: GSDF-fitted, 8-bit');
  await expect(status).not.toHaveAttribute('title', /looked at/);
});
