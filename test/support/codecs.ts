import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Codecs, createCodecs, createFastDecoders } from '@shared/pixel';

const { resolve } = createRequire(import.meta.url);

/** Path of the codecs' WASM in node_modules. */
export const CODECS_WASM = resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm');
export const CHARLS_WASM = resolve('@cornerstonejs/codec-charls/decodewasm');
export const OPENJPH_WASM = resolve('@cornerstonejs/codec-openjph/wasm');

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(path));
}

/** The codecs in this thread of Node, as the page's workers have them. */
export async function nodeCodecs(): Promise<Codecs> {
  const charls = await bytesOf(CHARLS_WASM);
  const openjph = await bytesOf(OPENJPH_WASM);
  return await createCodecs(await bytesOf(CODECS_WASM), await createFastDecoders({ charls, openjph }));
}

/** Without the faster builds. */
export async function plainCodecs(): Promise<Codecs> {
  return await createCodecs(await bytesOf(CODECS_WASM));
}
