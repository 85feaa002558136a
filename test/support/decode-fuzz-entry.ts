import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { PixelFormat } from '@shared/domain';
import { createCodecs, decodeFrame } from '@shared/pixel';

/** A frame to decode in a worker thread of Node, as the services' workers do. */
export interface FuzzFrame {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly format: PixelFormat;
  readonly TransferSyntaxUID: string;
}

export interface FuzzAnswer {
  readonly id: number;
  /** `decoded` or the reason. */
  readonly end: string;
}

async function main(): Promise<void> {
  const codecs = await createCodecs(new Uint8Array(readFileSync((workerData as { wasm: string }).wasm)));
  parentPort?.on('message', ({ id, bytes, format, TransferSyntaxUID }: FuzzFrame) => {
    const decoded = decodeFrame(bytes, format, TransferSyntaxUID, undefined, codecs);
    parentPort?.postMessage({ id, end: decoded.ok ? 'decoded' : decoded.reason } satisfies FuzzAnswer);
  });
  parentPort?.postMessage({ id: -1, end: 'ready' } satisfies FuzzAnswer);
}

void main();
