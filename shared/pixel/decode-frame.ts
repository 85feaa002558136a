import { inflateSync } from 'fflate';
import { transferSyntaxLabel } from '../dicom';
import type { PixelFormat } from '../domain/display-set';
import { type CodedSamples, decodeCodestream } from './codecs/decode-codestream';
import type { Codecs } from './codecs/codec-module';
import { decodeRle } from './codecs/rle';
import { type ColourSpace, type SampleLayout, toEightBits, toRgb } from './colour/to-rgb';
import { cleanBits, nativeFrameBytes, readGrey, swapBytes, unpackCells } from './native-samples';
import {
  bytesPerValue,
  decodedFormat,
  isChromaHalved,
  isPacked,
  isSigned,
  type StoredArray,
  storedFrameBytes,
  storedType,
  storedView,
  valuesPerFrame,
  whyNotDecodable,
  wordBits,
} from './stored-format';
import { frameCoding } from './transfer-syntax';

export type DecodedFrame =
  | {
      readonly ok: true;
      readonly values: StoredArray;
      /** Found when they are asked for: to look at each value takes longer than to copy an uncompressed frame. */
      readonly min: number;
      readonly max: number;
      /** How `values` lie: colour is RGB by pixel in 8 bits, whatever it was. */
      readonly format: PixelFormat;
    }
  /** `reason` in words: `cannot decode: NAME (UID): why`. What stands in the target then is not to be shown. */
  | { readonly ok: false; readonly kind: 'unsupported' | 'corrupt'; readonly reason: string };

type Fault = Extract<DecodedFrame, { ok: false }>;

/**
 * Decodes one frame into `target` (allocated here when absent): grey as stored values, sign-extended from Bits Stored, what lies outside of Bits Stored (old
 * overlays, PS3.5 8.1.1) masked off; palette colour as its indices; colour as RGB by pixel in 8 bits. `bytes` is the frame as the services hand it out: native,
 * (packed cells of a big endian object in the order of little endian ones) or its fragments joined. The DICOM header's limits and the codestream's own header are checked before anything is allocated. `codecs` (see `createCodecs`)
 * serve JPEG, JPEG-LS, JPEG 2000, HTJ2K and JPEG XL. Never throws on bytes.
 */
export function decodeFrame(bytes: Uint8Array, format: PixelFormat, TransferSyntaxUID: string, target?: StoredArray, codecs?: Codecs): DecodedFrame {
  const coding = frameCoding(TransferSyntaxUID);
  const fault = whyNotDecodable(format, TransferSyntaxUID);
  if (fault !== undefined || coding === undefined) return { ok: false, kind: 'unsupported', reason: `cannot decode: ${fault ?? 'unknown coding'}` };
  const type = storedType(format);
  const count = valuesPerFrame(format);
  if (target !== undefined && (target.length !== count || target.BYTES_PER_ELEMENT !== bytesPerValue(type))) {
    return { ok: false, kind: 'corrupt', reason: `the frame has ${count} values, its place ${target.length}` };
  }
  const place = (): StoredArray => target ?? storedView(type, new ArrayBuffer(storedFrameBytes(format)), 0, count);
  const done = (values: StoredArray): DecodedFrame => ({
    ok: true,
    values,
    get min() {
      return extremes(values).min;
    },
    get max() {
      return extremes(values).max;
    },
    format: decodedFormat(format),
  });
  const fail = ({ kind, reason }: Fault): Fault => ({ ok: false, kind, reason: `cannot decode: ${transferSyntaxLabel(TransferSyntaxUID)}: ${reason}` });

  switch (coding.kind) {
    case 'native': {
      const short = shortage(bytes, format);
      return short ?? done(readNative(bytes, format, coding.isBigEndian, place()));
    }
    case 'deflatedFrame': {
      const inflated = inflate(bytes, nativeFrameBytes(format));
      return inflated.ok ? done(readNative(inflated.bytes, format, false, place())) : fail(inflated);
    }
    case 'rle': {
      const { SamplesPerPixel, Rows, Columns } = format;
      const bytesPerSample = Math.ceil(format.BitsAllocated / 8);
      const decoded = decodeRle(bytes, { pixels: Rows * Columns, samplesPerPixel: SamplesPerPixel, bytesPerSample });
      if (!decoded.ok) return fail({ ...decoded, kind: 'corrupt' });
      // Segments hold whole planes of whole bytes: cells are not packed, chroma is never halved, and Planar Configuration says nothing (PS3.5 G.2).
      return done(readSamples(decoded.bytes, { ...format, BitsAllocated: 8 * bytesPerSample }, 'byPixel', place()));
    }
    default: {
      if (codecs === undefined) return fail({ ok: false, kind: 'unsupported', reason: 'its decoder is not loaded' });
      const samples = decodeCodestream(coding.kind, bytes, format, codecs);
      return samples.ok ? done(placeCoded(samples, format, place())) : fail(samples);
    }
  }
}

