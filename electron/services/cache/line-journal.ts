import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FileLayer, Handle } from './file-layer';

const COMPACT_BYTES = 2 ** 20;

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
  private constructor(
    private readonly files: FileLayer,
    private readonly handle: Handle,
    private end: number,
    private readonly fold: LineFold<N>,
  ) {}

  /** `parse`: undefined for what is no note; reading ends there. */
  static open<N>(files: FileLayer, path: string, fold: LineFold<N>, parse: (value: unknown) => N | undefined): LineJournal<N> {
    const { sync } = files;
    const existed = sync.exists(path);
    let end = existed ? readNotes(files, path, fold, parse) : 0;
    if (end > COMPACT_BYTES) {
      const temp = `${path}.tmp`;
      const handle = sync.open(temp, 'w');
      const bytes = Buffer.concat([...fold.lines()].map(encodeLine));
      sync.write(handle, bytes, 0);
      sync.fsync(handle);
      sync.close(handle);
      sync.rename(temp, path);
      sync.fsyncDir(dirname(path));
      end = bytes.length;
    }
    const handle = sync.open(path, existed ? 'r+' : 'w');
    sync.truncate(handle, end);
    if (!existed) sync.fsyncDir(dirname(path));
    return new LineJournal(files, handle, end, fold);
  }

  /** Durable when it returns. */
  append(note: N): void {
    const line = encodeLine(note);
    this.files.sync.write(this.handle, line, this.end);
    this.files.sync.fdatasync(this.handle);
    this.end += line.length;
    this.fold.take(note);
  }

  close(): void {
    this.files.sync.close(this.handle);
  }
}

/** Returns where the sound lines end. */
function readNotes<N>(files: FileLayer, path: string, into: LineFold<N>, parse: (value: unknown) => N | undefined): number {
  const handle = files.sync.open(path, 'r');
  try {
    const bytes = Buffer.alloc(files.sync.size(handle));
    files.sync.read(handle, bytes, 0);
    let at = 0;
    for (let newline = bytes.indexOf(10, at); newline >= 0; newline = bytes.indexOf(10, at)) {
      const value = decodeLine(bytes.subarray(at, newline));
      const note = value === undefined ? undefined : parse(value);
      if (note === undefined) break;
      into.take(note);
      at = newline + 1;
    }
    return at;
  } finally {
    files.sync.close(handle);
  }
}

function encodeLine(note: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(note), 'utf8');
  return Buffer.concat([Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} `, 'latin1'), json, Buffer.of(10)]);
}

function decodeLine(line: Buffer): unknown {
  const json = line.subarray(9);
  if (line.length < 10 || crc32(json) !== Number.parseInt(line.subarray(0, 8).toString('latin1'), 16)) return undefined;
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
}
