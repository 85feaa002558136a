import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { app, screen } from 'electron';
import { RUN_FOLDER } from './short-run';

/** First argument of the program that only tells how the system shows colours. */
export const TELL_COLOURS = '--tell-colours';

/** Variable of its environment: a folder for what it writes, which is taken away by who runs it. */
export const COLOURS_FOLDER = 'ALTERNATOR_COLOURS_FOLDER';

/** Profiles and HDR are found out by and by after the start: told once nothing changed for so long, at the latest after the second. */
const SETTLED_MS = 1200;
const LATEST_MS = 5000;
/** Whatever happens: longer than who runs it waits for a computer that is slow. */
const DEADLINE_MS = 30_000;
const PARENT_LOOK_MS = 500;

/**
 * Prints colour space and depth of each screen as one line of JSON and ends. A program of its own, without a window: this one forces its colours to sRGB, so that greys
 * leave as they are, and Chromium then tells nothing of what the system does with them.
 */
export function tellColours(): void {
  const scratch = process.env[COLOURS_FOLDER] ?? mkdtempSync(join(tmpdir(), `${RUN_FOLDER}colours-`));
  app.setPath('userData', scratch);
  app.setPath('crashDumps', join(scratch, 'crashes'));
  app.dock?.hide();
  // also where who runs it has ended meanwhile
  if (basename(scratch).startsWith(RUN_FOLDER)) app.on('quit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
  app.on('window-all-closed', () => undefined);
  endWithParent();
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

/** Nobody is left who listens: without this the first word to a closed pipe would open a box with an error, and wait behind it for ever. */
function endWithParent(): void {
  const end = (): void => app.exit(1);
  const parent = process.ppid;
  process.stdout.on('error', end);
  setTimeout(end, DEADLINE_MS).unref();
  // Where the system gives orphans to another process; elsewhere the closed pipe or the deadline ends it.
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, PARENT_LOOK_MS).unref();
}
