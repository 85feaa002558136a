import { encodeFrame, type Encoder, type EncodeOptions, pixelFormat } from './encode-frame';

/** What the frames in renderer/workers/warm-frames.ts show: 32 x 32, `bits` stored of as many allocated. */
export function warmSamples(bits: 8 | 16): Uint8Array {
  const values = Array.from({ length: 32 * 32 }, (_, at) => ((at % 32) ** 2 + 3 * Math.floor(at / 32)) % 2 ** Math.min(bits, 12));
  return bits === 8 ? Uint8Array.from(values) : new Uint8Array(Uint16Array.from(values).buffer);
}

export const warmFormat = (bits: 8 | 16) =>
  pixelFormat({ Rows: 32, Columns: 32, BitsAllocated: bits, BitsStored: Math.min(bits, 12), HighBit: Math.min(bits, 12) - 1 });

/** Makes such a frame anew, base64. */
export async function warmFrame(encoder: Encoder, bits: 8 | 16, options: EncodeOptions = {}): Promise<string> {
  return Buffer.from(await encodeFrame(encoder, warmSamples(bits), warmFormat(bits), options)).toString('base64');
}
