import { type Codecs, createCodecs, createJpegLsDecoder } from '@shared/pixel';

/** Every codec that frames may need; our own JPEG-LS decoder is taken where this machine can compile it, and without it the others decode every frame all the same. */
export async function thumbnailCodecs(wasm: ArrayBuffer): Promise<Codecs> {
  const JpegLs = await createJpegLsDecoder().catch(() => undefined);
  return await createCodecs(wasm, JpegLs === undefined ? {} : { JpegLs });
}
