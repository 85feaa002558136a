import type { ObjectStore, ObjectWriter } from '../cache';
import { readPart10Header } from '../part10';

const MOST_HEADER_BYTES = 2 * 2 ** 20;

export interface WantedObjects {
  readonly StudyInstanceUID: string;
  /** SOP Instance UIDs that are wanted: nothing else that comes is taken. `all`: whatever the study has, for which its objects must say that they belong to it. */
  readonly wanted: ReadonlySet<string> | 'all';
}

/** One Part 10 file on its way into the cache. Bytes are handed on or copied before `take` returns. */
export class IncomingPart {
  private head: Uint8Array | undefined = new Uint8Array(0);
  private writer: ObjectWriter | undefined;
  private uid = '';
  private problem: string | undefined;
  /** Bytes of its data set so far. */
  length = 0;

  constructor(
    private readonly store: ObjectStore,
    private readonly source: Parameters<ObjectStore['receive']>[0]['source'],
    private readonly request: WantedObjects,
  ) {}

  /** `useless`: nothing that anybody asked for. `wait`: `drained` before more. */
  take(bytes: Uint8Array): 'useless' | 'taken' | 'wait' {
    if (this.problem !== undefined) return 'useless';
    if (this.head === undefined) return this.write(bytes);
    const head = this.head.length === 0 ? bytes : Buffer.concat([this.head, bytes]);
    const header = readPart10Header(head);
    if (!header.ok) {
      if (header.moreBytes === undefined || head.length > MOST_HEADER_BYTES) this.problem = header.text;
      this.head = Uint8Array.from(head);
      return 'useless';
    }
    const rest = head.subarray(header.dataSetOffset);
    this.head = undefined;
    this.uid = header.MediaStorageSOPInstanceUID;
    const { MediaStorageSOPClassUID: SOPClassUID, MediaStorageSOPInstanceUID: SOPInstanceUID, TransferSyntaxUID } = header;
    // what was not asked for is not taken: a service must not fill the cache with other studies
    const { wanted, StudyInstanceUID } = this.request;
    if (wanted !== 'all' && !wanted.has(SOPInstanceUID)) {
      this.problem = 'it was not asked for';
      return 'useless';
    }
    const { source } = this;
    this.writer = this.store.receive({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID, source, ...(wanted === 'all' && { StudyInstanceUID }) });
    return this.write(rest);
  }

  /** After `wait`. */
  drained(): Promise<void> {
    return this.writer?.drained() ?? Promise.resolve();
  }

  abort(): void {
    this.writer?.abort();
    this.writer = undefined;
  }

  /** An empty UID: its head could not be read, so nobody knows what it was. */
  async finish(): Promise<{ readonly SOPInstanceUID: string; readonly reason?: string }> {
    const { uid: SOPInstanceUID, writer } = this;
    if (writer === undefined) return { SOPInstanceUID, reason: this.problem ?? (this.head?.length === 0 ? 'it is empty' : 'it ends within its meta header') };
    this.writer = undefined;
    const outcome = await writer.finish();
    return outcome.kind === 'refused' ? { SOPInstanceUID, reason: outcome.comment } : { SOPInstanceUID };
  }

  private write(bytes: Uint8Array): 'taken' | 'wait' {
    this.length += bytes.length;
    return bytes.length === 0 || this.writer === undefined || this.writer.write(bytes) ? 'taken' : 'wait';
  }
}
