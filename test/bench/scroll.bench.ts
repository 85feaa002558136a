import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cornerstoneBench, openInCornerstone, scrollInCornerstone } from '../support/bench/cornerstone';
import { CT_SYNTAXES, ctFrames, writeCtSeries } from '../support/bench/ct-series';
import { cpuBetween, cpuOf, median, percentile, type Program, runtimeOf } from '../support/bench/program';
import { importFolders, openStudy, restingStation } from '../support/bench/station-page';

/**
 * `npm run bench -- scroll [steps] [slices]`: a CT of 512 x 512 in memory, scrolled in the real program with its texts on, in a viewport of 512 x 512: the page's
 * own time for a step, time between pictures, from the turn of the wheel to the picture, with 1 and with 16 linked viewports; the same stack in Cornerstone3D, in
 * a viewport as large. `frameMs`: from the frame of the screen that draws one picture to the frame that draws the next, by Chromium's own times of its frames
 * (16.7 ms: each frame has a picture of its own; 33.3: one was left out); `betweenMs` ends behind the page's work of the frame, so it wavers with that. `emptyMs`:
 * frames in which one dot beside the picture changes and nothing is drawn: what composing the window alone takes. JSON on stdout.
 */
const GOAL_MS = 16;
/** One frame of a screen of 60 Hz, ms, and what its clock wavers by. */
const FRAME_MS = 1000 / 60 + 1;
const WHEEL_TURNS = 60;
const SIDE = 512;
const EMPTY_FRAMES = 100;

interface Steps {
  /** Time that the page's main thread was busy with a step: the key's handlers, then the frame up to its paint. */
  readonly workMs: readonly number[];
  /** From one picture to the next, a step being asked for as soon as the last one is painted. */
  readonly betweenMs: readonly number[];
  /** From the frame of the screen that draws a step to that of the next. */
  readonly frameMs: readonly number[];
}

