import type { ScreenInfo } from '@shared/domain';
import { BrowserWindow, type Display, screen, type WebContents } from 'electron';

/** Screens as Electron knows them, and on which the window of the asking page stands. */
export function screensFor(contents: WebContents): ScreenInfo[] {
  const window = BrowserWindow.fromWebContents(contents);
  const here = window === null ? screen.getPrimaryDisplay() : screen.getDisplayMatching(window.getBounds());
  const primary = screen.getPrimaryDisplay();
  return screen.getAllDisplays().map((display) => infoOf(display, here.id, primary.id));
}

function infoOf(display: Display, here: number, primary: number): ScreenInfo {
  const { width, height } = display.size;
  return {
    id: String(display.id),
    label: display.label.slice(0, 200),
    width: Math.round(width * display.scaleFactor),
    height: Math.round(height * display.scaleFactor),
    scaleFactor: display.scaleFactor,
    rotation: display.rotation,
    colorDepth: display.colorDepth,
    colorSpace: display.colorSpace.slice(0, 200),
    frequency: Math.round(display.displayFrequency),
    primary: display.id === primary,
    here: display.id === here,
  };
}

/** Tells when a screen comes, goes or changes, and when a window moves to another one. */
export function watchScreens(changed: () => void): void {
  screen.on('display-added', changed);
  screen.on('display-removed', changed);
  screen.on('display-metrics-changed', changed);
}

/** The window stands on another screen than before. */
export function watchWindow(window: BrowserWindow, changed: () => void): void {
  let last = screen.getDisplayMatching(window.getBounds()).id;
  const look = (): void => {
    if (window.isDestroyed()) return;
    const now = screen.getDisplayMatching(window.getBounds()).id;
    if (now === last) return;
    last = now;
    changed();
  };
  window.on('move', look);
  window.on('resize', look);
}
