import type { CodestreamShape, FastDecoder, WasmDecoded, WasmDecoder } from './codec-types';
import { withMemoryLimit } from './wasm-memory';
import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly';

export type { CodestreamShape, WasmDecoded, WasmDecoder } from './codec-types';

/** WASM codecs of one thread. */
export interface Codecs {
  /**
   * Decodes a codestream to samples in little endian order, interleaved unless the codestream is planar; they are valid until the next call. Never throws; after a
   * fault or when its memory grew large the instance is thrown away and the next call has a fresh one.
   */
  decode(decoder: WasmDecoder, encoded: Uint8Array, shape: CodestreamShape): WasmDecoded;
}

/** The most memory that one instance may take. Bounds what a hostile codestream can make a decoder allocate. */
const MAX_MEMORY_BYTES = 2 ** 30;
/** An instance that grew beyond this is not kept: WASM memory never shrinks. */
const KEEP_MEMORY_BYTES = 3 * 2 ** 27;

type Call = (...values: number[]) => number;

interface Exports {
  readonly memory: WasmMemory;
  readonly [name: string]: unknown;
}

/**
 * Codecs over the bytes of `dcmjs-native-codecs.wasm`, and faster ones for some codestreams, which are asked first. Compiles once (asynchronous), instances are
 * made as needed. Rejects when the bytes are no such module.
 */
export async function createCodecs(wasm: Uint8Array<ArrayBuffer> | ArrayBuffer, fast: Partial<Record<WasmDecoder, FastDecoder>> = {}): Promise<Codecs> {
  const module = await webAssembly().compile(withMemoryLimit(new Uint8Array(wasm), MAX_MEMORY_BYTES));
  let instance: Exports | undefined;
  return {
    decode(decoder, encoded, shape) {
      const quick = fast[decoder]?.(encoded, shape);
      if (quick !== undefined) return quick;
      try {
        instance ??= instantiate(module);
        const bytes = run(instance, decoder, encoded, shape);
        if (instance.memory.buffer.byteLength > KEEP_MEMORY_BYTES) instance = undefined;
        return { ok: true, bytes };
      } catch (error) {
        instance = undefined; // C++ frames were left without their destructors: nothing in there can be trusted
        return { ok: false, reason: faultText(error) };
      }
    },
  };
}

/** `Source::Function::text` of the module, traps and aborts as one short sentence without control characters. */
function faultText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const text = (message.split('::').at(-1) ?? message).replace(/[^\x20-\x7e]+/g, ' ').trim();
  return text === '' ? 'the decoder stopped' : text.slice(0, 160);
}

/** Only what the module imports: no files, no environment, no clock. Texts of the decoders go nowhere: they are of hostile bytes. */
function instantiate(module: WasmModule): Exports {
  const memory = (): ArrayBuffer => exports.memory.buffer;
  const zero = (...places: number[]): number => {
    for (const place of places) new DataView(memory()).setUint32(place, 0, true);
    return 0;
  };
  const imports = {
    env: {
      onCodecsException: (at: number, length: number) => {
        throw new Error(String.fromCharCode(...new Uint8Array(memory(), at, Math.min(length, 500))));
      },
      onCodecsInfo: () => undefined,
      onCodecsTrace: () => undefined,
      emscripten_notify_memory_growth: () => undefined,
    },
    wasi_snapshot_preview1: {
      proc_exit: (code: number) => {
        throw new Error(`the decoder ended with ${code}`);
      },
      clock_time_get: (_clock: number, _precision: bigint, at: number) => zero(at, at + 4),
      environ_sizes_get: (count: number, size: number) => zero(count, size),
      environ_get: () => 0,
      fd_write: (_file: number, vectors: number, count: number, written: number) => {
        const view = new DataView(memory());
        let sum = 0;
        for (let index = 0; index < count; index++) sum += view.getUint32(vectors + 8 * index + 4, true);
        view.setUint32(written, sum, true);
        return 0;
      },
      fd_close: () => 0,
      fd_seek: () => 0,
    },
  };
  const exports = new (webAssembly().Instance)(module, imports).exports as Exports;
  call(exports, '_initialize');
  return exports;
}

function call(exports: Exports, name: string, ...values: number[]): number {
  const found = exports[name];
  if (typeof found !== 'function') throw new Error(`the codec module has no ${name}`);
  return (found as Call)(...values);
}

/** Photometric Interpretation as the module counts them; it only labels: what is decoded stays in the codestream's own colour space. */
const MONOCHROME2 = 1;
const RGB = 3;

function run(exports: Exports, decoder: WasmDecoder, encoded: Uint8Array, shape: CodestreamShape): Uint8Array<ArrayBuffer> {
  const context = call(exports, 'CreateCodecsContext');
  call(exports, 'SetColumns', context, shape.columns);
  call(exports, 'SetRows', context, shape.rows);
  call(exports, 'SetBitsAllocated', context, shape.bitsAllocated);
  call(exports, 'SetBitsStored', context, shape.bitsStored);
  call(exports, 'SetSamplesPerPixel', context, shape.samplesPerPixel);
  call(exports, 'SetPixelRepresentation', context, shape.isSigned ? 1 : 0);
  call(exports, 'SetPlanarConfiguration', context, 0);
  call(exports, 'SetPhotometricInterpretation', context, shape.samplesPerPixel === 1 ? MONOCHROME2 : RGB);
  call(exports, 'SetEncodedBufferSize', context, encoded.length);
  const input = call(exports, 'GetEncodedBuffer', context);
  if (input === 0) throw new Error('no memory for the frame');
  new Uint8Array(exports.memory.buffer).set(encoded, input);
  const parameters = call(exports, 'CreateDecoderParameters');
  call(exports, 'SetConvertColorspaceToRgb', parameters, 0);
  call(exports, `Decode${decoder}`, context, parameters);
  const bytes = new Uint8Array(exports.memory.buffer, call(exports, 'GetDecodedBuffer', context), call(exports, 'GetDecodedBufferSize', context)).slice();
  call(exports, 'ReleaseDecoderParameters', parameters);
  call(exports, 'ReleaseCodecsContext', context);
  return bytes;
}
