import type { CharacterSet } from './character-set';
import { CODED_SETS, type CodedSet, type Repertoire } from './defined-terms';

type Coded = Extract<CharacterSet, { kind: 'coded' }>;

const ESC = 0x1b;
const KATAKANA_FIRST = 0xa1;
const KATAKANA_LAST = 0xdf;
/** WHATWG's index of JIS X 0208 has Microsoft's choice for these; the registered set means those. */
const JIS_REPAIRS: ReadonlyMap<string, string> = new Map([
  ['\uff5e', '\u301c'],
  ['\u2225', '\u2016'],
  ['\uff0d', '\u2212'],
  ['\uffe0', '\u00a2'],
  ['\uffe1', '\u00a3'],
  ['\uffe2', '\u00ac'],
]);

/**
 * ISO 2022 as DICOM uses it (PS3.5 6.1.2.5): two halves of the code table, filled by escape sequences, put back to what value 1 of Specific Character Set
 * says at control characters, at the backslash between values and, in names, at `^` and `=`.
 */
export class CodeExtensionDecoder {
  private lower: Repertoire | undefined;
  private isRomaji: boolean;
  private upper: Repertoire | undefined;
  private text = '';
  private readonly warnings = new Set<string>();
  private readonly decoders = new Map<string, InstanceType<typeof TextDecoder> | undefined>();

  constructor(
    private readonly set: Coded,
    private readonly isPersonName: boolean,
  ) {
    this.lower = undefined;
    this.isRomaji = set.isRomaji;
    this.upper = set.upper;
  }

  decode(bytes: Uint8Array): { text: string; warnings: readonly string[] } {
    let at = 0;
    while (at < bytes.length) at += this.take(bytes, at);
    return { text: this.text, warnings: [...this.warnings] };
  }

  /** Decodes what starts at `at`, returns how many bytes it took. */
  private take(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0;
    if (byte === ESC) return this.takeEscape(bytes, at);
    if (byte < 0x20) this.reset();
    if (byte <= 0x20 || byte === 0x7f) {
      this.text += String.fromCharCode(byte);
      return 1;
    }
    if (byte < 0x80) return this.lower === undefined ? this.takeAscii(byte) : this.takeRun(bytes, at, this.lower);
    return this.takeRun(bytes, at, this.upper ?? this.guessUpper());
  }

  private takeAscii(byte: number): number {
    const isReset = byte === 0x5c || (this.isPersonName && (byte === 0x5e || byte === 0x3d));
    if (isReset) this.reset();
    // JIS X 0201 romaji has an overline at 7E; its yen sign at 5C is the backslash between values here (PS3.5 6.1.2.3).
    this.text += this.isRomaji && byte === 0x7e ? '\u203e' : String.fromCharCode(byte);
    return 1;
  }

  private reset(): void {
    this.lower = undefined;
    this.isRomaji = this.set.isRomaji;
    this.upper = this.set.upper;
  }

  private takeEscape(bytes: Uint8Array, at: number): number {
    for (const set of CODED_SETS) {
      for (const escape of set.escapes) {
        if (!escape.bytes.every((byte, index) => bytes[at + 1 + index] === byte)) continue;
        this.invoke(set, escape.half);
        return 1 + escape.bytes.length;
      }
    }
    this.warnings.add('unknown escape sequence');
    this.text += '\ufffd';
    return 1;
  }

  private invoke(set: CodedSet, half: 'G0' | 'G1'): void {
    if (!this.set.declared.has(set.registration)) this.warnings.add(`escape sequence of ISO 2022 IR ${String(set.registration)}, which is not declared`);
    if (half === 'G1') this.upper = set.repertoire;
    else {
      this.lower = set.repertoire?.kind === 'double' ? set.repertoire : undefined;
      this.isRomaji = set.registration === 13;
    }
  }

  /** Upper-half bytes though nothing fills that half: the one set that is declared for it (its escape is missing), else Latin-1. */
  private guessUpper(): Repertoire {
    const sets = CODED_SETS.filter((set) => this.set.declared.has(set.registration) && set.escapes.some((escape) => escape.half === 'G1'));
    const only = sets.length === 1 ? sets[0]?.repertoire : undefined;
    this.warnings.add(only === undefined ? 'bytes outside of the declared character set: read as Latin-1' : 'escape sequence missing');
    return only ?? { kind: 'latin', replaced: {} };
  }

  /** A run of bytes of one half in one repertoire. */
  private takeRun(bytes: Uint8Array, start: number, repertoire: Repertoire): number {
    const isUpper = (bytes[start] ?? 0) >= 0x80;
    let end = start;
    while (end < bytes.length && isInHalf(bytes[end] ?? 0, isUpper)) end += 1;
    const run = bytes.subarray(start, end);
    switch (repertoire.kind) {
      case 'latin':
        for (const byte of run) this.text += String.fromCharCode(repertoire.replaced[byte] ?? byte);
        break;
      case 'katakana':
        for (const byte of run) this.text += this.katakana(byte);
        break;
      case 'single':
        this.text += this.decodeBy(repertoire.label, run);
        break;
      case 'double':
        this.text += this.decodeDouble(repertoire, run);
    }
    return run.length;
  }

  private katakana(byte: number): string {
    if (byte >= KATAKANA_FIRST && byte <= KATAKANA_LAST) return String.fromCharCode(0xff61 + byte - KATAKANA_FIRST);
    this.warnings.add('byte that is no katakana');
    return '\ufffd';
  }

  private decodeDouble(repertoire: Extract<Repertoire, { kind: 'double' }>, run: Uint8Array): string {
    const { prefix, label } = repertoire;
    const pairs = Math.floor(run.length / 2);
    const high = new Uint8Array(pairs * (2 + prefix.length));
    let to = 0;
    for (let pair = 0; pair < pairs; pair += 1) {
      for (const byte of prefix) high[to++] = byte;
      high[to++] = (run[2 * pair] ?? 0) | 0x80;
      high[to++] = (run[2 * pair + 1] ?? 0) | 0x80;
    }
    const text = this.decodeBy(label, high);
    const repaired = label === 'euc-jp' ? text.replace(/[\uff5e\u2225\uff0d\uffe0-\uffe2]/g, (character) => JIS_REPAIRS.get(character) ?? character) : text;
    if (run.length % 2 === 0) return repaired;
    this.warnings.add('half of a two-byte character');
    return `${repaired}\ufffd`;
  }

  private decodeBy(label: string, bytes: Uint8Array): string {
    if (!this.decoders.has(label)) this.decoders.set(label, decoderFor(label));
    const decoder = this.decoders.get(label);
    if (decoder === undefined) {
      this.warnings.add(`this runtime has no decoder for ${label}`);
      return '\ufffd'.repeat(bytes.length);
    }
    const text = decoder.decode(bytes);
    if (text.includes('\ufffd')) this.warnings.add('bytes that the character set does not have');
    return text;
  }
}

function isInHalf(byte: number, isUpper: boolean): boolean {
  return isUpper ? byte >= 0x80 : byte > 0x20 && byte < 0x7f;
}

function decoderFor(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label, { ignoreBOM: true });
  } catch {
    return undefined;
  }
}
