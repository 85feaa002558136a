import { inflateSync } from 'node:zlib';

/** 8-bit RGB of a picture, upper row first. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array;
}

/** Reads a PNG of 8 bits a sample, grey, RGB or RGBA, not interlaced: what Chromium and the program write. */
export function decodePng(file: Buffer): Picture {
  if (file.readUInt32BE(0) !== 0x89504e47) throw new Error('not a PNG');
  const parts: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const kind = file.toString('latin1', at + 4, at + 8);
    const body = file.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') {
      width = body.readUInt32BE(0);
      height = body.readUInt32BE(4);
      channels = body[9] === 6 ? 4 : body[9] === 2 ? 3 : body[9] === 0 ? 1 : 0;
      if (body[8] !== 8 || channels === 0 || body[12] !== 0) throw new Error(`PNG of a form that this reader does not know: ${body.toString('hex')}`);
    }
    if (kind === 'IDAT') parts.push(body);
    at += 12 + length;
  }
  return { width, height, rgb: unfilter(inflateSync(Buffer.concat(parts)), width, height, channels) };
}

function unfilter(raw: Buffer, width: number, height: number, channels: number): Uint8Array {
  const stride = width * channels;
  const rgb = new Uint8Array(width * height * 3);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    const line = new Uint8Array(stride);
    for (let i = 0; i < stride; i++) {
      const left = i >= channels ? (line[i - channels] ?? 0) : 0;
      const up = above[i] ?? 0;
      const corner = i >= channels ? (above[i - channels] ?? 0) : 0;
      line[i] = (raw[y * (stride + 1) + 1 + i] ?? 0) + predicted(filter, left, up, corner);
    }
    for (let x = 0; x < width; x++) {
      if (channels === 1) rgb.fill(line[x] ?? 0, (y * width + x) * 3, (y * width + x) * 3 + 3);
      else rgb.set(line.subarray(x * channels, x * channels + 3), (y * width + x) * 3);
    }
    above = line;
  }
  return rgb;
}

/** PNG filter types 0 to 4 (ISO/IEC 15948 9.2). */
function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
