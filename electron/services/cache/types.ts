import type { InstanceAttributes } from '../part10';

/** Where an object came from: kept with it, shown, audited. */
export type ObjectSource =
  | { readonly kind: 'association'; readonly callingAeTitle: string; readonly calledAeTitle: string; readonly host: string; readonly associationId: number }
  | { readonly kind: 'import'; readonly jobId: string; readonly name: string }
  /** By DICOMweb: the archive's name in the settings, and the host of its URL. */
  | { readonly kind: 'web'; readonly node: string; readonly host: string }
  | { readonly kind: 'demo' }
  /** Made at this station, by this user. */
  | { readonly kind: 'authored'; readonly by: string };

/** What the sender says about the object before its data set comes (C-STORE-RQ, or the file's meta header). */
export interface IncomingObject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  /** Syntax of the data-set bytes as they come; they are kept so (rule 1). */
  readonly TransferSyntaxUID: string;
  readonly source: ObjectSource;
  /** The study that it must say it belongs to, where only that was asked for. */
  readonly StudyInstanceUID?: string;
  /** The C-MOVE that it answers, where the sender says so (PS3.7 9.1.1.1, Move Originator). */
  readonly moveOriginator?: { readonly aeTitle: string; readonly messageId: number };
}

/** Values of the C-STORE status that a refusal maps to (PS3.4 B.2.3, reliability 2.2). */
export type RefusalStatus = 0xa700 | 0xa900 | 0xc000 | 0x0110;

export type StoreOutcome =
  /** Durable: a power cut can no longer take it. */
  | { readonly kind: 'stored'; readonly attributes: InstanceAttributes }
  /** Was here already with the same content; the first bytes are kept. */
  | { readonly kind: 'duplicate'; readonly attributes: InstanceAttributes }
  /**
   * Not kept as an object; `comment` (<= 64 characters, PS3.7 C.4.2) names why; the bytes are in quarantine when `quarantineId` is there. `isOtherContent`: what is here under its
   * UID was read, and is another object.
   */
  | {
      readonly kind: 'refused';
      readonly status: RefusalStatus;
      readonly comment: string;
      readonly quarantineId?: string;
      readonly isOtherContent?: true;
    };

/** Takes the data-set bytes of one object. Exactly one of `finish` and `abort` ends it. */
export interface ObjectWriter {
  /** Appends; the bytes are copied or consumed before it returns. False: wait for `drained()` before more (back-pressure, B18). */
  write(chunk: Uint8Array): boolean;
  drained(): Promise<void>;
  /** Walks, checks, makes durable. Never rejects: a fault of the disk is an outcome. */
  finish(): Promise<StoreOutcome>;
  /** The sender went away: what came of this object is forgotten. */
  abort(): void;
}

/** Byte range of the data set in a file that the cache wrote (a journal segment or an object file). */
export interface ObjectLocation {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

export interface ObjectStore {
  receive(incoming: IncomingObject): ObjectWriter;
  /** Many objects come side by side until the returned function is called: one sync serves those that are ready. Absent: each is synced as it comes. */
  burst?(): () => void;
  /** For admission of an association: undefined = room, else why not (B15). */
  admission(): string | undefined;
}

/** What a copy beside the cache turned out to be. `unread`: frames of it cannot be decoded, it broke off, or there was no room for it. */
export type CopyVerdict = 'same' | 'different' | 'unread';
