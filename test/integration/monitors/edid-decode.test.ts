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
  return {
    manufacturer: found(/Manufacturer: (\w+)/),
    productCode: Number(found(/Model: (\d+)/)),
    serial: found(/Display Product Serial Number: '(.*)'/) ?? found(/Serial Number: (\d+)/) ?? '',
    name: found(/Display Product Name: '(.*)'/) ?? '',
    year: Number(found(/Made in: .*?(\d{4})$/m)),
    sizeMm: [Number(timing?.[4]), Number(timing?.[5])],
    preferred: { width: Number(timing?.[1]), height: Number(timing?.[2]) },
    ...(bits === undefined ? {} : { bitsPerColour: Number(bits) }),
  };
}

describe.skipIf(decoder === undefined)('the EDID of a monitor beside edid-decode', () => {
  const random = seededRandom(testSeed());
  const upTo = (most: number): number => Math.floor(random() * most);
  const letters = (length: number, from: string): string => Array.from({ length }, () => from.charAt(upTo(from.length))).join('');
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
    };
  };

  it('says the same of 120 generated monitors', () => {
    for (let round = 0; round < 120; round++) {
      const bytes = edidBlock(parts());
      const ours = parseEdid(bytes);
      expect(ours.ok ? ours.identity : ours.reason).toEqual(theirs(bytes));
    }
  });
});
