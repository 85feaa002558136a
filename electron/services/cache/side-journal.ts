import { crc32 } from 'node:zlib';
import { dirname } from 'node:path';
import type { NotedOrder } from '../index';
import type { FileLayer, Handle } from './file-layer';
import { type KeepingEntry, type SideEntry, SideFold, SideNote } from './side-notes';

const COMPACT_BYTES = 2 ** 20;

/**
 * What no object file tells and a rebuilt index would lose: who put a study into which state, what must stay, what is to be sent and what became of it
 * (architecture 7). One line a note, `crc json`, synced before the change is answered; sender and arrival stand in the files' own headers.
 */
export class SideJournal {
  private constructor(
    private readonly files: FileLayer,
    private readonly handle: Handle,
    private end: number,
    private readonly fold: SideFold,
  ) {}

  static open(files: FileLayer, path: string): SideJournal {
    const { sync } = files;
    const fold = new SideFold();
    const existed = sync.exists(path);
    let end = existed ? readNotes(files, path, fold) : 0;
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
    return new SideJournal(files, handle, end, fold);
  }

  /** Durable when it returns. */
  append(note: SideNote): void {
    const line = encodeLine(note);
    this.files.sync.write(this.handle, line, this.end);
    this.files.sync.fdatasync(this.handle);
    this.end += line.length;
    this.fold.take(note);
  }

  states(): SideEntry[] {
    return this.fold.allStates();
  }

  keeping(): KeepingEntry[] {
    return this.fold.allKeeping();
  }

  orders(): NotedOrder[] {
    return this.fold.allOrders();
  }

  close(): void {
    this.files.sync.close(this.handle);
  }
}

/** Returns where the sound lines end: a torn last one was never answered. */
function readNotes(files: FileLayer, path: string, into: SideFold): number {
  const handle = files.sync.open(path, 'r');
  try {
    const bytes = Buffer.alloc(files.sync.size(handle));
    files.sync.read(handle, bytes, 0);
    let at = 0;
    for (let newline = bytes.indexOf(10, at); newline >= 0; newline = bytes.indexOf(10, at)) {
      const note = decodeLine(bytes.subarray(at, newline));
      if (note === undefined) break;
      into.take(note);
      at = newline + 1;
    }
    return at;
  } finally {
    files.sync.close(handle);
  }
}

function encodeLine(note: SideNote): Buffer {
  const json = Buffer.from(JSON.stringify(note), 'utf8');
  return Buffer.concat([Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} `, 'latin1'), json, Buffer.of(10)]);
}

function decodeLine(line: Buffer): SideNote | undefined {
  const json = line.subarray(9);
  if (line.length < 10 || crc32(json) !== Number.parseInt(line.subarray(0, 8).toString('latin1'), 16)) return undefined;
  try {
    return SideNote.safeParse(JSON.parse(json.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
