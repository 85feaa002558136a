import { join } from 'node:path';
import { walkDataSet } from '../part10';
import type { Index } from '../index';
import type { Logger } from '../logging/logger';
import type { CacheEvents } from './events';
import type { FileLayer } from './file-layer';
import type { RecoveredRecord } from './adopt-segment';
import type { Journal } from './journal';
import type { Layout } from './layout';
import type { Quarantine } from './quarantine';
import type { PendingObject, Shelf } from './shelf';

export interface RecoveryParts {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly index: Index;
  readonly journal: Journal;
  readonly shelf: Shelf;
  readonly quarantine: Quarantine;
  readonly events: CacheEvents;
  readonly log: Logger;
  enqueue(object: PendingObject): void;
}

/** What a previous run left half done on the way in: nobody was told that it is kept. */
export async function removeTemps(files: FileLayer, folder: string): Promise<number> {
  const names = (await files.async.list(folder)).filter((name) => name.endsWith('.tmp'));
  for (const name of names) await files.async.unlink(join(folder, name)).catch(() => undefined);
  return names.length;
}

/** Objects whose records no checkpoint has covered stand on the shelf again; damaged acknowledged records go to quarantine with a notice, the others stay. */
export async function replayJournal(parts: RecoveryParts, recovered: readonly RecoveredRecord[]): Promise<void> {
  let damaged = 0;
  let replayed = 0;
  const folders = new Set<string>();
  const settled: RecoveredRecord[] = [];
  for (const record of recovered) {
    const outcome = await replay(parts, record);
    if (outcome === 'damaged') damaged++;
    if (outcome === 'shelved') replayed++;
    else settled.push(record);
    if (outcome === 'present' && record.meta !== undefined) folders.add(parts.layout.objectFolder(record.meta.SOPInstanceUID));
  }
  // the checkpoint that made these files may have ended before it synced their names: until that is done the record is the only safe copy
  for (const folder of folders) if (await parts.files.async.exists(folder)) await parts.files.async.fsyncDir(folder);
  for (const record of settled) parts.journal.settle(record.place, record.meta?.SOPInstanceUID);
  if (replayed > 0) parts.log.info({ replayed }, 'objects taken up again from the journal');
  if (damaged > 0) tellDamaged(parts.events, damaged);
}

export function tellDamaged(events: CacheEvents, count: number): void {
  const text = count === 1 ? 'One image was damaged on the disk and set aside' : `${String(count)} images were damaged on the disk and set aside`;
  events.notices.tell({ level: 'danger', text, detail: 'They stand in quarantine. Have them sent again.', key: 'cache-damaged' });
}

async function replay(parts: RecoveryParts, record: RecoveredRecord): Promise<'shelved' | 'present' | 'damaged'> {
  const { place, meta } = record;
  if (meta !== undefined && isThere(parts, record, meta.SOPInstanceUID)) return 'present';
  const bytes = await parts.journal.read(place, 0, place.length);
  const walked = meta === undefined || !record.sound ? undefined : walkDataSet(bytes, { TransferSyntaxUID: meta.TransferSyntaxUID, expected: meta });
  if (meta === undefined || walked?.ok !== true) {
    const facts = {
      reason: 'damaged in the journal',
      SOPInstanceUID: meta?.SOPInstanceUID ?? '',
      StudyInstanceUID: '',
      source: meta?.source,
      sizeBytes: bytes.length,
      wasTaken: true,
    };
    await parts.quarantine.add([bytes], facts);
    return 'damaged';
  }
  const { attributes, pixel } = walked;
  parts.enqueue({ identity: meta, place, attributes, pixel });
  return 'shelved';
}

/**
 * Nothing of the record is needed any more. Not so where its file was made and the end came before its row: who asks for the object would hear that it is not here
 * until files and rows were compared. It is made once more, row and file.
 */
function isThere({ shelf, index }: RecoveryParts, { sound }: RecoveredRecord, SOPInstanceUID: string): boolean {
  const where = shelf.where(SOPInstanceUID);
  if (where !== 'file' || !sound) return where !== undefined;
  try {
    return index.has(SOPInstanceUID);
  } catch {
    return true; // a damaged index is made again from the files
  }
}
