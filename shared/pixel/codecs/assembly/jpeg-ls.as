/**
 * One lossless scan of one component of JPEG-LS (ISO/IEC 14495-1 Annex A; NEAR = 0, MAXVAL = 2^P - 1), in AssemblyScript: `node build/wasm/compile.mjs` makes
 * `../jpeg-ls-binary.ts` of it. What it does not take, or finds broken, is another decoder's to judge.
 *
 * A sample waits for its left neighbour, so the time of a picture is that of the longest chain of dependent instructions in `decodeLine`: nothing branches there on
 * what the samples are, k of a context is worked out when the context changes, and what depends on the line above only is done before (`gradients`).
 */

/** J of A.2.1. */
const J: usize = 64;
/** Contexts of 32 bytes: A, B (Nn of those for run interruption), C, N and k, 32 bits each. 365 and 366 belong to run interruption. */
const CONTEXTS: usize = 128;
const INTERRUPTED: i32 = 365 << 5;
/** Q3 times the size of a context by the difference of two samples, 16 bits each, zero in the middle. */
const QUANTIZED: usize = 16384;
const MIDDLE: usize = QUANTIZED + 131072;
const LINES: usize = QUANTIZED + 262144;
/** Vectors may reach so far beyond a line, words beyond the bits; a word surely has so many of them. */
const BEYOND: usize = 64;
const WORD_BITS: i32 = 33;

// Where things lie, and of the frame.
let source: usize, bits: usize, samples: usize;
let columns: usize, rows: usize, sampleBytes: usize;
let MAXVAL: i32, T1: i32, T2: i32, T3: i32, RESET: i32, qbpp: i32, LIMIT: i32;
// Of the scan as far as it is decoded.
let position: usize, end: usize, RUNindex: i32;

const FINE = 0;
const BROKEN = 1;

/** Makes room for a frame and its coded bytes; returns where those are to be put, 0 where there is no room. Columns and rows at least 1. */
export function place(length: usize, width: usize, height: usize, bytesOfSample: usize): usize {
  columns = width;
  rows = height;
  sampleBytes = bytesOfSample;
  const lines: usize = 3 * lineBytes();
  source = LINES + lines + BEYOND;
  bits = (source + length + BEYOND + 15) & ~15;
  samples = (bits + length + BEYOND + 15) & ~15;
  const needed = <u64>samples + <u64>width * <u64>height * <u64>bytesOfSample + <u64>BEYOND;
  const has = (<u64>memory.size()) << 16;
  if (needed > has) {
    const pages = (needed - has + 0xffff) >> 16;
    if (pages > 0xffff || memory.grow(<i32>pages) < 0) return 0;
  }
  return source;
}

/**
 * Decodes what was put at `place`: entropy coded bytes, from behind the header of the scan, `length` of them. Returns where the samples lie, row by row, or 0: broken.
 * P from 2 to 16; 1 <= t1 <= t2 <= t3 <= 32,767; reset from 3 to 255: no sum of a context leaves 32 bits.
 */
export function decode(length: usize, P: i32, t1: i32, t2: i32, t3: i32, reset: i32): usize {
  prepare(P, t1, t2, t3, reset);
  end = withoutStuffing(length);
  position = 0;
  RUNindex = 0;
  let above: usize = LINES + 16;
  let line = above + lineBytes();
  memory.fill(above - 16, 0, 2 * lineBytes());
  const last = columns << 1;
  for (let y: usize = 0, to = samples; y < rows; y++, to += columns * sampleBytes) {
    // A.2: right of the last sample above stands that sample, left of the first one the first one above.
    store<u16>(above + last, load<u16>(above + last), 2);
    store<u16>(line, load<u16>(above, 2));
    gradients(above, last);
    if (decodeLine(above, line, last) != FINE || position > end) return 0;
    if (sampleBytes == 2) memory.copy(to, line + 2, last);
    else for (let x: usize = 0; x < columns; x++) store<u8>(to + x, load<u16>(line + 2 + (x << 1)));
    const other = above;
    above = line;
    line = other;
  }
  // Zeros pad the last byte. More is no scan as this decoder knows it.
  const rest = end - position;
  return rest < 8 && (wordAt(position) >> 1) >> (63 - rest) == 0 ? samples : 0;
}

