import { cache, Enums, imageLoader, init, RenderingEngine } from '@cornerstonejs/core';
import { init as initLoader } from '@cornerstonejs/dicom-image-loader';

/** What a bench asks of Cornerstone3D: its own loader for Part 10 files by URL, its own stack viewport. Times are milliseconds from the call. */
export interface CornerstoneHarness {
  open(urls: readonly string[]): Promise<{ readonly firstMs: number; readonly allMs: number; readonly bytes: number }>;
  /** One image a frame of the screen: milliseconds between frames. */
  scroll(steps: number): Promise<readonly number[]>;
}

const MOST_BYTES = 2 ** 31;

async function start(): Promise<CornerstoneHarness> {
  init();
  initLoader({ maxWebWorkers: 2 });
  cache.setMaxCacheSize(MOST_BYTES);
  const element = document.getElementById('stage') as HTMLDivElement;
  const engine = new RenderingEngine('bench');
  engine.enableElement({ viewportId: 'stack', element, type: Enums.ViewportType.STACK });
  const viewport = engine.getStackViewport('stack');
  const rendered = (): Promise<void> => new Promise((done) => element.addEventListener(Enums.Events.IMAGE_RENDERED, () => done(), { once: true }));
  const painted = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return {
    async open(urls) {
      const ids = urls.map((url) => `wadouri:${url}`);
      const startedAt = performance.now();
      const first = rendered();
      await viewport.setStack(ids, 0);
      viewport.render();
      await first;
      await painted();
      const firstMs = performance.now() - startedAt;
      await Promise.all(imageLoader.loadAndCacheImages(ids));
      return { firstMs, allMs: performance.now() - startedAt, bytes: cache.getCacheSize() };
    },
    async scroll(steps) {
      const times: number[] = [];
      let last = performance.now();
      for (let step = 0; step < steps; step++) {
        const drawn = rendered();
        await viewport.setImageIdIndex(step % viewport.getImageIds().length);
        viewport.render();
        await drawn;
        await painted();
        const now = performance.now();
        times.push(now - last);
        last = now;
      }
      return times;
    },
  };
}

void start().then((harness) => Object.assign(globalThis, { harness }));
