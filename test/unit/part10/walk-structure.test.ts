import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDataSetWalker, walkDataSet, type RefusalCode, type WalkOptions, type WalkResult } from '../../../electron/services/part10';
import { concatBytes, el, encapsulated, encodeDataSet, encodeHeader, sampleImage, sampleWithout, sq, type Element, type Encoding } from '../../support/dicom';

const SYNTAX: Record<Encoding, string> = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2', explicitBE: '1.2.840.10008.1.2.2' };
const DEFLATED = '1.2.840.10008.1.2.1.99';
const ENCODINGS: Encoding[] = ['explicitLE', 'implicitLE', 'explicitBE'];
const ITEM = 0xfffee000;
const SEQUENCE_END = 0xfffee0dd;

function walk(elements: readonly Element[], encoding: Encoding = 'explicitLE', options: Partial<WalkOptions> = {}): WalkResult {
  return walkDataSet(encodeDataSet(elements, encoding), { TransferSyntaxUID: SYNTAX[encoding], ...options });
}

function accepted(result: WalkResult): Extract<WalkResult, { ok: true }> {
  if (!result.ok) throw new Error(`refused: ${result.reason.text}`);
  return result;
}

function code(result: WalkResult): RefusalCode | 'accepted' {
  return result.ok ? 'accepted' : result.reason.code;
}

/** Sample bytes with more behind the element of group 0020 that comes last, before group 0028. */
function sampleWith(middle: Uint8Array): Uint8Array {
  const elements = sampleImage();
  const cut = elements.findIndex((element) => element.tag >= 0x00280000);
  return concatBytes([encodeDataSet(elements.slice(0, cut)), middle, encodeDataSet(elements.slice(cut))]);
}

function walkBytes(bytes: Uint8Array): WalkResult {
  return walkDataSet(bytes, { TransferSyntaxUID: SYNTAX.explicitLE });
}

