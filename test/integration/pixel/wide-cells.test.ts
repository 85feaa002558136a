import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrame } from '@shared/pixel';
import { el, encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { framesOfFile } from '../../support/dicom-frames';
import { packCells, turnedWords } from '../../support/pack-cells';
import { peer, peerEnv } from '../../support/peers';

const [Rows, Columns, NumberOfFrames] = [9, 11, 3];
const COUNT = Rows * Columns * NumberOfFrames;

/** Something like a dose: it changes from pixel to pixel, by less than it is. */
const DOSE = Array.from({ length: COUNT }, (_, at) => 1_250_000 - 4_001 * (at % Columns) - 1_003 * Math.floor(at / Columns));
/** Around 0, where the sign fills the high half. */
const AROUND_ZERO = Array.from({ length: COUNT }, (_, at) => ((at * 37) % 23) - 11);
const SMALL = Array.from({ length: COUNT }, (_, at) => (at * 7) % 200);

type Order = 'halves' | 'one';

function fileOf(cells: readonly number[], signed: boolean, order: Order | 'little'): Uint8Array {
  const little = packCells(cells, 32);
  const bytes = order === 'little' ? little : order === 'halves' ? turnedWords(little) : Uint8Array.from(little, (_, at) => little[at ^ 3] ?? 0);
  const extra = [
    ...[el(0x00280101, 'US', 32), el(0x00280102, 'US', 31), el(0x00280103, 'US', signed ? 1 : 0)],
    ...[el(0x00281052, 'DS', 0), el(0x7fe00010, 'OW', bytes)],
  ];
  const elements = sampleImage({ Rows, Columns, BitsAllocated: 32, NumberOfFrames, extra }).filter(({ tag }) => tag !== 0x00281050 && tag !== 0x00281051);
  const ids = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    SOPInstanceUID: '2.25.1002',
    TransferSyntaxUID: order === 'little' ? '1.2.840.10008.1.2.1' : '1.2.840.10008.1.2.2',
  };
  return encodePart10(ids, encodeDataSet(elements, order === 'little' ? 'explicitLE' : 'explicitBE'));
}

describe('cells of 32 bits of a big endian object', () => {
  let scratch = '';
  beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), 'alternator-wide-'))));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  async function valuesOf(path: string): Promise<number[]> {
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

  it.each([
    ['as the standard has them, the low half first', 'halves'],
    ['as others wrote them, in one word of four bytes', 'one'],
  ] as const)('keep their values %s', async (_, order) => {
    const path = join(scratch, `${order}.dcm`);
    for (const [cells, signed] of [
      [DOSE, false],
      [AROUND_ZERO, true],
      [SMALL, false],
    ] as const) {
      writeFileSync(path, fileOf(cells, signed, order));
      expect(await valuesOf(path)).toEqual(cells);
    }
  });

  it('of one value all over are taken as the standard has them', async () => {
    const path = join(scratch, 'even.dcm');
    const even = Array.from({ length: COUNT }, () => 70_000);
    writeFileSync(path, fileOf(even, false, 'halves'));
    expect(await valuesOf(path)).toEqual(even);
  });

  it.skipIf(peer('dcmconv') === undefined)('keep their values when DCMTK turned the object around', async () => {
    const [from, to] = [join(scratch, 'little.dcm'), join(scratch, 'big.dcm')];
    writeFileSync(from, fileOf(DOSE, false, 'little'));
    const done = spawnSync(peer('dcmconv') ?? '', ['+tb', from, to], { encoding: 'utf8', env: peerEnv() });
    expect(done.stderr).toBe('');
    expect(await valuesOf(to)).toEqual(DOSE);
  });
});
