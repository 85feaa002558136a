/** Bits of a JPEG scan, most significant first, with a zero byte stuffed behind each 0xFF (T.81 B.1.1.5). */
export class BitWriter {
  private bytes: Uint8Array<ArrayBuffer>;
  private at = 0;
  private held = 0;
  private heldBits = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  write(bits: number, length: number): void {
    for (let left = length; left > 0;) {
      const take = Math.min(left, 8 - this.heldBits);
      this.held = (this.held << take) | ((bits >> (left - take)) & ((1 << take) - 1));
      this.heldBits += take;
      left -= take;
      if (this.heldBits === 8) this.emit();
    }
  }

  /** Fills the last byte with ones. */
  finish(): Uint8Array {
    while (this.heldBits > 0) this.write(1, 1);
    return this.bytes.subarray(0, this.at);
  }

  private emit(): void {
    if (this.at + 2 > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.at++] = this.held;
    if (this.held === 0xff) this.bytes[this.at++] = 0;
    this.held = 0;
    this.heldBits = 0;
  }
}

export interface HuffmanCode {
  readonly bits: number;
  readonly length: number;
}

/** Codes by symbol from the counts by length and the symbols in order (T.81 annex C). */
export function huffmanCodes(counts: readonly number[], symbols: readonly number[]): readonly HuffmanCode[] {
  const codes: HuffmanCode[] = [];
  let code = 0;
  let next = 0;
  counts.forEach((count, index) => {
    for (let i = 0; i < count; i++) codes[symbols[next++] ?? 0] = { bits: code++, length: index + 1 };
    code <<= 1;
  });
  return codes;
}

/** Writes `value` by its category's code and as many bits of it (T.81 F.1.2.1). `symbolOf` makes the coded symbol of the category. */
export function writeValue(out: BitWriter, codes: readonly HuffmanCode[], value: number, symbolOf: (size: number) => number): void {
  const size = value === 0 ? 0 : 32 - Math.clz32(Math.abs(value));
  const code = codes[symbolOf(size)];
  if (code === undefined) throw new RangeError(`a value of ${value} has no code`);
  out.write(code.bits, code.length);
  // 16 bits stand for 32768 alone and carry none (T.81 H.1.2.2).
  if (size > 0 && size < 16) out.write(value > 0 ? value : value + 2 ** size - 1, size);
}

export function segment(marker: number, content: readonly number[]): Uint8Array {
  const length = content.length + 2;
  return Uint8Array.of(0xff, marker, length >> 8, length & 255, ...content);
}
