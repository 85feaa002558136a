import { Worker } from 'node:worker_threads';
import { CallError } from '@shared/contract';
import { type DigestOutcome, type DigestTask, runDigestTask } from './digest-task';
import { runThumbnailTask, type ThumbnailOutcome, type ThumbnailTask } from './thumbnail-task';

export interface ThumbnailRunner {
  /** Rejects when the worker died or hung: it is replaced for the next one. */
  run(task: ThumbnailTask): Promise<ThumbnailOutcome>;
  /** The same for the digest of a decoded frame. */
  digest(task: DigestTask): Promise<DigestOutcome>;
  close(): Promise<void>;
}

/** A frame that takes longer is given up, and its decoder with it. */
const LIMIT_MS = 20_000;

/** In this thread, without coded syntaxes: tests, and where no worker script is there. */
export function inProcessThumbnails(): ThumbnailRunner {
  return {
    run: (task) => Promise.resolve(runThumbnailTask(task, undefined)),
    digest: (task) => Promise.resolve(runDigestTask(task, undefined)),
    close: () => Promise.resolve(),
  };
}

/** Hostile bytes are decoded in a thread of their own, one frame at a time; a thread that dies or hangs is replaced. */
export function workerThumbnails(script: string, limitMs = LIMIT_MS): ThumbnailRunner {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  function start(): Worker {
    const started = new Worker(script, { name: 'thumbnails', resourceLimits: { maxOldGenerationSizeMb: 1024 } });
    started.unref();
    const gone = (): void => {
      if (worker === started) worker = undefined;
    };
    // it still stands for a moment, and the next frame is not to go down with it
    started.on('error', gone);
    started.on('exit', gone);
    return started;
  }

  function once<O>(task: ThumbnailTask | DigestTask): Promise<O> {
    // what is in line when the program ends begins no thread any more
    if (isClosed) return Promise.reject(new CallError('unavailable', 'the station is closing'));
    const used = (worker ??= start());
    used.ref();
    return new Promise<O>((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        used.off('message', done);
        used.off('error', failed);
        used.off('exit', ended);
        used.unref();
        finish();
      };
      const done = (outcome: O): void => settle(() => resolve(outcome));
      const failed = (error: unknown): void =>
        settle(() => reject(new CallError('cannotDecode', 'the decoder failed', { details: error instanceof Error ? error.message : String(error) })));
      const ended = (): void => settle(() => reject(new CallError('cannotDecode', 'the decoder ended')));
      const timer = setTimeout(() => {
        if (worker === used) worker = undefined;
        void used.terminate();
        settle(() => reject(new CallError('cannotDecode', 'the decoder took too long')));
      }, limitMs);
      used.on('message', done);
      used.on('error', failed);
      used.on('exit', ended);
      used.postMessage(task);
    });
  }

  function inTurn<O>(task: ThumbnailTask | DigestTask): Promise<O> {
    const mine = last.then(
      () => once<O>(task),
      () => once<O>(task),
    );
    last = mine;
    return mine;
  }

  return {
    run: (task) => inTurn<ThumbnailOutcome>(task),
    digest: (task) => inTurn<DigestOutcome>(task),
    async close() {
      isClosed = true;
      const ending = worker;
      worker = undefined;
      await ending?.terminate();
    },
  };
}