function lineBytes(): usize {
  return (((columns + 2) << 1) + 2 * BEYOND + 15) & ~15;
}

/** A.2.1: the variables of a scan, and the table of quantized differences where it is another one than before. */
function prepare(P: i32, t1: i32, t2: i32, t3: i32, reset: i32): void {
  const maxval = (1 << P) - 1;
  qbpp = P;
  LIMIT = 2 * (P + max(8, P));
  RESET = reset;
  if (maxval != MAXVAL || t1 != T1 || t2 != T2 || t3 != T3) {
    MAXVAL = maxval;
    T1 = t1;
    T2 = t2;
    T3 = t3;
    for (let d = 0; d <= maxval; d++) {
      const region = (i32(d > 0) + i32(d >= t1) + i32(d >= t2) + i32(d >= t3)) << 5;
      store<i16>(MIDDLE + (d << 1), region);
      store<i16>(MIDDLE - (d << 1), -region);
    }
  }
  const A = max(2, (maxval + 33) >> 6);
  let k = 0;
  while (1 << k < A) k++;
  for (let Q: usize = 0; Q < 367; Q++) {
    const context = CONTEXTS + (Q << 5);
    put(context, A, 0, 0, 1, k);
  }
  for (let index: usize = 0; index < 32; index++) {
    const i = <i32>index;
    store<u8>(J + index, i < 16 ? i >> 2 : i < 24 ? (i >> 1) - 4 : i - 16);
  }
}

function put(context: usize, A: i32, B: i32, C: i32, N: i32, k: i32): void {
  store<i32>(context, A);
  store<i32>(context, B, 4);
  store<i32>(context, C, 8);
  store<i32>(context, N, 12);
  store<i32>(context, k, 16);
}

/**
 * C.2: a bit is stuffed after each FF. Copies the coded bytes up to a marker without them, in words of 32 bits whose first bit is the highest, and zeros behind. Returns the number of bits; 0 where End of Image does not end them.
 */
function withoutStuffing(length: usize): usize {
  let from = source;
  const stop = source + length;
  let to = bits;
  let pending: u64 = 0;
  let count: i32 = 0;
  let before: u32 = 0;
  while (from < stop) {
    if (before != 0xff && from + 4 <= stop) {
      const four = bswap<u32>(load<u32>(from));
      // No FF among them.
      if (((~four - 0x01010101) & four & 0x80808080) == 0) {
        pending = (pending << 32) | (<u64>four);
        store<u32>(to, <u32>(pending >> count));
        to += 4;
        from += 4;
        before = 0;
        continue;
      }
    }
    const byte = <u32>load<u8>(from);
    if (before == 0xff && byte > 0x7f) break;
    const size = before == 0xff ? 7 : 8;
    pending = (pending << size) | (<u64>byte);
    count += size;
    before = byte;
    from++;
    if (count >= 32) {
      count -= 32;
      store<u32>(to, <u32>(pending >> count));
      to += 4;
    }
  }
  store<u32>(to, <u32>(pending << (32 - count)));
  memory.fill(to + 4, 0, BEYOND);
  const isWhole = before == 0xff && from < stop && load<u8>(from) == 0xd9;
  return isWhole ? ((to - bits) << 3) + count - 8 : 0;
}

/** The bits from `at` on, `WORD_BITS` of them at least. */
function wordAt(at: usize): u64 {
  return rotl<u64>(load<u64>(bits + ((at >> 5) << 2)), 32) << (at & 31);
}

/** Where a line's part of the contexts lies: 81 Q1 + 9 Q2, times the size of a context, for each sample. */
function gradientsAt(): usize {
  return LINES + 16 + 2 * lineBytes();
}

