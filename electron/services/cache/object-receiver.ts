import { crc32 } from 'node:zlib';
import { CallError } from '@shared/contract';
import { transferSyntax } from '@shared/dicom';
import { createDataSetWalker, type DataSetWalker, walkDataSet, type WalkOptions, type WalkResult } from '../part10';
import {
  announce,
  compareWithStored,
  conflict,
  diskOutcome,
  expectedOf,
  identityOf,
  isRefused,
  judge,
  ownIdentity,
  type Refused,
  refusedOutcome,
  refuseIdentifiers,
} from './accept';
import { payloadOf } from './buffer-pool';
import { inMemory } from './data-set-source';
import { HEADROOM } from './journal-record';
import { encodeObjectHeader, type ObjectIdentity } from './object-file';
import type { RecordAhead } from './record-ahead';
import type { StoreParts, WalkedObject } from './store-parts';
import { StreamedObject } from './streamed-object';
import type { IncomingObject, ObjectWriter, StoreOutcome } from './types';

/** Takes one object in a contiguous buffer and writes it to the journal; one that outgrows the buffers goes on as a stream to a file of its own. */
export class ObjectReceiver implements ObjectWriter {
  private buffer: Uint8Array | undefined;
  private length = 0;
  private stream: StreamedObject | undefined;
  /** Walks the bytes as they come, except deflated ones: those are inflated at the end, within bounds. */
  private walker: DataSetWalker | undefined;
  private identity: ObjectIdentity | undefined;
  private ahead: RecordAhead | undefined;
  /** CRC of what came, taken while it is at hand; undefined where the record's own way takes it. */
  private crc: number | undefined;
  private readonly refused: Refused | undefined;
  private ended = false;

  constructor(
    private readonly parts: StoreParts,
    private incoming: IncomingObject,
  ) {
    parts.checkpointer.arriving();
    const full = parts.isClosed() ? 'the cache is closing' : parts.disk.refusal();
    this.refused = full === undefined ? refuseIdentifiers(incoming) : { status: 0xa700, reason: full, StudyInstanceUID: '' };
  }

  write(chunk: Uint8Array): boolean {
    if (this.ended || this.refused !== undefined) return true;
    if (this.stream !== undefined) return this.stream.write(chunk);
    if (!this.reserve(this.length + chunk.length)) return this.toStream().write(chunk);
    this.buffer?.set(chunk, HEADROOM + this.length);
    this.length += chunk.length;
    this.keepUp(chunk);
    return true;
  }

  drained(): Promise<void> {
    return this.stream?.drained() ?? Promise.resolve();
  }

