import { describe, expect, it } from 'vitest';
import { readPart10Header, writePart10Header } from '../../../electron/services/part10';
import { concatBytes, el, encodeDataSet, encodePart10, latin1, sampleImage } from '../../support/dicom';

const identity = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '2.25.1001', TransferSyntaxUID: '1.2.840.10008.1.2.1' };

describe('Part 10 header', () => {
  it('is written with a zero preamble and read back', () => {
    const header = writePart10Header({ ...identity, sourceAeTitle: ' MODALITY ' });
    expect(header.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
    expect(header.length % 2).toBe(0);
    expect(readPart10Header(concatBytes([header, encodeDataSet(sampleImage())]))).toEqual({
      ok: true,
      TransferSyntaxUID: identity.TransferSyntaxUID,
      MediaStorageSOPClassUID: identity.SOPClassUID,
      MediaStorageSOPInstanceUID: identity.SOPInstanceUID,
      sourceAeTitle: 'MODALITY',
      meta: { offset: 132, length: header.length - 132 },
      dataSetOffset: header.length,
      warnings: [],
    });
  });

  it('is not written with what no UID is, and leaves out what no AE title is', () => {
    expect(() => writePart10Header({ ...identity, SOPInstanceUID: '1.2\0../x' })).toThrow(RangeError);
    const read = readPart10Header(writePart10Header({ ...identity, sourceAeTitle: 'a\\b' }), true);
    expect(read).toMatchObject({ ok: true, sourceAeTitle: '' });
  });

  it('is asked for more bytes when the piece ends inside it', () => {
    const file = encodePart10(identity, encodeDataSet(sampleImage()));
    for (let length = 0; length < 300; length += 1) {
      let head = file.subarray(0, length);
      let read = readPart10Header(head);
      for (let turn = 0; !read.ok && read.moreBytes !== undefined && turn < 20; turn += 1) {
        expect(read.moreBytes).toBeGreaterThan(head.length);
        head = file.subarray(0, read.moreBytes);
        read = readPart10Header(head);
      }
      expect(read).toMatchObject({ ok: true, TransferSyntaxUID: identity.TransferSyntaxUID });
    }
  });

  it('does not believe the group length', () => {
    const file = encodePart10(identity, encodeDataSet(sampleImage()));
    const right = readPart10Header(file);
    file[140] = 7;
    const read = readPart10Header(file);
    expect(read).toMatchObject({ ok: true, warnings: ['wrong meta group length'] });
    if (read.ok && right.ok) expect(read.dataSetOffset).toBe(right.dataSetOffset);
  });

  it('finds the syntax of a bare data set from its first element', () => {
    const syntaxes = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2', explicitBE: '1.2.840.10008.1.2.2' } as const;
    for (const encoding of ['explicitLE', 'implicitLE', 'explicitBE'] as const) {
      expect(readPart10Header(encodeDataSet(sampleImage(), encoding))).toMatchObject({ ok: true, TransferSyntaxUID: syntaxes[encoding], dataSetOffset: 0 });
    }
  });

  it('says what is no DICOM file', () => {
    for (const bytes of [latin1('%PDF-1.7'.padEnd(500)), latin1('hello'), new Uint8Array(0), new Uint8Array(400)]) {
      expect(readPart10Header(bytes, true)).toMatchObject({ ok: false });
    }
    const truncated = encodePart10(identity, new Uint8Array(0)).subarray(0, 180);
    expect(readPart10Header(truncated, true)).toEqual({ ok: false, text: 'file ends inside the meta header' });
    const endless = concatBytes([new Uint8Array(128), latin1('DICM'), encodeDataSet([el(0x00020102, 'OB', '', { length: 0xfffffff0 })])]);
    expect(readPart10Header(endless)).toEqual({ ok: false, text: 'meta header too long' });
  });
});
