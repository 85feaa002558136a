import { type Codecs, createCodecs } from '@shared/pixel';

/** Fetches the codecs' WASM from the app's own files (the bundler puts it there by this address) and compiles it: no code is made from text. */
export async function loadCodecs(): Promise<Codecs> {
  const response = await fetch(new URL('../../node_modules/dcmjs-codecs/build/dcmjs-native-codecs.wasm', import.meta.url));
  if (!response.ok) throw new Error(`the codec file answers ${response.status}`);
  return await createCodecs(await response.arrayBuffer());
}