  async finish(): Promise<StoreOutcome> {
    if (this.ended) return { kind: 'refused', status: 0x0110, comment: 'ended twice' };
    this.ended = true;
    try {
      if (this.refused !== undefined) return refusedOutcome(this.refused, undefined);
      if (this.stream !== undefined) return await this.stream.finish();
      return await this.finishBuffered();
    } catch (error) {
      this.parts.log.error({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, 'object cannot be stored');
      if (error instanceof CallError && error.code === 'diskFull') return { kind: 'refused', status: 0xa700, comment: 'disk full' };
      const outcome = diskOutcome(error);
      return outcome.kind === 'refused' && outcome.status === 0x0110 ? await this.poison(outcome) : outcome;
    } finally {
      this.release();
    }
  }

  abort(): void {
    if (this.ended) return;
    this.ended = true;
    this.stream?.abort();
    this.release();
  }

  private async finishBuffered(): Promise<StoreOutcome> {
    const { parts } = this;
    const bytes = this.buffer?.subarray(HEADROOM, HEADROOM + this.length) ?? new Uint8Array(0);
    const walked = judge(await this.walk(bytes));
    if (isRefused(walked)) return this.quarantine(bytes, walked);
    const incoming = ownIdentity(this.incoming, walked);
    this.incoming = incoming;
    return parts.shelf.inTurn(incoming.SOPInstanceUID, async () => {
      if (parts.shelf.where(incoming.SOPInstanceUID) === undefined) return this.keep(walked);
      const verdict = await compareWithStored(parts, incoming, inMemory(bytes, incoming.TransferSyntaxUID));
      if (verdict === 'same') return { kind: 'duplicate', attributes: walked.attributes };
      // what stood here was found damaged and stands aside now: this is the copy to have
      if (verdict === 'damaged' && parts.shelf.where(incoming.SOPInstanceUID) === undefined) return this.keep(walked);
      return this.quarantine(bytes, conflict(verdict, walked.attributes.StudyInstanceUID));
    });
  }

  /** Walk, checksum and write while the sender is at it: what is left behind the last byte is what the sender waits for. */
  private keepUp(chunk: Uint8Array): void {
    const { parts, incoming, buffer } = this;
    if (transferSyntax(incoming.TransferSyntaxUID)?.isDeflated === true || buffer === undefined) return;
    this.walker ??= createDataSetWalker(this.walkOptions());
    // an imported object may turn out to be another than its file says
    if (!this.walker.write(chunk) || incoming.source.kind === 'import') return;
    if (this.identity === undefined) {
      this.identity = identityOf(incoming, parts.now());
      this.ahead = parts.journal.ahead(this.identity);
    }
    if (this.ahead !== undefined) parts.journal.advance(this.ahead, buffer, this.length);
    else this.crc = crc32(chunk, this.crc);
  }

  private walk(bytes: Uint8Array): WalkResult | Promise<WalkResult> {
    return this.walker?.finish() ?? walkDataSet(bytes, this.walkOptions());
  }

  private walkOptions(): WalkOptions {
    return { TransferSyntaxUID: this.incoming.TransferSyntaxUID, ...expectedOf(this.incoming) };
  }

  private async keep(walked: WalkedObject): Promise<StoreOutcome> {
    const { parts, incoming } = this;
    const identity = this.identity ?? identityOf(incoming, parts.now());
    if (this.buffer === undefined) throw new RangeError('no bytes');
    const place = await parts.journal.append(this.buffer, this.length, identity, this.ahead, this.crc);
    const object = { identity, place, ...walked };
    parts.shelf.put(object);
    parts.checkpointer.add(object);
    announce(parts, identity, walked, this.length);
    parts.rows.add({ ...walked, sizeBytes: this.length, arrivedAtMs: identity.arrivedAtMs });
    return { kind: 'stored', attributes: walked.attributes };
  }

  /** B17: a fault that nobody foresaw belongs to these bytes as far as anybody knows. They stand aside, to be looked at, and are never read again by themselves. */
  private async poison(outcome: StoreOutcome): Promise<StoreOutcome> {
    if (this.buffer === undefined) return outcome;
    try {
      const bytes = this.buffer.subarray(HEADROOM, HEADROOM + this.length);
      return await this.quarantine(bytes, { status: 0x0110, reason: 'processing failure', StudyInstanceUID: '' });
    } catch {
      return outcome; // what cannot be set aside is still the sender's
    }
  }

  private async quarantine(bytes: Uint8Array, refused: Refused): Promise<StoreOutcome> {
    const { parts, incoming } = this;
    const header = encodeObjectHeader(identityOf(incoming, parts.now()), undefined);
    const facts = { ...refused, SOPInstanceUID: incoming.SOPInstanceUID, source: incoming.source, sizeBytes: bytes.length };
    const id = await parts.quarantine.add([header, bytes], facts);
    return refusedOutcome(refused, id);
  }

  private reserve(total: number): boolean {
    if (this.buffer !== undefined && total <= payloadOf(this.buffer)) return true;
    if (total > this.parts.options.contiguousBytes) return false;
    const larger = this.parts.buffers.acquire(total);
    if (larger === undefined) return false;
    if (this.buffer !== undefined) {
      larger.set(this.buffer.subarray(HEADROOM, HEADROOM + this.length), HEADROOM);
      this.parts.buffers.release(this.buffer);
    }
    this.buffer = larger;
    return true;
  }

  private toStream(): StreamedObject {
    const stream = new StreamedObject(this.parts, this.incoming);
    this.stream = stream;
    if (this.buffer !== undefined) stream.write(this.buffer.subarray(HEADROOM, HEADROOM + this.length));
    this.release();
    return stream;
  }

  private release(): void {
    if (this.buffer !== undefined) this.parts.buffers.release(this.buffer);
    this.buffer = undefined;
  }
}
