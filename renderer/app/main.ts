import './zod-without-eval';
import { budgetBytesFor, createImageLibrary, createPixelPool } from '../imaging';
import { connectHost } from '../host';
import { createViewportStage, type ViewportStage } from '../vtk';
import { spawnDecodeWorker } from '../workers';
import { createStationApp } from './create-station-app';
import { glassOf } from './glass';
import { isOccupied } from './occupied';
import { renderPicture } from './render-picture';

/** Behind the list and the viewer that is made beforehand. */
const WARM_AFTER_MS = 1000;

/** The window is composed in this time, where the processor does it. */
const REST_AFTER_MS = 100;

/** Longer than a hand rests between two keys or turns of the wheel. */
const AHEAD_AFTER_MS = 400;

/** Workers beside the page's own thread: two filled a buffer fastest on two cores, more cores may take four (architecture.md 6). */
function workerCount(cores: number): number {
  return Math.min(4, Math.max(2, cores - 1));
}

const host = connectHost();
const pool = createPixelPool({
  spawn: spawnDecodeWorker,
  ports: (count) => host.pixelPorts(count),
  workers: workerCount(navigator.hardwareConcurrency),
  restAfterMs: REST_AFTER_MS,
  aheadAfterMs: AHEAD_AFTER_MS,
  isOccupied,
  report: (text) => console.warn(text),
});
host.onReconnected(() => pool.reconnect());

/** Until main has said how much memory the machine has: Chromium tells the page no more than 8 GiB. */
const FIRST_MEMORY_BYTES = 4 * 2 ** 30;
const library = createImageLibrary({
  pool,
  budgetBytes: budgetBytesFor(FIRST_MEMORY_BYTES),
  askTables: (instanceId) => host.call('image.luts', { instanceId }),
});
async function start(place: HTMLElement): Promise<void> {
  const { render, calibration, dither } = await host.call('app.display', {});
  if (render !== undefined) {
    await renderPicture({ host, library, canvas: document.createElement('canvas'), calibration, dither }, render);
    return;
  }
  library.setBudget(budgetBytesFor((await host.call('app.info', {})).memoryBytes));
  const glass = glassOf(calibration);
  const createStage = (canvas: HTMLCanvasElement): ViewportStage => {
    const stage = createViewportStage(canvas);
    stage.setDisplay(glass.table);
    stage.setDither(dither);
    return stage;
  };
  await createStationApp(host, { library, createStage, display: calibration === undefined ? undefined : glass.words }).start(place);
  setTimeout(() => requestIdleCallback(() => pool.warm()), WARM_AFTER_MS);
}

const place = document.getElementById('app');
if (place !== null)
  start(place).catch((error: unknown) => {
    // Nothing of the program is there to say it.
    place.textContent = `This window could not be made. Nothing is lost; close the program and start it again. ${error instanceof Error ? error.message : String(error)}`;
    throw error;
  });
