import { mkdir, open, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { CallError } from '@shared/contract';
import type { OutboxId } from '@shared/domain';
import type { Cache } from '../cache';
import type { Index, InstanceRecord } from '../index';
import { writePart10Header } from '../part10';
import type { Outbox } from '../sync';

export interface ExportParts {
  readonly cache: Pick<Cache, 'readRange'>;
  readonly index: Pick<Index, 'instanceByUid'>;
  readonly outbox: Outbox;
}

const PIECE_BYTES = 2 ** 20;
const PAGE = 500;

/**
 * The dead letters of an order as Part 10 files, with the reason of each in `reasons.csv`, in a new folder below `folder`. Names are numbers: nothing of DICOM text
 * becomes a path. Throws CallError in words when the folder cannot be written.
 */
export async function exportDeadLetters(parts: ExportParts, id: OutboxId, folder: string): Promise<{ folder: string; exported: number }> {
  if (!isAbsolute(folder)) throw new CallError('badRequest', 'the folder must be an absolute path');
  parts.outbox.order(id);
  const target = join(folder, `unsent-${id.replace(/[^A-Za-z0-9-]/g, '').slice(0, 36)}`);
  try {
    await mkdir(target, { recursive: false });
    const lines = ['file,SOPInstanceUID,status,reason'];
    let exported = 0;
    for (let offset = 0; ; offset += PAGE) {
      const page = parts.outbox.entries(id, offset, PAGE);
      for (const { SOPInstanceUID, state, status, words } of page) {
        if (state !== 'failed') continue;
        const record = parts.index.instanceByUid(SOPInstanceUID);
        const name = record === undefined ? '' : `${String(++exported).padStart(6, '0')}.dcm`;
        if (record !== undefined) await writeObject(parts.cache, record, join(target, name));
        lines.push([name, SOPInstanceUID, status === undefined ? '' : `0x${status.toString(16).padStart(4, '0')}`, quoted(words)].join(','));
      }
      if (page.length < PAGE) break;
    }
    await writeFile(join(target, 'reasons.csv'), `${lines.join('\r\n')}\r\n`, { flag: 'wx' });
    return { folder: target, exported };
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw new CallError('unavailable', `the objects cannot be written to ${target}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function writeObject(cache: ExportParts['cache'], { id, sizeBytes, attributes }: InstanceRecord, path: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    // writeFile goes on from where the last one ended, and takes all of it
    await handle.writeFile(writePart10Header(attributes));
    for (let at = 0; at < sizeBytes; at += PIECE_BYTES) await handle.writeFile(await cache.readRange(id, at, Math.min(PIECE_BYTES, sizeBytes - at)));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A cell that no spreadsheet takes for a formula. */
function quoted(text: string): string {
  return `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
}
