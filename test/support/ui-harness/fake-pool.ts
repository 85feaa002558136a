import type { FrameJob, JobSource, PixelPool } from '../../../renderer/imaging';

/** Draws an anatomy-like disc instead of decoding: stored values as of a CT with intercept -1024. */
function paint(job: FrameJob): void {
  const { Rows, Columns } = job.frame.format;
  const values = new Int16Array(job.target.buffer, job.target.byteOffset, Rows * Columns);
  const slice = (job.frame.instanceId % 1000) / 48;
  for (let y = 0; y < Rows; y++) {
    for (let x = 0; x < Columns; x++) {
      const u = (x / Columns - 0.5) * 2.4;
      const v = (y / Rows - 0.5) * 3;
      const body = u * u + v * v;
      const lungs = ((Math.abs(u) - 0.42) / 0.3) ** 2 + (v / (0.62 - slice * 0.15)) ** 2;
      const spine = (u / 0.12) ** 2 + ((v - 0.62) / 0.16) ** 2;
      const heart = ((u - 0.12) / 0.3) ** 2 + ((v + 0.2) / (0.2 + slice * 0.2)) ** 2;
      let hu = -1000;
      if (body < 1) hu = body > 0.93 ? -90 : 40;
      if (lungs < 1) hu = -820 + 60 * Math.sin(40 * u + slice * 9) * Math.sin(38 * v);
      if (heart < 1 && body < 1) hu = 55;
      if (spine < 1) hu = 420;
      values[y * Columns + x] = hu + 1024 + ((x * 7 + y * 13) % 11);
    }
  }
}

/** A pool without workers: each frame takes `frameMs`; from `stopAfter` frames on nothing comes any more. */
export function createFakePool(frameMs: number, stopAfter: number): PixelPool {
  const sources = new Set<JobSource>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let given = 0;
  const turn = (): void => {
    timer = undefined;
    if (given >= stopAfter) return;
    let best: JobSource | undefined;
    let bestRank = Infinity;
    for (const source of sources) {
      const rank = source.rank();
      if (rank !== undefined && rank < bestRank) [best, bestRank] = [source, rank];
    }
    const job = best?.take();
    if (job === undefined) return;
    given++;
    paint(job);
    job.done({ kind: 'loaded' });
    timer = setTimeout(turn, frameMs);
  };
  return {
    addSource(source) {
      sources.add(source);
      return () => sources.delete(source);
    },
    kick: () => (timer ??= setTimeout(turn, frameMs)),
    holdOthers: () => undefined,
    stir: () => undefined,
    whenQuiet: () => () => undefined,
    cancel: () => undefined,
    warm: () => undefined,
    reconnect: () => undefined,
    connected: true,
    inFlight: 0,
    close: () => clearTimeout(timer),
  };
}
