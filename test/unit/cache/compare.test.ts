import { describe, expect, it } from 'vitest';
import { sameContent } from '../../../electron/services/cache/compare';
import { type DataSetSource, inMemory } from '../../../electron/services/cache/data-set-source';
import { el, type Element, encapsulated, encodeDataSet, type Encoding, sampleImage, sq } from '../../support/dicom';

const SYNTAX: Record<Encoding, string> = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2', explicitBE: '1.2.840.10008.1.2.2' };

function encoded(elements: readonly Element[], encoding: Encoding) {
  return inMemory(encodeDataSet(elements, encoding), SYNTAX[encoding]);
}

const image = (extra: Parameters<typeof sampleImage>[0] = {}) => sampleImage({ pixels: Uint8Array.from({ length: 48 }, (_, at) => at), ...extra });

describe('the comparison of two copies of an object', () => {
  it('sees the same content through explicit and implicit VR', async () => {
    expect(await sameContent(encoded(image(), 'explicitLE'), encoded(image(), 'implicitLE'))).toBe(true);
  });

  it.each<[string, Element, Element]>([
    ['other spelling of a number', el(0x00200032, 'DS', ['1.0', '-20', '3e1']), el(0x00200032, 'DS', ['1', '-20.00', '30'])],
    ['padding', el(0x00081030, 'LO', 'Chest '), el(0x00081030, 'LO', 'Chest')],
    ['empty trailing name groups', el(0x00100010, 'PN', 'Doe^Jane^^'), el(0x00100010, 'PN', 'Doe^Jane')],
  ])('takes %s as the same', async (_name, a, b) => {
    const replaced = (one: Element) => image().map((element) => (element.tag === one.tag ? one : element));
    expect(await sameContent(encoded(replaced(a), 'explicitLE'), encoded(replaced(b), 'explicitLE'))).toBe(true);
  });

  it.each<[string, Element]>([
    ['another patient', el(0x00100020, 'LO', 'P2')],
    ['another position', el(0x00200032, 'DS', [-10, -20, 30.001])],
    ['a missing value', el(0x00081030, 'LO', '')],
  ])('tells %s', async (_name, changed) => {
    const other = image().map((element) => (element.tag === changed.tag ? changed : element));
    expect(await sameContent(encoded(image(), 'explicitLE'), encoded(other, 'explicitLE'))).toBe(false);
    expect(await sameContent(encoded(image(), 'explicitLE'), encoded(other, 'implicitLE'))).toBe(false);
  });

  it('tells one changed pixel', async () => {
    const pixels = Uint8Array.from({ length: 48 }, (_, at) => (at === 17 ? 99 : at));
    expect(await sameContent(encoded(image(), 'explicitLE'), encoded(image({ pixels }), 'implicitLE'))).toBe(false);
  });

  it('never takes small binary numbers for padding', async () => {
    const sized = (rows: number) => [el(0x00280010, 'US', rows)];
    expect(await sameContent(encoded(sized(0x20), 'implicitLE'), encoded(sized(0), 'implicitLE'))).toBe(false);
  });

  it('counts another compression of the pixels as different', async () => {
    const compressed = [...image().filter(({ tag }) => tag !== 0x7fe00010), encapsulated([Uint8Array.of(1, 2)])];
    expect(await sameContent(encoded(image(), 'explicitLE'), encoded(compressed, 'explicitLE'))).toBe(false);
  });

  it.each([
    ['item', 0xe00d],
    ['sequence', 0xe0dd],
  ])('looks behind a superfluous delimiter of an %s, with which an object is taken in', async (_name, element) => {
    const end = Buffer.alloc(8);
    end.writeUInt16LE(0xfffe, 0);
    end.writeUInt16LE(element, 2);
    const head = encodeDataSet([el(0x00080060, 'CS', 'CT')], 'explicitLE');
    const withEnd = (PatientID: string) =>
      inMemory(Buffer.concat([head, end, encodeDataSet([el(0x00100020, 'LO', PatientID)], 'explicitLE')]), SYNTAX.explicitLE);
    expect(await sameContent(withEnd('P1'), withEnd('P2'))).toBe(false);
    expect(await sameContent(withEnd('P1'), withEnd('P1 '))).toBe(true);
  });

  it('counts an item outside a sequence, and a delimiter with a length, as different', async () => {
    const stray = (element: number, length: number) => {
      const bytes = Buffer.alloc(8 + length);
      bytes.writeUInt16LE(0xfffe, 0);
      bytes.writeUInt16LE(element, 2);
      bytes.writeUInt32LE(length, 4);
      return inMemory(bytes, SYNTAX.explicitLE);
    };
    expect(await sameContent(stray(0xe000, 0), stray(0xe000, 0))).toBe(false);
    expect(await sameContent(stray(0xe00d, 8), stray(0xe00d, 8))).toBe(false);
  });

  it.each([
    ['blanks', 'UT', ' '],
    ['empty values', 'UC', '\\'],
    ['empty name components', 'PN', '^'],
  ])('is done with a hostile text of %s at once', async (_name, vr, letter) => {
    const text = (end: string) => {
      const value = Buffer.from(letter.repeat(2 ** 20 - 1) + end, 'latin1');
      const head = Buffer.from([0x08, 0x00, 0x05, 0x40, vr.charCodeAt(0), vr.charCodeAt(1), 0, 0, 0, 0, 0, 0]);
      head.writeUInt32LE(value.length, 8);
      // a name has a length of two bytes: here the encoding has no VR
      if (vr === 'PN') return inMemory(encodeDataSet([el(0x00100010, 'PN', letter.repeat(60_000) + end)], 'explicitLE'), SYNTAX.explicitLE);
      return inMemory(Buffer.concat([head, value]), SYNTAX.explicitLE);
    };
    expect(await sameContent(text('a'), text('b'))).toBe(false);
  });

  it('looks into sequences', async () => {
    const with_ = (uid: string) => [sq(0x00081140, [[el(0x00081155, 'UI', uid)]])];
    expect(await sameContent(encoded(with_('1.2'), 'explicitLE'), encoded(with_('1.2'), 'implicitLE'))).toBe(true);
    expect(await sameContent(encoded(with_('1.2'), 'explicitLE'), encoded(with_('1.3'), 'implicitLE'))).toBe(false);
  });
});

