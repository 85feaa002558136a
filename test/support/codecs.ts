import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Codecs, createCodecs } from '@shared/pixel';

/** Path of the codecs' WASM in node_modules. */
export const CODECS_WASM = createRequire(import.meta.url).resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm');

/** The codecs in this thread of Node. */
export async function nodeCodecs(): Promise<Codecs> {
  return await createCodecs(new Uint8Array(await readFile(CODECS_WASM)));
}
