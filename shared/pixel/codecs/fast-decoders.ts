// Each layer that takes this file in must see the types of the packages: they ship none.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./cornerstone.d.ts" />
import type { FastDecoder, WasmDecoder } from './codec-types';
import { createFastDecoder, secondVector } from './fast-decoder';

export interface FastBinaries {
  /** `@cornerstonejs/codec-charls/decodewasm` and `@cornerstonejs/codec-openjph/wasm`. */
  readonly charls: ArrayBuffer | Uint8Array<ArrayBuffer>;
  readonly openjph: ArrayBuffer | Uint8Array<ArrayBuffer>;
}

/** CharLS for JPEG-LS and OpenJPH for HTJ2K in builds with SIMD (decision 21). Rejects when one of them cannot be made: the other decoders serve then. */
export async function createFastDecoders({ charls, openjph }: FastBinaries): Promise<Partial<Record<WasmDecoder, FastDecoder>>> {
  const [ofCharls, ofOpenjph] = await Promise.all([import('@cornerstonejs/codec-charls/decodewasmjs'), import('@cornerstonejs/codec-openjph/wasmjs')]);
  const [JpegLs, HtJpeg2000] = await Promise.all([
    createFastDecoder(ofCharls.default, charls, 'JpegLSDecoder', secondVector),
    createFastDecoder(ofOpenjph.default, openjph, 'HTJ2KDecoder'),
  ]);
  return { JpegLs, HtJpeg2000 };
}