/** A.3.1 to A.3.3 for what the line above gives, eight samples at a time: Q2 of a sample is Q1 of the one before. */
function gradients(above: usize, last: usize): void {
  const to = gradientsAt();
  const half = i16x8.splat(<i16>0x8000);
  const t1 = i16x8.splat(<i16>(T1 - 1));
  const t2 = i16x8.splat(<i16>(T2 - 1));
  const t3 = i16x8.splat(<i16>(T3 - 1));
  const times9 = i16x8.splat(9 << 5);
  const times81 = i16x8.splat(81 << 5);
  for (let x: usize = 2; x <= last; x += 16) {
    const b = v128.xor(v128.load(above + x), half);
    const D1 = i16x8.sub_sat_s(v128.xor(v128.load(above + x, 2), half), b);
    const D2 = i16x8.sub_sat_s(b, v128.xor(v128.load(above + x - 2), half));
    const Q1 = quantized(D1, t1, t2, t3);
    const Q2 = quantized(D2, t1, t2, t3);
    v128.store(to + x, i16x8.add(i16x8.mul(Q1, times81), i16x8.mul(Q2, times9)));
  }
}

/** A.3.3 with NEAR = 0: a comparison that holds is -1. The thresholds are one less than the standard's. */
function quantized(D: v128, t1: v128, t2: v128, t3: v128): v128 {
  const zero = i16x8.splat(0);
  const up = i16x8.add(i16x8.add(i16x8.gt_s(D, zero), i16x8.gt_s(D, t1)), i16x8.add(i16x8.gt_s(D, t2), i16x8.gt_s(D, t3)));
  const down = i16x8.add(i16x8.add(i16x8.lt_s(D, zero), i16x8.lt_s(D, i16x8.neg(t1))), i16x8.add(i16x8.lt_s(D, i16x8.neg(t2)), i16x8.lt_s(D, i16x8.neg(t3))));
  return i16x8.sub(down, up);
}

/** A line of samples, the first at `line + 2`, the last at `line + last`; `above` lies the same way. */
function decodeLine(above: usize, line: usize, last: usize): i32 {
  const gradient = gradientsAt();
  const maxval = MAXVAL;
  const reset = RESET;
  const short = min(LIMIT - qbpp - 1, 16);
  let at = position;
  let x: usize = 2;
  let Ra = <i32>load<u16>(line);
  let Rb = <i32>load<u16>(above, 2);
  let Rc = <i32>load<u16>(above);
  while (x <= last) {
    const Q = <i32>load<i16>(gradient + x) + <i32>load<i16>(MIDDLE + ((Rc - Ra) << 1));
    if (Q != 0) {
      const sign = Q >> 31;
      const context = CONTEXTS + <usize>((Q ^ sign) - sign);
      const k = load<i32>(context, 16);
      let A = load<i32>(context);
      let B = load<i32>(context, 4);
      let C = load<i32>(context, 8);
      let N = load<i32>(context, 12);
      // A.4.1 and A.4.2
      const least = min(Ra, Rb);
      let Px = max(min(Ra + Rb - least, Ra + Rb - Rc), least);
      Px = min(max(Px + ((C ^ sign) - sign), 0), maxval);
      // A.5.3
      const word = wordAt(at);
      const zeros = <i32>clz<u64>(word);
      let MErrval: i32;
      if (zeros < short) {
        // The one that ends them stands above the k bits: taken away with the zeros.
        MErrval = <i32>((word << zeros) >> (63 - k)) + ((zeros - 1) << k);
        at += zeros + 1 + k;
      } else {
        if (at > end) return BROKEN;
        position = at;
        MErrval = longCode(k, LIMIT);
        at = position;
      }
      // A.5.2: no error of a picture is mapped to more.
      if (MErrval > maxval) return BROKEN;
      let Errval = (MErrval >>> 1) ^ -(MErrval & 1);
      if (k == 0) Errval ^= (2 * B + N - 1) >> 31;
      const Rx = (Px + ((Errval ^ sign) - sign)) & maxval;
      store<u16>(line + x, Rx);
      Rc = Rb;
      Rb = <i32>load<u16>(above + x, 2);
      Ra = Rx;
      x += 2;
      // A.6
      A += abs(Errval);
      B += Errval;
      if (N == reset) {
        A >>= 1;
        B >>= 1;
        N >>= 1;
      }
      N++;
      C += i32(B > 0) - i32(B <= -N);
      if (<u32>(C + 128) > 255) C = C < 0 ? -128 : 127;
      B += select<i32>(N, 0, B <= -N) - select<i32>(N, 0, B > 0);
      B = min(max(B, 1 - N), 0);
      let next = max(<i32>clz<i32>(N) - <i32>clz<i32>(A), 0);
      next += i32(N << next < A);
      if (next > 16) return BROKEN;
      put(context, A, B, C, N, next);
      continue;
    }
    // A.7.1
    const first = x;
    let isLine = false;
    while (!isLine) {
      const word = wordAt(at);
      const size = <i32>load<u8>(J + RUNindex);
      if (<i64>word >= 0) {
        x += (<usize>(((word << 1) >> (63 - size)) >> 1)) << 1;
        at += 1 + size;
        break;
      }
      at++;
      x += (<usize>2) << size;
      if (x <= last + 2 && RUNindex < 31) RUNindex++;
      isLine = x > last;
    }
    if (isLine) x = last + 2;
    else if (x > last) return BROKEN;
    for (let i = first; i < x; i += 2) store<u16>(line + i, Ra);
    if (isLine) break;
    position = at;
    Rb = <i32>load<u16>(above + x);
    Ra = interrupted(Ra, Rb);
    if (Ra < 0) return BROKEN;
    at = position;
    store<u16>(line + x, Ra);
    Rc = Rb;
    x += 2;
    Rb = <i32>load<u16>(above + x);
  }
  position = at;
  return FINE;
}

