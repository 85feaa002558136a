import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import type { ByteSource } from './byte-source';
import { archiveProblem, entryProblem, ZIP_LIMITS, type ZipEntryFacts, type ZipLimits } from './zip-rules';

const STORED = 0;
const DEFLATED = 8;
const MAX_NAME = 400;

export interface ZipEntrySource {
  readonly name: string;
  /** Bytes that come out. */
  readonly size: number;
  open(): Promise<ByteSource>;
}

export interface OpenedZip {
  readonly entries: readonly ZipEntrySource[];
  /** Entries that are not read, with the reason. Folders are not named. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  close(): void;
}

/** An archive that is not opened; the message says why, in words. */
export class ZipProblem extends Error {}

/**
 * Opens an archive by its central directory. All limits are checked on the directory before anything is inflated, and again while bytes come: an
 * entry that gives more than it says ends with an error. Rejects with a ZipProblem.
 */
export async function openZip(path: string, signal: AbortSignal, limits: ZipLimits = ZIP_LIMITS): Promise<OpenedZip> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { autoClose: false, decodeStrings: false });
  } catch (error) {
    throw problemOf(error);
  }
  try {
    const listed = await listEntries(zip, signal, limits);
    const problem = archiveProblem(
      listed.map(([, facts]) => facts),
      zip.fileSize,
      limits,
    );
    if (problem !== undefined) throw new ZipProblem(`the archive is not opened: ${problem}`);
    const entries: ZipEntrySource[] = [];
    const refused: { name: string; reason: string }[] = [];
    for (const [entry, facts] of listed) {
      const reason = entryProblem(facts);
      if (reason !== undefined) refused.push({ name: facts.name, reason });
      else entries.push({ name: facts.name, size: facts.size, open: () => openEntry(zip, entry) });
    }
    return { entries, refused, close: () => zip.close() };
  } catch (error) {
    zip.close();
    signal.throwIfAborted();
    throw problemOf(error);
  }
}

async function listEntries(zip: ZipFile, signal: AbortSignal, limits: ZipLimits): Promise<[Entry, ZipEntryFacts][]> {
  if (zip.entryCount > limits.entries) throw new ZipProblem(`the archive is not opened: more than ${limits.entries} entries`);
  const listed: [Entry, ZipEntryFacts][] = [];
  for await (const entry of zip.eachEntry()) {
    signal.throwIfAborted();
    const facts = factsOf(entry);
    if (!/[\\/]$/.test(facts.name) || facts.size > 0) listed.push([entry, facts]);
  }
  return listed;
}

function factsOf(entry: Entry): ZipEntryFacts {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  return {
    name: name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
    isEncrypted: entry.isEncrypted(),
    isReadable: entry.compressionMethod === STORED || entry.compressionMethod === DEFLATED,
  };
}

async function openEntry(zip: ZipFile, entry: Entry): Promise<ByteSource> {
  try {
    return new EntrySource(await zip.openReadStreamPromise(entry), entry.uncompressedSize, entry.crc32);
  } catch (error) {
    throw problemOf(error);
  }
}

/** Inflated bytes as they are asked for; the last read checks the sum that the archive states for them. */
class EntrySource implements ByteSource {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Uint8Array = new Uint8Array(0);
  private sum = 0;
  private given = 0;

  constructor(
    private readonly stream: Readable,
    readonly size: number,
    private readonly expectedSum: number,
  ) {
    this.chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async read(length: number): Promise<Uint8Array> {
    const wanted = Math.min(length, this.size - this.given);
    const parts: Uint8Array[] = [];
    let filled = 0;
    try {
      while (filled < wanted) {
        if (this.rest.length === 0) {
          const next = await this.chunks.next();
          if (next.done === true) break;
          this.rest = next.value;
        }
        const piece = this.rest.subarray(0, wanted - filled);
        this.rest = this.rest.subarray(piece.length);
        parts.push(piece);
        filled += piece.length;
      }
    } catch (error) {
      throw problemOf(error);
    }
    const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    this.given += bytes.length;
    this.sum = crc32(bytes, this.sum);
    if (this.given === this.size && this.sum !== this.expectedSum) throw new ZipProblem('damaged in the archive: its checksum does not agree');
    return bytes;
  }

  close(): Promise<void> {
    this.stream.destroy();
    return Promise.resolve();
  }
}

/** What the reader of archives says, in a sentence for the person who chose the file. */
function problemOf(error: unknown): Error {
  if (error instanceof ZipProblem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Error && /^E[A-Z]+$/.test(code)) return error;
  const words = error instanceof Error ? error.message : 'unknown fault';
  if (/too many bytes|not enough bytes/i.test(words)) return new ZipProblem('it gives other bytes than the archive says');
  if (/end of central directory/i.test(words)) return new ZipProblem('no zip archive, or one that is cut short');
  return new ZipProblem(`damaged in the archive (${words.slice(0, 120)})`);
}
