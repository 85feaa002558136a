import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputLevel, presentationValue } from '@shared/grayscale';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WindowChoice } from '../../../renderer/imaging';
import { type Difference, difference, drawnByDcmtk } from '../../support/dcmtk-pictures';
import { el, type Element, type Encoding, sq } from '../../support/dicom';
import { type GreyFile, greyLevels, readGreyFile } from '../../support/grey-of-file';
import { peer } from '../../support/peers';
import { lutItem, rescaleElements, type StoredPicture, storedPicture, windowElements } from '../../support/stored-picture';

const dcm2pnm = peer('dcm2pnm');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-grey-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function compare(
  picture: StoredPicture,
  args: readonly string[],
  choice?: WindowChoice,
): Promise<Difference & { file: GreyFile; ours: Uint8Array; theirs: Uint8Array }> {
  const bytes = storedPicture(picture);
  const path = join(folder, 'generated.dcm');
  writeFileSync(path, bytes);
  const drawn = await drawnByDcmtk(dcm2pnm ?? '', path, args);
  const file = await readGreyFile(bytes);
  if ('reason' in drawn || file === undefined) return expect.fail('reason' in drawn ? drawn.reason : 'not read');
  const ours = greyLevels(file, choice);
  return { ...difference(file, ours, drawn.levels), file, ours, theirs: drawn.levels };
}

const square = (length: number, bits: number) => (index: number) => (2 ** bits - 1) * (index / (length - 1)) ** 2;
const hu = rescaleElements(1, -1024);
const MONOCHROME1 = el(0x00280004, 'CS', 'MONOCHROME1');

interface Branch {
  readonly bits: number;
  readonly args: readonly string[];
  readonly choice?: WindowChoice;
  readonly shift?: number;
  readonly encoding?: Encoding;
  readonly extra: (signed: boolean) => readonly Element[];
}

/** Branch -> depth, elements, DCMTK's options. Every stored value of the depth, signed and unsigned. */
const BRANCHES: readonly (readonly [string, Branch])[] = [
  ['LINEAR 400 in HU', { bits: 12, args: ['+Wi', '1'], extra: () => [...windowElements(40, 400), ...hu] }],
  ['LINEAR with a fraction', { bits: 12, args: ['+Wi', '1'], extra: () => [...windowElements(40.5, 400.5), ...hu] }],
  ['LINEAR of width 1', { bits: 12, args: ['+Wi', '1'], extra: () => [...windowElements(40, 1), ...hu] }],
  ['LINEAR of width 2', { bits: 12, args: ['+Wi', '1'], extra: () => [...windowElements(40, 2), ...hu] }],
  ['LINEAR 4,000 of 16 bits', { bits: 16, args: ['+Wi', '1'], extra: () => [...windowElements(40, 4000), ...hu] }],
  ['LINEAR 65,536 of 16 bits', { bits: 16, args: ['+Wi', '1'], extra: (signed) => windowElements(signed ? 0 : 32_768, 65_536) }],
  [
    'the second of several windows',
    { bits: 12, args: ['+Wi', '2'], choice: { center: -600, width: 1500 }, extra: () => [...windowElements('40\\-600', '400\\1500'), ...hu] },
  ],
  ['a window of the user', { bits: 12, args: ['+Ww', '300', '600'], choice: { center: 300, width: 600 }, extra: () => [...windowElements(40, 400), ...hu] }],
  ['SIGMOID', { bits: 12, args: ['+Wi', '1'], extra: () => [...windowElements(40, 400, 'SIGMOID'), ...hu] }],
  [
    'SIGMOID of the user',
    {
      bits: 12,
      args: ['+Wfs', '+Ww', '100', '900'],
      choice: { center: 100, width: 900, function: 'SIGMOID' },
      extra: () => [...windowElements(40, 400), ...hu],
    },
  ],
  ['a falling rescale', { bits: 12, args: ['+Wi', '1'], extra: () => [...windowElements(40, 400), ...rescaleElements(-2, 500)] }],
  ['MONOCHROME1', { bits: 12, args: ['+Wi', '1'], extra: () => [MONOCHROME1, ...windowElements(40, 400), ...hu] }],
  ['no window: all values', { bits: 12, args: ['+Wm'], extra: () => hu }],
  ['no window, MONOCHROME1, 10 bits', { bits: 10, args: ['+Wm'], extra: () => [MONOCHROME1] }],
  ['12 bits in the upper part of the cell, rubbish below', { bits: 12, shift: 4, args: ['+Wi', '1'], extra: () => [...windowElements(40, 400), ...hu] }],
  ['10 bits in the middle of the cell, rubbish around', { bits: 10, shift: 3, args: ['+Wi', '1'], extra: () => windowElements(40, 400) }],
  ['big endian', { bits: 12, encoding: 'explicitBE', args: ['+Wi', '1'], extra: () => [...windowElements(40, 400), ...hu] }],
  [
    'VOI LUT of 12 bits, first value negative',
    { bits: 12, args: ['+Wl', '1'], extra: () => [...hu, sq(0x00283010, [lutItem(1000, -300, 12, square(1000, 12))])] },
  ],
  ['VOI LUT of 8 bits', { bits: 12, args: ['+Wl', '1'], extra: () => [...hu, sq(0x00283010, [lutItem(1000, -300, 8, square(1000, 8))])] }],
  ['VOI LUT of 8 bits, two in a word', { bits: 12, args: ['+Wl', '1'], extra: () => [...hu, sq(0x00283010, [lutItem(1000, -300, 8, square(1000, 8), true)])] }],
  [
    'VOI LUT of 10 bits in implicit VR',
    {
      bits: 12,
      encoding: 'implicitLE',
      args: ['+Wl', '1'],
      extra: () => [...hu, sq(0x00283010, [lutItem(2000, -1000, 10, square(2000, 10))], { undefinedLength: false, undefinedItems: false })],
    },
  ],
  [
    'VOI LUT of 65,536 entries',
    { bits: 16, args: ['+Wl', '1'], extra: (signed) => [sq(0x00283010, [lutItem(65_536, signed ? -32_768 : 0, 16, square(65_536, 16))])] },
  ],
  [
    'the second of two VOI LUTs',
    {
      bits: 12,
      args: ['+Wl', '2'],
      choice: { voiLut: 1 },
      extra: () => [...hu, sq(0x00283010, [lutItem(10, 0, 8, (at) => at), lutItem(1000, -300, 12, square(1000, 12))])],
    },
  ],
  [
    'Modality LUT',
    {
      bits: 12,
      args: ['+Wi', '1'],
      extra: (signed) => [...windowElements(4000, 8000), sq(0x00283000, [lutItem(2000, signed ? -900 : 100, 16, (at) => at * 5)])],
    },
  ],
  [
    'Modality LUT beside a rescale: the table counts',
    {
      bits: 12,
      args: ['+Wi', '1'],
      extra: (signed) => [...hu, ...windowElements(4000, 8000), sq(0x00283000, [lutItem(2000, signed ? -900 : 100, 16, (at) => at * 5)])],
    },
  ],
  [
    'Modality LUT and VOI LUT, MONOCHROME1',
    {
      bits: 12,
      args: ['+Wl', '1'],
      extra: (signed) => [
        MONOCHROME1,
        sq(0x00283000, [lutItem(2000, signed ? -900 : 100, 16, (at) => at * 5)]),
        sq(0x00283010, [lutItem(5000, 2000, 10, (at) => at / 4.9)]),
      ],
    },
  ],
];

