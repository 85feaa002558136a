/** Character repertoires (PS3.3 C.12.1.1.2) that objects of ours are written in, with the label by which TextDecoder reads them back. */
const SINGLE_BYTE: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 144': 'iso-8859-5',
};

export type TextEncode = (text: string) => Uint8Array;

/**
 * Encoder of the text values of a data set whose Specific Character Set (0008,0005) is `terms`; throws at a character that the declared repertoire
 * does not have: an object with "?" in a name would be our own fault, unseen.
 */
export function textEncoder(terms: readonly string[]): TextEncode {
  const [first = '', second] = terms;
  if (second === 'ISO 2022 IR 87') return escaped(rowsOf('euc-jp'), [0x1b, 0x24, 0x42], 0x7f);
  if (second === 'ISO 2022 IR 149') return escaped(rowsOf('euc-kr'), [0x1b, 0x24, 0x29, 0x43], 0xff);
  if (first === 'ISO_IR 192') return (text) => new TextEncoder().encode(text);
  const label = SINGLE_BYTE[first];
  if (first !== '' && label === undefined) throw new Error(`No encoder for the character set ${first}`);
  return singleByte(label);
}

function singleByte(label: string | undefined): TextEncode {
  const codes = new Map<string, number>();
  const decoder = label === undefined ? undefined : new TextDecoder(label);
  for (let code = 0xa0; decoder !== undefined && code < 0x100; code++) codes.set(decoder.decode(Uint8Array.of(code)), code);
  return (text) =>
    Uint8Array.from(text, (character) => {
      const code = character.charCodeAt(0);
      const byte = code < 0x80 ? code : codes.get(character);
      if (byte === undefined) throw new Error(`"${character}" is not in the declared character set`);
      return byte;
    });
}

/** Finds the two bytes (both 0xA1..0xFE) of a character in a 94 x 94 set. */
function rowsOf(label: string): (character: string) => readonly [number, number] | undefined {
  const decoder = new TextDecoder(label);
  const known = new Map<string, readonly [number, number]>();
  return (wanted) => {
    if (known.size === 0) {
      for (let row = 0xa1; row <= 0xfe; row++)
        for (let cell = 0xa1; cell <= 0xfe; cell++) {
          const character = decoder.decode(Uint8Array.of(row, cell));
          if (character.length === 1 && !known.has(character)) known.set(character, [row, cell]);
        }
    }
    return known.get(wanted);
  };
}

/**
 * ISO 2022 with code extensions (PS3.5 6.1.2.5): a run of characters of the second set is introduced by its escape sequence and, for a set in G0
 * (`mask` 0x7f), left again by the one of ASCII. Delimiters are ASCII and end what was designated.
 */
function escaped(find: (character: string) => readonly [number, number] | undefined, escape: readonly number[], mask: number): TextEncode {
  const inG0 = mask === 0x7f;
  return (text) => {
    const bytes: number[] = [];
    let designated = false;
    const leave = () => {
      if (designated && inG0) bytes.push(0x1b, 0x28, 0x42);
      designated = false;
    };
    for (const character of text) {
      if (character.charCodeAt(0) < 0x80) {
        // A set in G1 stays designated beside ASCII until a delimiter.
        if (inG0 || '\\^='.includes(character)) leave();
        bytes.push(character.charCodeAt(0));
        continue;
      }
      const pair = find(character);
      if (pair === undefined) throw new Error(`"${character}" is not in the declared character set`);
      if (!designated) bytes.push(...escape);
      designated = true;
      bytes.push(pair[0] & mask, pair[1] & mask);
    }
    leave();
    return Uint8Array.from(bytes);
  };
}
