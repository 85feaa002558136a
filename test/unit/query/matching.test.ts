import { describe, expect, it } from 'vitest';
import type { VR } from '@shared/dicom';
import { decodeDataSet, encodeDataSet, type WrittenElement } from '../../../electron/services/dimse/data-set';
import { REQUEST_ATTRIBUTES } from '../../../electron/services/dimse/query/attributes';
import { combinedMatcher, KeyFault, matcherOf } from '../../../electron/services/dimse/query/matching';
import { sequenceMatcher } from '../../../electron/services/dimse/query/query-request';
import { matchesWildCard } from '../../../electron/services/dimse/query/text-match';
import { seededRandom, testSeed } from '../../support/seed';

const matches = (vr: VR, key: string, value: string | undefined): boolean => matcherOf(vr, key)?.(value) ?? true;

/** PS3.4 C.2.2.2, row by row: what matches and what does not. */
const TABLE: readonly { rule: string; vr: VR; key: string; yes: readonly (string | undefined)[]; no: readonly (string | undefined)[] }[] = [
  { rule: 'universal: empty', vr: 'LO', key: '', yes: ['', undefined, 'A'], no: [] },
  { rule: 'universal: one star', vr: 'PN', key: '*', yes: ['', undefined, 'A'], no: [] },
  { rule: 'empty value', vr: 'LO', key: '""', yes: ['', undefined, '  '], no: ['A'] },
  { rule: 'single value, blanks at the ends', vr: 'LO', key: ' PID-1 ', yes: ['PID-1', ' PID-1'], no: ['PID-12', 'XPID-1', '', undefined] },
  { rule: 'single value keeps case', vr: 'LO', key: 'Chest', yes: ['Chest'], no: ['CHEST', 'chest'] },
  { rule: 'single value of a code keeps case', vr: 'CS', key: 'CT', yes: ['CT', 'CT\\PT', 'SR\\CT'], no: ['ct', 'CTA'] },
  { rule: 'accession number', vr: 'SH', key: 'A.1+', yes: ['A.1+'], no: ['AX1+', 'A.11'] },
  {
    rule: 'name: case, accents, trailing delimiters',
    vr: 'PN',
    key: 'muller^jörg',
    yes: ['MÜLLER^JORG', 'Müller^Jörg^^^', 'Muller ^ Jorg'],
    no: ['MULLER', 'MULLER^JORG^X'],
  },
  { rule: 'name: sharp s is no accent', vr: 'PN', key: 'WEISS', yes: ['Weiss'], no: ['WEISSE'] },
  { rule: 'name: one group of the value', vr: 'PN', key: '山田^太郎', yes: ['Yamada^Tarou=山田^太郎=やまだ^たろう'], no: ['Yamada^Tarou'] },
  { rule: 'name: wild card in any group', vr: 'PN', key: 'やまだ*', yes: ['Yamada^Tarou=山田^太郎=やまだ^たろう'], no: ['Yamada^Tarou=山田^太郎'] },
  { rule: 'name: groups in their places', vr: 'PN', key: 'yamada*=山田*', yes: ['Yamada^Tarou=山田^太郎'], no: ['Yamada^Tarou', '山田^太郎=Yamada'] },
  { rule: 'name: an empty group of the key is open', vr: 'PN', key: '=山田*', yes: ['Yamada^Tarou=山田^太郎', 'Other=山田^花子'], no: ['山田^太郎'] },
  { rule: 'wild card: several', vr: 'PN', key: 'DO*^J?NE', yes: ['DOE^JANE', 'DO^JUNE'], no: ['DOE^JNE', 'DOE^JAANE'] },
  { rule: 'wild card: none or many', vr: 'LO', key: 'CHEST*', yes: ['CHEST', 'CHEST PA'], no: ['A CHEST', 'CHES'] },
  { rule: 'wild card: letters of a regular expression are letters', vr: 'LO', key: 'a.[b](c)*', yes: ['a.[b](c)', 'a.[b](c)d'], no: ['axb(c)'] },
  { rule: 'wild card: a character beyond the plane is one', vr: 'LO', key: '?', yes: ['𠮟', 'x'], no: ['𠮟x', ''] },
  { rule: 'no wild cards in UIDs', vr: 'UI', key: '1.2.*', yes: [], no: ['1.2.3', '1.2.'] },
  { rule: 'list of UIDs', vr: 'UI', key: '1.2.3\\1.2.4', yes: ['1.2.3', '1.2.4', '9\\1.2.4'], no: ['1.2', '1.2.34', ''] },
  { rule: 'several codes', vr: 'CS', key: 'CT\\MR', yes: ['CT', 'MR\\SR'], no: ['US', ''] },
  { rule: 'date', vr: 'DA', key: '20260131', yes: ['20260131', '2026.01.31'], no: ['20260130', '', undefined, '2026'] },
  { rule: 'date range', vr: 'DA', key: '20260101-20260131', yes: ['20260101', '20260131', '20260115'], no: ['20251231', '20260201', ''] },
  { rule: 'dates until', vr: 'DA', key: '-20260131', yes: ['19000101', '20260131'], no: ['20260201', ''] },
  { rule: 'dates from', vr: 'DA', key: '20260131-', yes: ['20260131', '20990101'], no: ['20260130'] },
  { rule: 'time is the whole of what it leaves out', vr: 'TM', key: '1030', yes: ['1030', '103059.999999', '10:30:15', '10'], no: ['1031', '1029', '102959'] },
  { rule: 'time range', vr: 'TM', key: '0800-1200', yes: ['080000', '120059', '0930', '08:00'], no: ['0759', '1201', ''] },
  { rule: 'times from', vr: 'TM', key: '223000.5-', yes: ['223000.5', '2331'], no: ['222959'] },
  { rule: 'date and time', vr: 'DT', key: '2026013110-20260131', yes: ['20260131100000', '20260131235959.9+0100'], no: ['20260131095959', '20260201'] },
  { rule: 'date and time with an offset', vr: 'DT', key: '20260131100000-0500', yes: ['20260131100000'], no: ['20260131100001'] },
  { rule: 'integer', vr: 'IS', key: '7', yes: ['7', '007', '+7'], no: ['70', '', 'x'] },
  { rule: 'decimal', vr: 'DS', key: '1.50', yes: ['1.5', '15e-1'], no: ['1.51'] },
  { rule: 'a question mark is no UID', vr: 'UI', key: '?', yes: [], no: ['1'] },
];

