import { withMemoryLimit } from './wasm-memory';
import type { CodestreamShape, FastDecoder } from './codec-types';

/** What emscripten's glue of a module makes (`@cornerstonejs/codec-charls`, `-openjph`): one class that decodes. */
export interface FastModule {
  readonly [className: string]: unknown;
}

/** The module's own factory. It makes no code from text and, given the binary, fetches nothing. */
export type FastFactory = (options: { wasmBinary: Uint8Array<ArrayBuffer>; print: () => void; printErr: () => void }) => Promise<FastModule>;

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
}

interface DecoderObject {
  getEncodedBuffer(size: number): Uint8Array;
  getDecodedBuffer(): Uint8Array<ArrayBuffer>;
  getFrameInfo(): FrameInfo;
  decode(): void;
  delete(): void;
}

/** Bounds what a hostile codestream can make it allocate. */
const MAX_MEMORY_BYTES = 2 ** 30;

/**
 * A decoder over a module of its own. What it refuses goes to the other decoder, which says why; after a fault the instance is thrown away and a new one is made
 * meanwhile. Rejects when the module cannot be made at all.
 */
export async function createFastDecoder(factory: FastFactory, wasm: ArrayBuffer | Uint8Array<ArrayBuffer>, className: string): Promise<FastDecoder> {
  const wasmBinary = withMemoryLimit(new Uint8Array(wasm), MAX_MEMORY_BYTES);
  const silent = (): undefined => undefined;
  const make = async (): Promise<FastModule> => await factory({ wasmBinary: wasmBinary.slice(), print: silent, printErr: silent });
  let module: FastModule | undefined = await make();
  /** What it holds is the last result: freed with the next frame, each of which has a decoder of its own, so that nothing of another one can show through. */
  let last: DecoderObject | undefined;
  return (encoded, shape) => {
    // Colour that is rounded comes out otherwise here: it stays with the decoder that was compared with the references.
    if (module === undefined || (shape.samplesPerPixel !== 1 && !shape.isReversible)) return undefined;
    try {
      last?.delete();
      const Decoder = module[className] as new () => DecoderObject;
      last = new Decoder();
      const bytes = run(last, encoded, shape);
      return bytes === undefined ? undefined : { ok: true, bytes };
    } catch {
      module = undefined;
      last = undefined;
      make().then(
        (made) => (module = made),
        () => undefined, // the other decoder serves alone then
      );
      return undefined;
    }
  };
}

/** A view of the decoder's memory: half a megabyte a frame is not copied twice. */
function run(decoder: DecoderObject, encoded: Uint8Array, shape: CodestreamShape): Uint8Array<ArrayBuffer> | undefined {
  decoder.getEncodedBuffer(encoded.length).set(encoded);
  decoder.decode();
  const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
  const isSame = width === shape.columns && height === shape.rows && componentCount === shape.samplesPerPixel && bitsPerSample === shape.bitsStored;
  const bytes = isSame ? decoder.getDecodedBuffer() : undefined;
  return bytes?.length === shape.columns * shape.rows * shape.samplesPerPixel * (shape.bitsAllocated / 8) ? bytes : undefined;
}
