import { join } from 'node:path';
import { createDataSetWalker } from '../part10';
import type { Index, IndexedObject } from '../index';
import type { Logger } from '../logging/logger';
import { errorCode } from './checkpoint-task';
import { Digester } from './digest';
import type { FileLayer } from './file-layer';
import type { Layout } from './layout';
import { readObjectHeader } from './object-reader';
import type { Quarantine } from './quarantine';

const BLOCK = 2 ** 20;
const ROWS = 200;

export interface ReconcileParts {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly index: Index;
  readonly quarantine: Quarantine;
  readonly log: Logger;
  readonly now: () => number;
}

/** Paths of all object files, folder by folder. */
export async function* objectFiles(files: FileLayer, layout: Layout): AsyncGenerator<string[]> {
  for (const folder of (await files.async.list(layout.objects)).sort()) {
    const names = await files.async.list(join(layout.objects, folder));
    yield names.filter((name) => name.endsWith('.dcm')).map((name) => join(layout.objects, folder, name));
  }
}

/** Makes rows of files, in batches; what is no object goes to quarantine. Returns the reason of each refused file. */
export class FileAdopter {
  readonly refused: { name: string; reason: string }[] = [];
  readonly uids = new Set<string>();
  private batch: IndexedObject[] = [];
  private readonly block = new Uint8Array(BLOCK);

  constructor(private readonly parts: ReconcileParts) {}

  async adopt(path: string): Promise<void> {
    const outcome = await this.read(path).catch(unreadable);
    if (outcome === undefined) return;
    if ('object' in outcome) {
      this.uids.add(outcome.object.attributes.SOPInstanceUID);
      this.batch.push(outcome.object);
      if (this.batch.length >= ROWS) this.flush();
      return;
    }
    this.refused.push({ name: path.slice(-20), reason: outcome.reason });
    const facts = { reason: outcome.reason, SOPInstanceUID: '', StudyInstanceUID: '', source: undefined, sizeBytes: outcome.sizeBytes, wasTaken: true };
    await this.parts.quarantine.adopt(path, facts);
  }

  flush(): void {
    const { batch } = this;
    this.batch = [];
    this.parts.index.put(batch, { durable: true });
  }

  /** Walks a file piece by piece. Its own digests are believed, so that rot since the receipt is still found at a read; files without them are hashed. */
  private async read(path: string): Promise<{ object: IndexedObject } | { reason: string; sizeBytes: number }> {
    const { async: files } = this.parts.files;
    const handle = await files.open(path, 'r');
    try {
      const fileBytes = await files.size(handle);
      const header = await readObjectHeader(this.parts.files, handle);
      if (header === undefined) return { reason: 'no Part 10 header', sizeBytes: fileBytes };
      const { TransferSyntaxUID, SOPClassUID, SOPInstanceUID, dataOffset, info } = header;
      if (this.parts.layout.objectPath(SOPInstanceUID) !== path) return { reason: 'the file is not the object that its name says', sizeBytes: fileBytes };
      const walker = createDataSetWalker({ TransferSyntaxUID, expected: { SOPClassUID, SOPInstanceUID } });
      const digester = info?.chunkDigests === undefined ? new Digester() : undefined;
      for (let at = dataOffset; at < fileBytes;) {
        const count = await files.read(handle, this.block.subarray(0, Math.min(BLOCK, fileBytes - at)), at);
        if (count === 0) break;
        const piece = this.block.subarray(0, count);
        walker.write(piece);
        await walker.drained();
        digester?.update(piece);
        at += count;
      }
      const walked = await walker.finish();
      if (!walked.ok) return { reason: walked.reason.text, sizeBytes: fileBytes };
      const computed = digester?.finish();
      const sha256 = info?.sha256 ?? computed?.sha256;
      const chunkDigests = info?.chunkDigests ?? computed?.chunkDigests;
      if (sha256 === undefined || chunkDigests === undefined) return { reason: 'no digest', sizeBytes: fileBytes };
      const { attributes, pixel } = walked;
      const arrivedAtMs = info?.arrivedAtMs ?? this.parts.now();
      return { object: { attributes, pixel, sizeBytes: fileBytes - dataOffset, arrivedAtMs, file: { dataOffset, sha256, chunkDigests } } };
    } finally {
      await files.close(handle);
    }
  }
}

/** One file that the disk does not give is no reason to leave out the others. Undefined: it has gone meanwhile. Other faults (too many open files, no memory) are not the file's. */
function unreadable(error: unknown): { reason: string; sizeBytes: number } | undefined {
  const code = errorCode(error);
  if (code === 'ENOENT') return undefined;
  if (code !== 'EIO') throw error;
  return { reason: 'its bytes cannot be read from the disk (EIO)', sizeBytes: 0 };
}
