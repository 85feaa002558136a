import { DEFAULT_CHARACTER_SET, decodeText, parseCharacterSet, Tag, transferSyntax, VALUE_REPRESENTATIONS, type VR } from '@shared/dicom';
import { encodingMode } from './locate-pixel-data';
import { StructureWalker } from './structure-walker';
import { ValueStore } from './value-store';
import { inflateDataSet } from './walk';
import { WALK_LIMITS, type Refusal, type WalkLimits } from './walk-types';

export type ReadValues =
  | {
      readonly ok: true;
      /** Text of each asked element that is there, all values with their backslashes, without padding. */
      readonly values: ReadonlyMap<number, string>;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly reason: Refusal };

const LIMITS: Partial<WalkLimits> = { depth: 16, elements: 20_000, valueBytes: 2 ** 20, inflatedBytes: 2 ** 22 };

/**
 * Text elements of the top level of a small data set (identifiers of C-FIND, lists of UIDs), decoded by its own Specific Character Set. Strict about
 * structure, never throws.
 *
 * @param asked tag and the VR that PS3.6 gives it (text VRs only)
 */
export function readValues(bytes: Uint8Array, TransferSyntaxUID: string, asked: ReadonlyMap<number, VR>): ReadValues {
  const limits = { ...WALK_LIMITS, ...LIMITS };
  let plain = bytes;
  if (transferSyntax(TransferSyntaxUID)?.isDeflated === true) {
    const inflated = inflateDataSet(bytes, limits.inflatedBytes);
    if (!inflated.ok) return inflated;
    plain = inflated.bytes;
  }
  const tags = [Tag.SpecificCharacterSet, ...[...asked.keys()].filter((tag) => tag !== Tag.SpecificCharacterSet)];
  const store = new ValueStore(tags.length);
  const walker = new StructureWalker(
    encodingMode(TransferSyntaxUID),
    { slots: new Map(tags.map((tag, slot) => [tag, slot])), onceBelow: tags.length },
    store,
    limits,
  );
  walker.write(plain);
  const reason = walker.finish();
  if (reason !== undefined) return { ok: false, reason };
  const declared = trimmed(latin1Text(store.bytes(0)));
  const set = declared === '' ? DEFAULT_CHARACTER_SET : parseCharacterSet(declared);
  const warnings = new Set([...walker.warnings, ...set.warnings]);
  const values = new Map<number, string>();
  tags.forEach((tag, slot) => {
    if (!store.has(slot)) return;
    const vr = asked.get(tag) ?? 'CS';
    const raw = store.bytes(slot);
    if (!VALUE_REPRESENTATIONS[vr].isLocal) {
      values.set(tag, trimmed(latin1Text(raw)));
      return;
    }
    const decoded = decodeText(raw, set, vr === 'PN');
    for (const warning of decoded.warnings) warnings.add(warning);
    values.set(tag, trimmed(decoded.text));
  });
  return { ok: true, values, warnings: [...warnings] };
}

function trimmed(text: string): string {
  return text.replace(/^[\0 ]+|[\0 ]+$/g, '');
}

function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
