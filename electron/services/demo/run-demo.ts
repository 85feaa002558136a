import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ObjectStore, StoreOutcome } from '../cache/types';
import { planDemo } from './plan';
import type { DemoObject, DemoOptions, DemoProgress } from './types';

export interface RunDemoOptions extends DemoOptions {
  /** Folder with `demo.worker.cjs`; without it (tests) the images are made in this thread, one at a time. */
  readonly workersDir?: string;
  /** Images of the plan that an earlier run has stored. */
  readonly startAt?: number;
}

export interface DemoResult {
  readonly stored: number;
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly studies: readonly string[];
}

/**
 * Makes the demo studies and hands each image to the store as if it had arrived. Images that are here already count as
 * stored (same UIDs, same bytes), so an interrupted run can simply be started again.
 * Rejects with the signal's reason when it is aborted; a refused image is part of the result.
 */
export async function runDemo(
  store: ObjectStore,
  options: RunDemoOptions,
  signal: AbortSignal,
  onProgress: (progress: DemoProgress) => void,
): Promise<DemoResult> {
  const plan = planDemo(options);
  const startAt = Math.min(options.startAt ?? 0, plan.length);
  const refused: { name: string; reason: string }[] = [];
  let stored = startAt;
  let done = startAt;
  await withSource(openSource(options, signal), async (next) => {
    for (const planned of plan.slice(startAt)) {
      signal.throwIfAborted();
      const object = await next(done);
      const outcome = await keep(store, object);
      done++;
      if (outcome.kind === 'refused') refused.push({ name: `${planned.study}, image ${done}`, reason: outcome.comment });
      else stored++;
      onProgress({ done, total: plan.length, StudyInstanceUID: planned.StudyInstanceUID });
    }
  });
  return { stored, refused, studies: [...new Set(plan.map((object) => object.StudyInstanceUID))] };
}

async function keep(store: ObjectStore, object: DemoObject): Promise<StoreOutcome> {
  const { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, dataSet } = object;
  const writer = store.receive({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID, source: { kind: 'demo' } });
  if (!writer.write(dataSet)) await writer.drained();
  return writer.finish();
}

type Next = (index: number) => Promise<DemoObject>;
interface Source {
  readonly next: Next;
  close(): Promise<unknown>;
}

async function withSource(source: Source, work: (next: Next) => Promise<void>): Promise<void> {
  try {
    await work(source.next);
  } finally {
    await source.close();
  }
}

function openSource(options: RunDemoOptions, signal: AbortSignal): Source {
  const script = options.workersDir === undefined ? undefined : join(options.workersDir, 'demo.worker.cjs');
  return script !== undefined && existsSync(script) ? workerSource(script, options, signal) : inlineSource(options);
}

/** Makes an image in this thread and lets the event loop breathe before each. */
function inlineSource(options: DemoOptions): Source {
  const plan = planDemo(options);
  return {
    async next(index) {
      await new Promise((resolve) => setImmediate(resolve));
      const planned = plan[index];
      if (planned === undefined) throw new RangeError(`The demo set has no image ${index}`);
      return planned.make();
    },
    close: () => Promise.resolve(),
  };
}

/** What the worker answers: one image, or why not. */
export type DemoWorkerReply = { readonly ok: true; readonly object: DemoObject } | { readonly ok: false; readonly message: string };

function workerSource(script: string, options: DemoOptions, signal: AbortSignal): Source {
  const plain: DemoOptions = { seed: options.seed, today: options.today, ...(options.studies === undefined ? {} : { studies: options.studies }) };
  const worker = new Worker(script, { workerData: plain });
  const ask = (index: number) =>
    new Promise<DemoObject>((resolve, reject) => {
      const settle = (finish: () => void) => {
        worker.off('message', onMessage);
        worker.off('error', onError);
        worker.off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        finish();
      };
      const onMessage = (reply: DemoWorkerReply) => settle(() => (reply.ok ? resolve(reply.object) : reject(new Error(reply.message))));
      const onError = (error: Error) => settle(() => reject(error));
      const onExit = (code: number) => settle(() => reject(new Error(`The demo worker ended with code ${code}`)));
      const onAbort = () => settle(() => reject(signal.reason as Error));
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      worker.postMessage(index);
    });
  // One image ahead: the worker renders the next one while the store syncs this one.
  let ahead: { index: number; object: Promise<DemoObject> } | undefined;
  const total = planDemo(options).length;
  return {
    async next(index) {
      const object = ahead?.index === index ? await ahead.object : await ask(index);
      if (index + 1 < total) {
        ahead = { index: index + 1, object: ask(index + 1) };
        ahead.object.catch(() => undefined);
      }
      return object;
    },
    close: () => worker.terminate(),
  };
}
