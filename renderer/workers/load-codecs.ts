import { type Codecs, createCodecs, createFastDecoders } from '@shared/pixel';

/** Fetches the codecs' WASM from the app's own files (the bundler puts it there by this address) and compiles it: no code is made from text. */
export async function loadCodecs(): Promise<Codecs> {
  const [all, charls, openjph] = await Promise.all([
    bytesOf(new URL('../../node_modules/dcmjs-codecs/build/dcmjs-native-codecs.wasm', import.meta.url)),
    bytesOf(new URL('../../node_modules/@cornerstonejs/codec-charls/dist/charlswasm_decode.wasm', import.meta.url)),
    bytesOf(new URL('../../node_modules/@cornerstonejs/codec-openjph/dist/openjphjs.wasm', import.meta.url)),
  ]);
  // Without the faster ones every frame is decoded all the same.
  const fast = await createFastDecoders({ charls, openjph }).catch(() => ({}));
  return await createCodecs(all, fast);
}

async function bytesOf(url: URL): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the codec file answers ${response.status}`);
  return await response.arrayBuffer();
}
