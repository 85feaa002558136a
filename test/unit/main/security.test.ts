import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createHostCalls } from '../../../electron/main/host-calls';
import { PINNED_ELECTRON } from '../../../electron/main/runtime';
import { hardenContents } from '../../../electron/main/security/harden-contents';
import { hardenSession, mayLoad } from '../../../electron/main/security/harden-session';
import { APP_ORIGIN, APP_PAGE, APP_PARTITION, CONTENT_SECURITY_POLICY, isOwnAddress, PAGE_HEADERS } from '../../../electron/main/security/page-policy';
import { mayOpen } from '../../../electron/main/security/may-open';
import { isOwnSender } from '../../../electron/main/security/sender';
import { webPreferences } from '../../../electron/main/security/web-preferences';
import { collectingLog, FakeContents } from './fakes';

const repository = join(import.meta.dirname, '..', '..', '..');
const source = (path: string): string => readFileSync(join(repository, path), 'utf8');
const preferences = webPreferences('/preload.cjs', false);

function hardened(): { contents: FakeContents; refused: string[]; prevented: (event: string, facts?: object) => boolean } {
  const contents = new FakeContents(1);
  const refused: string[] = [];
  hardenContents(contents.asWebContents(), (what) => refused.push(what));
  const prevented = (event: string, facts: object = {}): boolean => {
    const preventDefault = vi.fn();
    contents.emit(event, { preventDefault, ...facts });
    return preventDefault.mock.calls.length > 0;
  };
  return { contents, refused, prevented };
}

function hardenedSession() {
  const handlers: Record<string, (...args: never[]) => unknown> = {};
  const session = {
    setPermissionRequestHandler: (handler: never) => (handlers['request'] = handler),
    setPermissionCheckHandler: (handler: never) => (handlers['check'] = handler),
    setDevicePermissionHandler: (handler: never) => (handlers['device'] = handler),
    setSpellCheckerEnabled: () => undefined,
    on: (event: string, handler: never) => (handlers[event] = handler),
    webRequest: { onBeforeRequest: (handler: never) => (handlers['load'] = handler) },
  };
  hardenSession(session as never);
  return handlers as unknown as {
    request(contents: { getURL(): string }, permission: string, answer: (granted: boolean) => void): void;
    check(contents: null, permission: string, origin: string): boolean;
    device(): boolean;
    'will-download'(event: { preventDefault(): void }): void;
    load(details: { url: string }, answer: (response: { cancel: boolean }) => void): void;
  };
}

interface Point {
  readonly number: number;
  readonly rule: string;
  /** Where the point has its place. */
  readonly file: string;
  readonly holds: () => void | Promise<void>;
}