describe('walk of a well-formed data set', () => {
  it.each(ENCODINGS)('reads the attributes and the place of the pixel data in %s', (encoding) => {
    const bytes = encodeDataSet(sampleImage(), encoding);
    const result = accepted(walkDataSet(bytes, { TransferSyntaxUID: SYNTAX[encoding] }));
    expect(result.warnings).toEqual([]);
    expect(result.length).toBe(bytes.length);
    expect(result.attributes).toMatchObject({
      SOPInstanceUID: '2.25.1001',
      PatientName: 'Doe^Jane',
      ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      NumberOfFrames: 1,
    });
    expect(result.attributes.image).toMatchObject({
      format: { Rows: 4, Columns: 6, BitsStored: 12 },
      positionLps: [-10, -20, 30],
      rescale: { slope: 1, intercept: -1024 },
    });
    expect(result.pixel).toEqual({ kind: 'native', element: 'PixelData', offset: bytes.length - 48, length: 48 });
  });

  it.each(ENCODINGS)('walks sequences of defined and undefined length in %s', (encoding) => {
    for (const undefinedLength of [true, false]) {
      for (const undefinedItems of [true, false]) {
        const inner = sq(0x00081199, [[el(0x00081150, 'UI', '1.2')], []], { undefinedLength, undefinedItems });
        const sequence = sq(0x00081115, [[el(0x0020000e, 'UI', '9.9'), inner], [el(0x00100010, 'PN', 'Other^Name')]], { undefinedLength, undefinedItems });
        const result = accepted(walk(sampleImage({ extra: [sequence] }), encoding));
        expect(result.attributes).toMatchObject({ PatientName: 'Doe^Jane', SeriesInstanceUID: '2.25.101' });
        expect(result.warnings).toEqual([]);
      }
    }
  });

  it.each(ENCODINGS)('walks UN of undefined length as an implicit sequence in %s (PS3.5 6.2.2)', (encoding) => {
    const unknown = sq(0x00291010, [[el(0x00081150, 'UI', '1.2'), sq(0x00291011, [[el(0x00080060, 'CS', 'XX')]])]], { vr: 'UN' });
    const result = accepted(walk(sampleImage({ extra: [el(0x00290010, 'LO', 'PRIVATE'), unknown] }), encoding));
    expect(result.attributes.Modality).toBe('CT');
    expect(result.warnings).toEqual([]);
  });

  it('inflates a deflated data set', () => {
    const bytes = deflateRawSync(encodeDataSet(sampleImage()));
    expect(accepted(walkDataSet(bytes, { TransferSyntaxUID: DEFLATED })).attributes.PatientID).toBe('P1');
  });

  it('notes the fragments and tables of encapsulated pixel data', () => {
    const extra = [el(0x7fe00001, 'OV', [0, 12]), el(0x7fe00002, 'OV', [4, 2])];
    const fragments = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6)];
    const elements = sampleImage({ fragments, offsets: [0, 12], extra });
    const bytes = encodeDataSet(elements);
    const result = accepted(walkDataSet(bytes, { TransferSyntaxUID: '1.2.840.10008.1.2.5' }));
    const start = bytes.length - (8 + 8 + 12 + 10 + 8);
    expect(result.pixel).toEqual({
      kind: 'encapsulated',
      offset: start,
      length: 46,
      basicOffsetTable: { offset: start + 8, length: 8 },
      fragments: 2,
      extendedOffsetTable: { offset: start - 12 - 28 - 16, length: 16 },
      extendedOffsetTableLengths: { offset: start - 12 - 16, length: 16 },
    });
  });

  it('leaves the icon image out of the pixel layout', () => {
    const icon = sq(0x00880200, [[el(0x00280010, 'US', 64), encapsulated([Uint8Array.of(1, 2)])]]);
    const result = accepted(walk(sampleImage({ extra: [icon] })));
    expect(result.attributes.image?.format.Rows).toBe(4);
    expect(result.pixel).toMatchObject({ kind: 'native', length: 48 });
  });

  it('takes group lengths, private elements and trailing padding', () => {
    const extra = [
      el(0x00080000, 'UL', 1),
      el(0x00290010, 'LO', 'PRIVATE'),
      el(0x00291001, 'UN', Uint8Array.of(1, 2)),
      el(0xfffcfffc, 'OB', new Uint8Array(20)),
    ];
    expect(accepted(walk(sampleImage({ extra }))).warnings).toEqual([]);
  });
});

describe('walk of what is seen in the field', () => {
  const warned = (bytes: Uint8Array): readonly string[] => accepted(walkBytes(bytes)).warnings;

  it('tolerates odd lengths', () => {
    expect(warned(sampleWith(concatBytes([encodeHeader(0x00204000, 'LT', 3, 'explicitLE'), Uint8Array.of(65, 66, 67)])))).toEqual(['value of odd length']);
  });

  it('reads an unknown VR with the long form (PS3.5 7.1.2)', () => {
    expect(warned(sampleWith(concatBytes([encodeHeader(0x00209999, 'ZZ', 2, 'explicitLE'), Uint8Array.of(1, 2)])))).toEqual([
      'unknown Value Representation ZZ',
    ]);
  });

  it('tolerates zero bytes after the last element, and nothing behind them', () => {
    const bytes = encodeDataSet(sampleImage());
    for (const count of [2, 8, 11, 300]) expect(warned(concatBytes([bytes, new Uint8Array(count)]))).toEqual(['zero bytes after the last element']);
    expect(code(walkBytes(concatBytes([bytes, new Uint8Array(40), Uint8Array.of(1)])))).toBe('badItem');
  });

  it.each(ENCODINGS)('takes no part of another object behind the last element, in %s', (encoding) => {
    // a part of a WADO-RS answer whose head announces the length of two (build/decisions/0310)
    const native = encodeDataSet(sampleImage(), encoding);
    const behind = concatBytes([native, Buffer.from('\r\n--b-1\r\nContent-Type: application/dicom\r\n\r\n'), new Uint8Array(128), Buffer.from('DICM'), native]);
    expect(code(walkDataSet(behind, { TransferSyntaxUID: SYNTAX[encoding] }))).not.toBe('accepted');
  });

  it('tolerates superfluous delimiters', () => {
    const middle = concatBytes([
      encodeDataSet([sq(0x00209221, [[el(0x00209164, 'UI', '1.2')]], { undefinedLength: false, undefinedItems: false })]),
      encodeHeader(SEQUENCE_END, '', 0, 'explicitLE'),
    ]);
    expect(warned(sampleWith(middle))).toEqual(['superfluous delimiter']);
  });

  it('tolerates elements out of order and takes the first of two', () => {
    const bytes = concatBytes([encodeDataSet(sampleImage()), encodeDataSet([el(0x00080060, 'CS', 'MR'), el(0x00080060, 'CS', 'PT')])]);
    const result = accepted(walkBytes(bytes));
    expect(result.attributes.Modality).toBe('CT');
    expect(result.warnings).toEqual(['elements not in ascending order', 'element repeated']);
  });

  it('reads an item of defined length that is written in Implicit VR', () => {
    const content = encodeDataSet([el(0x00209164, 'UI', '1.2'), el(0x00209165, 'AT', 0x00200013)], 'implicitLE');
    const item = concatBytes([encodeHeader(ITEM, '', content.length, 'explicitLE'), content]);
    expect(warned(sampleWith(concatBytes([encodeHeader(0x00209221, 'SQ', item.length, 'explicitLE'), item])))).toEqual([
      'item in Implicit VR inside an Explicit VR data set',
    ]);
  });
});

