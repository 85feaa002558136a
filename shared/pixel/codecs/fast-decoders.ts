// Each layer that takes this file in must see the types of the packages: they ship none.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./cornerstone.d.ts" />
import type { FastDecoder, WasmDecoder } from './codec-types';
import { createFastDecoder, secondVector } from './fast-decoder';
import { createJpegLsDecoder } from './jpeg-ls-decoder';

export interface FastBinaries {
  /** `@cornerstonejs/codec-charls/decodewasm` and `@cornerstonejs/codec-openjph/wasm`. */
  readonly charls: ArrayBuffer | Uint8Array<ArrayBuffer>;
  readonly openjph: ArrayBuffer | Uint8Array<ArrayBuffer>;
}

/**
 * Our own for JPEG-LS of one component without loss, CharLS for the rest of JPEG-LS, OpenJPH for HTJ2K in builds with SIMD (decisions 21 and 355). Rejects when one of them cannot be made:
 * the other decoders serve then.
 */
export async function createFastDecoders({ charls, openjph }: FastBinaries): Promise<Partial<Record<WasmDecoder, FastDecoder>>> {
  const [ofCharls, ofOpenjph] = await Promise.all([import('@cornerstonejs/codec-charls/decodewasmjs'), import('@cornerstonejs/codec-openjph/wasmjs')]);
  const [ownJpegLs, allJpegLs, HtJpeg2000] = await Promise.all([
    createJpegLsDecoder(),
    createFastDecoder(ofCharls.default, charls, 'JpegLSDecoder', secondVector),
    createFastDecoder(ofOpenjph.default, openjph, 'HTJ2KDecoder'),
  ]);
  return { JpegLs: (encoded, shape) => ownJpegLs(encoded, shape) ?? allJpegLs(encoded, shape), HtJpeg2000 };
}
