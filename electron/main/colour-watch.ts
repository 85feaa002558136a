import { app, powerMonitor } from 'electron';
import { z } from 'zod';
import { isChromiumSwitch } from './chromium-switches';
import { type ColourLooks, createColourLooks, type ScreenColours } from './colour-looks';
import type { MainLog } from './main-log';
import { runShortly } from './short-run';
import { COLOURS_FOLDER, TELL_COLOURS } from './tell-colours';

export interface ColourWatchParts {
  /** What was found differs from before. */
  readonly changed: () => void;
  readonly log: MainLog;
  /** A display of this computer was measured at some time: its state hangs on its colours. */
  readonly isMeasured: () => boolean;
}

export type ColourWatch = Omit<ColourLooks, 'endedAt'>;

const FIRST_MS = 3000;
/** Where no display was measured nothing hangs on it, until somebody measures one. */
const UNMEASURED_MS = 60_000;
const REGULAR_MS = 10 * 60_000;
/** Coming back to the window is an occasion to look, but not each time. */
const RETURN_MS = 10_000;
const TIMEOUT_MS = 20_000;
const GRACE_MS = 3000;

const Told = z.array(z.object({ id: z.string(), colorSpace: z.string().max(10_000), colorDepth: z.number() })).max(64);

/**
 * Watches what the system does with colours: HDR, and the colour profile of a screen. Neither can be seen from here, where colours are forced to sRGB; a short run of
 * the program without that says it: soon after the start, when a screen changes, after sleep, when the window comes to the front, and every ten minutes.
 */
export function watchColours({ changed, log, isMeasured }: ColourWatchParts): ColourWatch {
  const looks = createColourLooks({
    ask: askColours,
    changed,
    failed: (error) => log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'colours of the screens are not known'),
  });
  const { look } = looks;
  setTimeout(look, isMeasured() ? FIRST_MS : UNMEASURED_MS).unref();
  const lookAgain = (): void => {
    if (isMeasured()) look();
  };
  setInterval(lookAgain, REGULAR_MS).unref();
  powerMonitor.on('resume', lookAgain);
  app.on('browser-window-focus', () => {
    if (Date.now() - looks.endedAt() > RETURN_MS) lookAgain();
  });
  return looks;
}

/** Runs the program that tells. */
async function askColours(): Promise<Map<string, ScreenColours>> {
  const own = app.isPackaged && !process.defaultApp ? [] : [app.getAppPath()];
  const switches = process.argv.slice(1).filter((argument) => isPassedOn(argument.split('=')[0] ?? ''));
  let end = (): void => undefined;
  const output = await runShortly({
    program: process.execPath,
    args: [...switches, ...own, TELL_COLOURS],
    folderVariable: COLOURS_FOLDER,
    timeoutMs: TIMEOUT_MS,
    graceMs: GRACE_MS,
    onStarted(ask) {
      end = ask;
      app.on('will-quit', end);
    },
  }).finally(() => app.off('will-quit', end));
  const line = output.split('\n').find((text) => text.startsWith('[')) ?? '';
  return new Map(Told.parse(JSON.parse(line)).map(({ id, colorSpace, colorDepth }) => [id, { colorSpace, colorDepth }]));
}

/** Switches of the runtime that a second run needs too (sandbox, graphics, window system); not those that listen or force colours. */
function isPassedOn(name: string): boolean {
  return isChromiumSwitch(name) && !/^--(inspect|remote-debugging|force-color-profile|original-process-start-time|log-file|password-store)/.test(name);
}
