/** How the bytes of one character set become Unicode. */
export type Repertoire =
  /** Latin-1 of the page 0xA0-0xFF with a few characters replaced: exactly ISO 8859-1 and -9, which WHATWG labels are not (they mean the Windows pages). */
  | { readonly kind: 'latin'; readonly replaced: Readonly<Record<number, number>> }
  /** One byte a character above 0x9F by a WHATWG label whose upper half equals the ISO page. */
  | { readonly kind: 'single'; readonly label: string }
  /** JIS X 0201: half-width katakana above 0xA0. */
  | { readonly kind: 'katakana' }
  /** Two bytes a character, decoded with both high bits set by the label. */
  | { readonly kind: 'double'; readonly label: string; readonly prefix: readonly number[] };

/** The defined terms with code extensions of PS3.3 Tables C.12-3 and C.12-4, and those without of C.12-2 that share the repertoire. */
export interface CodedSet {
  /** ISO registration number. */
  readonly registration: number;
  /** Bytes after ESC (PS3.3 Table C.12-3/4), with the half of the code table that they fill. */
  readonly escapes: readonly { readonly bytes: readonly number[]; readonly half: 'G0' | 'G1' }[];
  /** What stands in the upper half after the G1 escape, or in the lower one after the G0 escape of a double-byte set. */
  readonly repertoire: Repertoire | undefined;
}

const g0 = (...bytes: number[]): { bytes: readonly number[]; half: 'G0' } => ({ bytes, half: 'G0' });
const g1 = (...bytes: number[]): { bytes: readonly number[]; half: 'G1' } => ({ bytes, half: 'G1' });
const single = (label: string): Repertoire => ({ kind: 'single', label });
const latin = (replaced: Readonly<Record<number, number>> = {}): Repertoire => ({ kind: 'latin', replaced });
const double = (label: string, ...prefix: number[]): Repertoire => ({ kind: 'double', label, prefix });

/** Latin alphabet No. 5 (ISO 8859-9) differs from Latin-1 in six places. */
const LATIN_5 = { 0xd0: 0x11e, 0xdd: 0x130, 0xde: 0x15e, 0xf0: 0x11f, 0xfd: 0x131, 0xfe: 0x15f };

export const CODED_SETS: readonly CodedSet[] = [
  { registration: 6, escapes: [g0(0x28, 0x42)], repertoire: undefined },
  { registration: 100, escapes: [g1(0x2d, 0x41)], repertoire: latin() },
  { registration: 101, escapes: [g1(0x2d, 0x42)], repertoire: single('iso-8859-2') },
  { registration: 109, escapes: [g1(0x2d, 0x43)], repertoire: single('iso-8859-3') },
  { registration: 110, escapes: [g1(0x2d, 0x44)], repertoire: single('iso-8859-4') },
  { registration: 144, escapes: [g1(0x2d, 0x4c)], repertoire: single('iso-8859-5') },
  { registration: 127, escapes: [g1(0x2d, 0x47)], repertoire: single('iso-8859-6') },
  { registration: 126, escapes: [g1(0x2d, 0x46)], repertoire: single('iso-8859-7') },
  { registration: 138, escapes: [g1(0x2d, 0x48)], repertoire: single('iso-8859-8') },
  { registration: 148, escapes: [g1(0x2d, 0x4d)], repertoire: latin(LATIN_5) },
  { registration: 203, escapes: [g1(0x2d, 0x62)], repertoire: single('iso-8859-15') },
  { registration: 166, escapes: [g1(0x2d, 0x54)], repertoire: single('windows-874') },
  { registration: 13, escapes: [g1(0x29, 0x49), g0(0x28, 0x4a)], repertoire: { kind: 'katakana' } },
  { registration: 87, escapes: [g0(0x24, 0x42)], repertoire: double('euc-jp') },
  { registration: 159, escapes: [g0(0x24, 0x28, 0x44)], repertoire: double('euc-jp', 0x8f) },
  { registration: 149, escapes: [g1(0x24, 0x29, 0x43)], repertoire: double('euc-kr') },
  { registration: 58, escapes: [g1(0x24, 0x29, 0x41)], repertoire: double('gbk') },
];

/** Terms of PS3.3 Table C.12-5: not to be combined with others, decoded as a whole. */
export const WHOLE_SETS: ReadonlyMap<string, string> = new Map([
  ['ISOIR192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
]);

/** Names that are no defined terms but are seen in the field, in the form that `normalTerm` makes. */
export const FIELD_NAMES: ReadonlyMap<string, string> = new Map([
  ['UTF8', 'ISOIR192'],
  ['ISO2022IR192', 'ISOIR192'],
  ['ISO88591', 'ISOIR100'],
  ['LATIN1', 'ISOIR100'],
  ['ISO88592', 'ISOIR101'],
  ['ISO88593', 'ISOIR109'],
  ['ISO88594', 'ISOIR110'],
  ['ISO88595', 'ISOIR144'],
  ['ISO88596', 'ISOIR127'],
  ['ISO88597', 'ISOIR126'],
  ['ISO88598', 'ISOIR138'],
  ['ISO88599', 'ISOIR148'],
  ['ISO885915', 'ISOIR203'],
  ['GB2312', 'ISO2022IR58'],
]);
