import { crc32 } from 'node:zlib';
import { dirname } from 'node:path';
import { WorkState } from '@shared/domain';
import { z } from 'zod';
import type { FileLayer, Handle } from './file-layer';

const Entry = z.object({ kind: z.literal('state'), StudyInstanceUID: z.string(), state: WorkState, actor: z.string(), atMs: z.number() });
export type SideEntry = z.infer<typeof Entry>;

const COMPACT_BYTES = 2 ** 20;

/**
 * What no object file tells and a rebuilt index would lose: who put a study into which state (architecture 7). One line an entry, `crc json`, synced before the
 * change is answered; sender and arrival stand in the files' own headers.
 */
export class SideJournal {
  private constructor(
    private readonly files: FileLayer,
    private readonly handle: Handle,
    private end: number,
    /** Last entry of each study. */
    private readonly last: Map<string, SideEntry>,
  ) {}

  static open(files: FileLayer, path: string): SideJournal {
    const { sync } = files;
    const last = new Map<string, SideEntry>();
    const existed = sync.exists(path);
    let end = existed ? readEntries(files, path, last) : 0;
    if (end > COMPACT_BYTES) {
      const temp = `${path}.tmp`;
      const handle = sync.open(temp, 'w');
      const bytes = Buffer.concat([...last.values()].map(encodeLine));
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
    return new SideJournal(files, handle, end, last);
  }

  /** Durable when it returns. */
  append(entry: SideEntry): void {
    const line = encodeLine(entry);
    this.files.sync.write(this.handle, line, this.end);
    this.files.sync.fdatasync(this.handle);
    this.end += line.length;
    this.last.set(entry.StudyInstanceUID, entry);
  }

  states(): SideEntry[] {
    return [...this.last.values()];
  }

  close(): void {
    this.files.sync.close(this.handle);
  }
}

/** Returns where the sound lines end: a torn last one was never answered. */
function readEntries(files: FileLayer, path: string, into: Map<string, SideEntry>): number {
  const handle = files.sync.open(path, 'r');
  try {
    const bytes = Buffer.alloc(files.sync.size(handle));
    files.sync.read(handle, bytes, 0);
    let at = 0;
    for (let newline = bytes.indexOf(10, at); newline >= 0; newline = bytes.indexOf(10, at)) {
      const entry = decodeLine(bytes.subarray(at, newline));
      if (entry === undefined) break;
      into.set(entry.StudyInstanceUID, entry);
      at = newline + 1;
    }
    return at;
  } finally {
    files.sync.close(handle);
  }
}

function encodeLine(entry: SideEntry): Buffer {
  const json = Buffer.from(JSON.stringify(entry), 'utf8');
  return Buffer.concat([Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} `, 'latin1'), json, Buffer.of(10)]);
}

function decodeLine(line: Buffer): SideEntry | undefined {
  const json = line.subarray(9);
  if (line.length < 10 || crc32(json) !== Number.parseInt(line.subarray(0, 8).toString('latin1'), 16)) return undefined;
  try {
    return Entry.safeParse(JSON.parse(json.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
