import { expect, test } from '@playwright/test';
import { launchApp, type RunningApp } from '../support/electron';

/** Electron's checklist in the running program; the rules themselves: test/unit/main/security.test.ts. */
test.describe('the page', () => {
  let running: RunningApp;
  test.beforeAll(async () => {
    running = await launchApp({ args: ['--no-demo'] });
  });
  test.afterAll(async () => await running.close());

  test('is cross-origin isolated on its own scheme, without Node, without a patient in its title', async () => {
    expect(
      await running.page.evaluate(() => ({
        origin: location.origin,
        isolated: crossOriginIsolated,
        memory: typeof SharedArrayBuffer,
        process: typeof (globalThis as { process?: unknown }).process,
        require: typeof (globalThis as { require?: unknown }).require,
        title: document.title,
        bridge: Object.keys((window as unknown as { alternatorHost: object }).alternatorHost).sort(),
      })),
    ).toEqual({
      origin: 'app://workstation',
      isolated: true,
      memory: 'function',
      process: 'undefined',
      require: 'undefined',
      title: 'Alternator',
      bridge: ['call', 'connect', 'pathForFile', 'requestPixelPorts'],
    });
  });

  test('compiles WASM but makes no HTML, frames or foreign workers from strings', async () => {
    const outcome = await running.page.evaluate(async () => {
      const tried = (action: () => unknown): string => {
        try {
          action();
          return 'done';
        } catch (error) {
          return (error as Error).name;
        }
      };
      const module = await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
      return {
        wasm: module instanceof WebAssembly.Module,
        html: tried(() => (document.createElement('div').innerHTML = '<img src=x>')),
        worker: tried(() => new Worker('data:text/javascript,1')),
      };
    });
    expect(outcome).toEqual({ wasm: true, html: 'TypeError', worker: 'TypeError' });
  });

  test('reaches no network, no file, no other window and goes nowhere', async () => {
    const outcome = await running.page.evaluate(async () => {
      const reached = async (url: string): Promise<string> =>
        await fetch(url).then(
          (response) => String(response.status),
          () => 'no',
        );
      const opened = window.open('app://workstation/');
      location.href = 'https://example.invalid/';
      await new Promise((resolve) => setTimeout(resolve, 300));
      return {
        network: await reached('http://127.0.0.1:9/'),
        file: await reached('file:///etc/passwd'),
        outside: await reached('/../../package.json'),
        opened: opened === null,
        href: location.href,
      };
    });
    expect(outcome).toEqual({ network: 'no', file: 'no', outside: '404', opened: true, href: 'app://workstation/' });
  });

  test('comes back by itself when its process dies, and is served again', async () => {
    await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
    await expect
      .poll(
        async () =>
          await running.app.evaluate(async ({ BrowserWindow }) => {
            const contents = BrowserWindow.getAllWindows()[0]?.webContents;
            if (contents === undefined || contents.isCrashed()) return 'not yet';
            // Asked in the moment of its death, a page never answers.
            const late = new Promise<string>((resolve) => setTimeout(() => resolve(''), 1000));
            const text = await Promise.race([contents.executeJavaScript('document.body.innerText') as Promise<string>, late]);
            return text.includes('listening') ? 'back' : text;
          }),
        { timeout: 20_000 },
      )
      .toBe('back');
  });
});
