import type { CharacterSet } from './character-set';
import { CodeExtensionDecoder } from './code-extensions';

export interface DecodedText {
  readonly text: string;
  readonly warnings: readonly string[];
}

const ESC = 0x1b;

/**
 * Bytes of one attribute value (all its values, backslashes included) to Unicode by PS3.5 6.1. `isPersonName`: `^` and `=` reset the code extensions
 * (PS3.5 6.1.2.5.3). Never fails: what the declared set cannot mean is read as Latin-1, with a warning.
 */
export function decodeText(bytes: Uint8Array, set: CharacterSet, isPersonName = false): DecodedText {
  const profile = profileOf(bytes);
  if (profile === 'ascii' && !(set.kind === 'coded' && set.isRomaji)) return { text: latin1Text(bytes), warnings: [] };
  if (set.kind === 'whole') return decodeWhole(bytes, set.label);
  if (set.upper?.kind === 'katakana') {
    const shifted = decodeShiftJis(bytes);
    if (shifted !== undefined) return { text: shifted, warnings: ['bytes are Shift JIS, not ISO_IR 13'] };
  }
  return new CodeExtensionDecoder(set, isPersonName).decode(bytes);
}

/** Every byte as the Unicode character of its number. */
export function latin1Text(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

function profileOf(bytes: Uint8Array): 'ascii' | 'other' {
  for (const byte of bytes) if (byte >= 0x80 || byte === ESC) return 'other';
  return 'ascii';
}

function decodeWhole(bytes: Uint8Array, label: string): DecodedText {
  try {
    return { text: new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes), warnings: [] };
  } catch {
    return { text: latin1Text(bytes), warnings: [`bytes are not ${label}: read as Latin-1`] };
  }
}

/** Shift JIS declared as ISO_IR 13 (seen in the field): told by bytes that JIS X 0201 does not have. Undefined when it is not that. */
function decodeShiftJis(bytes: Uint8Array): string | undefined {
  if (bytes.includes(ESC) || !bytes.some((byte) => (byte >= 0x80 && byte <= 0xa0) || byte >= 0xe0)) return undefined;
  try {
    return new TextDecoder('shift_jis', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
