import { join } from 'node:path';
import { app, BrowserWindow, screen, type WebContents } from 'electron';
import type { MainLog } from './main-log';
import { APP_PAGE } from './security/page-policy';
import { hardenContents } from './security/harden-contents';
import { webPreferences } from './security/web-preferences';
import { readBounds, rememberBounds } from './window-bounds';

export interface WindowParts {
  readonly userDataDir: string;
  readonly preload: string;
  readonly log: MainLog;
  readonly onGone: (contents: WebContents) => void;
  /** Works without being seen (`--render`). */
  readonly hidden?: boolean;
}

/** A page that dies this often within a minute is not loaded again by itself. */
const MAX_RELOADS_A_MINUTE = 3;

export interface OpenedWindow {
  readonly window: BrowserWindow;
  /** Resolves when its last place is on the disk: waited for at the end of the program. */
  placeKept(): Promise<void>;
}

/** Opens the window where it stood last. Its title names no patient. */
export function openWindow({ userDataDir, preload, log, onGone, hidden = false }: WindowParts): OpenedWindow {
  const boundsFile = join(userDataDir, 'window.json');
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const bounds = readBounds(boundsFile, screens);
  const size = bounds === undefined ? { width: 1440, height: 900 } : { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height };
  const window = new BrowserWindow({
    ...size,
    minWidth: 800,
    minHeight: 600,
    title: 'Alternator',
    show: false,
    backgroundColor: '#0d0e10',
    autoHideMenuBar: true,
    webPreferences: webPreferences(preload, !app.isPackaged),
  });
  if (bounds?.maximized === true) window.maximize();
  const { webContents: contents } = window;
  hardenContents(contents, (what) => log.warn({ what }, 'refused by the page policy'));
  if (!hidden) window.once('ready-to-show', () => window.show());
  window.on('page-title-updated', (event) => event.preventDefault());
  const place = rememberBounds(window, boundsFile, log);
  reloadWhenGone(window, log, () => onGone(contents));
  window.on('closed', () => onGone(contents));
  loadPage(window, log);
  return { window, placeKept: () => place.kept() };
}

function loadPage(window: BrowserWindow, log: MainLog): void {
  void window.loadURL(APP_PAGE).catch((error: unknown) => log.error({ error: String(error) }, 'the page cannot be loaded'));
}

/** A dead page comes back by itself: it finds its place in the session document of the services. */
function reloadWhenGone(window: BrowserWindow, log: MainLog, onGone: () => void): void {
  const deaths: number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    log.error({ reason: details.reason, exitCode: details.exitCode }, 'page process gone');
    onGone();
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    const now = performance.now();
    deaths.push(now);
    if (deaths.filter((at) => now - at < 60_000).length <= MAX_RELOADS_A_MINUTE) loadPage(window, log);
  });
}
