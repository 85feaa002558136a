import { describe, expect, it } from 'vitest';
import { differsFromMetadata, isDescribedOtherwise, isMadeLater } from '../../../electron/services/archive/described-as';
import type { InstanceAttributes } from '../../../electron/services/part10';
import { el, encodeDataSet, sampleImage } from '../../support/dicom';

const extra = [el(0x00180050, 'DS', ['2.50']), el(0x00091001, 'LO', 'private')];
const bytes = encodeDataSet(sampleImage({ PatientID: 'P1', InstanceNumber: 7, extra }));
const here = {
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length)),
};
const said = (tag: string, vr: string, ...Value: unknown[]) => ({ [tag]: { vr, Value } });

describe('metadata of an object (DICOM JSON) beside the object', () => {
  it.each([
    ['the same text', said('00100020', 'LO', 'P1')],
    ['a number spelled otherwise', said('00180050', 'DS', 2.5)],
    ['a private element', said('00091001', 'LO', 'other')],
    ['what is no plain text', said('00081140', 'SQ', {})],
    ['how to retrieve it', said('00081190', 'UR', 'http://archive/studies')],
    ['another character set', said('00080005', 'CS', 'ISO_IR 192')],
    ['a text beyond ASCII, which depends on the character set', said('00100020', 'LO', 'P\u00fc')],
    ['no value', { '00100020': { vr: 'LO' } }],
    ['a key that is no tag', said('PatientID', 'LO', 'P2')],
  ])('is no reason to look closer: %s', async (_what, json) => {
    expect(await differsFromMetadata(here, json)).toBe(false);
  });

  it.each([
    ['another text', said('00100020', 'LO', 'P2')],
    ['another number', said('00200013', 'IS', 8)],
    ['an element that is not here', said('00200060', 'CS', 'L')],
  ])('is a reason to look closer: %s', async (_what, json) => {
    expect(await differsFromMetadata(here, json)).toBe(true);
  });
});

describe('what a query says of an object', () => {
  const own = { SOPClassUID: '1.2', InstanceNumber: '7', ContentDate: '20261122', ContentTime: '081400.120000', NumberOfFrames: 1 } as InstanceAttributes;

  it('is the same in another spelling, and where it says nothing', () => {
    expect(isDescribedOtherwise(own, { InstanceNumber: '07 ', ContentTime: '081400.12', SOPClassUID: '1.2' })).toBe(false);
    expect(isDescribedOtherwise(own, {})).toBe(false);
    expect(isDescribedOtherwise({ ...own, ContentDate: '' }, { ContentDate: '20261123' })).toBe(false);
  });

  it.each([{ InstanceNumber: '8' }, { ContentDate: '20261123' }, { ContentTime: '081401' }, { SOPClassUID: '1.3' }])('differs: %o', (there) => {
    expect(isDescribedOtherwise(own, there)).toBe(true);
  });
});

describe('an object that an archive says was made', () => {
  const arrivedAtMs = new Date(2026, 10, 22, 8, 0, 0).getTime();

  it.each([
    ['days after it came here', '20261125', '080000', true],
    ['days after, without a time', '20261125', '', true],
    ['before it came here', '20261122', '075900', false],
    ['hours later by a clock of another zone', '20261122', '210000', false],
    ['at no date that is said', '', '', false],
    ['at what is no date', '2026-11-25', '', false],
  ])('%s', (_when, InstanceCreationDate, InstanceCreationTime, expected) => {
    expect(isMadeLater(arrivedAtMs, { InstanceCreationDate, InstanceCreationTime })).toBe(expected);
  });
});
