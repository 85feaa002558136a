import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Program, type Runtime, startStation } from './program';

export interface Opened {
  /** From the double click on the row to the first picture on the screen, and to the last frame in memory; ms. */
  readonly firstMs: number;
  readonly allMs: number;
  /** Tasks of the page's main thread longer than 50 ms meanwhile, ms. */
  readonly longTasksMs: readonly number[];
}

/** Imports folders into an empty data folder by the program itself, until all their images stand there as plain files. */
export async function importFolders(runtime: Runtime, dataDir: string, folders: readonly string[], images: number): Promise<void> {
  const program = await startStation(runtime, dataDir, folders);
  try {
    const files = async (): Promise<number> => {
      const names = await readdir(join(dataDir, 'cache'), { recursive: true }).catch(() => []);
      return names.filter((name) => name.endsWith('.dcm')).length;
    };
    for (let second = 0; second < 300 && (await files()) < folders.length * images; second++) await program.page.waitForTimeout(1000);
    await program.page.waitForTimeout(2000);
  } finally {
    await program.close();
  }
}

/** By then the viewer is made and the codecs are compiled (a second or two after the list came): what a station does before somebody reads. */
const REST_MS = 5000;

/** A program on this data folder with its list on the screen (no tabs of the last run, nothing in memory) and nothing left to do. */
export async function restingStation(runtime: Runtime, dataDir: string): Promise<Program> {
  await rm(join(dataDir, 'settings', 'session.json'), { force: true });
  const program = await startStation(runtime, dataDir);
  await program.page.waitForSelector('[data-testid="study-row"] .name');
  await program.page.waitForTimeout(REST_MS);
  return program;
}

/** From the first press of a hand's double click to its second. */
const DOUBLE_CLICK_MS = 150;
const LOOK_MS = 10;

/** The row is selected, as a hand selects it, and rests so until what is loaded ahead of it is here. */
export async function restOn(page: Page, StudyInstanceUID: string): Promise<void> {
  await press(page, StudyInstanceUID);
  await page.waitForTimeout(1500);
}

async function press(page: Page, StudyInstanceUID: string): Promise<void> {
  await page.evaluate((uid) => {
    const row = document.querySelector(`[data-testid="study-row"][data-study="${uid}"]`);
    // As a mouse does, and let go: what looks like a finger that rests on the row opens its menu half a second later, and the menu would be measured too.
    for (const type of ['pointerdown', 'pointerup'])
      row?.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, isPrimary: true, pointerType: 'mouse' }));
  }, StudyInstanceUID);
}

/** Opens a study by its row, as a hand does (the first press selects it), and waits until all of it is in memory. */
export async function openStudy(page: Page, StudyInstanceUID: string): Promise<Opened> {
  await press(page, StudyInstanceUID);
  await page.waitForTimeout(DOUBLE_CLICK_MS);
  return await timed(page, StudyInstanceUID, 'row');
}

/** Steps to the next study of the list by its key, which is to be this one, and waits until all of it is in memory. */
export async function stepToNext(page: Page, StudyInstanceUID: string): Promise<Opened> {
  return await timed(page, StudyInstanceUID, 'key');
}

/** From the second press on the row, or from the key of the next study. */
async function timed(page: Page, StudyInstanceUID: string, by: 'row' | 'key'): Promise<Opened> {
  return await page.evaluate(
    ([uid, by, LOOK_MS]) =>
      new Promise<Opened>((done, fail) => {
        const row = document.querySelector(`[data-testid="study-row"][data-study="${uid}"]`);
        if (by === 'row' && row === null) {
          fail(new Error(`no row of ${uid}`));
          return;
        }
        const longTasksMs: number[] = [];
        const observer = new PerformanceObserver((list) => longTasksMs.push(...list.getEntries().map((entry) => Math.round(entry.duration))));
        observer.observe({ type: 'longtask' });
        const startedAt = performance.now();
        if (by === 'row') row?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
        else
          document.activeElement?.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'PageDown', code: 'PageDown', ctrlKey: true, bubbles: true, cancelable: true }),
          );
        let firstMs: number | undefined;
        const look = (): void => {
          const elapsed = performance.now() - startedAt;
          if (elapsed > 60_000) {
            fail(new Error('the study was not in memory after 60 s'));
            return;
          }
          const shows = document.querySelector(`[data-study="${uid}"] [data-testid="viewport"][data-shows="true"]`) !== null;
          if (shows) firstMs ??= elapsed;
          const fetches = [...document.querySelectorAll('[data-testid="viewport-state"]')].some((state) => /^fetching/.test(state.textContent));
          if (firstMs !== undefined && !fetches && elapsed > firstMs) {
            observer.disconnect();
            done({ firstMs, allMs: elapsed, longTasksMs });
            return;
          }
          // Behind this frame's paint: what was drawn in it is on its way to the screen. Later on nothing is looked for on it: frames asked for would be work of their own.
          if (firstMs === undefined) requestAnimationFrame(() => setTimeout(look));
          else setTimeout(look, LOOK_MS);
        };
        requestAnimationFrame(() => setTimeout(look));
      }),
    [StudyInstanceUID, by, LOOK_MS] as const,
  );
}
