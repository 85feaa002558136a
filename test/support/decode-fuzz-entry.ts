import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { PixelFormat } from '@shared/domain';
import { createCodecs, createFastDecoders, decodeFrame } from '@shared/pixel';

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
  const { wasm, charls, openjph } = workerData as { wasm: string; charls: string; openjph: string };
  const bytesOf = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(path));
  const fast = await createFastDecoders({ charls: bytesOf(charls), openjph: bytesOf(openjph) });
  const codecs = await createCodecs(bytesOf(wasm), fast);
  parentPort?.on('message', ({ id, bytes, format, TransferSyntaxUID }: FuzzFrame) => {
    const decoded = decodeFrame(bytes, format, TransferSyntaxUID, undefined, codecs);
    parentPort?.postMessage({ id, end: decoded.ok ? 'decoded' : decoded.reason } satisfies FuzzAnswer);
  });
  parentPort?.postMessage({ id: -1, end: 'ready' } satisfies FuzzAnswer);
}

void main();
