import { describe, expect, it } from 'vitest';
import { decodeText, parseCharacterSet } from '@shared/dicom';

/** Bytes as the standard prints them: printable ASCII as is, `<1B>` for others. */
function bytes(text: string): Uint8Array {
  const out: number[] = [];
  for (const part of text.matchAll(/<([0-9A-Fa-f ]+)>|([\s\S])/g)) {
    if (part[1] === undefined) out.push((part[2] ?? '').charCodeAt(0));
    else out.push(...part[1].split(' ').map((hex) => Number.parseInt(hex, 16)));
  }
  return Uint8Array.from(out);
}

function decode(declared: string, text: string, isPersonName = true): string {
  return decodeText(bytes(text), parseCharacterSet(declared), isPersonName).text;
}

const KANJI = '<1B>$B<3B 33 45 44><1B>(B^<1B>$B<42 40 4F 3A><1B>(B';

describe('examples of PS3.5', () => {
  it('H.3.1: Japanese, single byte default and JIS X 0208', () => {
    const phonetic = '<1B>$B<24 64 24 5E 24 40><1B>(B^<1B>$B<24 3F 24 6D 24 26><1B>(B';
    expect(decode('\\ISO 2022 IR 87', `Yamada^Tarou=${KANJI}=${phonetic}`)).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう');
  });

  it('H.3.2: Japanese, JIS X 0201 and JIS X 0208', () => {
    const katakana = '<D4 CF C0 DE>^<C0 DB B3>';
    const kanji = KANJI.replaceAll('<1B>(B', '<1B>(J');
    const phonetic = '<1B>$B<24 64 24 5E 24 40><1B>(J^<1B>$B<24 3F 24 6D 24 26><1B>(J';
    expect(decode('ISO 2022 IR 13\\ISO 2022 IR 87', `${katakana}=${kanji}=${phonetic}`)).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう');
  });

  it('I.2: Korean, KS X 1001', () => {
    const name = 'Hong^Gildong=<1B>$)C<FB F3>^<1B>$)C<D1 CE D4 D7>=<1B>$)C<C8 AB>^<1B>$)C<B1 E6 B5 BF>';
    expect(decode('\\ISO 2022 IR 149', name)).toBe('Hong^Gildong=洪^吉洞=홍^길동');
  });

  it('J.3: Chinese in UTF-8', () => {
    expect(decode('ISO_IR 192', 'Wang^XiaoDong=<E7 8E 8B>^<E5 B0 8F E6 9D B1>')).toBe('Wang^XiaoDong=王^小東');
  });

  it('J.4: Chinese in GB18030', () => {
    expect(decode('GB18030', 'Wang^XiaoDong=<CD F5>^<D0 A1 B6 AB>')).toBe('Wang^XiaoDong=王^小东');
    expect(decode('GBK', 'Wang^XiaoDong=<CD F5>^<D0 A1 B6 AB>')).toBe('Wang^XiaoDong=王^小东');
  });

  it('K.2: Chinese in GB 2312 with code extensions', () => {
    const name = 'Zhang^XiaoDong=<1B>$)A<D5 C5>^<1B>$)A<D0 A1 B6 AB>=';
    expect(decode('\\ISO 2022 IR 58', name)).toBe('Zhang^XiaoDong=张^小东=');
  });
});

describe('single-byte sets', () => {
  it.each([
    ['ISO_IR 100', '<C4 D6 DC DF 80>', 'ÄÖÜß\u0080'],
    ['ISO_IR 101', '<A3 B6 E8>', 'Łśč'],
    ['ISO_IR 109', '<A6 D8>', 'ĤĜ'],
    ['ISO_IR 110', '<BD BF>', 'Ŋŋ'],
    ['ISO_IR 144', '<BB EE DA>', 'Люк'],
    ['ISO_IR 127', '<E2 C8 C7>', 'قبا'],
    ['ISO_IR 126', '<C4 E9 EF>', 'Διο'],
    ['ISO_IR 138', '<F9 F8 E5>', 'שרו'],
    ['ISO_IR 148', '<D0 DD DE F0 FD FE C7>', 'ĞİŞğışÇ'],
    ['ISO_IR 203', '<A4 BD>', '€œ'],
    ['ISO_IR 166', '<B9 D2 C2>', 'นาย'],
    ['ISO_IR 13', '<D4 CF C0 DE>~', 'ﾔﾏﾀﾞ‾'],
  ])('%s', (term, text, expected) => {
    const set = parseCharacterSet(term);
    expect(decodeText(bytes(text), set)).toEqual({ text: expected, warnings: [] });
    expect(decode(term.replace('ISO_IR', 'ISO 2022 IR'), text)).toBe(expected);
  });

  it('follow escape sequences of each other', () => {
    expect(decode('ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126', '<E4><1B>-L<BB EE><1B>-F<C4>', false)).toBe('äЛюΔ');
  });
});

