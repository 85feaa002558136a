import { describe, expect, it } from 'vitest';
import {
  ageYears,
  attributeName,
  checkUid,
  dimseStatus,
  formatPersonName,
  formatTime,
  isoDate,
  parseAge,
  parsePersonName,
  shortUid,
  sopClassLabel,
  statusText,
  STORAGE_SOP_CLASSES,
  storageSopClass,
  tagText,
  timeOfDayMs,
  TRANSFER_SYNTAXES,
  transferSyntax,
  transferSyntaxLabel,
} from '@shared/dicom';

describe('tables of UIDs', () => {
  it('hold valid UIDs, each once', () => {
    for (const uids of [STORAGE_SOP_CLASSES.map((entry) => entry.uid), TRANSFER_SYNTAXES.map((entry) => entry.uid)]) {
      expect(new Set(uids).size).toBe(uids.length);
      expect(uids.every((uid) => checkUid(uid) === 'valid')).toBe(true);
    }
  });

  it('know the storage SOP classes', () => {
    expect(sopClassLabel('1.2.840.10008.5.1.4.1.1.2')).toBe('CT Image');
    expect(sopClassLabel('1.2.3')).toBe('1.2.3');
    expect(storageSopClass('1.2.840.10008.5.1.4.1.1.6')?.isRetired).toBe(true);
    expect(storageSopClass('1.2.840.10008.5.1.4.38.1')?.isNonPatient).toBe(true);
    expect(storageSopClass('1.2.840.10008.5.1.4.1.1.66.7')?.name).toBe('Label Map Segmentation Storage');
  });

  it('know what each transfer syntax is', () => {
    expect(transferSyntax('1.2.840.10008.1.2')).toMatchObject({ isExplicitVr: false, isEncapsulated: false, codec: 'native' });
    expect(transferSyntax('1.2.840.10008.1.2.2')).toMatchObject({ isBigEndian: true, isRetired: true });
    expect(transferSyntax('1.2.840.10008.1.2.1.99')).toMatchObject({ isDeflated: true, isEncapsulated: false });
    expect(transferSyntax('1.2.840.10008.1.2.4.81')).toMatchObject({ lossy: 'yes', codec: 'jpegLs', isEncapsulated: true });
    expect(transferSyntaxLabel('1.2.840.10008.1.2.5')).toBe('RLE Lossless (1.2.840.10008.1.2.5)');
    expect(transferSyntaxLabel('1.2.3')).toBe('unknown transfer syntax (1.2.3)');
  });
});

describe('values', () => {
  it('parses and formats person names', () => {
    expect(parsePersonName('Yamada^Tarou=山田^太郎=やまだ^たろう').ideographic).toEqual({ family: '山田', given: '太郎', middle: '', prefix: '', suffix: '' });
    expect(formatPersonName('DOE^Jane^Mary^Dr^MD')).toBe('DOE, Jane Mary, Dr, MD');
    expect(formatPersonName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toBe('Yamada, Tarou (山田 太郎)');
    expect(formatPersonName('=山田^太郎')).toBe('山田 太郎');
    expect(formatPersonName('==やまだ')).toBe('やまだ');
    expect(formatPersonName('^^^^')).toBe('');
  });

  it('parses dates of the calendar only', () => {
    expect(isoDate('20240229')).toBe('2024-02-29');
    expect(isoDate('2026.01.31')).toBe('2026-01-31');
    for (const wrong of ['20230229', '20261301', '2026', '2026-01-01', '00000000', 'abcdefgh']) expect(isoDate(wrong)).toBeUndefined();
  });

  it('parses times and ages', () => {
    expect(formatTime('101530.123456')).toBe('10:15');
    expect(formatTime('10:15:30', true)).toBe('10:15:30');
    expect(formatTime('25')).toBe('');
    expect(timeOfDayMs('000001.5')).toBe(1500);
    expect(parseAge('045Y')).toEqual({ count: 45, unit: 'Y' });
    expect(parseAge('45')).toBeUndefined();
    expect(ageYears('19700615', '20260614')).toBe(55);
    expect(ageYears('19700615', '20260615')).toBe(56);
    expect(ageYears('20300101', '20260615')).toBeUndefined();
  });

  it('judges UIDs', () => {
    expect(['1.2.840', '1.02', '1..2', '', 'a', '0', '0.0'].map(checkUid)).toEqual(['valid', 'leadingZero', 'invalid', 'invalid', 'invalid', 'valid', 'valid']);
    expect([shortUid('1.2.840.10008.5.1.4'), shortUid('1.2')]).toEqual(['….10008.5.1.4', '1.2']);
  });

  it('puts DIMSE statuses into words', () => {
    expect(dimseStatus('C-STORE', 0xa712)).toMatchObject({ category: 'failure', remedy: 'retry' });
    expect(dimseStatus('C-STORE', 0xb007)).toMatchObject({ category: 'warning', meaning: 'Data set does not match SOP class' });
    expect(dimseStatus('C-FIND', 0xff01).category).toBe('pending');
    expect(dimseStatus('C-MOVE', 0xa801).meaning).toContain('destination unknown');
    expect(dimseStatus('C-ECHO', 0x0122).meaning).toBe('SOP class not supported');
    expect(dimseStatus('C-ECHO', 0x1234)).toMatchObject({ category: 'failure', meaning: 'Unknown status' });
    expect([statusText(0xa900), tagText(0x7fe00010)]).toEqual(['0xA900', '(7FE0,0010)']);
  });
});

describe('attribute names', () => {
  it.each([
    ['OtherPatientIDs', 'Other Patient IDs'],
    ['PatientName', "Patient's Name"],
    ['SeriesInstanceUID', 'Series Instance UID'],
    ['FailedSOPInstanceUIDList', 'Failed SOP Instance UID List'],
    ['ReferencedSegmentNumber', 'Referenced Segment Number'],
    ['ImagePositionPatient', 'Image Position (Patient)'],
    ['WindowCenterWidthExplanation', 'Window Center & Width Explanation'],
    ['PerFrameFunctionalGroupsSequence', 'Per-frame Functional Groups Sequence'],
    ['XRayTubeCurrentInuA', 'X-Ray Tube Current in uA'],
    ['CTDIvol', 'CTDIvol'],
    ['toString', 'to String'],
  ])('%s is written as the data dictionary does', (keyword, name) => {
    expect(attributeName(keyword)).toBe(name);
  });
});