describe('matching (PS3.4 C.2.2.2)', () => {
  it.each(TABLE)('$rule ($vr "$key")', ({ vr, key, yes, no }) => {
    for (const value of yes) expect([value, matches(vr, key, value)]).toEqual([value, true]);
    for (const value of no) expect([value, matches(vr, key, value)]).toEqual([value, false]);
  });

  it.each<[VR, string]>([
    ['DA', '2026'],
    ['DA', '20261301'],
    ['DA', '-'],
    ['DA', '20260101-2026'],
    ['TM', '25'],
    ['IS', '1*'],
    ['DT', 'today'],
  ])('refuses a key that is no value of its VR: %s "%s"', (vr, key) => {
    expect(() => matcherOf(vr, key)).toThrow(KeyFault);
  });

  it('takes date and time as one range where that was negotiated', () => {
    const matcher = combinedMatcher('20260110-20260112', '2200-0600');
    expect(matcher).toBeDefined();
    expect(matcher?.('20260110', '2200')).toBe(true);
    expect(matcher?.('20260111', '1200')).toBe(true);
    expect(matcher?.('20260112', '0600')).toBe(true);
    expect(matcher?.('20260110', '2159')).toBe(false);
    expect(matcher?.('20260112', '0601')).toBe(false);
    expect(matcher?.('20260112', '')).toBe(true);
    expect(combinedMatcher('20260110', '2200-0600')).toBeUndefined();
  });

  it('never hangs on a pattern, and agrees with a plain search for every pattern of two letters', () => {
    expect(matchesWildCard('*a*a*a*a*a*a*a*a*b', 'a'.repeat(5000))).toBe(false);
    const seed = testSeed();
    const random = seededRandom(seed);
    const pick = (letters: string, length: number): string => Array.from({ length }, () => letters[Math.floor(random() * letters.length)] ?? '').join('');
    for (let turn = 0; turn < 3000; turn++) {
      const [pattern, value] = [pick('ab*?', Math.floor(random() * 6)), pick('ab', Math.floor(random() * 7))];
      const expected = new RegExp(`^${pattern.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 's').test(value);
      expect([seed, pattern, value, matchesWildCard(pattern, value)]).toEqual([seed, pattern, value, expected]);
    }
  });
});

describe('sequence matching (PS3.4 C.2.2.2.6)', () => {
  const SEQUENCE = 0x00400275;
  const [STEP, PROCEDURE] = [0x00400009, 0x00401001];
  const key = (...items: WrittenElement[][]) => {
    const bytes = encodeDataSet([{ tag: SEQUENCE, vr: 'SQ', value: items }], '1.2.840.10008.1.2.1');
    const dataSet = decodeDataSet(bytes, '1.2.840.10008.1.2.1', () => undefined);
    if (typeof dataSet === 'string') throw new Error(dataSet);
    return sequenceMatcher(dataSet.items(SEQUENCE) ?? [], REQUEST_ATTRIBUTES);
  };
  const value = [
    new Map([
      [STEP, 'SPS1'],
      [PROCEDURE, 'RP1'],
    ]),
    new Map([
      [STEP, 'SPS2'],
      [PROCEDURE, 'RP2'],
    ]),
  ];

  it('is universal without an item, and with an item without keys', () => {
    expect(key()).toBeUndefined();
    expect(key([{ tag: STEP, vr: 'SH', value: '' }])).toBeUndefined();
  });

  it('wants all keys in one item', () => {
    expect(
      key([
        { tag: STEP, vr: 'SH', value: 'SPS1' },
        { tag: PROCEDURE, vr: 'SH', value: 'RP*' },
      ])?.(value),
    ).toBe(true);
    expect(
      key([
        { tag: STEP, vr: 'SH', value: 'SPS1' },
        { tag: PROCEDURE, vr: 'SH', value: 'RP2' },
      ])?.(value),
    ).toBe(false);
    expect(key([{ tag: STEP, vr: 'SH', value: 'SPS1' }])?.(undefined)).toBe(false);
  });

  it('has one item', () => {
    expect(() => key([{ tag: STEP, vr: 'SH', value: '1' }], [{ tag: STEP, vr: 'SH', value: '2' }])).toThrow(KeyFault);
  });
});
