import { describe, expect, it } from 'vitest';
import { sameContent } from '../../../electron/services/cache/compare';
import { el, type Element, encapsulated, encodeDataSet, type Encoding, sampleImage, sq } from '../../support/dicom';

const SYNTAX: Record<Encoding, string> = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2', explicitBE: '1.2.840.10008.1.2.2' };

function encoded(elements: readonly Element[], encoding: Encoding) {
  return { bytes: encodeDataSet(elements, encoding), TransferSyntaxUID: SYNTAX[encoding] };
}

const image = (extra: Parameters<typeof sampleImage>[0] = {}) => sampleImage({ pixels: Uint8Array.from({ length: 48 }, (_, at) => at), ...extra });

describe('the comparison of two copies of an object', () => {
  it('sees the same content through explicit and implicit VR', () => {
    expect(sameContent(encoded(image(), 'explicitLE'), encoded(image(), 'implicitLE'))).toBe(true);
  });

  it.each<[string, Element, Element]>([
    ['other spelling of a number', el(0x00200032, 'DS', ['1.0', '-20', '3e1']), el(0x00200032, 'DS', ['1', '-20.00', '30'])],
    ['padding', el(0x00081030, 'LO', 'Chest '), el(0x00081030, 'LO', 'Chest')],
    ['empty trailing name groups', el(0x00100010, 'PN', 'Doe^Jane^^'), el(0x00100010, 'PN', 'Doe^Jane')],
  ])('takes %s as the same', (_name, a, b) => {
    const replaced = (one: Element) => image().map((element) => (element.tag === one.tag ? one : element));
    expect(sameContent(encoded(replaced(a), 'explicitLE'), encoded(replaced(b), 'explicitLE'))).toBe(true);
  });

  it.each<[string, Element]>([
    ['another patient', el(0x00100020, 'LO', 'P2')],
    ['another position', el(0x00200032, 'DS', [-10, -20, 30.001])],
    ['a missing value', el(0x00081030, 'LO', '')],
  ])('tells %s', (_name, changed) => {
    const other = image().map((element) => (element.tag === changed.tag ? changed : element));
    expect(sameContent(encoded(image(), 'explicitLE'), encoded(other, 'explicitLE'))).toBe(false);
    expect(sameContent(encoded(image(), 'explicitLE'), encoded(other, 'implicitLE'))).toBe(false);
  });

  it('tells one changed pixel', () => {
    const pixels = Uint8Array.from({ length: 48 }, (_, at) => (at === 17 ? 99 : at));
    expect(sameContent(encoded(image(), 'explicitLE'), encoded(image({ pixels }), 'implicitLE'))).toBe(false);
  });

  it('never takes small binary numbers for padding', () => {
    const sized = (rows: number) => [el(0x00280010, 'US', rows)];
    expect(sameContent(encoded(sized(0x20), 'implicitLE'), encoded(sized(0), 'implicitLE'))).toBe(false);
  });

  it('counts another compression of the pixels as different', () => {
    const compressed = [...image().filter(({ tag }) => tag !== 0x7fe00010), encapsulated([Uint8Array.of(1, 2)])];
    expect(sameContent(encoded(image(), 'explicitLE'), encoded(compressed, 'explicitLE'))).toBe(false);
  });

  it('looks into sequences', () => {
    const with_ = (uid: string) => [sq(0x00081140, [[el(0x00081155, 'UI', uid)]])];
    expect(sameContent(encoded(with_('1.2'), 'explicitLE'), encoded(with_('1.2'), 'implicitLE'))).toBe(true);
    expect(sameContent(encoded(with_('1.2'), 'explicitLE'), encoded(with_('1.3'), 'implicitLE'))).toBe(false);
  });
});
