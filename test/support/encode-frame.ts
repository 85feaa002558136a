import { createRequire } from 'node:module';
import type * as CodecsPackage from 'dcmjs-codecs';
import type { PixelFormat } from '@shared/domain';
import { CODECS_WASM } from './codecs';

// Its CommonJS bundle hides its names from `import`.
const { Context, NativeCodecs } = createRequire(import.meta.url)('dcmjs-codecs') as typeof CodecsPackage;

export type Encoder = 'Jpeg' | 'JpegLs' | 'Jpeg2000' | 'HtJpeg2000' | 'JpegXl';

export interface EncodeOptions {
  readonly lossy?: boolean;
  readonly quality?: number;
  readonly predictor?: number;
  readonly allowedLossyError?: number;
  readonly progressionOrder?: number;
  readonly rate?: number;
}

/** Encodes little endian samples (interleaved) to a frame of a codec, as the program never does: tests make their own streams with it. */
export async function encodeFrame(encoder: Encoder, samples: Uint8Array, format: PixelFormat, options: EncodeOptions = {}): Promise<Uint8Array> {
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync({ webAssemblyModulePathOrUrl: CODECS_WASM });
  const context = new Context({
    width: format.Columns,
    height: format.Rows,
    bitsAllocated: format.BitsAllocated,
    bitsStored: format.BitsStored,
    samplesPerPixel: format.SamplesPerPixel,
    pixelRepresentation: format.PixelRepresentation,
    planarConfiguration: 0,
    photometricInterpretation: format.PhotometricInterpretation,
    decodedBuffer: samples,
  });
  const encoded = NativeCodecs[`encode${encoder}`](context, options).getEncodedBuffer();
  if (encoded === undefined) throw new Error(`${encoder} encoded nothing`);
  return encoded;
}

/** A grey or colour format; 16 bit unsigned MONOCHROME2 of 32 x 24 unless told. */
export function pixelFormat(changes: Partial<PixelFormat> = {}): PixelFormat {
  const bits = changes.BitsAllocated ?? 16;
  const stored = changes.BitsStored ?? bits;
  return {
    Rows: 24,
    Columns: 32,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: bits,
    BitsStored: stored,
    HighBit: stored - 1,
    PixelRepresentation: 0,
    ...changes,
  };
}
