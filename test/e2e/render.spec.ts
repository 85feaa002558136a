import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { displayTable, isPadding, levelFunction, outputLevel } from '../../shared/grayscale';
import { greySettings, chosenVoi, type WindowChoice, wholeRange } from '../../renderer/imaging';
import { type Element, el, encodeDataSet, encodePart10, sampleImage, sq } from '../support/dicom';
import { decodePng } from '../support/e2e/png';
import { runProgram } from '../support/e2e/run-program';
import { readGreyFile } from '../support/grey-of-file';
import { peer, peerEnv } from '../support/peers';
import { readPgm } from '../support/pnm';
import { lutItem, rescaleElements, type StoredPicture, storedPicture, windowElements } from '../support/stored-picture';

const dcm2pnm = peer('dcm2pnm');
let folder: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alternator-render-test-'));
});
test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The picture that the program writes of a file, and what it said. */
async function render(bytes: Uint8Array, more: readonly string[] = [], frame = ''): Promise<{ width: number; height: number; rgb: Uint8Array }> {
  const [input, output] = [join(folder, 'in.dcm'), join(folder, 'out.png')];
  await writeFile(input, bytes);
  const ended = await runProgram(['--render', `${input}${frame}`, output, ...more]);
  expect(ended.stderr.split('\n').filter((line) => line.startsWith('alternator:'))).toEqual([]);
  expect(ended).toMatchObject({ code: 0, stdout: '' });
  const picture = decodePng(await readFile(output));
  await rm(output);
  return picture;
}

const redOf = (rgb: Uint8Array): number[] => Array.from({ length: rgb.length / 3 }, (_, at) => rgb[at * 3] ?? -1);
const hu = rescaleElements(1, -1024);
const curve = (length: number, bits: number) => (index: number) => (2 ** bits - 1) * (index / (length - 1)) ** 2;
const MONOCHROME1 = el(0x00280004, 'CS', 'MONOCHROME1');
const shape = (name: string): Element => el(0x20500020, 'CS', name);
const POINTS = Array.from({ length: 18 }, (_, at) => ({ ddl: at * 15, luminance: 0.4 + 399.6 * (at / 17) ** 2.2 }));

interface Case {
  readonly name: string;
  readonly picture: StoredPicture;
  readonly flags?: readonly string[];
  readonly choice?: WindowChoice;
  /** What makes DCMTK draw the same; absent where it does not know this branch. */
  readonly dcmtk?: readonly string[];
  readonly calibrated?: boolean;
}

const cases: readonly Case[] = [
  { name: 'window of the file', picture: { bits: 12, signed: false, extra: [...hu, ...windowElements(40, 400)] }, dcmtk: ['+Wi', '1'] },
  { name: 'SIGMOID of the file', picture: { bits: 12, signed: true, extra: [...windowElements(40, 400, 'SIGMOID')] }, dcmtk: ['+Wi', '1'] },
  { name: 'LINEAR_EXACT of the file', picture: { bits: 12, signed: false, extra: [...hu, ...windowElements(40, 400.5, 'LINEAR_EXACT')] } },
  {
    name: 'a typed window',
    picture: { bits: 12, signed: false, extra: [...hu, ...windowElements(40, 400)] },
    flags: ['--voi', '-600,1500'],
    choice: { center: -600, width: 1500 },
    dcmtk: ['+Ww', '-600', '1500'],
  },
  {
    name: 'the window of the file by another function',
    picture: { bits: 12, signed: false, extra: [...hu, ...windowElements(40, 400)] },
    flags: ['--voi', 'sigmoid'],
    choice: { center: 40, width: 400, function: 'SIGMOID' },
  },
  {
    name: 'a VOI LUT sequence',
    picture: { bits: 12, signed: false, extra: [...hu, sq(0x00283010, [lutItem(2000, -500, 16, curve(2000, 16))])] },
    dcmtk: ['+Wl', '1'],
  },
  {
    name: 'a Modality LUT sequence',
    picture: { bits: 12, signed: false, extra: [sq(0x00283000, [lutItem(4096, 0, 16, curve(4096, 16))]), ...windowElements(30_000, 40_000)] },
    dcmtk: ['+Wi', '1'],
  },
  { name: 'MONOCHROME1', picture: { bits: 12, signed: false, extra: [MONOCHROME1, ...windowElements(2000, 3000)] }, dcmtk: ['+Wi', '1'] },
  {
    name: 'MONOCHROME1 with shape INVERSE',
    picture: { bits: 12, signed: false, extra: [MONOCHROME1, shape('INVERSE'), ...windowElements(2000, 3000)] },
    dcmtk: ['+Wi', '1'],
  },
  {
    name: 'MONOCHROME2 with shape INVERSE',
    picture: { bits: 12, signed: false, extra: [shape('INVERSE'), ...windowElements(2000, 3000)] },
    dcmtk: ['+Wi', '1'],
  },
  {
    name: 'MONOCHROME1 with shape IDENTITY',
    picture: { bits: 12, signed: false, extra: [MONOCHROME1, shape('IDENTITY'), ...windowElements(2000, 3000)] },
    dcmtk: ['+Wi', '1'],
  },
  {
    name: 'padding',
    picture: { bits: 12, signed: true, extra: [el(0x00280120, 'SS', -2000), el(0x00280121, 'SS', -1500), ...windowElements(-1000, 2000)] },
    dcmtk: ['+Wi', '1'],
  },
  {
    name: 'a Presentation LUT sequence',
    picture: { bits: 12, signed: false, extra: [sq(0x20500010, [lutItem(256, 0, 12, curve(256, 12))]), ...windowElements(2000, 3000)] },
  },
  { name: 'a calibrated display', picture: { bits: 12, signed: false, extra: windowElements(2000, 3000) }, calibrated: true },
];

