import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FileLayer, Handle } from './file-layer';

const COMPACT_BYTES = 2 ** 20;
/** Written anew when it has become so many times as long. */
const GROWTH = 8;

/** What all lines together say. */
export interface LineFold<N> {
  take(note: N): void;
  /** The fewest lines that say the same. */
  lines(): Iterable<N>;
}

/**
 * Notes that no object file tells, one line each, `crc json`, synced before what it notes is answered. A torn last line was never answered and is cut off;
 * a long journal is made short again when it is opened.
 */
export class LineJournal<N> {
  /** Written anew when it is longer than this. */
  private compactAt: number;

  private constructor(
    private readonly files: FileLayer,
    private readonly path: string,
    private handle: Handle,
    private end: number,
    private readonly content: Content<N>,
  ) {
    this.compactAt = Math.max(COMPACT_BYTES, end) * GROWTH;
  }

  /** `parse`: undefined for what this version does not understand; such lines are kept as they are. */
  static open<N>(files: FileLayer, path: string, fold: LineFold<N>, parse: (value: unknown) => N | undefined): LineJournal<N> {
    const { sync } = files;
    const existed = sync.exists(path);
    const content: Content<N> = { fold, others: [] };
    let end = existed ? readNotes(files, path, content, parse) : 0;
    if (end > COMPACT_BYTES) end = rewrite(files, path, content);
    const handle = sync.open(path, existed ? 'r+' : 'w');
    sync.truncate(handle, end);
    if (!existed) sync.fsyncDir(dirname(path));
    return new LineJournal(files, path, handle, end, content);
  }

  /** Durable when it returns. */
  append(note: N): void {
    const line = encodeLine(note);
    this.files.sync.write(this.handle, line, this.end);
    this.files.sync.fdatasync(this.handle);
    this.end += line.length;
    this.content.fold.take(note);
    if (this.end > this.compactAt) this.compact();
  }

  close(): void {
    this.files.sync.close(this.handle);
  }

  /** A station that runs for months writes many lines about few matters. Until the new file has taken its place the old one is good; when it cannot be made, it goes on. */
  private compact(): void {
    const { sync } = this.files;
    try {
      rewrite(this.files, this.path, this.content);
    } catch {
      // a full disk: whichever of the two stands there now is whole
    }
    const old = this.handle;
    this.handle = sync.open(this.path, 'r+');
    sync.close(old);
    this.end = sync.size(this.handle);
    this.compactAt = Math.max(COMPACT_BYTES, this.end) * GROWTH;
  }
}

interface Content<N> {
  readonly fold: LineFold<N>;
  /** Sound lines of another version of the program. */
  readonly others: Buffer[];
}

/** Writes the fewest lines that say the same beside it, and takes its place; returns their length. */
function rewrite<N>(files: FileLayer, path: string, { fold, others }: Content<N>): number {
  const { sync } = files;
  const temp = `${path}.tmp`;
  const handle = sync.open(temp, 'w');
  const bytes = Buffer.concat([...Array.from(fold.lines(), encodeLine), ...others]);
  try {
    sync.write(handle, bytes, 0);
    sync.fsync(handle);
  } finally {
    sync.close(handle);
  }
  sync.rename(temp, path);
  sync.fsyncDir(dirname(path));
  return bytes.length;
}

/** Returns where the sound lines end. */
function readNotes<N>(files: FileLayer, path: string, { fold, others }: Content<N>, parse: (value: unknown) => N | undefined): number {
  const handle = files.sync.open(path, 'r');
  try {
    const bytes = Buffer.alloc(files.sync.size(handle));
    files.sync.read(handle, bytes, 0);
    let at = 0;
    for (let newline = bytes.indexOf(10, at); newline >= 0; newline = bytes.indexOf(10, at)) {
      const value = decodeLine(bytes.subarray(at, newline));
      if (value === undefined) break;
      const note = parse(value);
      if (note === undefined) others.push(Buffer.from(bytes.subarray(at, newline + 1)));
      else fold.take(note);
      at = newline + 1;
    }
    return at;
  } finally {
    files.sync.close(handle);
  }
}

export function encodeLine(note: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(note), 'utf8');
  return Buffer.concat([Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} `, 'latin1'), json, Buffer.of(10)]);
}

/** Where the sound lines end: what comes after was never answered. */
export function soundEnd(bytes: Buffer): number {
  let at = 0;
  for (let newline = bytes.indexOf(10, at); newline >= 0; newline = bytes.indexOf(10, at)) {
    if (!isSound(bytes.subarray(at, newline))) break;
    at = newline + 1;
  }
  return at;
}

function isSound(line: Buffer): boolean {
  return line.length >= 10 && crc32(line.subarray(9)) === Number.parseInt(line.subarray(0, 8).toString('latin1'), 16);
}

export function decodeLine(line: Buffer): unknown {
  if (!isSound(line)) return undefined;
  try {
    return JSON.parse(line.subarray(9).toString('utf8'));
  } catch {
    return undefined;
  }
}
