import type { InstanceAttributes } from './attributes';

/** Why a data set is refused. What is not listed here is at most a warning: the bytes are the truth and are kept. */
export type RefusalCode =
  /** The bytes end inside an element, item or sequence. */
  | 'truncated'
  /** Two bytes that can be no VR where one must stand (PS3.5 7.1.2). */
  | 'badVr'
  /** A length that runs past the item or sequence around it. */
  | 'lengthBeyondParent'
  /** FFFFFFFF where PS3.5 7.1.1 / A.4 forbid it. */
  | 'undefinedLength'
  /** Something else where an item or a delimiter must stand. */
  | 'badItem'
  /** A sequence ended inside an item, or an item that no delimiter closed. */
  | 'missingDelimiter'
  | 'tooDeep'
  | 'tooManyElements'
  /** Deflated bytes that do not inflate. */
  | 'badDeflate'
  /** Inflated bytes beyond the limit. */
  | 'inflatedTooLarge'
  /** Study, Series, SOP Instance or SOP Class UID absent or empty. */
  | 'missingUid'
  /** Characters or length that no UID can have (PS3.5 9.1). */
  | 'badUid'
  /** An identifying attribute twice with different values. */
  | 'ambiguousIdentity'
  /** The data set names another SOP class or instance than the sender's command (reliability B6). */
  | 'uidMismatch';

export interface Refusal {
  readonly code: RefusalCode;
  /** Bytes from the start of the (inflated) data set. */
  readonly offset: number;
  readonly tag?: number;
  /** At most 64 characters of the default repertoire: fit for Error Comment (0000,0902). */
  readonly text: string;
}

/** Byte range; `offset` counts from the start of the (inflated) data set. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Where the top-level pixel data lie (PS3.3 C.7.6.3, PS3.5 A.4). */
export type PixelLayout =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'native';
      readonly element: 'PixelData' | 'FloatPixelData' | 'DoubleFloatPixelData';
      readonly offset: number;
      readonly length: number;
    }
  | {
      readonly kind: 'encapsulated';
      /** Offset of the first item (the Basic Offset Table) and the length up to and with the sequence delimiter. */
      readonly offset: number;
      readonly length: number;
      readonly basicOffsetTable: ByteRange;
      /** Number of fragments without the Basic Offset Table. */
      readonly fragments: number;
      readonly extendedOffsetTable?: ByteRange;
      readonly extendedOffsetTableLengths?: ByteRange;
    };

export type WalkResult =
  | {
      readonly ok: true;
      readonly attributes: InstanceAttributes;
      readonly pixel: PixelLayout;
      /** Elements of all levels, items not counted. */
      readonly elements: number;
      /** Length of the (inflated) data set in bytes. */
      readonly length: number;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly reason: Refusal };

export interface WalkLimits {
  /** Sequences inside sequences; DCMTK's default too. */
  readonly depth: number;
  readonly elements: number;
  /** Bytes kept of one attribute for the index. */
  readonly valueBytes: number;
  readonly inflatedBytes: number;
}

export const WALK_LIMITS: WalkLimits = { depth: 64, elements: 8_000_000, valueBytes: 65_536, inflatedBytes: 2 ** 29 };

export interface WalkOptions {
  /** The syntax of the bytes; an unknown one is read as Explicit VR Little Endian (PS3.5 A.4: every encapsulated one is). */
  readonly TransferSyntaxUID: string;
  /** What the C-STORE-RQ said; another value in the data set is a refusal (B6). Not for files: their meta header is often stale. */
  readonly expected?: { readonly SOPClassUID?: string; readonly SOPInstanceUID?: string; readonly StudyInstanceUID?: string };
  readonly limits?: Partial<WalkLimits>;
}

/** Takes a data set in pieces cut anywhere. */
export interface DataSetWalker {
  /** Consumes the piece (what is needed is copied). False: the data set is refused already, further pieces are ignored. */
  write(chunk: Uint8Array): boolean;
  /** The verdict over all that was written. Only deflated syntaxes need the promise. */
  finish(): WalkResult | Promise<WalkResult>;
  /** Resolves when pieces may be written again (deflated syntaxes inflate behind the caller's back). */
  drained(): Promise<void>;
  /** Frees what an unfinished walk holds. */
  abort(): void;
}