describe('the comparison of two copies that are larger than memory should hold', () => {
  const MIB = 2 ** 20;

  /** A data set of this size that is made as it is read: nothing of it stands in memory. */
  function large(encoding: Encoding, sizeBytes: number, options: { readonly changedAt?: number; readonly PatientID?: string } = {}) {
    const head = encodeDataSet(
      image({ PatientID: options.PatientID ?? 'P1' }).filter(({ tag }) => tag !== 0x7fe00010),
      encoding,
    );
    const start = encoding === 'implicitLE' ? 8 : 12;
    const pixel = new DataView(new ArrayBuffer(start));
    const little = encoding !== 'explicitBE';
    pixel.setUint16(0, 0x7fe0, little);
    pixel.setUint16(2, 0x0010, little);
    if (encoding !== 'implicitLE') for (const [at, letter] of ['O', 'W'].entries()) pixel.setUint8(4 + at, letter.charCodeAt(0));
    pixel.setUint32(start - 4, sizeBytes, little);
    const front = Buffer.concat([head, new Uint8Array(pixel.buffer)]);
    const asked: number[] = [];
    const source: DataSetSource = {
      TransferSyntaxUID: SYNTAX[encoding],
      sizeBytes: front.length + sizeBytes,
      read(offset, length) {
        asked.push(length);
        const bytes = new Uint8Array(length);
        for (let at = 0; at < length; at++) {
          const place = offset + at - front.length;
          // a big endian word is turned round
          const low = little ? place : place ^ 1;
          bytes[at] = place < 0 ? (front[offset + at] as number) : (low % 251) + (low === options.changedAt ? 1 : 0);
        }
        return bytes;
      },
    };
    return { source, asked };
  }

  it.each<[Encoding, Encoding]>([
    ['explicitLE', 'implicitLE'],
    ['explicitLE', 'explicitBE'],
  ])('reads a mebibyte at a time: %s beside %s', async (one, other) => {
    const [a, b] = [large(one, 5 * MIB), large(other, 5 * MIB)];
    expect(await sameContent(a.source, b.source)).toBe(true);
    expect(Math.max(...a.asked, ...b.asked)).toBeLessThanOrEqual(MIB);
  });

  it('finds one changed byte far behind, and a changed element in front', async () => {
    expect(await sameContent(large('explicitLE', 5 * MIB).source, large('implicitLE', 5 * MIB, { changedAt: 5 * MIB - 3 }).source)).toBe(false);
    expect(await sameContent(large('explicitLE', 5 * MIB).source, large('explicitBE', 5 * MIB, { changedAt: 3 * MIB + 1 }).source)).toBe(false);
    expect(await sameContent(large('explicitLE', 5 * MIB).source, large('explicitLE', 5 * MIB, { PatientID: 'P2' }).source)).toBe(false);
    expect(await sameContent(large('explicitLE', 5 * MIB).source, large('explicitLE', 5 * MIB - 2).source)).toBe(false);
  });

  it('rejects when one of them cannot be read to its end: that is no difference', async () => {
    const whole = large('explicitLE', 5 * MIB).source;
    const cut: DataSetSource = { ...whole, read: (offset, length) => (offset > 2 * MIB ? Promise.reject(new Error('EIO')) : whole.read(offset, length)) };
    await expect(sameContent(whole, cut)).rejects.toThrow('EIO');
  });
});
