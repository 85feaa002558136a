import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CodecKind, transferSyntax } from '@shared/dicom';
import { type Codecs, decodeFrame, type DecodedFrame, type StoredArray } from '@shared/pixel';
import { nodeCodecs } from '../../support/codecs';
import { realData } from '../../support/data';
import { type FileFrames, framesOfFile, greatestDifference } from '../../support/dicom-frames';
import { peer, type PeerProgram, PYTHON, pythonWith } from '../../support/peers';

const data = realData();
const python = pythonWith('pydicom', 'numpy');

interface Known {
  readonly name: string;
  readonly path: string;
  readonly file: FileFrames;
  readonly frames: readonly number[];
}

/** First, middle and last. */
function picked(count: number): number[] {
  return [...new Set([0, count >> 1, count - 1])];
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/** Files whose frames do not decode, outside of `broken`: where they end. */
const ENDS: Readonly<Record<string, string>> = {};

/** Files of the broken folder: where each ends. What is refused at the door has no row here (test/integration/part10). */
const BROKEN: Readonly<Record<string, string>> = {
  '1403-OB.dcm': 'decoded',
  '2026-05-26-oob-monochrome-46341.dcm': 'pixel data too short: 9330 bytes for 1 x 4294976562',
  'D_CLUNIE_CT1_RLE_FRAGS.dcm': 'decoded',
  'DummyCTWithLongTag.dcm': 'no image: Rows without pixel data',
  'ExplVR_LitEndNoMeta.dcm': 'no image',
  'GH1376.dcm': 'pixel data in fragments, but the transfer syntax is Explicit VR Little Endian',
  'GH177_D_CLUNIE_CT1_IVRLE_BigEndian_ELE_undefinded_length.dcm': 'decoded',
  'GH178.dcm': 'no image: Rows without pixel data',
  'Issue140.dcm': 'decoded',
  'JPEG2000-embedded-sequence-delimiter.dcm': 'cannot decode: JPEG 2000 Image Compression (1.2.840.10008.1.2.4.91): the codestream states 14540801 tiles',
  'SC_jpeg_no_color_transform.dcm': 'decoded',
  'UnknownSopClassUid.dcm': 'decoded',
  'badVR.dcm': 'decoded',
  'no-meta-length-test.dcm': 'no image',
  'patient-id-collision/Image1.dcm': 'no image',
  'patient-id-collision/Image3.dcm': 'no image',
  'patient-id-collision/Issue131-b.dcm': 'no image',
};

/** pydicom 2 takes OW of big endian objects for bytes in order; DCMTK, pydicom 3 and PS3.5 A.3 do not. */
const PYDICOM_IS_WRONG = new Set(['pixel/SC_rgb_small_odd_big_endian.dcm']);

/** A Python with pydicom 3, pylibjpeg, pylibjpeg-openjpeg and pylibjpeg-libjpeg: no distribution has them, so this reference is an extra. */
const OTHER_PYTHON = process.env['ALTERNATOR_REFERENCE_PYTHON'];
/** Irreversible HTJ2K: OpenJPEG rounds 674 of 921,600 samples to the other side than OpenJPH, whose codec it is. One level. */
const OTHER_ROUNDING = new Set(['syntaxes/htj2k/HTJ2K_08_RGB.dcm']);

/** DCMTK's decoder of a codec. */
const DCMTK: Partial<Readonly<Record<CodecKind, PeerProgram>>> = { jpeg: 'dcmdjpeg', jpegLossless: 'dcmdjpeg', jpegLs: 'dcmdjpls', rle: 'dcmdrle' };
/** Where the conversion to RGB is DCMTK's own, in integers, levels may differ by this; stored values never do. */
const COLOUR_TOLERANCE = 2;

/** Coded files and uncompressed ones of the same picture: the codec has no reference of its own on every machine. */
const SAME_PICTURE: readonly (readonly [coded: RegExp, plain: string])[] = [
  [
    /^syntaxes\/ctimage-mit\/.*(4\.57|4\.70|4\.80|4\.90|1\.2\.5|1\.99|1\.2\.2)\.dcm$/,
    'syntaxes/ctimage-mit/CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm',
  ],
  [/^enhanced\/emri_small_(RLE|jpeg_2k_lossless|jpeg_ls_lossless)\.dcm$/, 'enhanced/emri_small.dcm'],
];

describe.skipIf(data === undefined)('frames of the real data', () => {
  const root = data ?? '';
  let codecs: Codecs;
  const files: Known[] = [];
  let scratch = '';

  beforeAll(async () => {
    codecs = await nodeCodecs();
    scratch = mkdtempSync(join(tmpdir(), 'alternator-frames-'));
    const volumes = filesOf(join(root, 'volumes')).filter((path) => path.endsWith('.dcm'));
    const paths = [
      ...['syntaxes', 'pixel', 'modalities', 'enhanced'].flatMap((folder) => filesOf(join(root, folder))),
      ...volumes.filter((_, index) => index % 20 === 0),
    ];
    for (const path of paths) {
      const file = await framesOfFile(path);
      if (typeof file !== 'string') files.push({ name: relative(root, path), path, file, frames: picked(file.numberOfFrames) });
    }
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const decode = async (file: FileFrames, index: number): Promise<DecodedFrame> =>
    decodeFrame(await file.frame(index), file.format, file.TransferSyntaxUID, undefined, codecs);
  const endOf = async (file: FileFrames, index: number): Promise<string> =>
    await decode(file, index).then(
      (decoded) => (decoded.ok ? 'decoded' : decoded.reason),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  const codecOf = (file: FileFrames): CodecKind => transferSyntax(file.TransferSyntaxUID)?.codec ?? 'none';

  it('are all decoded, but for those that are named', async () => {
    const ends: Record<string, string> = {};
    for (const { name, file, frames } of files) {
      for (const index of frames) {
        const end = await endOf(file, index);
        if (end !== 'decoded') ends[name] = end;
      }
    }
    expect(files.length).toBeGreaterThan(100);
    expect(ends).toEqual(ENDS);
  });

  it('of the broken folder end in their stated reason', async () => {
    const ends: Record<string, string> = {};
    for (const path of filesOf(join(root, 'broken'))) {
      const file = await framesOfFile(path);
      if (typeof file === 'string' && file.startsWith('refused')) continue;
      ends[relative(join(root, 'broken'), path)] = typeof file === 'string' ? file : await endOf(file, 0);
    }
    expect(ends).toEqual(BROKEN);
  });

  /** Frames whose values are not those that a Python with pydicom reads. */
  async function differingFrom(interpreter: string, chosen: readonly Known[]): Promise<string[]> {
    const script = resolve(import.meta.dirname, '..', '..', 'support', 'dicom', 'pixels.py');
    const input = chosen.map(({ path, frames }) => JSON.stringify({ path, frames })).join('\n');
    const answers = spawnSync(interpreter, [script], { input, encoding: 'utf8', maxBuffer: 2 ** 26 })
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { digests?: string[]; error?: string });
    const differing: string[] = [];
    for (const [at, { name, file, frames }] of chosen.entries()) {
      const { digests, error } = answers[at] ?? { error: 'no answer' };
      if (digests === undefined) differing.push(`${name}: ${error}`);
      for (const [place, index] of frames.entries()) {
        const decoded = await decode(file, index);
        if (digests !== undefined && (!decoded.ok || digestOf(decoded.values) !== digests[place])) differing.push(`${name} frame ${index}`);
      }
    }
    return differing;
  }

  it.skipIf(python === undefined)('that are not coded, or by RLE, are what pydicom reads', async () => {
    const native = files.filter(({ name, file }) => ['native', 'rle'].includes(codecOf(file)) && !PYDICOM_IS_WRONG.has(name));
    expect(native.length).toBeGreaterThan(40);
    expect(await differingFrom(PYTHON, native)).toEqual([]);
  });

  it.skipIf(OTHER_PYTHON === undefined)('coded by JPEG 2000, HTJ2K and JPEG-LS are what pylibjpeg decodes', async () => {
    const coded = files.filter(({ name, file }) => ['jpeg2000', 'htj2k', 'jpegLs'].includes(codecOf(file)) && !OTHER_ROUNDING.has(name));
    expect(coded.length).toBeGreaterThan(40);
    expect(await differingFrom(OTHER_PYTHON ?? '', coded)).toEqual([]);
  });

  it.skipIf(peer('dcmdjpeg') === undefined || peer('dcmdjpls') === undefined || peer('dcmdrle') === undefined)(
    'coded by JPEG, JPEG-LS and RLE are what DCMTK decodes: grey exactly, colour within its rounding',
    async () => {
      const differing: string[] = [];
      let compared = 0;
      for (const { name, path, file, frames } of files) {
        const program = DCMTK[codecOf(file)];
        if (program === undefined) continue;
        const plain = join(scratch, `${compared++}.dcm`);
        const run = spawnSync(peer(program) ?? '', [path, plain], { encoding: 'utf8' });
        const reference = run.status === 0 ? await framesOfFile(plain) : run.stderr;
        if (typeof reference === 'string') {
          differing.push(`${name}: ${reference.split('\n')[0]}`);
          continue;
        }
        for (const index of frames) {
          const [ours, theirs] = [await decode(file, index), await decode(reference, index)];
          const most = ours.ok && theirs.ok ? greatestDifference(ours.values, theirs.values) : Infinity;
          if (most > (file.format.SamplesPerPixel === 1 ? 0 : COLOUR_TOLERANCE)) differing.push(`${name} frame ${index}: ${most}`);
        }
        rmSync(plain);
      }
      expect(compared).toBeGreaterThan(60);
      expect(differing).toEqual([]);
    },
  );

  it('of one picture in several lossless syntaxes are the same', async () => {
    let compared = 0;
    for (const [coded, plainName] of SAME_PICTURE) {
      const plain = files.find(({ name }) => name === plainName);
      for (const { name, file, frames } of files.filter((one) => coded.test(one.name))) {
        for (const index of frames) {
          const [ours, theirs] = [await decode(file, index), plain === undefined ? undefined : await decode(plain.file, index)];
          expect(theirs?.ok, plainName).toBe(true);
          expect(ours.ok && theirs?.ok && greatestDifference(ours.values, theirs.values), name).toBe(0);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(10);
  });
});

function digestOf({ buffer, byteOffset, byteLength }: StoredArray): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
