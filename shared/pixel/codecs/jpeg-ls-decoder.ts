import type { CodestreamShape, FastDecoder } from './codec-types';
import { JPEG_LS_BINARY } from './jpeg-ls-binary';
import { type JpegLsScan, readJpegLsScan } from './jpeg-ls-scan';
import { bytesOfBase64, type WasmMemory, webAssembly } from './web-assembly';

/** See `assembly/jpeg-ls.as`. Places are in its memory. */
interface Exports {
  readonly memory: WasmMemory;
  place(length: number, columns: number, rows: number, sampleBytes: number): number;
  decode(length: number, P: number, T1: number, T2: number, T3: number, RESET: number): number;
}

/** An instance that grew beyond this is not kept: WASM memory never shrinks. */
const KEEP_MEMORY_BYTES = 2 ** 27;

/**
 * Decodes JPEG-LS of one component without loss (ISO/IEC 14495-1), which is what modalities send. Undefined for everything else, and for what is broken: CharLS,
 * which knows the whole standard, judges those. The result is a view of its memory, valid until the next frame. Rejects where WebAssembly cannot compile it.
 */
export async function createJpegLsDecoder(): Promise<FastDecoder> {
  const module = await webAssembly().compile(bytesOfBase64(JPEG_LS_BINARY));
  let instance: Exports | undefined;
  return (encoded, shape) => {
    const scan = shape.samplesPerPixel === 1 ? readJpegLsScan(encoded, shape.bitsStored) : undefined;
    if (scan === undefined) return undefined;
    try {
      instance ??= new (webAssembly().Instance)(module, {}).exports as Exports;
      const bytes = decoded(instance, encoded.subarray(scan.from), shape, scan);
      if (instance.memory.buffer.byteLength > KEEP_MEMORY_BYTES) instance = undefined;
      return bytes === undefined ? undefined : { ok: true, bytes };
    } catch {
      instance = undefined;
      return undefined;
    }
  };
}

function decoded(
  own: Exports,
  coded: Uint8Array,
  { columns, rows, bitsAllocated, bitsStored }: CodestreamShape,
  scan: JpegLsScan,
): Uint8Array<ArrayBuffer> | undefined {
  const sampleBytes = bitsAllocated / 8;
  // Addresses are unsigned, numbers out of WebAssembly are not.
  const at = own.place(coded.length, columns, rows, sampleBytes) >>> 0;
  if (at === 0) return undefined;
  new Uint8Array(own.memory.buffer, at, coded.length).set(coded);
  const { T1, T2, T3, RESET } = scan;
  const from = own.decode(coded.length, bitsStored, T1, T2, T3, RESET) >>> 0;
  return from === 0 ? undefined : new Uint8Array(own.memory.buffer, from, columns * rows * sampleBytes);
}
