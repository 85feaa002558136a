import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** SHA-256 of what was read from the disk. */
export interface DigestRunner {
  /** At once; or, for bytes in shared memory, from a thread of its own: the loop that hands bytes to peers has other things to do. Never rejects. */
  sha256(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Shorter ones are done before the other thread has woken up. */
const FEW_BYTES = 64 * 1024;

function inline(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** In this thread: tests, and where no worker script is there. */
export function inlineDigests(): DigestRunner {
  return { sha256: inline, close: () => Promise.resolve() };
}

/** One thread, started when it is first needed. What it had in hand when it died is done here; the next bytes start another one. */
export function workerDigests(script: string): DigestRunner {
  let worker: Worker | undefined;
  let nextId = 1;
  const pending = new Map<number, { readonly bytes: Uint8Array; resolve(sha256: Uint8Array): void }>();
  const fail = (): void => {
    worker = undefined;
    for (const { bytes, resolve } of pending.values()) resolve(inline(bytes));
    pending.clear();
  };
  const start = (): Worker => {
    const started = new Worker(script, { name: 'digests', resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    started.on('message', ({ id, sha256 }: { id: number; sha256: Uint8Array }) => {
      pending.get(id)?.resolve(sha256);
      pending.delete(id);
      if (pending.size === 0) started.unref();
    });
    started.on('error', fail);
    started.on('exit', () => worker === started && fail());
    return started;
  };
  return {
    sha256(bytes) {
      if (bytes.length < FEW_BYTES || !(bytes.buffer instanceof SharedArrayBuffer)) return inline(bytes);
      return new Promise((resolve) => {
        worker ??= start();
        worker.ref();
        const id = nextId++;
        pending.set(id, { bytes, resolve });
        worker.postMessage({ id, bytes });
      });
    },
    async close() {
      const ending = worker;
      worker = undefined;
      await ending?.terminate();
      fail();
    },
  };
}
