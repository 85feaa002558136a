/** Kinds of what a walk stands in. */
export const DATA_SET = 0;
export const SEQUENCE = 1;
export const FRAGMENTS = 2;
export type LevelKind = typeof DATA_SET | typeof SEQUENCE | typeof FRAGMENTS;

/** Encodings of PS3.5 7.1.2, 7.1.3 and A.3 (big endian is retired, seen in the field). */
export const EXPLICIT_LE = 0;
export const IMPLICIT_LE = 1;
export const EXPLICIT_BE = 2;
export type EncodingMode = typeof EXPLICIT_LE | typeof IMPLICIT_LE | typeof EXPLICIT_BE;

/** The explicit stack of the walker (no recursion, CVE-2026-44031): a sequence and the item in it are a level each. */
export class LevelStack {
  depth = 0;
  private sequences = 0;
  private readonly kinds: Uint8Array;
  private readonly modes: Uint8Array;
  private readonly openEnded: Uint8Array;
  private readonly fresh: Uint8Array;
  private readonly tags: Uint32Array;
  /** Offset that the content of a level cannot pass: its own end or that of the nearest level around it that has one. */
  private readonly limits: Float64Array;

  constructor(
    mode: EncodingMode,
    private readonly maxSequences: number,
  ) {
    const levels = 2 * maxSequences + 2;
    this.kinds = new Uint8Array(levels);
    this.modes = new Uint8Array(levels);
    this.openEnded = new Uint8Array(levels);
    this.fresh = new Uint8Array(levels);
    this.tags = new Uint32Array(levels);
    this.limits = new Float64Array(levels);
    this.modes[0] = mode;
    this.openEnded[0] = 1;
    this.limits[0] = Infinity;
  }

  get kind(): number {
    return this.kinds[this.depth] ?? DATA_SET;
  }

  get mode(): number {
    return this.modes[this.depth] ?? EXPLICIT_LE;
  }

  /** The innermost level goes on in another encoding. */
  changeMode(mode: EncodingMode): void {
    this.modes[this.depth] = mode;
  }

  get limit(): number {
    return this.limits[this.depth] ?? Infinity;
  }

  /** Tag of the sequence that the innermost level is, 0 of an item. */
  get tag(): number {
    return this.tags[this.depth] ?? 0;
  }

  get isOpenEnded(): boolean {
    return this.openEnded[this.depth] === 1;
  }

  /** True once for each level: at its first header. */
  takeFresh(): boolean {
    const isFresh = this.fresh[this.depth] === 1;
    this.fresh[this.depth] = 0;
    return isFresh;
  }

  /** False when the nesting is too deep. `end` = Infinity for an undefined length. */
  enter(kind: LevelKind, mode: number, end: number, tag = 0): boolean {
    if (kind !== DATA_SET && this.sequences === this.maxSequences) return false;
    if (kind !== DATA_SET) this.sequences += 1;
    const around = this.limit;
    this.depth += 1;
    this.kinds[this.depth] = kind;
    this.modes[this.depth] = mode;
    this.openEnded[this.depth] = end === Infinity ? 1 : 0;
    this.limits[this.depth] = end === Infinity ? around : end;
    this.fresh[this.depth] = 1;
    this.tags[this.depth] = tag;
    return true;
  }

  leave(): void {
    if (this.kinds[this.depth] !== DATA_SET) this.sequences -= 1;
    this.depth -= 1;
  }

  /** Leaves the levels of defined length that end at `offset`. */
  closeAt(offset: number): void {
    while (this.depth > 0 && this.openEnded[this.depth] === 0 && this.limits[this.depth] === offset) this.leave();
  }
}
