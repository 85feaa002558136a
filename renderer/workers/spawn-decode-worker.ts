import type { DecodeWorker, FromDecodeWorker } from '../imaging';

/** Starts a decode worker of the page. Hostile bytes are decoded there and nowhere else (architecture.md 2). */
export function spawnDecodeWorker(): DecodeWorker {
  const worker = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module', name: 'decode' });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (listener) => worker.addEventListener('message', (event: MessageEvent<FromDecodeWorker>) => listener(event.data)),
    onError: (listener) => {
      worker.addEventListener('error', (event) => listener(event.message || 'it could not be started'));
      worker.addEventListener('messageerror', () => listener('a message could not be read'));
    },
    terminate: () => worker.terminate(),
  };
}
