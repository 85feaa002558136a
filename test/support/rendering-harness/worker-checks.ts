import { type Channel, channelOfEventPort } from '../../../shared/contract';
import type { PixelFormat } from '../../../shared/domain';
import { FITTED_VIEW } from '../../../shared/geometry';
import { continuousLevel, outputLevel } from '../../../shared/grayscale';
import { servePixels } from '../../../electron/services/pixel/serve-pixels';
import { createImageLibrary, createPixelPool } from '../../../renderer/imaging';
import { spawnDecodeWorker } from '../../../renderer/workers';
import { displaySet, frame, range } from '../../unit/imaging/fakes';
import { canvasOf, type Settings, show } from './stage-kit';

/** Frames through two real workers into shared memory and on to the canvas; one worker is lost on the way. */
export async function loadByWorkers(): Promise<{ wrong: number; failed: readonly string[] }> {
  const [columns, rows, count] = [64, 48, 40];
  const valueAt = (id: number, index: number): number => ((id * 977 + index * 13) & 0xfff) - 1000;
  const source = {
    frame: async (instanceId: number) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const bytes = new Uint8Array(Int16Array.from({ length: columns * rows }, (_, index) => valueAt(instanceId, index)).buffer);
      return { bytes, TransferSyntaxUID: '1.2.840.10008.1.2.1' };
    },
  };
  const served: Channel[] = [];
  const pool = createPixelPool({
    spawn: spawnDecodeWorker,
    workers: 2,
    report: () => undefined,
    ports: async (wanted) =>
      await Promise.resolve(
        Array.from({ length: wanted }, () => {
          const { port1, port2 } = new MessageChannel();
          const channel = channelOfEventPort(port1);
          served.push(channel);
          servePixels(channel, source);
          return port2;
        }),
      ),
  });
  const library = createImageLibrary({ pool, budgetBytes: 1e8 });
  const format = { ...frame(1).format, Rows: rows, Columns: columns, PixelRepresentation: 1 as const };
  const set = displaySet([], { frames: range(1, count).map((id) => frame(id, { format })) });
  const open = library.open(set);
  let restarted = false;
  const done = new Promise<void>((resolve) => {
    open.onChange(() => {
      const { loaded, failed, total } = open.counts;
      if (loaded === 8 && !restarted) {
        restarted = true; // once: other changes come while eight are loaded
        served.splice(0).forEach((channel) => channel.close()); // the services go away
      }
      if (loaded + failed === total) resolve();
    });
  });
  open.cursor(0);
  await done;
  const stage = canvasOf(columns, rows);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: columns, height: rows });
  const grey: Settings = { voi: { kind: 'LINEAR', center: 500, width: 4000 }, inverse: false, inverted: false };
  let wrong = 0;
  const failed: string[] = [];
  for (let index = 0; index < count; index++) {
    const state = open.state(index);
    if (state.kind === 'failed') failed.push(state.reason);
    const loaded = open.frame(index);
    if (loaded === undefined) continue;
    show(viewport, loaded.values, columns, grey, { ...FITTED_VIEW, zoom: 1 });
    const { data } = viewport.readPixels();
    for (let at = 0; at < columns * rows; at++) {
      if (data[at * 4] !== outputLevel(continuousLevel(valueAt(index + 1, at), { ...grey, signed: true }))) wrong++;
    }
  }
  stage.delete();
  library.close();
  pool.close();
  return { wrong, failed };
}

export async function decodeInWorker(encoded: readonly number[], format: PixelFormat, TransferSyntaxUID: string): Promise<readonly number[] | string> {
  const pool = createPixelPool({
    spawn: spawnDecodeWorker,
    workers: 1,
    report: () => undefined,
    ports: async () => {
      const { port1, port2 } = new MessageChannel();
      servePixels(channelOfEventPort(port1), { frame: async () => await Promise.resolve({ bytes: Uint8Array.from(encoded), TransferSyntaxUID }) });
      return await Promise.resolve([port2]);
    },
  });
  const library = createImageLibrary({ pool, budgetBytes: 1e8 });
  const open = library.open(displaySet([], { frames: [frame(1, { format, TransferSyntaxUID })] }));
  const settled = new Promise<void>((resolve) => {
    open.onChange(() => {
      if (open.counts.loaded + open.counts.failed === 1) resolve();
    });
  });
  open.cursor(0);
  await settled;
  const state = open.state(0);
  const values = [...(open.frame(0)?.values ?? [])];
  library.close();
  pool.close();
  return state.kind === 'failed' ? state.reason : values;
}
