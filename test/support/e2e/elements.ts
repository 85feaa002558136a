/** Top-level elements of an Explicit VR Little Endian data set without sequences of undefined length: what the tests author. */
export interface Elements {
  text(tag: string): string | undefined;
  bytes(tag: string): Uint8Array;
}

const LONG_FORM = new Set(['OB', 'OD', 'OF', 'OL', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT']);

export function readElements(dataSet: Uint8Array): Elements {
  const found = new Map<string, Uint8Array>();
  const view = new DataView(dataSet.buffer, dataSet.byteOffset, dataSet.byteLength);
  let at = 0;
  while (at + 8 <= dataSet.length) {
    const tag =
      view.getUint16(at, true).toString(16).padStart(4, '0') +
      view
        .getUint16(at + 2, true)
        .toString(16)
        .padStart(4, '0');
    const vr = String.fromCharCode(dataSet[at + 4]!, dataSet[at + 5]!);
    const long = LONG_FORM.has(vr);
    const length = long ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
    if (length === 0xffffffff) throw new Error(`Element ${tag} has undefined length: this reader is for flat data sets`);
    at += long ? 12 : 8;
    found.set(tag, dataSet.subarray(at, at + length));
    at += length;
  }
  return {
    text: (tag) => {
      const bytes = found.get(tag);
      return bytes === undefined ? undefined : new TextDecoder('latin1').decode(bytes).replace(/[\0 ]+$/, '');
    },
    bytes: (tag) => {
      const bytes = found.get(tag);
      if (bytes === undefined) throw new Error(`No element ${tag}`);
      return bytes;
    },
  };
}
