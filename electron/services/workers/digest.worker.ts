import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** SHA-256 of bytes in memory that is shared with the services' thread. */
parentPort?.on('message', ({ id, bytes }: { id: number; bytes: Uint8Array }) => {
  parentPort?.postMessage({ id, sha256: new Uint8Array(createHash('sha256').update(bytes).digest()) });
});
