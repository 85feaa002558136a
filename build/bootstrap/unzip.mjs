import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, readSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/**
 * Unpacks a zip archive (PKWARE APPNOTE 4.3, no zip64, no encryption), one entry at a time, keeping Unix modes and symbolic links, which
 * fflate does not. Entries that would leave the folder are an error.
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => boolean} wanted
 * @returns {number} entries written
 */
export function unzip(archive, folder, wanted) {
  const file = openSync(archive, 'r');
  try {
    const entries = readDirectory(file).filter((entry) => wanted(entry.name));
    for (const entry of entries) writeEntry(file, entry, folder);
    return entries.length;
  } finally {
    closeSync(file);
  }
}

/** @param {number} file @param {number} position @param {number} length */
function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(file, buffer, done, length - done, position + done);
    if (count === 0) throw new Error('the zip archive ends too early');
    done += count;
  }
  return buffer;
}

/** The central directory (4.3.12), found through the end record (4.3.16) in the last 64 KiB. @param {number} file */
function readDirectory(file) {
  const size = fstatSync(file).size;
  const tailLength = Math.min(size, 65_557);
  const tail = readAt(file, size - tailLength, tailLength);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error('not a zip archive');
  const count = tail.readUInt16LE(end + 10);
  const directory = readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = [];
  for (let index = 0, at = 0; index < count; index++) {
    if (directory.readUInt32LE(at) !== 0x02014b50) throw new Error('the zip directory is damaged');
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      plainBytes: directory.readUInt32LE(at + 24),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      offset: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** @param {number} file @param {ReturnType<typeof readDirectory>[number]} entry @param {string} folder */
function writeEntry(file, entry, folder) {
  const name = normalize(entry.name);
  if (name.startsWith('..') || name.startsWith('/') || name.includes('\0')) throw new Error(`the zip archive holds a name that leaves its folder: ${name}`);
  const target = join(folder, name);
  if (entry.name.endsWith('/')) {
    mkdirSync(target, { recursive: true });
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  const header = readAt(file, entry.offset, 30);
  const dataAt = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = readAt(file, dataAt, entry.packedBytes);
  const plain = entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.plainBytes) });
  if (plain.length !== entry.plainBytes) throw new Error(`the zip entry ${name} is damaged`);
  if ((entry.mode & 0o170000) === 0o120000) {
    symlinkSync(plain.toString('utf8'), target);
    return;
  }
  writeFileSync(target, plain);
  if ((entry.mode & 0o777) !== 0) chmodSync(target, entry.mode & 0o777);
}
