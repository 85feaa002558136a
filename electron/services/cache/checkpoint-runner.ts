import { Worker } from 'node:worker_threads';
import { CallError } from '@shared/contract';
import type { FileLayer } from './file-layer';
import { type CheckpointOutcome, type CheckpointTask, makeObjectFiles, Scratch } from './checkpoint-task';

export interface CheckpointRunner {
  /** One outcome a task, in order; rejects when the worker died (the records stay in the journal, the batch is tried again). */
  run(tasks: readonly CheckpointTask[]): Promise<CheckpointOutcome[]>;
  close(): Promise<void>;
}

/** In this thread, through the given files: tests, and where no worker script is there. */
export function inProcessRunner(files: FileLayer): CheckpointRunner {
  const scratch = new Scratch();
  return { run: (tasks) => makeObjectFiles(files.async, tasks, scratch), close: () => Promise.resolve() };
}

/** Hashing and syncing in a thread of its own: the loop that answers senders never waits for them. A dead worker is replaced at the next batch. */
export function workerRunner(script: string): CheckpointRunner {
  let worker: Worker | undefined;
  let nextId = 1;
  const pending = new Map<number, { resolve(outcomes: CheckpointOutcome[]): void; reject(error: unknown): void }>();
  const fail = (error: unknown) => {
    worker = undefined;
    for (const call of pending.values()) call.reject(error);
    pending.clear();
  };
  const start = (): Worker => {
    const started = new Worker(script, { name: 'checkpoint', resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    started.on('message', (reply: { id: number; outcomes: CheckpointOutcome[] }) => {
      pending.get(reply.id)?.resolve(reply.outcomes);
      pending.delete(reply.id);
      if (pending.size === 0) started.unref();
    });
    started.on('error', fail);
    started.on('exit', () => {
      if (worker === started) fail(new CallError('unavailable', 'the checkpoint worker ended'));
    });
    return started;
  };
  return {
    run: (tasks) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        worker.ref();
        const id = nextId++;
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, tasks });
      }),
    async close() {
      const ending = worker;
      worker = undefined;
      await ending?.terminate();
    },
  };
}