for (const { name, picture, flags = [], choice, dcmtk, calibrated } of cases) {
  test(`--render draws ${name}: every level of the double-precision reference, within one of DCMTK`, async () => {
    const bytes = storedPicture(picture);
    const file = await readGreyFile(bytes);
    if (file === undefined) throw new Error('the fixture is not read');
    const more = [...flags];
    if (calibrated === true) {
      const path = join(folder, 'panel.json');
      await writeFile(path, JSON.stringify({ format: 'alternator-calibration', version: 1, points: POINTS }));
      more.push('--calibration', path);
    }
    const { rgb } = await render(bytes, more);
    const { frame, tables, values, min, max } = file;
    const voi = chosenVoi(frame, tables, choice) ?? wholeRange(frame, tables, { key: '', values, min, max });
    const display = calibrated === true ? displayTable({ points: POINTS, ambient: 0 }) : undefined;
    const levelOf = levelFunction({ ...greySettings(frame, tables, voi, false), signed: picture.signed, display });
    const ours = redOf(rgb);
    expect(ours).toEqual(Array.from(values as ArrayLike<number>, (value) => outputLevel(levelOf(value))));
    expect(new Set(ours).size).toBeGreaterThan(100);
    if (dcmtk === undefined || dcm2pnm === undefined) return;
    const target = join(folder, 'theirs.pgm');
    const run = spawnSync(dcm2pnm, [...dcmtk, '-O', '+op', join(folder, 'in.dcm'), target], { encoding: 'utf8', env: peerEnv() });
    expect(run.status).toBe(0);
    const theirs = readPgm(await readFile(target)).levels;
    const apart = ours.filter((level, at) => {
      const isPad = frame.padding !== undefined && isPadding(values[at] ?? 0, frame.padding);
      return !isPad && Math.abs(level - (theirs[at] ?? -9)) > 1;
    });
    expect(apart.length).toBe(0);
  });
}

const part10 = (elements: readonly Element[]): Uint8Array =>
  encodePart10({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '2.25.1001', TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));

