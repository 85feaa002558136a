import { decodeFrame } from '@shared/pixel';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createFastDecoder, type DecoderObject, type FastModule, secondVector } from '../../../shared/pixel/codecs/fast-decoder';
import { CHARLS_WASM, CODECS_WASM, nodeCodecs, plainCodecs } from '../../support/codecs';
import { type Encoder, encodeFrame, pixelFormat } from '../../support/encode-frame';

const CASES: readonly (readonly [Encoder, string, number, number, 0 | 1])[] = (['JpegLs', 'HtJpeg2000'] as const).flatMap((encoder) =>
  (
    [
      [8, 8, 0],
      [16, 12, 0],
      [16, 16, 0],
      [16, 12, 1],
      [16, 16, 1],
    ] as const
  ).map(
    ([allocated, stored, sign]) => [encoder, encoder === 'JpegLs' ? '1.2.840.10008.1.2.4.80' : '1.2.840.10008.1.2.4.201', allocated, stored, sign] as const,
  ),
);

describe('the faster decoders', () => {
  it.each(CASES)('give the same values as the other ones: %s %s, %d bits allocated, %d stored, sign %d', async (encoder, syntax, allocated, stored, sign) => {
    const format = pixelFormat({ BitsAllocated: allocated, BitsStored: stored, HighBit: stored - 1, PixelRepresentation: sign });
    const { Rows, Columns } = format;
    const mask = 2 ** stored - 1;
    const cells = Uint16Array.from({ length: Rows * Columns }, (_, at) => {
      const value = (at * at * 31 + at * 7) & mask;
      return sign === 1 && value > mask >> 1 ? value | (0xffff & ~mask) : value;
    });
    const raw = allocated === 8 ? Uint8Array.from(cells) : new Uint8Array(cells.buffer);
    const encoded = new Uint8Array(await encodeFrame(encoder, raw, format));
    const [fast, plain] = [await nodeCodecs(), await plainCodecs()];
    decodeFrame(encoded, format, syntax, undefined, fast); // from the second frame on a result may be taken where it lies
    const ours = decodeFrame(encoded, format, syntax, undefined, fast);
    const other = decodeFrame(encoded, format, syntax, undefined, plain);
    if (!ours.ok || !other.ok) return expect.fail('not decoded');
    expect([...ours.values]).toEqual([...other.values]);
    const direct = allocated === 8 ? [...raw] : [...(sign === 1 ? new Int16Array(cells.buffer) : cells)];
    expect([...ours.values]).toEqual(direct);
  });

  it.each([
    ['JpegLs', '1.2.840.10008.1.2.4.80'],
    ['HtJpeg2000', '1.2.840.10008.1.2.4.201'],
  ] as const)('give the same colours as the other ones, without loss: %s', async (encoder, syntax) => {
    const format = pixelFormat({ BitsAllocated: 8, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 });
    const raw = Uint8Array.from({ length: format.Rows * format.Columns * 3 }, (_, at) => (at * at * 13 + at * 5) >> 2);
    const encoded = new Uint8Array(await encodeFrame(encoder, raw, format));
    for (const codecs of [await nodeCodecs(), await plainCodecs()]) {
      for (let round = 0; round < 2; round++) {
        const decoded = decodeFrame(encoded, format, syntax, undefined, codecs);
        expect(decoded.ok && [...decoded.values]).toEqual([...raw]);
      }
    }
  });

  it.each([
    ['JpegLs', '1.2.840.10008.1.2.4.80'],
    ['HtJpeg2000', '1.2.840.10008.1.2.4.201'],
  ] as const)('give each frame values of its own, whatever comes after it: %s', async (encoder, syntax) => {
    const format = pixelFormat();
    const frames = [1, 2, 3].map((factor) => new Uint8Array(format.Rows * format.Columns * 2).map((_, at) => at * factor));
    const codecs = await nodeCodecs();
    const encoded = await Promise.all(frames.map(async (raw) => new Uint8Array(await encodeFrame(encoder, raw, format))));
    const decoded = encoded.map((bytes) => decodeFrame(bytes, format, syntax, undefined, codecs));
    expect(decoded.map((one) => one.ok && [...new Uint8Array(one.values.slice().buffer)])).toEqual(frames.map((raw) => [...raw]));
  });

  it('leave what they refuse to the other ones, which say why, and go on with the next frame', async () => {
    const format = pixelFormat();
    const raw = new Uint8Array(format.Rows * format.Columns * 2).map((_, at) => at * 7);
    const encoded = new Uint8Array(await encodeFrame('HtJpeg2000', raw, format));
    const codecs = await nodeCodecs();
    const broken = encoded.slice();
    broken.fill(0xff, encoded.length >> 1);
    const syntax = '1.2.840.10008.1.2.4.201';
    for (let round = 0; round < 3; round++) {
      const bad = decodeFrame(broken, format, syntax, undefined, codecs);
      expect(typeof bad.ok).toBe('boolean');
      const good = decodeFrame(encoded, format, syntax, undefined, codecs);
      expect(good.ok && new Uint8Array(good.values.slice().buffer)).toEqual(raw);
    }
  });
});