/** Electron's security checklist (reliability.md 5.1), point by point. */
const checklist: readonly Point[] = [
  {
    number: 1,
    rule: 'loads only our own scheme',
    file: 'electron/main/security/harden-session.ts',
    holds() {
      expect(APP_PAGE.startsWith('app://')).toBe(true);
      for (const url of [
        'http://a/',
        'https://a/',
        'file:///etc/passwd',
        'ftp://a',
        'ws://a',
        'data:text/html,x',
        'app://elsewhere/',
        'app://workstation.evil/',
      ]) {
        expect(mayLoad(url), url).toBe(false);
        hardenedSession().load({ url }, ({ cancel }) => expect(cancel, url).toBe(true));
      }
      expect(mayLoad('app://workstation/assets/a.js')).toBe(true);
    },
  },
  {
    number: 2,
    rule: 'gives pages no Node',
    file: 'electron/main/security/web-preferences.ts',
    holds: () => expect(preferences).toMatchObject({ nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false }),
  },
  { number: 3, rule: 'isolates contexts', file: 'electron/main/security/web-preferences.ts', holds: () => expect(preferences.contextIsolation).toBe(true) },
  {
    number: 4,
    rule: 'sandboxes every page, keeps hostile bytes out of main',
    file: 'electron/main/security/web-preferences.ts',
    holds() {
      expect(preferences.sandbox).toBe(true);
      expect(source('electron/main/index.ts')).toContain('app.enableSandbox()');
      expect(source('electron/main/station.ts')).toContain('utilityProcess.fork');
    },
  },
  {
    number: 5,
    rule: 'denies permissions but full screen, to our page only, and all devices and downloads',
    file: 'electron/main/security/harden-session.ts',
    holds() {
      const session = hardenedSession();
      const ask = (permission: string, url: string): boolean => {
        let answer = true;
        session.request({ getURL: () => url }, permission, (granted) => (answer = granted));
        return answer;
      };
      for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'usb', 'hid', 'fileSystem', '__proto__']) {
        expect(ask(permission, APP_PAGE), permission).toBe(false);
        expect(session.check(null, permission, APP_ORIGIN), permission).toBe(false);
      }
      expect(ask('fullscreen', APP_PAGE)).toBe(true);
      expect(ask('fullscreen', 'https://a/')).toBe(false);
      expect(session.device()).toBe(false);
      const preventDefault = vi.fn();
      session['will-download']({ preventDefault });
      expect(preventDefault).toHaveBeenCalled();
    },
  },
  { number: 6, rule: 'keeps web security on', file: 'electron/main/security/web-preferences.ts', holds: () => expect(preferences.webSecurity).toBe(true) },
  {
    number: 7,
    rule: 'has a content security policy without inline, and isolates the page',
    file: 'electron/main/security/page-policy.ts',
    holds() {
      expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
      expect(CONTENT_SECURITY_POLICY).toContain("script-src 'self' 'wasm-unsafe-eval';");
      expect(CONTENT_SECURITY_POLICY).toContain("style-src 'self';");
      expect(CONTENT_SECURITY_POLICY).toContain("require-trusted-types-for 'script'");
      expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
      expect(PAGE_HEADERS).toMatchObject({ 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' });
    },
  },
  {
    number: 8,
    rule: 'allows no insecure content',
    file: 'electron/main/security/web-preferences.ts',
    holds: () => expect(preferences.allowRunningInsecureContent).toBe(false),
  },
  {
    number: 9,
    rule: 'turns no experimental features on',
    file: 'electron/main/security/web-preferences.ts',
    holds: () => expect(preferences.experimentalFeatures).toBe(false),
  },
  {
    number: 10,
    rule: 'turns no blink features on',
    file: 'electron/main/security/web-preferences.ts',
    holds: () => expect(preferences).not.toHaveProperty('enableBlinkFeatures'),
  },
  { number: 11, rule: 'has no webview', file: 'electron/main/security/web-preferences.ts', holds: () => expect(preferences.webviewTag).toBe(false) },
  {
    number: 12,
    rule: 'refuses to attach a webview',
    file: 'electron/main/security/harden-contents.ts',
    holds: () => expect(hardened().prevented('will-attach-webview')).toBe(true),
  },
  {
    number: 13,
    rule: 'refuses navigation, redirects and frames',
    file: 'electron/main/security/harden-contents.ts',
    holds() {
      const { prevented } = hardened();
      expect(prevented('will-navigate', { url: 'https://a/' })).toBe(true);
      expect(prevented('will-navigate', { url: APP_PAGE })).toBe(true);
      expect(prevented('will-redirect', { url: APP_PAGE })).toBe(true);
      expect(prevented('will-frame-navigate', { url: APP_PAGE, isMainFrame: false })).toBe(true);
      expect(prevented('will-frame-navigate', { url: 'https://a/', isMainFrame: true })).toBe(true);
    },
  },
  {
    number: 14,
    rule: 'opens no window for a page',
    file: 'electron/main/security/harden-contents.ts',
    holds: () => expect(hardened().contents.openHandler?.()).toEqual({ action: 'deny' }),
  },
  {
    number: 15,
    rule: 'hands nothing to other programs but a page to sign in at, by https: a refused file is only shown in its folder',
    file: 'electron/main/station.ts',
    holds() {
      expect(mayOpen('file:///etc/passwd')).toBe(false);
      for (const file of ['station.ts', 'windows.ts', 'main-handlers.ts', 'index.ts'])
        expect(source(`electron/main/${file}`)).not.toMatch(/openExternal|\bopenPath\b|(?<!')\bshell\.(?!showItemInFolder\()/);
    },
  },
  {
    number: 16,
    rule: 'is made for a pinned, supported Electron and says when it runs on an older one',
    file: 'electron/main/runtime.ts',
    holds() {
      const manifest = JSON.parse(source('package.json')) as { devDependencies: Record<string, string> };
      expect(manifest.devDependencies['electron']).toBe(PINNED_ELECTRON);
    },
  },
  {
    number: 17,
    rule: 'judges the sender of every message',
    file: 'electron/main/security/sender.ts',
    async holds() {
      const own = (id: number): boolean => id === 1;
      const frame = (url: string, parent: unknown = null) => ({ url, parent }) as never;
      expect(isOwnSender({ sender: { id: 1 }, senderFrame: frame(APP_PAGE) }, own)).toBe(true);
      expect(isOwnSender({ sender: { id: 2 }, senderFrame: frame(APP_PAGE) }, own)).toBe(false);
      expect(isOwnSender({ sender: { id: 1 }, senderFrame: frame('https://a/') }, own)).toBe(false);
      expect(isOwnSender({ sender: { id: 1 }, senderFrame: frame('app://workstation.evil/') }, own)).toBe(false);
      expect(isOwnSender({ sender: { id: 1 }, senderFrame: frame(APP_PAGE, {}) }, own)).toBe(false);
      expect(isOwnSender({ sender: { id: 1 }, senderFrame: null }, own)).toBe(false);
      const handlersFor = vi.fn();
      const calls = createHostCalls({ handlersFor, actorOf: vi.fn(), isOwnSender: () => false, log: collectingLog() });
      expect(await calls({ sender: {} } as never, { name: 'app.info', request: {} })).toMatchObject({ ok: false, error: { code: 'denied' } });
      expect(handlersFor).not.toHaveBeenCalled();
      const station = source('electron/main/station.ts');
      expect(station.match(/ipcMain\.(handle|on)\(/g)).toHaveLength(3); // each one through createHostCalls or the broker, which judge first
    },
  },
  {
    number: 18,
    rule: 'serves its files by an own scheme from an allow-list',
    file: 'electron/main/app-files.ts',
    holds() {
      expect(source('electron/main/station.ts')).toContain('protocol.handle(APP_SCHEME');
      expect(source('electron/main/windows.ts')).toContain('loadURL(APP_PAGE)');
      expect(isOwnAddress('app://workstationx/')).toBe(false);
      expect(isOwnAddress(APP_ORIGIN)).toBe(true);
    },
  },
  { number: 19, rule: 'sets the fuses of the packaged program', file: 'build/package/electron-builder.yml', holds: fusesAreSet },
  {
    number: 20,
    rule: 'exposes functions, never ipcRenderer',
    file: 'electron/preload/index.ts',
    holds() {
      const preload = source('electron/preload/index.ts');
      expect(preload.match(/exposeInMainWorld\(/g)).toHaveLength(1);
      expect(preload).not.toMatch(/sendSync|ipcRenderer\s*[,}](?!.*from 'electron')/);
    },
  },
];

function fusesAreSet(): void {
  const lines = source('build/package/electron-builder.yml')
    .split('\n')
    .map((line) => line.trim());
  for (const off of ['runAsNode', 'enableNodeOptionsEnvironmentVariable', 'enableNodeCliInspectArguments', 'grantFileProtocolExtraPrivileges']) {
    expect(lines).toContain(`${off}: false`);
  }
  for (const on of ['enableCookieEncryption', 'enableEmbeddedAsarIntegrityValidation', 'onlyLoadAppFromAsar']) expect(lines).toContain(`${on}: true`);
}

describe("Electron's security checklist", () => {
  it('has all 20 points in the table, each with a file that exists', () => {
    expect(checklist.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const { file } of checklist) expect(existsSync(join(repository, file)), file).toBe(true);
  });

  for (const { number, rule, file, holds } of checklist) it(`${number}: ${rule} (${file})`, async () => await holds());

  it('keeps every session in memory: nothing of a patient reaches the disk caches of Chromium', () => {
    expect(APP_PARTITION.startsWith('persist:')).toBe(false);
    expect(preferences.partition).toBe(APP_PARTITION);
  });
});
