/**
 * RLE Lossless (PS3.5 G): a frame as byte planes, the most significant byte of each sample first, planes of a colour one after another; each plane
 * packed by rows. Deterministic: the same samples give the same bytes.
 */
export function encodeRle(samples: Uint8Array, columns: number, bytesPerSample: 1 | 2, samplesPerPixel: 1 | 3): Uint8Array {
  const stride = bytesPerSample * samplesPerPixel;
  const pixels = samples.length / stride;
  const segments: Uint8Array[] = [];
  for (let sample = 0; sample < samplesPerPixel; sample++)
    for (let byte = bytesPerSample - 1; byte >= 0; byte--) {
      const plane = new Uint8Array(pixels);
      for (let i = 0; i < pixels; i++) plane[i] = samples[i * stride + sample * bytesPerSample + byte] ?? 0;
      segments.push(packPlane(plane, columns));
    }
  const frame = new Uint8Array(64 + segments.reduce((sum, segment) => sum + segment.length, 0));
  const header = new DataView(frame.buffer);
  header.setUint32(0, segments.length, true);
  let at = 64;
  segments.forEach((segment, index) => {
    header.setUint32(4 + 4 * index, at, true);
    frame.set(segment, at);
    at += segment.length;
  });
  return frame;
}

function packPlane(plane: Uint8Array, columns: number): Uint8Array {
  const out = new Uint8Array(plane.length + Math.ceil(plane.length / 64) + 2 * Math.ceil(plane.length / columns) + 2);
  let at = 0;
  for (let row = 0; row < plane.length; row += columns) at = packRow(plane.subarray(row, row + columns), out, at);
  // Each segment has an even number of bytes (G.3.1).
  return out.subarray(0, at + (at % 2));
}

function packRow(row: Uint8Array, out: Uint8Array, start: number): number {
  let at = start;
  let i = 0;
  while (i < row.length) {
    let run = 1;
    while (run < 128 && i + run < row.length && row[i + run] === row[i]) run++;
    if (run > 2) {
      out[at++] = 257 - run;
      out[at++] = row[i] ?? 0;
      i += run;
      continue;
    }
    const from = i;
    while (i < row.length && i - from < 128 && !(row[i] === row[i + 1] && row[i] === row[i + 2] && i + 2 < row.length)) i++;
    out[at++] = i - from - 1;
    out.set(row.subarray(from, i), at);
    at += i - from;
  }
  return at;
}