describe('a result that is looked for in the memory of a decoder', () => {
  const shape = { columns: 2, rows: 1, samplesPerPixel: 1, bitsAllocated: 16, bitsStored: 16, isSigned: false, isReversible: true } as const;
  const memory = Uint8Array.of(1, 2, 3, 4, 9, 9, 9, 9);

  /** Decodes every frame to 1 2 3 4, and gives it out as CharLS' build does: a copy, of another kind of array. */
  class Copying implements DecoderObject {
    getEncodedBuffer = (size: number): Uint8Array => new Uint8Array(size);
    getDecodedBuffer = (): Uint8Array<ArrayBuffer> => Uint8ClampedArray.from(memory.subarray(0, 4)) as unknown as Uint8Array<ArrayBuffer>;
    getFrameInfo = (): { width: number; height: number; bitsPerSample: number; componentCount: number } => ({
      width: 2,
      height: 1,
      bitsPerSample: 16,
      componentCount: 1,
    });
    decode = (): void => undefined;
    delete = (): void => undefined;
  }
  const factory = (): Promise<FastModule> => Promise.resolve({ Copying });

  it('is taken there once it was the same as what the decoder gave out', async () => {
    const decode = await createFastDecoder(factory, await readFile(CODECS_WASM), 'Copying', () => memory.subarray(0, 4));
    const [first, second] = [decode(new Uint8Array(3), shape), decode(new Uint8Array(3), shape)];
    expect(first?.ok === true && [...first.bytes]).toEqual([1, 2, 3, 4]);
    expect(first?.ok === true && first.bytes.buffer).not.toBe(memory.buffer);
    expect(second?.ok === true && second.bytes.buffer).toBe(memory.buffer);
  });

  it('is never believed again after it was another one', async () => {
    const decode = await createFastDecoder(factory, await readFile(CODECS_WASM), 'Copying', () => memory.subarray(4, 8));
    for (let round = 0; round < 3; round++) {
      const decoded = decode(new Uint8Array(3), shape);
      expect(decoded?.ok === true && [...decoded.bytes]).toEqual([1, 2, 3, 4]);
    }
  });

  it('is found in CharLS, and not where the memory says something else', async () => {
    const { default: charls } = await import('@cornerstonejs/codec-charls/decodewasmjs');
    const format = pixelFormat();
    const raw = new Uint8Array(format.Rows * format.Columns * 2).map((_, at) => at * 7);
    const encoded = new Uint8Array(await encodeFrame('JpegLs', raw, format));
    const module: FastModule = await charls({ wasmBinary: new Uint8Array(await readFile(CHARLS_WASM)), print: () => undefined, printErr: () => undefined });
    const decoder = new (module['JpegLSDecoder'] as new () => DecoderObject)();
    const view = decoder.getEncodedBuffer(encoded.length);
    view.set(encoded);
    decoder.decode();
    expect(secondVector(module, decoder, view, raw.length)).toEqual(raw);
    expect(secondVector(module, decoder, view, raw.length - 2)).toBeUndefined();
    expect(secondVector(module, decoder, view.subarray(1), raw.length)).toBeUndefined();
    expect(secondVector({}, decoder, view, raw.length)).toBeUndefined();
  });
});
