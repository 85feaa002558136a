/** What stands before the one scan of a picture, with the thresholds that hold for it. */
export interface JpegLsScan {
  /** Where its entropy coded bytes begin. */
  readonly from: number;
  readonly T1: number;
  readonly T2: number;
  readonly T3: number;
  readonly RESET: number;
}

const LSE = 0xf8;
const SOS = 0xda;
const SOF55 = 0xf7;
/** Differences are compared in 16 bits with a sign. */
const MOST_THRESHOLD = 0x7fff;
/** The standard allows MAXVAL where that is more (C.2.4.1.1); sums of so many errors would not fit into 32 bits. */
const MOST_RESET = 255;

/**
 * The scan of a codestream of one component without loss (ISO/IEC 14495-1 C.2): NEAR = 0, no interleaving, no mapping table, no restart interval, no point transform, MAXVAL = 2^P - 1, RESET up to 255.
 * Undefined: it is another one, or not well formed.
 */
export function readJpegLsScan(bytes: Uint8Array, P: number): JpegLsScan | undefined {
  if (P < 2 || P > 16 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const MAXVAL = 2 ** P - 1;
  let preset: readonly number[] = [0, 0, 0, 0];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    const end = at + 2 + u16(bytes, at + 2);
    const body = bytes.subarray(at + 4, end);
    if (end > bytes.length || end < at + 4) return undefined;
    if (marker === SOS) return isPlainScan(body) ? thresholds(MAXVAL, preset, end) : undefined;
    if (marker === LSE) {
      // C.2.4.1.1: preset coding parameters; the others are tables and sizes.
      if (body[0] !== 1 || body.length !== 11) return undefined;
      const [given = 0, ...rest] = [1, 3, 5, 7, 9].map((from) => u16(body, from));
      if (given !== 0 && given !== MAXVAL) return undefined;
      preset = rest;
    } else if (marker !== SOF55 && marker !== 0xfe && (marker < 0xe0 || marker > 0xef)) return undefined;
    at = end;
  }
  return undefined;
}

/** Ns 1, no mapping table, NEAR 0, ILV 0, no point transform (C.2.3). */
function isPlainScan(body: Uint8Array): boolean {
  return body.length === 6 && body[0] === 1 && body[2] === 0 && body[3] === 0 && body[4] === 0 && body[5] === 0;
}

/** C.2.4.1.1.1 with NEAR = 0: 0 stands for the default. */
function thresholds(MAXVAL: number, [t1 = 0, t2 = 0, t3 = 0, reset = 0]: readonly number[], from: number): JpegLsScan | undefined {
  const [d1, d2, d3] = defaults(MAXVAL);
  const T1 = t1 === 0 ? d1 : t1;
  const T2 = t2 === 0 ? d2 : t2;
  const T3 = t3 === 0 ? d3 : t3;
  const RESET = reset === 0 ? 64 : reset;
  const isValid = T1 >= 1 && T1 <= T2 && T2 <= T3 && T3 <= Math.min(MAXVAL, MOST_THRESHOLD) && RESET >= 3 && RESET <= MOST_RESET;
  return isValid ? { from, T1, T2, T3, RESET } : undefined;
}

function defaults(MAXVAL: number): [number, number, number] {
  const clamp = (value: number, least: number): number => (value > MAXVAL || value < least ? least : value);
  const factor = MAXVAL >= 128 ? Math.floor((Math.min(MAXVAL, 4095) + 128) / 256) : Math.floor(256 / (MAXVAL + 1));
  const [b1, b2, b3] =
    MAXVAL >= 128
      ? [factor + 2, 4 * factor + 3, 17 * factor + 4]
      : [Math.max(2, Math.floor(3 / factor)), Math.max(3, Math.floor(7 / factor)), Math.max(4, Math.floor(21 / factor))];
  const T1 = clamp(b1, 1);
  const T2 = clamp(b2, T1);
  return [T1, T2, clamp(b3, T2)];
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}
