import { dirname } from 'node:path';
import { z } from 'zod';
import type { ObjectNote } from '../index';
import type { FileLayer, Handle } from './file-layer';
import { decodeLine, encodeLine, soundEnd } from './line-journal';

const Uids = z.array(z.string());
const Note = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('proofs'),
    node: z.string(),
    proof: z.enum(['committed', 'proven']),
    atMs: z.number(),
    reference: z.string(),
    uids: Uids,
  }),
  z.object({ kind: z.literal('disproved'), node: z.string(), uids: Uids }),
  z.object({ kind: z.literal('gone'), uids: Uids }),
  z.object({ kind: z.literal('viewed'), images: z.array(z.tuple([z.string(), z.string(), z.int()])) }),
]);

/** Below this length it is never made short. */
const LEAST_BYTES = 2 ** 20;
/** About what one object costs in the fewest lines, and how many times as long the journal may be. */
const BYTES_AN_OBJECT = 80;
const SLACK = 4;

/**
 * What is known of single objects and no file tells (proofs of archiving, what stood on the screen), one synced line each, `crc json`. It may hold a million
 * objects, so nothing of it stands in memory: the index answers, and a rebuild reads this from the start.
 */
export class ObjectJournal {
  private constructor(
    private readonly files: FileLayer,
    private readonly path: string,
    private handle: Handle,
    private end: number,
    /** There was none: a version before had proofs in the index alone. */
    readonly isNew: boolean,
  ) {}

  static open(files: FileLayer, path: string): ObjectJournal {
    const { sync } = files;
    const existed = sync.exists(path);
    const handle = sync.open(path, existed ? 'r+' : 'w');
    const end = existed ? soundEnd(contentOf(files, handle)) : 0;
    sync.truncate(handle, end);
    if (!existed) sync.fsyncDir(dirname(path));
    return new ObjectJournal(files, path, handle, end, !existed);
  }

  /** Durable when it returns. */
  append(note: ObjectNote): void {
    const line = encodeLine(note);
    this.files.sync.write(this.handle, line, this.end);
    this.files.sync.fdatasync(this.handle);
    this.end += line.length;
  }

  /** Every note in its order; what this version does not understand is passed over. */
  *notes(): Generator<ObjectNote> {
    const bytes = contentOf(this.files, this.handle).subarray(0, this.end);
    for (let at = 0; at < bytes.length;) {
      const newline = bytes.indexOf(10, at);
      const note = Note.safeParse(decodeLine(bytes.subarray(at, newline)));
      if (note.success) yield note.data;
      at = newline + 1;
    }
  }

  /** The last one: the only one that an index may not have that went on to its end. */
  *last(): Generator<ObjectNote> {
    const bytes = contentOf(this.files, this.handle).subarray(0, this.end);
    const note = Note.safeParse(decodeLine(bytes.subarray(bytes.lastIndexOf(10, -2) + 1, -1)));
    if (note.success) yield note.data;
  }

  isLong(objects: number): boolean {
    return this.end > Math.max(LEAST_BYTES, SLACK * BYTES_AN_OBJECT * objects);
  }

  /** The same in these notes. Until the new file has taken its place the old one is good; when it cannot be made, it goes on. */
  replace(notes: Iterable<ObjectNote>): void {
    const { sync } = this.files;
    const temp = `${this.path}.tmp`;
    const handle = sync.open(temp, 'w');
    try {
      let end = 0;
      for (const note of notes) {
        const line = encodeLine(note);
        sync.write(handle, line, end);
        end += line.length;
      }
      sync.fsync(handle);
    } finally {
      sync.close(handle);
    }
    sync.rename(temp, this.path);
    sync.fsyncDir(dirname(this.path));
    sync.close(this.handle);
    this.handle = sync.open(this.path, 'r+');
    this.end = sync.size(this.handle);
  }

  close(): void {
    this.files.sync.close(this.handle);
  }
}

function contentOf(files: FileLayer, handle: Handle): Buffer {
  const bytes = Buffer.alloc(files.sync.size(handle));
  files.sync.read(handle, bytes, 0);
  return bytes;
}
