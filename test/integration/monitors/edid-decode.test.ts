import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEdid } from '../../../electron/services/monitors/edid';
import { edidBlock, type EdidParts } from '../../support/edid';
import { peer } from '../../support/peers';
import { seededRandom, testSeed } from '../../support/seed';

const decoder = peer('edid-decode');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-edid-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What edid-decode says of the same bytes, in the names of our own reading. */
function theirs(bytes: Uint8Array) {
  const file = join(folder, 'monitor.edid');
  writeFileSync(file, bytes);
  const { stdout } = spawnSync(decoder ?? '', ['--skip-hex-dump', file], { encoding: 'utf8', timeout: 20_000 });
  const found = (pattern: RegExp): string | undefined => pattern.exec(stdout)?.[1]?.trim();
  const timing = /DTD 1:\s+(\d+)x(\d+)(i?) .*\((\d+) mm x (\d+) mm\)/.exec(stdout);
  const bits = found(/Bits per primary color channel: (\d+)/);
  const xy = (name: string) => [1, 2].map((at) => Number(new RegExp(`${name}\\s*: (\\d\\.\\d+), (\\d\\.\\d+)`).exec(stdout)?.[at]));
  const nits = (name: string): number | undefined => {
    const said = new RegExp(`Desired content ${name} luminance: \\d+ \\(([\\d.]+) cd`).exec(stdout)?.[1];
    return said === undefined ? undefined : (expect.closeTo(Number(said), 2) as number);
  };
  const transfers = [
    ['SDR', /Traditional gamma - SDR/],
    ['HDR gamma', /Traditional gamma - HDR/],
    ['PQ', /SMPTE ST2084/],
    ['HLG', /Hybrid Log-Gamma/],
  ] as const;
  const isHdr = stdout.includes('HDR Static Metadata Data Block');
  const deep = [48, 36, 30].find((sum) => stdout.includes(`DC_${sum}bit`));
  return {
    manufacturer: found(/Manufacturer: (\w+)/),
    productCode: Number(found(/Model: (\d+)/)),
    serial: found(/Display Product Serial Number: '(.*)'/) ?? found(/Serial Number: (\d+)/) ?? '',
    name: found(/Display Product Name: '(.*)'/) ?? '',
    year: Number(found(/Made in: .*?(\d{4})$/m)),
    sizeMm: [Number(timing?.[4]), Number(timing?.[5])],
    preferred: { width: Number(timing?.[1]), height: Number(timing?.[2]) },
    ...(bits === undefined ? {} : { bitsPerColour: Number(bits) }),
    chromaticity: Object.fromEntries(
      ['Red', 'Green', 'Blue', 'White'].map((name) => [name.toLowerCase(), xy(name).map((value) => expect.closeTo(value, 3) as number)]),
    ),
    hdr: isHdr
      ? {
          transfers: transfers.filter(([, words]) => words.test(stdout)).map(([name]) => name),
          ...{ mostNits: nits('max'), mostAverageNits: nits('max frame-average'), leastNits: nits('min') },
        }
      : undefined,
    deepColourBits: deep === undefined ? undefined : deep / 3,
  };
}

describe.skipIf(decoder === undefined)('the EDID of a monitor beside edid-decode', () => {
  const random = seededRandom(testSeed());
  const upTo = (most: number): number => Math.floor(random() * most);
  const letters = (length: number, from: string): string => Array.from({ length }, () => from.charAt(upTo(from.length))).join('');
  /** Two low bytes, then x and y of red, green, blue and white: colours that a display may have, some of them of none. */
  const chromaticity = (): readonly number[] => [upTo(256), upTo(256), ...[150, 80, 70, 150, 35, 12, 78, 82].map((byte) => byte + upTo(12))];
  const cta = (): NonNullable<EdidParts['cta']> => [
    { tag: 2, payload: Array.from({ length: 1 + upTo(4) }, () => 1 + upTo(60)) },
    ...(upTo(2) === 0 ? [{ tag: 3, payload: [0x03, 0x0c, 0x00, 0x10, 0x00, (upTo(8) << 4) | 8, 0x3c] }] : []),
    ...(upTo(3) === 0 ? [] : [{ tag: 7, payload: [6, 1 | (upTo(8) << 1), 1, ...Array.from({ length: upTo(4) }, () => 1 + upTo(200))] }]),
  ];
  const parts = (): EdidParts => {
    const mm = [200 + upTo(600), 200 + upTo(600)] as const;
    return {
      maker: letters(3, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
      productCode: upTo(65_536),
      serial: upTo(2) === 0 ? 0 : upTo(2 ** 32),
      serialText: upTo(2) === 0 ? '' : letters(1 + upTo(12), '0123456789ABC-'),
      name: letters(3 + upTo(9), 'ABCDEFGH 0123').trim() || 'X',
      year: 1995 + upTo(30),
      depthCode: 1 + upTo(6),
      revision: 3 + upTo(2),
      mm,
      size: [1024 + 8 * upTo(380), 768 + 8 * upTo(160)],
      interlaced: upTo(6) === 0,
      chromaticity: chromaticity(),
      ...(upTo(3) === 0 ? {} : { cta: cta() }),
    };
  };

  it('says the same of 120 generated monitors, their colours and HDR included', () => {
    for (let round = 0; round < 120; round++) {
      const bytes = edidBlock(parts());
      const ours = parseEdid(bytes);
      expect(ours.ok ? ours.identity : ours.reason).toEqual(theirs(bytes));
    }
  });
});