describe('code extensions', () => {
  it('are put back at control characters, at the backslash and, in names, at ^ and =', () => {
    const set = 'ISO 2022 IR 100\\ISO 2022 IR 144';
    for (const delimiter of ['<0D 0A>', '<0C>', '<09>', '\\', '^', '=']) {
      expect(decode(set, `<1B>-L<E4>${delimiter}<E4>`)).toBe(`ф${String.fromCharCode(...bytes(delimiter))}ä`);
    }
    expect(decode(set, '<1B>-L<E4>^=<E4>', false)).toBe('ф^=ф');
  });

  it('take bytes of kanji that look like delimiters as kanji', () => {
    expect(decode('\\ISO 2022 IR 87', '<1B>$B<30 5C 3D 5E><1B>(B^A')).toBe('移殉^A');
  });

  it('read JIS X 0212', () => {
    expect(decode('\\ISO 2022 IR 159', '<1B>$(D<30 21><1B>(B', false)).toBe('丂');
  });

  it('map the symbols of JIS X 0208 as registered', () => {
    expect(decode('\\ISO 2022 IR 87', '<1B>$B<21 41 21 5D><1B>(B', false)).toBe('\u301c\u2212');
  });
});

describe('defects', () => {
  const warned = (declared: string, text: string): readonly [string, readonly string[]] => {
    const set = parseCharacterSet(declared);
    const decoded = decodeText(bytes(text), set, true);
    return [decoded.text, [...set.warnings, ...decoded.warnings]];
  };

  it.each([
    ['no declared set', '', 'M<FC>ller', 'Müller', 'bytes outside of the declared character set: read as Latin-1'],
    ['an unknown set', 'KLINGON', 'M<FC>ller', 'Müller', 'unknown character set "KLINGON"'],
    ['UTF-8 that is none', 'ISO_IR 192', 'M<FC>ller', 'Müller', 'bytes are not utf-8: read as Latin-1'],
    ['another spelling', 'ISO-IR 100', 'M<FC>ller', 'Müller', 'character set written "ISO-IR 100"'],
    ['a name of the field', 'UTF-8', 'M<C3 BC>ller', 'Müller', 'character set written "UTF-8"'],
    ['a missing escape', '\\ISO 2022 IR 149', '<C8 AB>', '홍', 'escape sequence missing'],
    ['an undeclared escape', '\\ISO 2022 IR 87', '<1B>$)C<C8 AB>', '홍', 'escape sequence of ISO 2022 IR 149, which is not declared'],
    ['an unknown escape', 'ISO_IR 100', 'a<1B>%zb', 'a\ufffd%zb', 'unknown escape sequence'],
    ['half a character', '\\ISO 2022 IR 149', '<1B>$)C<C8>', '\ufffd', 'half of a two-byte character'],
    ['Shift JIS as ISO_IR 13', 'ISO_IR 13', '<8E 52 93 63>', '山田', 'bytes are Shift JIS, not ISO_IR 13'],
    ['sets that exclude each other', 'ISO_IR 192\\ISO 2022 IR 87', '<E7 8E 8B>', '王', 'ISO_IR 192, ISO 2022 IR 87: character sets that exclude each other'],
  ])('%s is decoded with a warning', (_, declared, text, expected, warning) => {
    const [decoded, warnings] = warned(declared, text);
    expect(decoded).toBe(expected);
    expect(warnings).toContain(warning);
  });

  it('does not fail on any pair of bytes behind any escape', () => {
    const set = parseCharacterSet('ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 159\\ISO 2022 IR 149\\ISO 2022 IR 58');
    for (const escape of ['$B', '$(D', '$)C', '$)A', ')I', '-F']) {
      for (let value = 0; value < 0x10000; value += 31) {
        const tail = Uint8Array.from([0x1b, ...bytes(escape), value >>> 8, value & 0xff, 0x41]);
        expect(decodeText(tail, set, true).text.length).toBeGreaterThan(0);
      }
    }
  });
});
