/** A binary PGM of 8 bits, as DCMTK writes it. Throws on anything else. */
export function readPgm(bytes: Uint8Array): { readonly width: number; readonly height: number; readonly levels: Uint8Array } {
  const head = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  const match = /^P5\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s/.exec(head);
  if (match === null) throw new Error(`no 8-bit PGM: ${head.slice(0, 20)}`);
  const [width, height] = [Number(match[1]), Number(match[2])];
  const levels = bytes.subarray(match[0].length);
  if (levels.length < width * height) throw new Error(`PGM of ${width} x ${height} has ${levels.length} bytes`);
  return { width, height, levels: levels.subarray(0, width * height) };
}
