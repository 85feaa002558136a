/**
 * Cells of any number of bits one behind the other, the lowest bit first (PS3.5 8.1.1), padded to whole words of 16 bits. Made bit by bit on purpose: slow, and
 * by nothing that the reader does.
 */
export function packCells(cells: readonly number[], bits: number): Uint8Array<ArrayBuffer> {
  const words = new Uint16Array(Math.ceil((cells.length * bits) / 16));
  cells.forEach((cell, at) => {
    const pattern = BigInt.asUintN(bits, BigInt(cell));
    for (let bit = 0; bit < bits; bit++) {
      const place = at * bits + bit;
      if (((pattern >> BigInt(bit)) & 1n) === 1n) words[place >> 4] = (words[place >> 4] ?? 0) | (1 << (place & 15));
    }
  });
  const bytes = new Uint8Array(2 * words.length);
  words.forEach((word, at) => new DataView(bytes.buffer).setUint16(2 * at, word, true));
  return bytes;
}

/** The same with each word of 16 bits turned around: OW of a big endian object (PS3.5 7.3, A.3). */
export function turnedWords(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (_, at) => bytes[at ^ 1] ?? 0);
}
