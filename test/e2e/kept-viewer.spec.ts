import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openStudy, viewer } from '../support/e2e/screens';
import { writeStudy } from '../support/e2e/senders';
import { expect, test } from '../support/e2e/workstation';

/** What stood in the viewer at the beginning of a frame of the screen. */
interface Seen {
  readonly study: string;
  readonly text: string;
  /** A pixel of the canvas that only the wide picture reaches, and one that both do. */
  readonly beside: boolean;
  readonly middle: boolean;
}

/** Looks at the viewer in each frame from now on. The canvas keeps what was drawn on it last. */
async function watchGlass(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: unknown[] = [];
    Object.assign(globalThis, { seen });
    const look = (): void => {
      requestAnimationFrame(look);
      const shown = document.querySelector<HTMLElement>('[data-testid="viewer"]');
      const canvas = shown?.querySelector<HTMLCanvasElement>('[data-testid="stage"]');
      const gl = canvas?.getContext('webgl2', { antialias: false, alpha: false, depth: false, preserveDrawingBuffer: true });
      if (shown === null || canvas === null || canvas === undefined || gl === null || gl === undefined) return;
      const isLit = (across: number): boolean => {
        const pixel = new Uint8Array(4 * 16);
        gl.bindFramebuffer(gl.FRAMEBUFFER, null);
        gl.readPixels(Math.round(canvas.width * across), Math.round(canvas.height / 2), 16, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
        return pixel.some((value, at) => at % 4 < 3 && value > 0);
      };
      const text = shown.querySelector<HTMLElement>('[data-testid="viewport"]')?.textContent ?? '';
      seen.push({ study: shown.dataset['study'], text, beside: isLit(0.2), middle: isLit(0.5) });
    };
    requestAnimationFrame(look);
  });
}

const seenOf = async (page: Page, study: string): Promise<Seen[]> =>
  (await page.evaluate(() => (globalThis as unknown as { seen: Seen[] }).seen)).filter((one) => one.study === study);

test('the viewer that is kept shows nothing of the study before, in no frame of the screen', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  const wide = await writeStudy(join(folder, 'wide'), 'Kept^Anna', 5, 81);
  const tall = await writeStudy(join(folder, 'tall'), 'Kept^Berta', 5, 82, { rows: 200, columns: 100 });
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true', { timeout: 30_000 });
  await page.getByTestId('tab-worklist').click();
  await watchGlass(page);

  for (const [study, mine, other] of [
    [wide, 'Kept, Anna', 'Kept, Berta'],
    [tall, 'Kept, Berta', 'Kept, Anna'],
    [wide, 'Kept, Anna', 'Kept, Berta'],
    [tall, 'Kept, Berta', 'Kept, Anna'],
  ] as const) {
    await openStudy(page, study.StudyInstanceUID);
    await expect(viewer.active(page)).toContainText(mine);
    await expect(viewer.active(page)).toHaveAttribute('data-shows', 'true');
    await expect.poll(async () => (await seenOf(page, study.StudyInstanceUID)).at(-1)?.middle).toBe(true);
    const seen = await seenOf(page, study.StudyInstanceUID);
    expect(seen.at(-1)?.beside, 'the pixel tells the pictures apart').toBe(study === wide);
    expect(
      seen.filter(({ text }) => text.includes(other)),
      'no text of the other',
    ).toEqual([]);
    if (study === tall)
      expect(
        seen.filter(({ beside }) => beside),
        'no picture of the other',
      ).toEqual([]);
    await page.getByTestId('tab-worklist').click();
    await expect(page.getByTestId('viewer')).toHaveCount(0);
  }
});