test('--render draws palette colours, overlays and shutters of the file, pixel by pixel', async () => {
  const [Rows, Columns] = [16, 24];
  const indices = Uint8Array.from({ length: Rows * Columns }, (_, at) => at % 200);
  const table = (channel: number): number[] => Array.from({ length: 200 }, (_, at) => ((at * (channel + 3) * 7) & 255) * 257);
  const palette = [0, 1, 2].flatMap((channel) => [el(0x00281101 + channel, 'US', [200, 0, 16]), el(0x00281201 + channel, 'OW', table(channel))]);
  const bits = new Uint8Array((Rows * Columns) / 8);
  bits[0] = 0b101;
  const overlay = [
    el(0x60000010, 'US', Rows),
    el(0x60000011, 'US', Columns),
    el(0x60000040, 'CS', 'G'),
    el(0x60000050, 'SS', [2, 3]),
    el(0x60003000, 'OW', bits),
  ];
  const shutter = [
    ...[el(0x00181600, 'CS', 'RECTANGULAR'), el(0x00181602, 'IS', 1), el(0x00181604, 'IS', 20), el(0x00181606, 'IS', 1), el(0x00181608, 'IS', 10)],
    el(0x00181622, 'US', 0x8080),
  ];
  const file = part10(
    sampleImage({ Rows, Columns, BitsAllocated: 8, pixels: indices, extra: [el(0x00280004, 'CS', 'PALETTE COLOR'), ...palette, ...overlay, ...shutter] }),
  );
  const { rgb, width, height } = await render(file);
  expect([width, height]).toEqual([Columns, Rows]);
  const expected = Array.from({ length: Rows * Columns }, (_, at) => {
    const [row, column] = [Math.floor(at / Columns), at % Columns];
    if (row === 1 && (column === 2 || column === 4)) return [255, 255, 255];
    if (row >= 10 || column >= 20) return [128, 128, 128];
    return [0, 1, 2].map((channel) => (table(channel)[indices[at] ?? 0] ?? 0) >> 8);
  });
  const wrong = expected.flatMap((colour, at) =>
    colour.every((level, channel) => level === rgb[at * 3 + channel]) ? [] : [`${at}: ${rgb.subarray(at * 3, at * 3 + 3).join()} for ${colour.join()}`],
  );
  expect(wrong).toEqual([]);
});

test('--render draws the chosen frame of a multi-frame colour image, and floating point values', async () => {
  const pixels = Uint8Array.from({ length: 3 * 4 * 6 * 3 }, (_, at) => (at * 37) & 255);
  const rgb = [el(0x00280002, 'US', 3), el(0x00280004, 'CS', 'RGB'), el(0x00280006, 'US', 0)];
  const colour = part10(sampleImage({ NumberOfFrames: 3, BitsAllocated: 8, pixels, extra: rgb }));
  const second = await render(colour, [], '#2');
  expect([...second.rgb]).toEqual([...pixels.subarray(72, 144)]);

  const values = Float32Array.from({ length: 24 }, (_, at) => at / 7 - 1.5);
  const window = windowElements(0, 2, 'LINEAR_EXACT');
  const elements = sampleImage({ extra: [el(0x00280100, 'US', 32), ...window, el(0x7fe00008, 'OF', new Uint8Array(values.buffer))] });
  const bare = elements.filter(({ tag }) => ![0x00280101, 0x00280102, 0x00280103, 0x00281052, 0x00281053, 0x00281054, 0x7fe00010].includes(tag));
  const drawn = await render(part10(bare));
  const levelOf = levelFunction({ voi: { kind: 'LINEAR_EXACT', center: 0, width: 2 }, inverse: false, inverted: false, signed: false });
  expect(redOf(drawn.rgb)).toEqual([...values].map((value) => outputLevel(levelOf(value))));
});

test('--render says why there is no picture, leaves none behind and ends with 1', async () => {
  const [input, output] = [join(folder, 'bad.dcm'), join(folder, 'none.png')];
  const good = storedPicture({ bits: 8, signed: false });
  const calibration = join(folder, 'bad.json');
  await writeFile(calibration, '{"format":"alternator-calibration","version":1,"points":[{"ddl":0,"luminance":1},{"ddl":255,"luminance":0.5}]}');
  const tries: readonly (readonly [Uint8Array, readonly string[], RegExp])[] = [
    [Buffer.from('no dicom at all'), [], /no picture: .*bad\.dcm/],
    [good.subarray(0, good.length - 100), [], /no picture: .*(short|end|cut)/i],
    [good, ['--calibration', calibration], /no picture: .*luminance falls/],
    [good, ['--state', input], /no picture: .*no presentation state/],
  ];
  for (const [bytes, more, words] of tries) {
    await writeFile(input, bytes);
    const ended = await runProgram(['--render', input, output, ...more]);
    expect(ended.stderr).toMatch(words);
    expect(ended.code).toBe(1);
    await expect(stat(output)).rejects.toThrow('ENOENT');
  }
  await writeFile(input, good);
  const beyond = await runProgram(['--render', `${input}#7`, output]);
  expect(beyond.stderr).toContain('no picture: frame 7 of 1');
});

test('--render leaves no folder behind', async () => {
  const before = new Set(await readdir(tmpdir()));
  await render(storedPicture({ bits: 8, signed: false }));
  const after = (await readdir(tmpdir())).filter((name) => name.startsWith('alternator-render-') && !before.has(name));
  expect(after).toEqual([]);
});