describe.skipIf(dcm2pnm === undefined)('levels against DCMTK, every stored value', () => {
  for (const signed of [false, true])
    it.each(BRANCHES)(`are within one level: %s (${signed ? 'signed' : 'unsigned'})`, async (_name, { bits, args, extra, choice, ...more }) => {
      const { wrong, first, pixels } = await compare({ bits, signed, ...more, extra: extra(signed) }, args, choice);
      expect({ wrong, first }).toEqual({ wrong: 0, first: undefined });
      expect(pixels).toBe(2 ** bits);
    });

  it('differ on padding alone, which DCMTK draws as values and we as background', async () => {
    for (const signed of [false, true]) {
      const extra = [...windowElements(40, 400), ...hu, el(0x00280120, signed ? 'SS' : 'US', 1200), el(0x00280121, signed ? 'SS' : 'US', 1000)];
      const { wrong, file, ours, theirs } = await compare({ bits: 12, signed, extra }, ['+Wi', '1']);
      const padded = [...file.values].flatMap((value, at) => (value >= 1000 && value <= 1200 ? [at] : []));
      expect(wrong).toBe(0);
      expect(padded).toHaveLength(201);
      expect(padded.every((at) => ours[at] === 0)).toBe(true);
      expect(padded.some((at) => (theirs[at] ?? 0) > 1)).toBe(true);
    }
  });

  it('differ by 2 where the rescale has a fraction: DCMTK cuts modality values to whole numbers, which we do not', async () => {
    const voi = { kind: 'LINEAR', center: 40, width: 400 } as const;
    const { largest, file, theirs } = await compare({ bits: 12, signed: false, extra: [...windowElements(40, 400), ...rescaleElements(0.37, -500)] }, [
      '+Wi',
      '1',
    ]);
    expect(largest).toBe(2);
    // With the same cut, we are within one level.
    const cut = [...file.values].map((stored) => outputLevel(presentationValue(Math.trunc(stored * 0.37 - 500), voi) * 255));
    expect(cut.every((level, at) => Math.abs(level - (theirs[at] ?? 0)) <= 1)).toBe(true);
  });
});