describe('walk of what is no data set', () => {
  const header = (tag: number, vr: string, length: number): Uint8Array => encodeHeader(tag, vr, length, 'explicitLE');
  const undefinedSq = header(0x00209221, 'SQ', 0xffffffff);
  const openItem = header(ITEM, '', 0xffffffff);
  const cases: [string, RefusalCode, () => Uint8Array][] = [
    ['bytes that end inside a value', 'truncated', () => encodeDataSet(sampleImage()).subarray(0, -1)],
    ['bytes that end inside a header', 'truncated', () => encodeDataSet(sampleImage()).subarray(0, -55)],
    ['bytes that end inside a sequence', 'truncated', () => concatBytes([encodeDataSet(sampleImage()), header(0x7fe10010, 'SQ', 0xffffffff), openItem])],
    ['fragments without a delimiter', 'truncated', () => encodeDataSet(sampleImage({ fragments: [Uint8Array.of(1, 2)] })).subarray(0, -8)],
    ['no VR', 'badVr', () => sampleWith(concatBytes([header(0x00204000, '\u0001\u0002', 0)]))],
    [
      'a length past the end of the item',
      'lengthBeyondParent',
      () => sampleWith(concatBytes([header(0x00209221, 'SQ', 20), header(ITEM, '', 12), header(0x00204000, 'LO', 6), new Uint8Array(4)])),
    ],
    [
      'an item past the end of the sequence',
      'lengthBeyondParent',
      () => sampleWith(concatBytes([header(0x00209221, 'SQ', 10), header(ITEM, '', 4), new Uint8Array(4)])),
    ],
    ['bytes left over in an item', 'lengthBeyondParent', () => sampleWith(concatBytes([header(0x00209221, 'SQ', 12), header(ITEM, '', 4), new Uint8Array(4)]))],
    ['undefined length where it is forbidden', 'undefinedLength', () => sampleWith(header(0x00204000, 'UT', 0xffffffff))],
    [
      'a fragment of undefined length',
      'undefinedLength',
      () => concatBytes([encodeDataSet(sampleWithout([0x7fe00010])), header(0x7fe00010, 'OB', 0xffffffff), openItem]),
    ],
    ['an element where an item must stand', 'badItem', () => sampleWith(concatBytes([undefinedSq, header(0x00204000, 'LO', 0)]))],
    ['an item outside a sequence', 'badItem', () => sampleWith(openItem)],
    ['a delimiter with a length', 'badItem', () => sampleWith(concatBytes([undefinedSq, header(SEQUENCE_END, '', 2), new Uint8Array(2)]))],
    ['a sequence that ends inside an item', 'missingDelimiter', () => sampleWith(concatBytes([undefinedSq, openItem, header(SEQUENCE_END, '', 0)]))],
    ['an open item in a sequence that ends', 'missingDelimiter', () => sampleWith(concatBytes([header(0x00209221, 'SQ', 8), openItem]))],
    [
      'an identifier that stands there twice',
      'ambiguousIdentity',
      () => concatBytes([encodeDataSet(sampleImage()), encodeDataSet([el(0x00100020, 'LO', 'P2')])]),
    ],
    [
      'pixel data that stand there twice',
      'ambiguousIdentity',
      () => concatBytes([encodeDataSet(sampleImage()), encodeDataSet([el(0x7fe00010, 'OW', new Uint8Array(48))])]),
    ],
    ['an implicit data set under an explicit syntax', 'badVr', () => encodeDataSet(sampleImage(), 'implicitLE')],
  ];
  it.each(cases)('refuses %s as %s', (_, expected, make) => {
    const result = walkBytes(make());
    expect(code(result)).toBe(expected);
    if (!result.ok) expect(result.reason.text).toMatch(/^[\x20-\x7e]{1,64}$/);
  });

  it('allows sequences nested 64 deep and refuses 65', () => {
    const nested = (levels: number): Element[] => (levels === 0 ? [el(0x00204000, 'LT', 'deep')] : [sq(0x00209221, [nested(levels - 1)])]);
    expect(code(walk(sampleImage({ extra: nested(64) })))).toBe('accepted');
    expect(code(walk(sampleImage({ extra: nested(65) })))).toBe('tooDeep');
  });

  it.each(['SQ', 'UN'])('refuses a hundred thousand nested %s without walking on', (vr) => {
    const mode: Encoding = vr === 'UN' ? 'implicitLE' : 'explicitLE';
    const level = concatBytes([encodeHeader(0x00209221, 'SQ', 0xffffffff, mode), openItem]);
    const bytes = concatBytes([encodeHeader(0x00209221, vr, 0xffffffff, 'explicitLE'), openItem, ...Array.from({ length: 100_000 }, () => level)]);
    const walker = createDataSetWalker({ TransferSyntaxUID: SYNTAX.explicitLE });
    const pieces = Math.ceil(bytes.length / 4096);
    let taken = 0;
    while (taken < pieces && walker.write(bytes.subarray(taken * 4096, (taken + 1) * 4096))) taken += 1;
    expect(taken).toBe(0);
    expect(code(walkBytes(bytes))).toBe('tooDeep');
  });

  it('refuses more elements than allowed', () => {
    expect(code(walk(sampleImage(), 'explicitLE', { limits: { elements: 20 } }))).toBe('tooManyElements');
  });

  it('refuses deflated bytes that expand beyond the limit or do not inflate, in one piece and in many', async () => {
    const bomb = deflateRawSync(concatBytes([encodeDataSet(sampleImage()), new Uint8Array(4_000_000)]));
    const options = { TransferSyntaxUID: DEFLATED, limits: { inflatedBytes: 1_000_000 } };
    const cases: [Uint8Array, RefusalCode][] = [
      [bomb, 'inflatedTooLarge'],
      [Uint8Array.of(0xff, 1, 2, 3), 'badDeflate'],
      [deflateRawSync(encodeDataSet(sampleImage())).subarray(0, -20), 'badDeflate'],
    ];
    for (const [bytes, expected] of cases) {
      expect(code(walkDataSet(bytes, options))).toBe(expected);
      const walker = createDataSetWalker(options);
      for (let at = 0; at < bytes.length && walker.write(bytes.subarray(at, at + 100)); at += 100) await walker.drained();
      expect(code(await walker.finish())).toBe(expected);
    }
  });

  it('forgets an aborted walk', () => {
    const walker = createDataSetWalker({ TransferSyntaxUID: DEFLATED });
    walker.write(Uint8Array.of(1, 2, 3));
    walker.abort();
    expect(walker.write(Uint8Array.of(1))).toBe(false);
  });
});
