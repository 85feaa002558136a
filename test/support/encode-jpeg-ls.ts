export interface JpegLsParameters {
  readonly columns: number;
  readonly rows: number;
  /** P of the frame header: 2 to 16. */
  readonly bits: number;
  readonly T1: number;
  readonly T2: number;
  readonly T3: number;
  readonly RESET: number;
}

interface Context {
  A: number;
  B: number;
  C: number;
  N: number;
}

const J = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** Bits of a scan, the highest first; after FF a byte has seven (ISO/IEC 14495-1 A.1). */
class Bits {
  readonly bytes: number[] = [];
  private current = 0;
  private free = 8;

  put(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.current = this.current * 2 + (Math.floor(value / 2 ** bit) % 2);
      if (--this.free === 0) this.flush();
    }
  }

  zeros(count: number): void {
    for (let at = 0; at < count; at++) this.put(0, 1);
  }

  end(): void {
    const isBegun = this.free < (this.bytes.at(-1) === 0xff ? 7 : 8) || this.bytes.at(-1) === 0xff;
    while (isBegun && this.free > 0) {
      this.current *= 2;
      if (--this.free === 0) return this.flush();
    }
  }

  private flush(): void {
    this.bytes.push(this.current);
    this.free = this.current === 0xff ? 7 : 8;
    this.current = 0;
  }
}

/**
 * JPEG-LS of one component without loss, straight from the standard's text (ISO/IEC 14495-1 Annex A), for depths and parameters that the packages' encoder does not write. Slow. `samples` are below 2^bits.
 */
export function encodeJpegLs(samples: ArrayLike<number>, { columns, rows, bits, T1, T2, T3, RESET }: JpegLsParameters): Uint8Array {
  const MAXVAL = 2 ** bits - 1;
  const RANGE = MAXVAL + 1;
  const LIMIT = 2 * (bits + Math.max(8, bits));
  const contexts: Context[] = Array.from({ length: 367 }, () => ({ A: Math.max(2, Math.floor((RANGE + 32) / 64)), B: 0, C: 0, N: 1 }));
  const out = new Bits();
  let RUNindex = 0;
  const at = (x: number, y: number): number => {
    if (y < 0) return 0;
    if (x < 0) return at(0, y - 1);
    return samples[y * columns + Math.min(x, columns - 1)] ?? 0;
  };
  /** Right of the last sample of the line above stands that sample. */
  const region = (D: number): number => {
    const size = Math.abs(D);
    const Q = size === 0 ? 0 : size < T1 ? 1 : size < T2 ? 2 : size < T3 ? 3 : 4;
    return D < 0 ? -Q : Q;
  };
  const modulo = (Errval: number): number => {
    const inRange = Errval < 0 ? Errval + RANGE : Errval;
    return inRange >= (RANGE + 1) >> 1 ? inRange - RANGE : inRange;
  };
  const golomb = (value: number, k: number, limit: number): void => {
    const high = Math.floor(value / 2 ** k);
    if (high < limit - bits - 1) {
      out.zeros(high);
      out.put(1, 1);
      out.put(value % 2 ** k, k);
    } else {
      out.zeros(limit - bits - 1);
      out.put(1, 1);
      out.put(value - 1, bits);
    }
  };
  const golombOf = (N: number, A: number): number => {
    let k = 0;
    while (N * 2 ** k < A) k++;
    return k;
  };
  const halve = (context: Context): void => {
    if (context.N === RESET) {
      context.A >>= 1;
      context.B = context.B >= 0 ? context.B >> 1 : -((1 - context.B) >> 1);
      context.N >>= 1;
    }
    context.N++;
  };

  function regular(x: number, y: number, Q: number): void {
    const [Ra, Rb, Rc] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)];
    const SIGN = Q < 0 ? -1 : 1;
    const context = contexts[Math.abs(Q)] as Context;
    let Px = Rc >= Math.max(Ra, Rb) ? Math.min(Ra, Rb) : Rc <= Math.min(Ra, Rb) ? Math.max(Ra, Rb) : Ra + Rb - Rc;
    Px = Math.max(0, Math.min(MAXVAL, Px + SIGN * context.C));
    const Errval = modulo(SIGN * (at(x, y) - Px));
    const k = golombOf(context.N, context.A);
    if (k === 0 && 2 * context.B <= -context.N) golomb(Errval >= 0 ? 2 * Errval + 1 : -2 * (Errval + 1), k, LIMIT);
    else golomb(Errval >= 0 ? 2 * Errval : -2 * Errval - 1, k, LIMIT);
    context.B += Errval;
    context.A += Math.abs(Errval);
    halve(context);
    if (context.B <= -context.N) {
      context.B += context.N;
      if (context.C > -128) context.C--;
      if (context.B <= -context.N) context.B = -context.N + 1;
    } else if (context.B > 0) {
      context.B -= context.N;
      if (context.C < 127) context.C++;
      if (context.B > 0) context.B = 0;
    }
  }

  function interruption(x: number, y: number): void {
    const [Ra, Rb] = [at(x - 1, y), at(x, y - 1)];
    const RItype = Ra === Rb ? 1 : 0;
    const context = contexts[365 + RItype] as Context;
    const raw = at(x, y) - (RItype === 1 ? Ra : Rb);
    const Errval = modulo(RItype === 0 && Ra > Rb ? -raw : raw);
    const k = golombOf(context.N, RItype === 0 ? context.A : context.A + (context.N >> 1));
    const isLow = 2 * context.B < context.N;
    const map = (k === 0 && Errval > 0 && isLow) || (Errval < 0 && !isLow) || (Errval < 0 && k !== 0) ? 1 : 0;
    const EMErrval = 2 * Math.abs(Errval) - RItype - map;
    golomb(EMErrval, k, LIMIT - (J[RUNindex] ?? 0) - 1);
    if (Errval < 0) context.B++;
    context.A += (EMErrval + 1 - RItype) >> 1;
    halve(context);
    if (RUNindex > 0) RUNindex--;
  }

  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const Rd = x + 1 < columns ? at(x + 1, y - 1) : at(x, y - 1);
      const Q = 81 * region(Rd - at(x, y - 1)) + 9 * region(at(x, y - 1) - at(x - 1, y - 1)) + region(at(x - 1, y - 1) - at(x - 1, y));
      if (Q !== 0) {
        regular(x, y, Q);
        continue;
      }
      const RUNval = at(x - 1, y);
      let RUNcnt = 0;
      while (x + RUNcnt < columns && at(x + RUNcnt, y) === RUNval) RUNcnt++;
      const isLine = x + RUNcnt === columns;
      x += RUNcnt;
      while (RUNcnt >= 2 ** (J[RUNindex] ?? 0)) {
        out.put(1, 1);
        RUNcnt -= 2 ** (J[RUNindex] ?? 0);
        if (RUNindex < 31) RUNindex++;
      }
      if (isLine) {
        if (RUNcnt > 0) out.put(1, 1);
        continue;
      }
      out.put(0, 1);
      out.put(RUNcnt, J[RUNindex] ?? 0);
      interruption(x, y);
    }
  }
  out.end();
  const u16 = (value: number): number[] => [value >> 8, value & 0xff];
  const frame = [0xff, 0xf7, 0, 11, bits, ...u16(rows), ...u16(columns), 1, 1, 0x11, 0];
  const preset = [0xff, 0xf8, 0, 13, 1, ...[MAXVAL, T1, T2, T3, RESET].flatMap(u16)];
  return Uint8Array.of(0xff, 0xd8, ...frame, ...preset, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, ...out.bytes, 0xff, 0xd9);
}
