/** What a Value Representation is to a reader (PS3.5 6.2). */
export interface ValueRepresentation {
  readonly kind: 'text' | 'number' | 'bytes' | 'sequence' | 'tag';
  /** Value is in the Specific Character Set. */
  readonly isLocal: boolean;
  /** Blanks that mean nothing: on both sides, or only behind (leading ones are kept). */
  readonly trim: 'both' | 'trailing' | 'none';
  /** A backslash separates values. */
  readonly isMultiple: boolean;
  /** 32 bit length in explicit encodings (PS3.5 7.1.2). */
  readonly isLongForm: boolean;
  /** Bytes of one value, 0 = any. */
  readonly valueBytes: number;
}

const text = (trim: 'both' | 'trailing', isLocal: boolean, isMultiple: boolean, isLongForm = false): ValueRepresentation => ({
  kind: 'text',
  isLocal,
  trim,
  isMultiple,
  isLongForm,
  valueBytes: 0,
});
const number = (valueBytes: number, isLongForm = false): ValueRepresentation => ({
  kind: 'number',
  isLocal: false,
  trim: 'none',
  isMultiple: false,
  isLongForm,
  valueBytes,
});
const bytes = (valueBytes: number): ValueRepresentation => ({ kind: 'bytes', isLocal: false, trim: 'none', isMultiple: false, isLongForm: true, valueBytes });

/** PS3.5 Table 6.2-1. */
export const VALUE_REPRESENTATIONS = {
  AE: text('both', false, true),
  AS: text('both', false, true),
  AT: { ...number(4), kind: 'tag' },
  CS: text('both', false, true),
  DA: text('both', false, true),
  DS: text('both', false, true),
  DT: text('both', false, true),
  FD: number(8),
  FL: number(4),
  IS: text('both', false, true),
  LO: text('both', true, true),
  LT: text('trailing', true, false),
  OB: bytes(1),
  OD: bytes(8),
  OF: bytes(4),
  OL: bytes(4),
  OV: bytes(8),
  OW: bytes(2),
  PN: text('both', true, true),
  SH: text('both', true, true),
  SL: number(4),
  SQ: { ...bytes(0), kind: 'sequence' },
  SS: number(2),
  ST: text('trailing', true, false),
  SV: number(8, true),
  TM: text('both', false, true),
  UC: text('trailing', true, true, true),
  UI: text('both', false, true),
  UL: number(4),
  UN: bytes(1),
  UR: text('trailing', false, false, true),
  US: number(2),
  UT: text('trailing', true, false, true),
  UV: number(8, true),
} as const satisfies Record<string, ValueRepresentation>;

export type VR = keyof typeof VALUE_REPRESENTATIONS;

export function isVr(text: string): text is VR {
  return Object.hasOwn(VALUE_REPRESENTATIONS, text);
}
