import { describe, expect, it } from 'vitest';
import {
  ageText,
  betweenText,
  bytesText,
  countText,
  bornIso,
  bornText,
  dateText,
  mmText,
  monthFirst,
  nameLine,
  placeMm,
  readableName,
  shownText,
  studyDateText,
} from '../../../renderer/ui/format';

const now = new Date(2026, 10, 22, 9);

describe('person names', () => {
  it.each([
    ['DOE^JANE', 'DOE, Jane', ''],
    ["O'BRIEN^MARY-ANN^K", "O'BRIEN, Mary-Ann K", ''],
    ['van der Berg^Anna^^Dr', 'van der Berg, Anna, Dr', ''],
    ['McDonald^deVries', 'McDonald, deVries', ''],
    ['YAMADA^Tarou=山田^太郎=やまだ^たろう', '山田 太郎', 'YAMADA, Tarou'],
    ['=山田^太郎', '山田 太郎', ''],
    ['ALHARBI^Noura=نورة^الحربي', 'نورة الحربي', 'ALHARBI, Noura'],
    ['山田^太郎', '山田 太郎', ''],
    ['==やまだ^たろう', 'やまだ たろう', ''],
    ['^Jane', 'Jane', ''],
    ['', 'no name', ''],
    ['^^^^', 'no name', ''],
  ])('%s is read as %s', (raw, primary, secondary) => {
    expect(readableName(raw)).toEqual({ primary, secondary, raw });
  });

  it('cannot be turned round to read as another: the characters that would do it stand there as a mark', () => {
    expect(nameLine('\u202eENAJ^EOD\u202c')).toBe('\ufffdENAJ, Eod\ufffd');
    expect(shownText('12\u202e43\u2066')).toBe('12\ufffd43\ufffd');
    const own = ['ALHARBI^Noura=نورة^الحربي', 'שם^פרטי', '4711'];
    expect(own.map(shownText)).toEqual(own);
  });

  it('shows no caret whatever stands in the object', () => {
    for (const raw of ['A^B^C^D^E^F', '^^^^^^', 'A=^=^', 'x^^y']) expect(nameLine(raw)).not.toContain('^');
  });
});

describe('dates', () => {
  it('leaves the year out this year and shows other years in full', () => {
    expect(studyDateText('20261122', '080213.5', 'de-DE', now)).toBe('22.11. 08:02');
    expect(studyDateText('20251124', '1031', 'de-DE', now)).toBe('24.11.2025');
    expect(studyDateText('20261122', '0802', 'en-US', now)).toBe('11/22 08:02');
  });

  it('carries no direction marks and Latin digits in every locale', () => {
    for (const locale of ['ar-EG', 'fa-IR', 'he-IL', 'ja-JP', 'th-TH']) {
      expect(studyDateText('20261122', '0802', locale, now)).toMatch(/^\d\d?[./-]\d\d?[./-]? 08:02$/);
      expect(dateText('19540314', locale)).toMatch(/^[\d./\s-]*1954[\d./\s-]*$/);
    }
  });

  it('shows what is no date as it stands', () => {
    expect(dateText('199', 'de-DE')).toBe('199');
    expect(studyDateText('', '', 'de-DE', now)).toBe('');
    expect(dateText('19541314', 'de-DE')).toBe('19541314');
  });

  it('reads the old form with dots', () => {
    expect(dateText('1954.03.14', 'de-DE')).toBe('14.03.1954');
  });

  it('counts ages in the unit that a reader expects', () => {
    expect(ageText('19540314', '20261122')).toBe('72 y');
    expect(ageText('19541123', '20261122')).toBe('71 y');
    expect(ageText('20251022', '20261122')).toBe('13 m');
    expect(ageText('20261110', '20261122')).toBe('12 d');
    expect(ageText('20270101', '20261122')).toBe('');
    expect(ageText('', '20261122')).toBe('');
  });

  it('says how old a prior is', () => {
    expect(betweenText('20240719', '20261122')).toBe('2 y 4 m');
    expect(betweenText('20251122', '20261122')).toBe('1 y');
    expect(betweenText('20260701', '20261122')).toBe('4 m');
    expect(betweenText('20261120', '20261122')).toBe('2 d');
  });

  it('knows where the month comes first', () => {
    expect([monthFirst('en-US'), monthFirst('de-DE'), monthFirst('en-GB')]).toEqual([true, false, false]);
  });
});

describe('numbers', () => {
  it('of millimetres never round a length away', () => {
    expect([3.3, 0.7, 0.25, 0.001, 0].map((mm) => mmText(mm, 1))).toEqual(['3.3', '0.7', '0.25', '0.001', '0.0']);
    expect([0.684, 0.0256, 0.00025].map((mm) => mmText(mm, 3))).toEqual(['0.684', '0.026', '0.00025']);
  });

  it('gives a place along an axis no sign where it is none', () => {
    expect([-0.04, -0, 0.04, -0.06, 12.25, -3].map(placeMm)).toEqual(['0.0 mm', '0.0 mm', '0.0 mm', '-0.1 mm', '12.3 mm', '-3.0 mm']);
  });

  it('groups thousands and names sizes in decimal units', () => {
    expect(countText(10_214)).toBe('10\u202f214');
    expect(countText(512)).toBe('512');
    expect([bytesText(999), bytesText(1000), bytesText(268_000_000), bytesText(928e9)]).toEqual(['999 B', '1.0 kB', '268 MB', '928 GB']);
  });
});

describe('words of a difference', () => {
  it('have the dates of birth as the locale writes them, and nothing else is touched', () => {
    const words = 're-identified: Patient ID 19540314 \u2192 19540315, Born 19540314 \u2192 19540315, Accession 1 \u2192 2: choose';
    expect(bornText(words, 'de-DE')).toBe(
      're-identified: Patient ID 19540314 \u2192 19540315, Born 14.03.1954 \u2192 15.03.1954, Accession 1 \u2192 2: choose',
    );
    expect(bornText('Born none \u2192 19540315', 'de-DE')).toBe('Born none \u2192 15.03.1954');
    expect(bornText('otherwise than here: re-identified: Born 19540314 \u2192 19540315. Nothing was changed', 'de-DE')).toContain(
      'Born 14.03.1954 \u2192 15.03.1954. Nothing',
    );
    expect(bornIso(words)).toContain('Patient ID 19540314 \u2192 19540315, Born 1954-03-14 \u2192 1954-03-15, Accession');
  });
});
