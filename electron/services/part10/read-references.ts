import { constants, inflateRawSync } from 'node:zlib';
import { Tag, transferSyntax } from '@shared/dicom';
import { encodingMode } from './locate-pixel-data';
import { StructureWalker, type NestedInterest } from './structure-walker';
import { ValueStore } from './value-store';
import { WALK_LIMITS } from './walk-types';

const DIRECTORY_RECORD_SEQUENCE = 0x00041220;
const REFERENCED_FILE_ID = 0x00041500;
/** CS of 8 components, 16 characters each; longer ones are names of careless writers. */
const MAX_FILE_ID_BYTES = 1024;
/** Deflate expands a thousandfold at most: 64 KiB stay below 64 MiB. */
const MAX_DEFLATED_START = 65_536;

/** File IDs of the records, in the order of the file. */
class FileIdCollector implements NestedInterest {
  readonly sequences: ReadonlySet<number> = new Set([DIRECTORY_RECORD_SEQUENCE]);
  readonly found: Buffer[] = [];
  private filled = 0;

  item(): void {
    // records need no place of their own
  }

  open(tag: number, _vr: number, length: number): boolean {
    if (tag !== REFERENCED_FILE_ID || length === 0 || length > MAX_FILE_ID_BYTES) return false;
    this.found.push(Buffer.alloc(length));
    this.filled = 0;
    return true;
  }

  append(from: Uint8Array, start: number, count: number): void {
    this.found.at(-1)?.set(from.subarray(start, start + count), this.filled);
    this.filled += count;
  }
}

/**
 * Every Referenced File ID (0004,1500) of a DICOMDIR's data set, components with their backslashes, padding removed. What stands before the first damage
 * is given with the `problem`. Never throws.
 */
export function readReferencedFiles(dataSet: Uint8Array, TransferSyntaxUID: string): { fileIds: string[]; problem?: string } {
  const collector = new FileIdCollector();
  const walker = new StructureWalker(encodingMode(TransferSyntaxUID), { slots: new Map(), onceBelow: 0, nested: collector }, new ValueStore(0), WALK_LIMITS);
  walker.write(dataSet);
  const refusal = walker.finish();
  const fileIds = collector.found
    .map((bytes) =>
      bytes
        .toString('latin1')
        .split('\\')
        .map((component) => component.replace(/^[\0 ]+|[\0 ]+$/g, ''))
        .join('\\'),
    )
    .filter((fileId) => fileId !== '');
  return { fileIds, ...(refusal !== undefined && { problem: refusal.text }) };
}

/**
 * The SOP Class and Instance UID that a data set gives itself, from its first bytes; each undefined while it is not among them. For objects too large to be
 * walked before they are written: the meta header of a file may be stale. Never throws.
 */
export function readOwnUids(start: Uint8Array, TransferSyntaxUID: string): { SOPClassUID?: string; SOPInstanceUID?: string } {
  const plain = transferSyntax(TransferSyntaxUID)?.isDeflated === true ? inflatedStart(start) : start;
  const store = new ValueStore(2);
  const slots = new Map([
    [Tag.SOPClassUID, 0],
    [Tag.SOPInstanceUID, 1],
  ]);
  const walker = new StructureWalker(encodingMode(TransferSyntaxUID), { slots, onceBelow: 0 }, store, WALK_LIMITS);
  walker.write(plain);
  const cutAt = walker.finish()?.tag;
  const uid = (slot: number, tag: number): string => (tag === cutAt ? '' : latin1(store.bytes(slot)).replace(/[\0 ]+$/, ''));
  const [SOPClassUID, SOPInstanceUID] = [uid(0, Tag.SOPClassUID), uid(1, Tag.SOPInstanceUID)];
  return { ...(SOPClassUID !== '' && { SOPClassUID }), ...(SOPInstanceUID !== '' && { SOPInstanceUID }) };
}

/** What comes out of the start of a deflated data set (PS3.5 A.5); nothing when it does not inflate. */
function inflatedStart(start: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(start.subarray(0, MAX_DEFLATED_START), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
