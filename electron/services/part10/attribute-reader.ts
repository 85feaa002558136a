import { createHash } from 'node:crypto';
import { DEFAULT_CHARACTER_SET, decodeText, isVr, parseCharacterSet, VALUE_REPRESENTATIONS, type CharacterSet } from '@shared/dicom';
import { SLOT, SLOT_VR, type WalkedKeyword } from './interest';
import type { ValueStore } from './value-store';
import { VR_UN, vrCode, vrText } from './vr-form';

/** Longer than any VR of the index allows (64 characters a value): what is longer is cut, with a digest so that different ones stay different. */
const MAX_TEXT = 128;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** Typed reading of the values that a walk kept; what is not what its VR says is left out with a warning, never guessed. */
export class AttributeReader {
  private readonly characterSet: CharacterSet;

  constructor(
    private readonly store: ValueStore,
    private readonly isLittleEndian: boolean,
    readonly warnings: Set<string>,
  ) {
    const declared = latin1(store.bytes(SLOT.SpecificCharacterSet));
    this.characterSet = declared === '' ? DEFAULT_CHARACTER_SET : parseCharacterSet(trimmed(declared));
    for (const warning of this.characterSet.warnings) warnings.add(warning);
  }

  has(keyword: WalkedKeyword): boolean {
    return this.store.has(SLOT[keyword]);
  }

  /** Decoded and trimmed (PS3.5 6.2), all values with their backslashes, control characters blanked; empty when absent. */
  text(keyword: WalkedKeyword): string {
    const slot = SLOT[keyword];
    if (this.store.length(slot) === 0 || !this.isText(keyword)) return '';
    const bytes = this.store.bytes(slot);
    const vr = SLOT_VR[slot] ?? 'LO';
    return bounded(trimmed(VALUE_REPRESENTATIONS[vr].isLocal ? this.local(keyword, bytes, vr === 'PN') : latin1(bytes)));
  }

  /** As it stands in the object: a view that the next walk may overwrite. */
  raw(keyword: WalkedKeyword): Uint8Array {
    return this.store.bytes(SLOT[keyword]);
  }

  /** A UI value without padding. */
  uid(keyword: WalkedKeyword): string {
    return this.isText(keyword) ? trimmed(latin1(this.store.bytes(SLOT[keyword]))) : '';
  }

  /** Values of DS or IS, all of them finite, or undefined. */
  numbers(keyword: WalkedKeyword): readonly number[] | undefined {
    const slot = SLOT[keyword];
    if (this.store.length(slot) === 0 || !this.isText(keyword)) return undefined;
    const text = trimmed(latin1(this.store.bytes(slot)));
    if (text === '') return undefined;
    const values = text.split('\\').map((part) => parseDecimal(part));
    if (values.every((value) => value !== undefined)) return values;
    this.warnings.add(`${keyword}: not a number`);
    return undefined;
  }

  /** The first value of DS or IS. */
  number(keyword: WalkedKeyword): number | undefined {
    return this.numbers(keyword)?.[0];
  }

  /** One unsigned short of VR US; two when the sign is not known from the VR are read by `isSigned`. */
  short(keyword: WalkedKeyword, isSigned = false): number | undefined {
    const slot = SLOT[keyword];
    if (!this.store.has(slot) || this.store.length(slot) === 0) return undefined;
    const vr = this.store.vr(slot);
    const isShort = vr === 0 || vr === VR_UN || vr === vrCode('US') || vr === vrCode('SS');
    if (!isShort || this.store.length(slot) !== 2) {
      this.warnings.add(`${keyword}: VR ${vrText(vr)} of ${String(this.store.length(slot))} bytes instead of US`);
      return undefined;
    }
    const bytes = this.store.bytes(slot);
    const view = new DataView(bytes.buffer, bytes.byteOffset, 2);
    return isSigned ? view.getInt16(0, this.isLittleEndian) : view.getUint16(0, this.isLittleEndian);
  }

  /** Values of VR US. */
  shorts(keyword: WalkedKeyword): readonly number[] | undefined {
    const slot = SLOT[keyword];
    const length = this.store.length(slot);
    const vr = this.store.vr(slot);
    if (length === 0 || length % 2 !== 0 || (vr !== 0 && vr !== VR_UN && vr !== vrCode('US'))) return undefined;
    const bytes = this.store.bytes(slot);
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    return Array.from({ length: length / 2 }, (_, index) => view.getUint16(2 * index, this.isLittleEndian));
  }

  /** Text of an item of the object: by its character set, bounded, without control characters. */
  words(raw: string): string {
    return /^[\x20-\x7e]*$/.test(raw) ? bounded(raw) : bounded(trimmed(decodeText(Buffer.from(raw, 'latin1'), this.characterSet).text));
  }

  /** One finite FL or FD value. */
  floating(keyword: WalkedKeyword): number | undefined {
    const slot = SLOT[keyword];
    if (this.store.length(slot) !== 4) return this.double(keyword);
    const bytes = this.store.bytes(slot);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, this.isLittleEndian);
    return Number.isFinite(value) ? value : undefined;
  }

  /** One finite FD value. */
  double(keyword: WalkedKeyword): number | undefined {
    const slot = SLOT[keyword];
    if (this.store.length(slot) !== 8) return undefined;
    const bytes = this.store.bytes(slot);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, this.isLittleEndian);
    return Number.isFinite(value) ? value : undefined;
  }

  /** Finite FD values. */
  doubles(keyword: WalkedKeyword): readonly number[] | undefined {
    const bytes = this.store.bytes(SLOT[keyword]);
    if (bytes.length === 0 || bytes.length % 8 !== 0) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const values = Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(8 * index, this.isLittleEndian));
    return values.every(Number.isFinite) ? values : undefined;
  }

  private local(keyword: WalkedKeyword, bytes: Uint8Array, isPersonName: boolean): string {
    const { text, warnings } = decodeText(bytes, this.characterSet, isPersonName);
    for (const warning of warnings) this.warnings.add(`${keyword}: ${warning}`);
    return text;
  }

  /** An element with a VR that holds no text is not read as text (a stream can say that Patient Name is OB). */
  private isText(keyword: WalkedKeyword): boolean {
    const code = this.store.vr(SLOT[keyword]);
    if (code === 0 || code === VR_UN) return true;
    const vr = vrText(code);
    if (!isVr(vr) || VALUE_REPRESENTATIONS[vr].kind === 'text') return true;
    this.warnings.add(`${keyword}: VR ${vr} holds no text`);
    return false;
  }
}

/** A decimal or integer string, strictly (PS3.5 6.2 DS, IS) and finite; undefined otherwise. */
export function parseDecimal(text: string): number | undefined {
  const bare = trimmed(text);
  if (!DECIMAL.test(bare)) return undefined;
  const value = Number(bare);
  return Number.isFinite(value) ? value : undefined;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** Without blanks and NULs on both sides. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0;
}

function bounded(text: string): string {
  const clean = /\p{Cc}/u.test(text) ? text.replace(/\p{Cc}/gu, ' ').trim() : text;
  if (clean.length <= MAX_TEXT) return clean;
  const digest = createHash('sha256').update(clean).digest('hex').slice(0, 16);
  return `${clean.slice(0, 100).replace(/[\ud800-\udbff]$/, '')}… #${digest}`;
}
