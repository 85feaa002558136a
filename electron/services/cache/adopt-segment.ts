import type { FileLayer } from './file-layer';
import { PAGE, type RecordMeta } from './journal-record';
import type { CacheOptions } from './options';
import type { Segment } from './segment';
import { keptRecords, type ScannedRecord, scanSegment } from './segment-scan';

/** Where the data set of a synced record lies. */
export interface JournalPlace {
  readonly segment: Segment;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
  readonly sequence: number;
}

/** A record found at the start. */
export interface RecoveredRecord {
  readonly place: JournalPlace;
  readonly meta?: RecordMeta;
  readonly sound: boolean;
}

/** A segment of an earlier run and what it holds; no segment when it is of no use any more. `gap`: acknowledged bytes are gone. */
export async function adoptSegment(
  files: FileLayer,
  options: CacheOptions,
  path: string,
): Promise<{ segment?: Segment; records: RecoveredRecord[]; gap: boolean }> {
  const handle = await files.async.open(path, 'r+');
  const bytes = await files.async.size(handle);
  const scan = await scanSegment(files, handle);
  const kept: ScannedRecord[] = scan === undefined ? [] : keptRecords(scan.records);
  if (bytes !== options.segmentBytes && kept.length === 0) {
    // cut while it was made, or of another size: a new one is cheaper than growing this
    await files.async.close(handle);
    await files.async.unlink(path);
    return { records: [], gap: false };
  }
  const segment: Segment = {
    path,
    handle,
    bytes,
    generation: kept.length > 0 ? (scan?.generation ?? 0) : 0,
    end: PAGE,
    unsettled: kept.length,
    settled: new Set(),
    readers: 0,
    sealed: kept.length > 0,
  };
  const records = kept.map(({ header, offset, meta, sound }) => ({
    place: { segment, offset: offset + header.dataOffset, length: header.dataLength, crc: header.dataCrc, sequence: header.sequence },
    sound,
    ...(meta === undefined ? {} : { meta }),
  }));
  return { segment, records, gap: scan?.acknowledgedGap ?? false };
}
