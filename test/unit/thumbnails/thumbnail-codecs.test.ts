import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runDigestTask } from '../../../electron/services/thumbnails/digest-task';
import { thumbnailCodecs } from '../../../electron/services/thumbnails/thumbnail-codecs';
import { CODECS_WASM } from '../../support/codecs';
import { encodeFrame, pixelFormat } from '../../support/encode-frame';

const JPEG_LS = '1.2.840.10008.1.2.4.80';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';
const LARGE = 100_000;

afterEach(() => vi.restoreAllMocks());

describe('the codecs of small pictures and digests', () => {
  it('decode every coded frame where the machine cannot compile our own JPEG-LS decoder', async () => {
    const compile = WebAssembly.compile.bind(WebAssembly);
    const refused: number[] = [];
    vi.spyOn(WebAssembly, 'compile').mockImplementation((source) => {
      const { byteLength } = source as Uint8Array;
      if (byteLength > LARGE) return compile(source);
      refused.push(byteLength);
      return Promise.reject(new WebAssembly.CompileError('Wasm SIMD unsupported'));
    });
    const format = pixelFormat({ BitsAllocated: 8 });
    const samples = new Uint8Array(format.Rows * format.Columns).map((_, at) => (at * 7) % 251);
    const codecs = await thumbnailCodecs(new Uint8Array(await readFile(CODECS_WASM)).buffer);
    const outcomes = await Promise.all(
      (
        [
          ['JpegLs', JPEG_LS],
          ['Jpeg2000', JPEG_2000],
        ] as const
      ).map(async ([encoder, TransferSyntaxUID]) => {
        const bytes = new Uint8Array(await encodeFrame(encoder, samples, format));
        return runDigestTask({ bytes, format, TransferSyntaxUID }, codecs);
      }),
    );
    expect(refused).toHaveLength(1);
    const native = runDigestTask({ bytes: samples, format, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, undefined);
    expect(outcomes).toEqual([native, native]);
  });
});
