import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Codecs, decodeFrame, type StoredArray } from '@shared/pixel';
import { nodeCodecs } from '../../support/codecs';
import { el, encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { framesOfFile, greatestDifference } from '../../support/dicom-frames';
import { peer, type PeerProgram } from '../../support/peers';

const [Rows, Columns, NumberOfFrames] = [40, 50, 3];

interface Picture {
  readonly bits: number;
  readonly signed: boolean;
  readonly colour: boolean;
}

/** A picture that neither repeats nor is noise: sums of ramps, three frames. */
function samplesOf({ bits, signed, colour }: Picture): Uint8Array {
  const count = Rows * Columns * NumberOfFrames * (colour ? 3 : 1);
  const range = 2 ** bits;
  const values = Array.from({ length: count }, (_, index) => {
    const pixel = colour ? Math.floor(index / 3) : index;
    const wave = Math.sin(pixel / 90) + Math.cos((pixel % Columns) / 7 + (index % 3));
    return Math.floor(((wave + 2) / 4) * (range - 1)) - (signed ? range / 2 : 0);
  });
  return bits > 8 ? new Uint8Array(Int16Array.from(values).buffer) : Uint8Array.from(values);
}

function fileOf(picture: Picture): Uint8Array {
  const BitsAllocated = picture.bits > 8 ? 16 : 8;
  const extra = [
    el(0x00280002, 'US', picture.colour ? 3 : 1),
    el(0x00280004, 'CS', picture.colour ? 'RGB' : 'MONOCHROME2'),
    ...(picture.colour ? [el(0x00280006, 'US', 0)] : []),
    el(0x00280101, 'US', picture.bits),
    el(0x00280102, 'US', picture.bits - 1),
    el(0x00280103, 'US', picture.signed ? 1 : 0),
  ];
  const elements = sampleImage({ Rows, Columns, BitsAllocated, NumberOfFrames, pixels: samplesOf(picture), extra });
  const ids = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', SOPInstanceUID: '2.25.1001', TransferSyntaxUID: '1.2.840.10008.1.2.1' };
  return encodePart10(ids, encodeDataSet(elements));
}

const GREY8: Picture = { bits: 8, signed: false, colour: false };
const GREY12: Picture = { bits: 12, signed: false, colour: false };
const SIGNED12: Picture = { bits: 12, signed: true, colour: false };
const GREY16: Picture = { bits: 16, signed: false, colour: false };
const SIGNED16: Picture = { bits: 16, signed: true, colour: false };
const COLOUR: Picture = { bits: 8, signed: false, colour: true };

/** Encoder, its options, picture, what DCMTK decodes it with, and how far from its colours ours may be. */
const BRANCHES: readonly (readonly [PeerProgram, readonly string[], Picture, PeerProgram, number])[] = [
  ['dcmcrle', [], GREY8, 'dcmdrle', 0],
  ['dcmcrle', [], SIGNED16, 'dcmdrle', 0],
  ['dcmcrle', [], COLOUR, 'dcmdrle', 0],
  ['dcmcjpeg', ['+e1'], GREY8, 'dcmdjpeg', 0],
  ['dcmcjpeg', ['+e1'], SIGNED16, 'dcmdjpeg', 0],
  ['dcmcjpeg', ['+e1'], COLOUR, 'dcmdjpeg', 0],
  ...[1, 2, 3, 4, 5, 6, 7].map((predictor) => ['dcmcjpeg', ['+el', '+sv', String(predictor)], GREY12, 'dcmdjpeg', 0] as const),
  ['dcmcjpeg', ['+el', '+pt', '2'], GREY16, 'dcmdjpeg', 0],
  ['dcmcjpeg', ['+eb'], GREY8, 'dcmdjpeg', 0],
  ['dcmcjpeg', ['+eb', '+cr'], COLOUR, 'dcmdjpeg', 0],
  ['dcmcjpeg', ['+eb', '+cy', '+s4'], COLOUR, 'dcmdjpeg', 2],
  ['dcmcjpeg', ['+eb', '+cy', '+s2'], COLOUR, 'dcmdjpeg', 2],
  ['dcmcjpeg', ['+ee'], GREY12, 'dcmdjpeg', 0],
  ['dcmcjpeg', ['+es'], GREY12, 'dcmdjpeg', 0],
  ['dcmcjpeg', ['+ep'], GREY12, 'dcmdjpeg', 0],
  ['dcmcjpeg', ['+ep'], GREY8, 'dcmdjpeg', 0],
  ['dcmcjpls', ['+el'], GREY8, 'dcmdjpls', 0],
  ['dcmcjpls', ['+el'], SIGNED12, 'dcmdjpls', 0],
  ['dcmcjpls', ['+el'], GREY16, 'dcmdjpls', 0],
  ['dcmcjpls', ['+en', '+md', '3'], GREY12, 'dcmdjpls', 0],
  ['dcmcjpls', ['+el', '+il'], COLOUR, 'dcmdjpls', 0],
  ['dcmcjpls', ['+el', '+is'], COLOUR, 'dcmdjpls', 0],
  ['dcmcjpls', ['+el', '+in'], COLOUR, 'dcmdjpls', 0],
  ['dcmcjpls', ['+el', '+il', '+fs', '1'], GREY16, 'dcmdjpls', 0],
  ['dcmcjpeg', ['+e1', '+fs', '1', '+ot'], GREY16, 'dcmdjpeg', 0],
];

const isMissing = (['dcmcrle', 'dcmdrle', 'dcmcjpeg', 'dcmdjpeg', 'dcmcjpls', 'dcmdjpls'] as const).some((name) => peer(name) === undefined);

describe.skipIf(isMissing)('frames that DCMTK encodes', () => {
  let codecs: Codecs;
  let scratch = '';
  beforeAll(async () => {
    codecs = await nodeCodecs();
    scratch = mkdtempSync(join(tmpdir(), 'alternator-generated-'));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  function run(program: PeerProgram, args: readonly string[]): void {
    const done = spawnSync(peer(program) ?? '', [...args], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
  }

  async function valuesOf(path: string): Promise<{ frames: StoredArray[]; TransferSyntaxUID: string }> {
    const file = await framesOfFile(path);
    if (typeof file === 'string') throw new Error(file);
    const frames: StoredArray[] = [];
    for (let index = 0; index < file.numberOfFrames; index++) {
      const decoded = decodeFrame(await file.frame(index), file.format, file.TransferSyntaxUID, undefined, codecs);
      if (!decoded.ok) throw new Error(decoded.reason);
      frames.push(decoded.values);
    }
    return { frames, TransferSyntaxUID: file.TransferSyntaxUID };
  }

  it.each(BRANCHES.map((branch) => [`${branch[0]} ${branch[1].join(' ')} ${JSON.stringify(branch[2])}`, branch] as const))(
    'are decoded to what it decodes: %s',
    async (_, [encoder, options, picture, decoder, tolerance]) => {
      const [plain, coded, reference] = ['plain.dcm', 'coded.dcm', 'reference.dcm'].map((name) => join(scratch, name)) as [string, string, string];
      writeFileSync(plain, fileOf(picture));
      run(encoder, [...options, plain, coded]);
      run(decoder, [coded, reference]);
      const [ours, theirs] = [await valuesOf(coded), await valuesOf(reference)];
      expect(ours.TransferSyntaxUID).not.toBe(theirs.TransferSyntaxUID);
      expect(ours.frames.length).toBe(NumberOfFrames);
      for (const [index, values] of ours.frames.entries()) {
        const other = theirs.frames[index];
        expect(other === undefined ? Infinity : greatestDifference(values, other)).toBeLessThanOrEqual(tolerance);
      }
    },
  );
});
