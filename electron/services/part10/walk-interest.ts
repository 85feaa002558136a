export interface Interest {
  /** Tag of the top level -> slot of the store. */
  readonly slots: ReadonlyMap<number, number>;
  /** Slots below this number may stand only once: identity must not depend on which of two values a reader takes. */
  readonly onceBelow: number;
  /** Slots of which only is kept that they are there: large values. */
  readonly presence?: ReadonlySet<number>;
  readonly nested?: NestedInterest;
}

/** Values in the items of some top-level sequences, and of sequences in them down to a level. */
export interface NestedInterest {
  /** Top-level sequences whose items are told. */
  readonly sequences: ReadonlySet<number>;
  /** Leaves them closed where their VR is UN. Else they are looked into even there, as where implicit VR and a defined length would leave them opaque. */
  readonly closesUnknown?: boolean;
  /** Sequences in sequences that are told; absent = the items of the top-level sequences only. */
  readonly levels?: number;
  /** Sequences below the top level that are looked into where they are implicit and of defined length. */
  readonly inner?: ReadonlySet<number>;
  /** An item of the sequence begins; `level` counts sequences from 1. */
  item(sequence: number, level: number): void;
  /** An element of the item at this level; true: its bytes are wanted by `append`. */
  open(tag: number, vr: number, length: number, level: number): boolean;
  append(from: Uint8Array, start: number, count: number): void;
}