async function main(): Promise<void> {
  const [steps = 300, slices = 200] = process.argv.slice(2).map(Number);
  const runtime = await runtimeOf();
  const scratch = await mkdtemp(join(tmpdir(), 'alternator-bench-scroll-'));
  try {
    const [native] = CT_SYNTAXES;
    if (native === undefined) throw new Error('no native syntax');
    const files = join(scratch, 'files');
    const paths = await writeCtSeries(join(files, 'ct'), native, await ctFrames(native), slices, 0);
    await importFolders(runtime, join(scratch, 'data'), [join(files, 'ct')], slices);
    const station = await restingStation(runtime, join(scratch, 'data'));
    const ours: Record<string, object> = {};
    try {
      await openStudy(station.page, '2.25.500');
      ours['viewport'] = await sizeViewport(station.page);
      for (const layout of ['1x1', '4x4'] as const) {
        await layOut(station.page, layout);
        ours[layout] = await measure(station, layout === '1x1' ? steps : Math.ceil(steps / 4));
      }
    } finally {
      await station.close();
    }
    const peer = await cornerstoneBench(scratch, files);
    const theirs = await scrollTheirs(await peer.start(runtime), paths.map(peer.urlOf), steps).finally(() => peer.close());
    const load = loadavg().map((value) => Math.round(value * 10) / 10);
    process.stdout.write(`${JSON.stringify({ bench: 'scroll', steps, slices, load, goalP95Ms: GOAL_MS, ours, cornerstone: { '1x1': theirs } }, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Makes the window so large that the picture of the one viewport has 512 x 512 pixels; returns what it has. */
async function sizeViewport(page: Page): Promise<{ width: number; height: number }> {
  const sizeOf = (): Promise<{ width: number; height: number }> =>
    page.evaluate(() => {
      const box = document.querySelector('[data-testid="viewport"].active')?.getBoundingClientRect();
      const bar = document.querySelector('[data-testid="viewport-scrollbar"]')?.getBoundingClientRect();
      return { width: Math.round((box?.width ?? 0) - (bar?.width ?? 0) - 1), height: Math.round(box?.height ?? 0) };
    });
  const [now, window] = [await sizeOf(), await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))];
  const session = await page.context().newCDPSession(page);
  const [width, height] = [window.width - now.width + SIDE, window.height - now.height + SIDE];
  await session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  await page.waitForTimeout(1000);
  return await sizeOf();
}

/** Frames of the screen that have nothing new but one dot over the bar of the stack. */
function emptyFrames(page: Page): Promise<readonly number[]> {
  return page.evaluate(async (count) => {
    const dot = document.createElement('i');
    dot.style.cssText = 'position:fixed;right:0;bottom:0;width:2px;height:2px;z-index:9';
    document.body.append(dot);
    const times: number[] = [];
    let last = performance.now();
    for (let frame = 0; frame < count; frame++) {
      dot.style.background = frame % 2 === 0 ? '#111' : '#222';
      await new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)));
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    dot.remove();
    return times.slice(5);
  }, EMPTY_FRAMES);
}

/** All viewports show the same stack; scrolling one moves all. */
async function layOut(page: Page, layout: '1x1' | '4x4'): Promise<void> {
  if (layout === '1x1') return;
  await page.getByTestId('layout-menu').click();
  await page.getByTestId(`menu-layout.${layout}`).click();
  const cells = page.getByTestId('viewport');
  for (let at = 0; at < (await cells.count()); at++) {
    await cells.nth(at).click({ position: { x: 60, y: 60 } });
    await page.getByTestId('rail-item').first().click();
  }
  await page.waitForTimeout(2000);
}

async function measure(station: Program, steps: number): Promise<object> {
  const { page, pid } = station;
  const cell = page.locator('[data-testid="viewport"].active');
  await cell.focus();
  await page.keyboard.press('Home');
  await runSteps(page, Math.min(40, steps)); // optimised code first
  await page.keyboard.press('Home');
  const before = await cpuOf(pid);
  const found = await runSteps(page, steps);
  const used = cpuBetween(before, await cpuOf(pid));
  return {
    emptyMs: shares(await emptyFrames(page)),
    workMs: shares(found.workMs),
    betweenMs: shares(found.betweenMs),
    frameMs: { ...shares(found.frameMs), stepsWithinOneFrame: found.frameMs.filter((ms) => ms <= FRAME_MS).length / found.frameMs.length },
    wheelToPaintMs: shares(await turnWheel(page)),
    cpuMsPerStep: Object.fromEntries(Object.entries(used).map(([kind, ms]) => [kind, Math.round((ms / steps) * 10) / 10])),
  };
}

/** Goes through the stack by key, one image after the other, there and back. */
function runSteps(page: Page, steps: number): Promise<Steps> {
  return page.evaluate(async (count) => {
    const element = document.activeElement ?? document.body;
    const total = Number(/of (\d+)$/.exec(element.getAttribute('aria-label') ?? '')?.[1] ?? count);
    const workMs: number[] = [];
    const betweenMs: number[] = [];
    const frames: number[] = [];
    let last = performance.now();
    for (let step = 0; step < count; step++) {
      const key = Math.floor(step / (total - 1)) % 2 === 0 ? 'ArrowDown' : 'ArrowUp';
      const options = { key, code: key, bubbles: true, cancelable: true };
      const startedAt = performance.now();
      element.dispatchEvent(new KeyboardEvent('keydown', options));
      element.dispatchEvent(new KeyboardEvent('keyup', options));
      const handledMs = performance.now() - startedAt;
      const frameMs = await new Promise<number>((done) =>
        requestAnimationFrame((beginsAt) => {
          frames.push(beginsAt);
          const frameAt = performance.now();
          setTimeout(() => done(performance.now() - frameAt));
        }),
      );
      workMs.push(handledMs + frameMs);
      const now = performance.now();
      betweenMs.push(now - last);
      last = now;
    }
    return { workMs, betweenMs, frameMs: frames.slice(1).map((at, index) => at - (frames[index] ?? at)) };
  }, steps);
}

/** Real turns of the wheel, one at a time: from the event's own time to behind the paint of the frame that has the next image. */
async function turnWheel(page: Page): Promise<readonly number[]> {
  const cell = page.locator('[data-testid="viewport"].active');
  await page.keyboard.press('Home');
  await cell.hover();
  const times: number[] = [];
  for (let turn = 0; turn < WHEEL_TURNS; turn++) {
    const waiting = page.evaluate(
      () =>
        new Promise<number>((done) => {
          const cell = document.querySelector<HTMLElement>('[data-testid="viewport"].active');
          const before = cell?.dataset['index'];
          window.addEventListener(
            'wheel',
            (event) => {
              const look = (): void => {
                if (cell?.dataset['index'] !== before || performance.now() - event.timeStamp > 2000) done(performance.now() - event.timeStamp);
                else requestAnimationFrame(() => setTimeout(look));
              };
              requestAnimationFrame(() => setTimeout(look));
            },
            { capture: true, once: true, passive: true },
          );
        }),
    );
    await page.waitForTimeout(30);
    await page.mouse.wheel(0, 100);
    times.push(await waiting);
    await page.waitForTimeout(120); // slow turns: a fast wheel accelerates on purpose
  }
  return times;
}

async function scrollTheirs(program: Program, urls: readonly string[], steps: number): Promise<object> {
  try {
    const session = await program.page.context().newCDPSession(program.page);
    await session.send('Emulation.setDeviceMetricsOverride', { width: SIDE, height: SIDE, deviceScaleFactor: 1, mobile: false });
    await openInCornerstone(program, urls);
    await scrollInCornerstone(program, 40);
    const before = await cpuOf(program.pid);
    const betweenMs = await scrollInCornerstone(program, steps);
    const used = cpuBetween(before, await cpuOf(program.pid));
    return {
      betweenMs: shares(betweenMs),
      cpuMsPerStep: Object.fromEntries(Object.entries(used).map(([kind, ms]) => [kind, Math.round((ms / steps) * 10) / 10])),
    };
  } finally {
    await program.close();
  }
}

function shares(values: readonly number[]): { median: number; p95: number; most: number } {
  const rounded = (value: number): number => Math.round(value * 10) / 10;
  return { median: rounded(median(values)), p95: rounded(percentile(values, 0.95)), most: rounded(Math.max(...values)) };
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
