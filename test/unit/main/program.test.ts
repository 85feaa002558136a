import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerAppRequest, listAppFiles } from '../../../electron/main/app-files';
import { usableLocale } from '../../../electron/main/locale';
import { openMainLog } from '../../../electron/main/main-log';
import { listeningLine } from '../../../electron/main/program-facts';
import { isDevelopmentRuntime, PINNED_ELECTRON } from '../../../electron/main/runtime';
import { readBounds, rememberBounds, writeBounds } from '../../../electron/main/window-bounds';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-main-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the files of the app scheme', () => {
  const get = (files: ReadonlyMap<string, string>, url: string, method = 'GET') => answerAppRequest(files, { url, method });

  it('are exactly those that lie in the folder, with their type and every header of the page policy', async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets', 'a.js'), 'export {}');
    writeFileSync(join(folder, 'assets', 'notes.txt'), 'not for the page');
    writeFileSync(join(folder, 'secret.key'), 'no type, not served');
    const files = listAppFiles(folder);
    expect([...files.keys()].sort()).toEqual(['/', '/assets/a.js', '/index.html']);
    const page = await get(files, 'app://workstation/');
    expect(page.status).toBe(200);
    expect(await page.text()).toBe('<!doctype html>');
    for (const name of ['content-security-policy', 'cross-origin-opener-policy', 'cross-origin-embedder-policy', 'cross-origin-resource-policy']) {
      expect(page.headers.get(name)).toBeTruthy();
    }
    expect((await get(files, 'app://workstation/assets/a.js')).headers.get('content-type')).toContain('text/javascript');
  });

  it.each([
    'app://workstation/../secret.key',
    'app://workstation/%2e%2e/secret.key',
    'app://workstation/..%2fsecret.key',
    'app://workstation//etc/passwd',
    'app://workstation/assets',
    'app://workstation/__proto__',
    'app://elsewhere/index.html',
    'file:///etc/passwd',
    'not a url',
  ])('do not include %s', async (url) => {
    writeFileSync(join(folder, 'index.html'), 'x');
    expect((await get(listAppFiles(folder), url)).status).toBe(404);
  });

  it('are read only', async () => {
    writeFileSync(join(folder, 'index.html'), 'x');
    expect((await get(listAppFiles(folder), 'app://workstation/', 'POST')).status).toBe(405);
  });
});

describe('the runtime', () => {
  it('is pinned to the version of package.json', () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(manifest.devDependencies['electron']).toBe(PINNED_ELECTRON);
  });

  it('counts as development when older than the pinned one, unreadable, or said to be', () => {
    expect(isDevelopmentRuntime('33.2.1', {})).toBe(true);
    expect(isDevelopmentRuntime('?', {})).toBe(true);
    expect(isDevelopmentRuntime(PINNED_ELECTRON, {})).toBe(false);
    expect(isDevelopmentRuntime('145.0.0', {})).toBe(false);
    expect(isDevelopmentRuntime(PINNED_ELECTRON, { ALTERNATOR_RUNTIME: 'development' })).toBe(true);
  });
});

describe('the locale', () => {
  it('is one that dates can be written in, whatever the system calls its own', () => {
    expect(usableLocale('C', 'POSIX', 'de-DE')).toBe('de-DE');
    expect(usableLocale('', 'not a tag', 'en_US')).toBe('en');
    expect(() => new Intl.DateTimeFormat(usableLocale('C'))).not.toThrow();
  });
});

describe('the line on stdout', () => {
  const facts = { app: '1.0.0', electron: '45', chromium: '150', node: '24', dataDir: '/d"ata' };
  const node = { aeTitle: 'A', host: '127.0.0.1', addresses: [], associations: 0 };

  it('is one line of JSON with versions, port, AE title and data folder', () => {
    const line = listeningLine(facts, { ...node, listening: true, port: 4242 });
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({ event: 'listening', ...facts, port: 4242, host: '127.0.0.1', aeTitle: 'A' });
  });

  it('says why when nobody listens', () => {
    expect(JSON.parse(listeningLine(facts, { ...node, listening: false, error: 'port 11112 is taken' }))).toMatchObject({
      port: null,
      error: 'port 11112 is taken',
    });
  });
});

describe('the place of the window', () => {
  const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
  const bounds = { x: 100, y: 50, width: 1200, height: 800, maximized: false };

  it('is kept whole and leaves no temporary file', async () => {
    const file = join(folder, 'window.json');
    await writeBounds(file, bounds);
    expect(readBounds(file, screens)).toEqual(bounds);
    expect(readdirSync(folder)).toEqual(['window.json']);
  });

  it('is kept when the program ends right after it was moved, and of many places the last one', async () => {
    const file = join(folder, 'window.json');
    const now = { ...bounds };
    const window = Object.assign(new EventEmitter(), {
      isDestroyed: () => false,
      isMinimized: () => false,
      isMaximized: () => now.maximized,
      getNormalBounds: () => ({ x: now.x, y: now.y, width: now.width, height: now.height }),
    });
    const place = rememberBounds(window, file, { warn: () => undefined });
    window.emit('move');
    now.x = 300;
    window.emit('move');
    window.emit('close');
    await place.kept();
    expect(readBounds(file, screens)).toEqual({ ...bounds, x: 300 });
  });

  it('is forgotten when its screen is gone, or the file is damaged or absurd', async () => {
    const file = join(folder, 'window.json');
    await writeBounds(file, { ...bounds, x: 5000 });
    expect(readBounds(file, screens)).toBeUndefined();
    for (const text of ['', '{', '[]', '{"x":0,"y":0,"width":1e9,"height":2,"maximized":false}']) {
      writeFileSync(file, text);
      expect(readBounds(file, screens)).toBeUndefined();
    }
    expect(readBounds(join(folder, 'absent'), screens)).toBeUndefined();
  });
});

describe('the log of main', () => {
  it('writes JSON lines, cuts long values and never throws', () => {
    const log = openMainLog(join(folder, 'logs'), () => 0);
    log.warn({ line: 'x'.repeat(5000) }, 'services stderr');
    const line = JSON.parse(readFileSync(join(folder, 'logs', 'main.log'), 'utf8')) as { line: string; msg: string };
    expect(line.msg).toBe('services stderr');
    expect(line.line.length).toBeLessThan(2100);
    writeFileSync(join(folder, 'file'), '');
    expect(() => openMainLog(join(folder, 'file'), () => 0).error({}, 'x')).not.toThrow();
  });
});
