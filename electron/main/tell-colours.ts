import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app, screen } from 'electron';

/** First argument of the program that only tells how the system shows colours. */
export const TELL_COLOURS = '--tell-colours';

/** Profiles and HDR are found out by and by after the start: told once nothing changed for so long, at the latest after the second. */
const SETTLED_MS = 1200;
const LATEST_MS = 5000;

/**
 * Prints colour space and depth of each screen as one line of JSON and ends. A program of its own, without a window: this one forces its colours to sRGB, so that greys
 * leave as they are, and Chromium then tells nothing of what the system does with them.
 */
export function tellColours(): void {
  const scratch = mkdtempSync(join(tmpdir(), 'alternator-colours-'));
  app.setPath('userData', scratch);
  app.setPath('crashDumps', join(scratch, 'crashes'));
  app.dock?.hide();
  app.on('quit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
  app.on('window-all-closed', () => undefined);
  void app.whenReady().then(() => {
    const tell = (): void => {
      const told = screen.getAllDisplays().map(({ id, colorSpace, colorDepth }) => ({ id: String(id), colorSpace, colorDepth }));
      process.stdout.write(`${JSON.stringify(told)}\n`, () => app.exit(0));
    };
    let timer = setTimeout(tell, SETTLED_MS);
    screen.on('display-metrics-changed', () => {
      clearTimeout(timer);
      timer = setTimeout(tell, SETTLED_MS);
    });
    setTimeout(tell, LATEST_MS);
  });
}