/** A.7.2: the sample that ends a run; -1: broken. */
function interrupted(Ra: i32, Rb: i32): i32 {
  if (position > end) return -1;
  const RItype = i32(Ra == Rb);
  const context = CONTEXTS + <usize>(INTERRUPTED + (RItype << 5));
  let A = load<i32>(context);
  let Nn = load<i32>(context, 4);
  let N = load<i32>(context, 12);
  const TEMP = A + (RItype ? N >> 1 : 0);
  let k = 0;
  while (k < 17 && N << k < TEMP) k++;
  if (k > 16) return -1;
  const EMErrval = longCode(k, LIMIT - <i32>load<u8>(J + RUNindex) - 1);
  if (EMErrval > MAXVAL + 1) return -1;
  const map = (EMErrval + RItype) & 1;
  let Errval = (EMErrval + RItype + map) >> 1;
  if (i32(k != 0 || 2 * Nn >= N) == map) Errval = -Errval;
  A += (EMErrval + 1 - RItype) >> 1;
  Nn += i32(Errval < 0);
  if (N == RESET) {
    A >>= 1;
    N >>= 1;
    Nn >>= 1;
  }
  put(context, A, Nn, 0, N + 1, 0);
  if (RUNindex > 0) RUNindex--;
  return (RItype ? Ra + Errval : Rb + (Ra > Rb ? -Errval : Errval)) & MAXVAL;
}

/** A.5.3 for codes of any length, at `position`. */
function longCode(k: i32, limit: i32): i32 {
  let zeros = 0;
  let some = WORD_BITS;
  while (some == WORD_BITS && zeros < 96) {
    some = min(<i32>clz<u64>(wordAt(position)), WORD_BITS);
    zeros += some;
    position += some;
  }
  position++;
  const word = wordAt(position);
  if (zeros < limit - qbpp - 1) {
    position += k;
    return (zeros << k) | (<i32>((word >> 1) >> (63 - k)));
  }
  position += qbpp;
  return <i32>(word >> (64 - qbpp)) + 1;
}
