import { createHash } from 'node:crypto';
import type { ScreenInfo } from '@shared/domain';
import { BrowserWindow, type Display, screen, type WebContents } from 'electron';
import type { ScreenColours } from './colour-looks';
import type { ColourWatch } from './colour-watch';

/** Screens as Electron knows them, with the colours that a look found, and on which the window of the asking page stands. */
export function screensFor(contents: WebContents, colours: Pick<ColourWatch, 'of' | 'stateOf'>): ScreenInfo[] {
  const window = BrowserWindow.fromWebContents(contents);
  const here = window === null ? screen.getPrimaryDisplay() : screen.getDisplayMatching(window.getBounds());
  const primary = screen.getPrimaryDisplay();
  return screen.getAllDisplays().map((display) => {
    const id = String(display.id);
    const seen = { ...display, ...colours.of(id), colours: colours.stateOf(id) };
    return infoOf(display, seen, here.id === display.id, primary.id === display.id);
  });
}

type Seen = ScreenColours & Pick<ScreenInfo, 'colours'>;

function infoOf(display: Display, { colorSpace, colorDepth, colours }: Seen, here: boolean, primary: boolean): ScreenInfo {
  const { width, height } = display.size;
  return {
    id: String(display.id),
    label: display.label.slice(0, 200),
    width: Math.round(width * display.scaleFactor),
    height: Math.round(height * display.scaleFactor),
    scaleFactor: display.scaleFactor,
    rotation: display.rotation,
    colorDepth,
    colorSpace: colourSpace(colorSpace),
    colours,
    frequency: Math.round(display.displayFrequency),
    primary,
    here,
  };
}

/** Whole, or cut with a digest, so that two that differ at their ends stay different. */
function colourSpace(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 160)} #${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
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
