import { readFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { z } from 'zod';
import type { MainLog } from './main-log';
import { writeAtomic } from './write-atomic';

const Bounds = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});
export type WindowBounds = z.infer<typeof Bounds>;

/** Where the window stood last; undefined when unknown, unreadable, or when that screen is no longer there. */
export function readBounds(path: string, screens: readonly Rectangle[]): WindowBounds | undefined {
  try {
    const bounds = Bounds.parse(JSON.parse(readFileSync(path, 'utf8')));
    return screens.some((screen) => overlaps(bounds, screen)) ? bounds : undefined;
  } catch {
    return undefined; // first start, or a damaged file: the window takes its place on the first screen
  }
}

export async function writeBounds(path: string, bounds: WindowBounds): Promise<void> {
  await writeAtomic(path, `${JSON.stringify(bounds)}\n`);
}

/** What is asked of a window about its place. */
export interface PlacedWindow {
  on(event: 'resize' | 'move' | 'maximize' | 'unmaximize' | 'close', listener: () => void): unknown;
  isDestroyed(): boolean;
  isMinimized(): boolean;
  isMaximized(): boolean;
  getNormalBounds(): Rectangle;
}

const SAVE_AFTER_MS = 500;

/** Keeps the window's place a moment after it has changed, and when it closes before that. `kept` resolves when what changed by then is on the disk. */
export function rememberBounds(window: PlacedWindow, file: string, log: Pick<MainLog, 'warn'>): { kept(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const save = (): void => {
    timer = undefined;
    if (window.isDestroyed() || window.isMinimized()) return;
    const bounds: WindowBounds = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    writing = writing
      .then(() => writeBounds(file, bounds))
      .catch((error: unknown) => {
        log.warn({ error: String(error) }, 'window place not kept');
      });
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  };
  for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(event, later);
  window.on('close', () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    save();
  });
  return { kept: () => writing };
}

/** At least 100 x 50 pixels of the window, its title bar among them, must be within reach. */
function overlaps(bounds: Rectangle, screen: Rectangle): boolean {
  const width = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
  return width >= 100 && bounds.y >= screen.y - 10 && bounds.y <= screen.y + screen.height - 50;
}