function shortage(bytes: Uint8Array, format: PixelFormat): Fault | undefined {
  const needed = nativeFrameBytes(format);
  if (bytes.byteLength >= needed) return undefined;
  return { ok: false, kind: 'corrupt', reason: `the frame has ${bytes.byteLength} of ${needed} bytes: the object is cut short` };
}

/** Raw DEFLATE of one frame, perhaps padded to even length. Never more memory than the frame has. */
function inflate(bytes: Uint8Array, needed: number): { readonly ok: true; readonly bytes: Uint8Array } | Fault {
  try {
    const out = inflateSync(bytes, { out: new Uint8Array(needed + 2) });
    if (out.length === needed || out.length === needed + (needed % 2)) return { ok: true, bytes: out };
    const length = out.length > needed ? 'more than the' : `${out.length} of`;
    return { ok: false, kind: 'corrupt', reason: `the frame inflates to ${length} ${needed} bytes` };
  } catch {
    return { ok: false, kind: 'corrupt', reason: 'the deflated frame is damaged' };
  }
}

function readNative(bytes: Uint8Array, format: PixelFormat, isBigEndian: boolean, values: StoredArray): StoredArray {
  if (format.SamplesPerPixel === 1) {
    readGrey(bytes, format, isBigEndian, values);
    return values;
  }
  const bytesPerSample = format.BitsAllocated / 8;
  const isSwapped = isBigEndian && bytesPerSample > 1 && !isPacked(format.BitsAllocated);
  const raw = isSwapped ? bytes.slice(0, nativeFrameBytes(format)) : bytes.subarray(0, nativeFrameBytes(format));
  if (isSwapped) swapBytes(raw, bytesPerSample);
  const layout = isChromaHalved(format.PhotometricInterpretation) ? 'chromaHalved' : format.PlanarConfiguration === 1 ? 'byPlane' : 'byPixel';
  return readSamples(raw, format, layout, values);
}

/** Little endian samples whose bits lie as the DICOM header says. */
function readSamples(bytes: Uint8Array, format: PixelFormat, layout: SampleLayout, values: StoredArray): StoredArray {
  if (format.SamplesPerPixel === 1) {
    readGrey(bytes, format, false, values);
    return values;
  }
  const bits = isPacked(format.BitsAllocated) ? wordBits(format.BitsAllocated) : format.BitsAllocated;
  const words = bits === format.BitsAllocated ? bytes : unpacked(bytes, format.BitsAllocated);
  toRgb(toEightBits(words, bits, format.BitsStored, format.HighBit), layout, spaceOf(format), asBytes(values));
  return values;
}

/** Packed samples in little endian words of their own. */
function unpacked(bytes: Uint8Array, bits: number): Uint8Array {
  const type = `uint${wordBits(bits)}` as const;
  const count = Math.floor((bytes.length * 8) / bits);
  const words = storedView(type, new ArrayBuffer(count * bytesPerValue(type)), 0, count);
  unpackCells(bytes, bits, words);
  return asBytes(words);
}

function spaceOf({ PhotometricInterpretation }: PixelFormat): ColourSpace {
  if (PhotometricInterpretation === 'RGB') return 'RGB';
  return PhotometricInterpretation.startsWith('YBR_PARTIAL') ? 'YBR_PARTIAL' : 'YBR_FULL';
}

function asBytes(values: StoredArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A codec's samples: their bits lie from bit 0 up, in the codestream's precision. */
function placeCoded(samples: Extract<CodedSamples, { ok: true }>, format: PixelFormat, values: StoredArray): StoredArray {
  const { bytes, bitsAllocated, bitsStored } = samples;
  if (format.SamplesPerPixel > 1) {
    toRgb(toEightBits(bytes, bitsAllocated, bitsStored, bitsStored - 1), samples.layout, samples.space, asBytes(values));
    return values;
  }
  const hasSign = isSigned(storedType(format));
  const width = bytesPerValue(storedType(format)) * 8;
  if (bitsAllocated === width) asBytes(values).set(bytes);
  else if (bitsAllocated < width) values.set(bytes);
  else values.set(new Uint16Array(bytes.slice().buffer)); // header of 8 bits, codestream of up to 16: refused before
  const bits = samples.signBits ?? Math.min(format.BitsStored, width);
  const highBit = samples.signBits === undefined ? format.HighBit : samples.signBits - 1;
  if (bits < width) cleanBits(values, bits, highBit, hasSign);
  return values;
}

/** Lowest and highest value; of floating point what is no finite number is left out. */
export function extremes(values: StoredArray): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  const isFloat = values instanceof Float32Array || values instanceof Float64Array;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (isFloat && !Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}
