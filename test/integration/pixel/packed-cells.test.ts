import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrame } from '@shared/pixel';
import { el, encodeDataSet, encodePart10, type Encoding, sampleImage } from '../../support/dicom';
import { framesOfFile } from '../../support/dicom-frames';
import { packCells, turnedWords } from '../../support/pack-cells';
import { peer, peerEnv } from '../../support/peers';

/** An odd number of pixels: frames of most depths begin within a byte. */
const [Rows, Columns, NumberOfFrames] = [5, 7, 3];
const PIXELS = Rows * Columns;
/** Every depth that fills no whole words; 1 bit as well. */
const DEPTHS = Array.from({ length: 32 }, (_, at) => at + 1).filter((bits) => ![8, 16, 32].includes(bits));

interface Packed {
  readonly bits: number;
  readonly signed: boolean;
  readonly bigEndian: boolean;
  readonly vr: 'OB' | 'OW';
}

/** Values over the whole range of the cell, both ends among them. */
function cellsOf({ bits, signed }: Pick<Packed, 'bits' | 'signed'>): number[] {
  const [range, low] = [2 ** bits, signed ? -(2 ** (bits - 1)) : 0];
  const inner = Array.from({ length: PIXELS * NumberOfFrames - 2 }, (_, at) => low + Number((BigInt(at + 1) * 2_654_435_761n) % BigInt(range)));
  return [low + range - 1, ...inner, low];
}

function fileOf(packed: Packed): Uint8Array {
  const { bits, signed, bigEndian, vr } = packed;
  const bytes = packCells(cellsOf(packed), bits);
  const extra = [
    ...[el(0x00280101, 'US', bits), el(0x00280102, 'US', bits - 1), el(0x00280103, 'US', signed ? 1 : 0)],
    ...[el(0x00281052, 'DS', 0), el(0x7fe00010, vr, bigEndian && vr === 'OW' ? turnedWords(bytes) : bytes)],
  ];
  const elements = sampleImage({ Rows, Columns, BitsAllocated: bits, NumberOfFrames, extra }).filter(({ tag }) => tag !== 0x00281050 && tag !== 0x00281051);
  const encoding: Encoding = bigEndian ? 'explicitBE' : 'explicitLE';
  const ids = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    SOPInstanceUID: '2.25.1001',
    TransferSyntaxUID: bigEndian ? '1.2.840.10008.1.2.2' : '1.2.840.10008.1.2.1',
  };
  return encodePart10(ids, encodeDataSet(elements, encoding));
}

describe('packed pixel cells of an object in the cache', () => {
  let scratch = '';
  let path = '';
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'alternator-packed-'));
    path = join(scratch, 'packed.dcm');
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  async function valuesOf(packed: Packed): Promise<number[]> {
    writeFileSync(path, fileOf(packed));
    const file = await framesOfFile(path);
    if (typeof file === 'string') throw new Error(file);
    const values: number[] = [];
    for (let index = 0; index < file.numberOfFrames; index++) {
      const decoded = decodeFrame(await file.frame(index), file.format, file.TransferSyntaxUID);
      if (!decoded.ok) throw new Error(decoded.reason);
      values.push(...decoded.values);
    }
    return values;
  }

  it.each(DEPTHS)('of %d bits keep every value in both byte orders, signed and unsigned, across the borders of bytes and frames', async (bits) => {
    for (const bigEndian of [false, true]) {
      for (const signed of bits === 1 ? [false] : [false, true]) {
        const cells = cellsOf({ bits, signed });
        expect(await valuesOf({ bits, signed, bigEndian, vr: 'OW' })).toEqual(cells);
        if (bits <= 8) expect(await valuesOf({ bits, signed, bigEndian, vr: 'OB' })).toEqual(cells);
      }
    }
  });

  /** The first frame in grey of 16 bits by DCMTK's own reading and its own linear ramp over the depth, or what it says. */
  function byDcmtk(bits: number, signed: boolean): readonly number[] | string {
    const [center, width] = [signed ? 0 : 2 ** (bits - 1), 2 ** bits];
    const args = ['+Ww', String(center), String(width), '--write-16-bit-pnm', '--frame', '1', path];
    const done = spawnSync(peer('dcm2pnm') ?? '', args, { encoding: 'utf8', env: peerEnv() });
    const [format, , , most, ...levels] = done.stdout.trim().split(/\s+/);
    return done.status === 0 && format === 'P2' && most === '65535' ? levels.map(Number) : done.stderr;
  }

  /** DCMTK cuts its levels off instead of rounding them, in floating point. */
  const TOLERANCE = 1.01;
  /** Of 24 bits it leaves the last cell of a frame 0 that ends within a word. */
  const comparedOf = (bits: number): number => (bits === 24 ? PIXELS - 1 : PIXELS);

  it.skipIf(peer('dcm2pnm') === undefined).each(DEPTHS.filter((bits) => bits > 1))('of %d bits are those that DCMTK reads', async (bits) => {
    for (const signed of [false, true]) {
      const ours = await valuesOf({ bits, signed, bigEndian: false, vr: 'OW' });
      const theirs = byDcmtk(bits, signed);
      if (typeof theirs === 'string') throw new Error(theirs);
      expect(theirs).toHaveLength(PIXELS);
      const low = signed ? -(2 ** (bits - 1)) : 0;
      for (let at = 0; at < comparedOf(bits); at++) {
        const level = (((ours[at] ?? NaN) - low) / (2 ** bits - 1)) * 65_535;
        expect(Math.abs(level - (theirs[at] ?? NaN))).toBeLessThan(TOLERANCE);
      }
    }
  });
});
