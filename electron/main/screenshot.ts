import type { BrowserWindow } from 'electron';
import type { MainLog } from './main-log';
import { writeAtomic } from './write-atomic';

export type PaintReport = { readonly view: 'worklist' | 'viewer'; readonly problem?: string | undefined };

/** Longest wait for the first painted view. */
export const SCREENSHOT_TIMEOUT_MS = 60_000;
/** A frame that was painted just now is in the compositor's surface after this. */
const SETTLE_MS = 150;

export interface Screenshot {
  painted(report: PaintReport): void;
  failed(reason: string): void;
  /** Resolves with undefined when the PNG is written, else with the reason. */
  readonly done: Promise<string | undefined>;
}

/**
 * Waits until `view` has painted in `window`, then writes the window's picture as PNG. A problem that the page reports, a failed
 * import and a time-out are reasons not to write one: a picture of an error is no result.
 */
export function takeScreenshot(window: BrowserWindow, file: string, view: PaintReport['view'], log: MainLog, timeoutMs = SCREENSHOT_TIMEOUT_MS): Screenshot {
  let settle: (reason: string | undefined) => void = () => undefined;
  let capturing = false;
  const done = new Promise<string | undefined>((resolve) => (settle = resolve));
  const timer = setTimeout(() => settle(`the ${view} has not painted within ${timeoutMs / 1000} s`), timeoutMs);
  void done.then(() => clearTimeout(timer));

  async function capture(): Promise<void> {
    try {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const image = await window.webContents.capturePage();
      if (image.isEmpty()) return settle('the window gave no picture');
      await writeAtomic(file, image.toPNG());
      settle(undefined);
    } catch (error) {
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'screenshot failed');
      settle(`the picture cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return {
    done,
    painted(report) {
      if (report.view !== view || capturing) return;
      if (report.problem !== undefined) return settle(report.problem);
      capturing = true;
      void capture();
    },
    failed: (reason) => settle(reason),
  };
}
