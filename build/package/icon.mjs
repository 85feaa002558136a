/** The program's icon, drawn by this code: a step wedge of eight greys around a round section, on dark ground. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

/** Writes `<size>x<size>.png` files, which electron-builder finds by name. @param {string} folder @param {readonly number[]} sizes */
export function writeIcons(folder, sizes = [16, 32, 48, 64, 128, 256, 512]) {
  mkdirSync(folder, { recursive: true });
  for (const size of sizes) writeFileSync(join(folder, `${size}x${size}.png`), png(size, draw(size)));
}

/** RGBA rows, four samples a pixel in each direction. @param {number} size */
function draw(size) {
  const samples = 4;
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let grey = 0;
      let alpha = 0;
      for (let sample = 0; sample < samples * samples; sample++) {
        const u = (x + ((sample % samples) + 0.5) / samples) / size;
        const v = (y + (Math.floor(sample / samples) + 0.5) / samples) / size;
        const value = shade(u, v);
        if (value >= 0) ((grey += value), alpha++);
      }
      const level = alpha === 0 ? 0 : Math.round(grey / alpha);
      pixels.set([level, level, Math.min(255, level + 6), Math.round((alpha * 255) / (samples * samples))], (y * size + x) * 4);
    }
  }
  return pixels;
}

/** Grey 0-255 at a point of the unit square, or -1 where nothing is. @param {number} u @param {number} v */
function shade(u, v) {
  const corner = 0.2;
  const dx = Math.max(corner - u, u - (1 - corner), 0);
  const dy = Math.max(corner - v, v - (1 - corner), 0);
  if (Math.hypot(dx, dy) > corner) return -1;
  const x = u - 0.5;
  const y = v - 0.5;
  const radius = Math.hypot(x, y);
  if (radius < 0.16) return Math.abs(x) < 0.025 || Math.abs(y) < 0.025 ? 20 : 235;
  if (radius > 0.24 && radius < 0.4) return 40 + Math.floor(((Math.atan2(y, x) + Math.PI) / (2 * Math.PI)) * 7.999) * 28;
  return 20;
}

/** PNG, colour type 6, 8 bits, no filter (PNG specification 11.2). @param {number} size @param {Buffer} pixels */
function png(size, pixels) {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y++) pixels.copy(rows, y * (size * 4 + 1) + 1, y * size * 4, (y + 1) * size * 4);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
