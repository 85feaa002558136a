import { withMemoryLimit } from './wasm-memory';
import type { CodestreamShape, FastDecoder } from './codec-types';

/** What emscripten's glue of a module makes (`@cornerstonejs/codec-charls`, `-openjph`): one class that decodes. */
export interface FastModule {
  readonly [className: string]: unknown;
  /** Its memory; new ones when it grew. */
  readonly HEAPU8?: Uint8Array<ArrayBuffer>;
  readonly HEAPU32?: Uint32Array<ArrayBuffer>;
}

/** The module's own factory. It makes no code from text and, given the binary, fetches nothing. */
export type FastFactory = (options: { wasmBinary: Uint8Array<ArrayBuffer>; print: () => void; printErr: () => void }) => Promise<FastModule>;

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
}

export interface DecoderObject {
  /** Where the object lies in the module's memory (emscripten's own bookkeeping). */
  readonly $$?: { readonly ptr?: number };
  getEncodedBuffer(size: number): Uint8Array;
  getDecodedBuffer(): Uint8Array<ArrayBuffer>;
  getFrameInfo(): FrameInfo;
  decode(): void;
  delete(): void;
}

/** Looks for a result in the module's memory, where its own way of giving it out is slow. Undefined: it is not where it should be. */
export type ResultFinder = (module: FastModule, decoder: DecoderObject, encoded: Uint8Array, resultBytes: number) => Uint8Array<ArrayBuffer> | undefined;

/** Bounds what a hostile codestream can make it allocate. */
const MAX_MEMORY_BYTES = 2 ** 30;

/**
 * A decoder over a module of its own. What it refuses goes to the other decoder, which says why; after a fault the instance is thrown away and a new one is made
 * meanwhile. Rejects when the module cannot be made at all.
 */
export async function createFastDecoder(
  factory: FastFactory,
  wasm: ArrayBuffer | Uint8Array<ArrayBuffer>,
  className: string,
  find: ResultFinder = () => undefined,
): Promise<FastDecoder> {
  const wasmBinary = withMemoryLimit(new Uint8Array(wasm), MAX_MEMORY_BYTES);
  const silent = (): undefined => undefined;
  const make = async (): Promise<FastModule> => await factory({ wasmBinary: wasmBinary.slice(), print: silent, printErr: silent });
  let module: FastModule | undefined = await make();
  /** What it holds is the last result: freed with the next frame, each of which has a decoder of its own, so that nothing of another one can show through. */
  let last: DecoderObject | undefined;
  /** What `find` gives was the same as what the decoder itself gave, once. */
  let isFindingRight: boolean | undefined;

  function resultOf(own: FastModule, decoder: DecoderObject, encoded: Uint8Array, resultBytes: number): Uint8Array<ArrayBuffer> | undefined {
    const found = isFindingRight === false ? undefined : find(own, decoder, encoded, resultBytes);
    if (found !== undefined && isFindingRight === true) return found;
    const given = decoder.getDecodedBuffer();
    // Always as plain bytes: another kind of array is copied on byte by byte.
    const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    if (found !== undefined) isFindingRight = found.length === bytes.length && found.every((value, at) => value === bytes[at]);
    return bytes.length === resultBytes ? bytes : undefined;
  }

  return (encoded, shape) => {
    // Colour that is rounded comes out otherwise here: it stays with the decoder that was compared with the references.
    if (module === undefined || (shape.samplesPerPixel !== 1 && !shape.isReversible)) return undefined;
    try {
      last?.delete();
      const Decoder = module[className] as new () => DecoderObject;
      last = new Decoder();
      const view = decode(last, encoded, shape);
      const bytes = view && resultOf(module, last, view, shape.columns * shape.rows * shape.samplesPerPixel * (shape.bitsAllocated / 8));
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

/** Where the encoded bytes lie in the decoder's memory, when what it decoded is what was announced. The result is looked for there: half a megabyte a frame is not copied twice. */
function decode(decoder: DecoderObject, encoded: Uint8Array, shape: CodestreamShape): Uint8Array | undefined {
  const view = decoder.getEncodedBuffer(encoded.length);
  view.set(encoded);
  decoder.decode();
  const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
  const isSame = width === shape.columns && height === shape.rows && componentCount === shape.samplesPerPixel && bitsPerSample === shape.bitsStored;
  return isSame ? view : undefined;
}

/**
 * CharLS' build gives its result out as a copy in new memory, byte by byte (a Uint8ClampedArray: 0.4 ms of the 4 of a CT slice). Its object begins with two vectors of bytes, each a begin, an end and a capacity
 * of 32 bits: what it was given and what it decoded. Believed only where the first is exactly what it was given and the second exactly as long as the frame.
 */
export const secondVector: ResultFinder = ({ HEAPU8, HEAPU32 }, { $$ }, encoded, resultBytes) => {
  const ptr = $$?.ptr;
  if (HEAPU8 === undefined || HEAPU32 === undefined || ptr === undefined || ptr % 4 !== 0) return undefined;
  const [givenFrom, givenTo, , from = 0, to = 0] = HEAPU32.subarray(ptr / 4, ptr / 4 + 5);
  const isGiven = givenFrom === encoded.byteOffset && givenTo === encoded.byteOffset + encoded.length;
  return isGiven && to - from === resultBytes && to <= HEAPU8.length ? new Uint8Array(HEAPU8.buffer, from, resultBytes) : undefined;
};
