import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstanceId, PresentationState } from '@shared/domain';
import { levelFunction, outputLevel } from '@shared/grayscale';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPart10Header } from '../../../electron/services/part10';
import { readPresentationState } from '../../../electron/services/presentation';
import { appliesTo, chosenVoi, FrameMasks, greySettings, turned, turnOfState, wholeRange } from '../../../renderer/imaging';
import { realData } from '../../support/data';
import { el, type Element, sq } from '../../support/dicom';
import { readGreyFile } from '../../support/grey-of-file';
import { peer, peerEnv } from '../../support/peers';
import { readPgm } from '../../support/pnm';
import { reference, stateFile } from '../../support/presentation-file';
import { lutItem, rescaleElements, type StoredPicture, storedPicture, windowElements } from '../../support/stored-picture';

const dcmp2pgm = peer('dcmp2pgm');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-state-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function stateOf(file: Uint8Array): Promise<PresentationState> {
  const header = readPart10Header(file);
  if (!header.ok) return expect.fail('no Part 10 file');
  const dataSet = file.subarray(header.dataSetOffset);
  const reader = { read: (offset: number, length: number) => dataSet.subarray(offset, offset + length) };
  const read = await readPresentationState(reader, { instanceId: 1 as InstanceId, TransferSyntaxUID: header.TransferSyntaxUID });
  return read.ok ? read.state : expect.fail(read.reason);
}

/** The picture of an image under a state by our own way, in double precision; without overlays, which dcmp2pgm does not draw. */
async function ours(image: Uint8Array, stateBytes: Uint8Array, frameIndex = 0): Promise<{ width: number; height: number; levels: number[] }> {
  const [file, state] = [await readGreyFile(image, frameIndex), await stateOf(stateBytes)];
  if (file === undefined) return expect.fail('the image is not read');
  const { frame, tables, values, min, max } = file;
  if (!appliesTo(state, frame)) return expect.fail('the state does not name the image');
  const loaded = { key: 'k', values, min, max };
  const voi = chosenVoi(frame, tables, undefined, state) ?? wholeRange(frame, tables, loaded, state);
  const levelOf = levelFunction({ ...greySettings(frame, tables, voi, false, state), signed: frame.format.PixelRepresentation === 1 });
  const mask = new FrameMasks().of({ frame, loaded, tables, state, over: { overlays: false, shutters: true } })?.rgba;
  const { Columns: width, Rows: height } = frame.format;
  const data = new Uint8Array(width * height * 4);
  for (let at = 0; at < width * height; at++) {
    const isCovered = mask !== undefined && mask[at * 4 + 3] !== 0;
    data[at * 4] = isCovered ? (mask[at * 4] ?? 0) : outputLevel(levelOf(values[at] ?? 0));
  }
  const { rotationDeg, mirrored } = turnOfState(state);
  const block = turned({ width, height, data }, rotationDeg, mirrored);
  return { width: block.width, height: block.height, levels: Array.from({ length: width * height }, (_, at) => block.data[at * 4] ?? 0) };
}

function theirs(image: string, state: string, frame = 1): ReturnType<typeof readPgm> | string {
  const target = join(folder, 'state.pgm');
  rmSync(target, { force: true });
  const run = spawnSync(dcmp2pgm ?? '', ['-p', state, '-f', String(frame), image, target], { encoding: 'utf8', env: peerEnv() });
  return run.status === 0 && existsSync(target) ? readPgm(readFileSync(target)) : run.stderr;
}

async function compare(image: Uint8Array, state: Uint8Array): Promise<void> {
  const [imagePath, statePath] = [join(folder, 'image.dcm'), join(folder, 'state.dcm')];
  writeFileSync(imagePath, image);
  writeFileSync(statePath, state);
  const drawn = theirs(imagePath, statePath);
  if (typeof drawn === 'string') return expect.fail(drawn);
  const own = await ours(image, state);
  expect([own.width, own.height]).toEqual([drawn.width, drawn.height]);
  const apart = own.levels.flatMap((level, at) =>
    Math.abs(level - (drawn.levels[at] ?? -9)) > 1 ? [`${at}: ours ${level}, theirs ${drawn.levels[at] ?? -1}`] : [],
  );
  expect(apart.length, apart[0] ?? '').toBe(0);
  expect(new Set(own.levels).size).toBeGreaterThan(20);
}

const [columns, rows] = [256, 16];
const plain: StoredPicture = { bits: 12, signed: false, extra: [...rescaleElements(3, -700), ...windowElements(40, 400)] };
const signed: StoredPicture = { bits: 12, signed: true };
const one: StoredPicture = { bits: 12, signed: false, extra: [el(0x00280004, 'CS', 'MONOCHROME1')] };
const curve = (length: number, bits: number) => (index: number) => (2 ** bits - 1) * (index / (length - 1)) ** 2;
const voi = (...elements: readonly Element[]): Element => sq(0x00283110, [[...elements]]);
const window = (center: number, width: number): Element => voi(...windowElements(center, width));
const bits = (): Uint8Array => Uint8Array.from({ length: (columns * rows) / 8 }, (_, at) => (at * 37) & 255);
const plane = (more: readonly Element[]): Element[] => [
  ...[el(0x60000010, 'US', rows), el(0x60000011, 'US', columns), el(0x60000040, 'CS', 'G'), el(0x60000050, 'SS', [1, 1])],
  ...[el(0x60000100, 'US', 1), el(0x60000102, 'US', 0), el(0x60003000, 'OW', bits())],
  ...more,
];

const branches: readonly (readonly [string, StoredPicture, readonly Element[]])[] = [
  ['a window of the state in place of the image’s window and rescale', plain, [window(2000, 3000)]],
  ['a rescale and a window of the state', plain, [...rescaleElements(0.5, 100), el(0x00281054, 'LO', 'US'), window(1000, 1500)]],
  ['no VOI at all: every value that 12 bits can hold', plain, []],
  ['no VOI at all of a signed image', signed, []],
  ['a VOI LUT', plain, [voi(sq(0x00283010, [lutItem(2000, 500, 12, curve(2000, 12))]))]],
  ['a Modality LUT', plain, [sq(0x00283000, [[...lutItem(4096, 0, 12, curve(4096, 12)), el(0x00283004, 'LO', 'US')]]), window(2000, 3000)]],
  ['Presentation LUT Shape INVERSE', plain, [window(2000, 3000), el(0x20500020, 'CS', 'INVERSE')]],
  ['Presentation LUT Shape IDENTITY over MONOCHROME1', one, [window(2000, 3000)]],
  ['Presentation LUT Shape INVERSE over MONOCHROME1', one, [window(2000, 3000), el(0x20500020, 'CS', 'INVERSE')]],
  ['a turn of 90 degrees', plain, [window(2000, 3000), el(0x00700042, 'US', 90)]],
  ['a turn of 270 degrees and a flip', plain, [window(2000, 3000), el(0x00700042, 'US', 270), el(0x00700041, 'CS', 'Y')]],
  ['a flip', plain, [window(2000, 3000), el(0x00700041, 'CS', 'Y')]],
  [
    'a bitmap shutter with its value',
    plain,
    [window(2000, 3000), el(0x00181600, 'CS', 'BITMAP'), el(0x00181622, 'US', 0x4000), el(0x00181623, 'US', 0x6000), ...plane([])],
  ],
];

describe.skipIf(dcmp2pgm === undefined)('greys under a presentation state, against DCMTK', () => {
  it.each(branches)('are within one level: %s', async (_, picture, extra) => {
    await compare(storedPicture(picture), stateFile({ columns, rows, extra }));
  });

  it('are within one level: a Presentation LUT sequence', async () => {
    const extra = [window(2000, 3000), sq(0x20500010, [lutItem(4096, 0, 12, curve(4096, 12))]), el(0x20500020, 'CS', '')];
    await compare(storedPicture(plain), stateFile({ columns, rows, extra }));
  });

  it('take the window of the image’s own item, not that of another', async () => {
    const other = [el(0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'), el(0x00081155, 'UI', '2.25.77')];
    const items = [
      [sq(0x00081140, [other]), ...windowElements(100, 10)],
      [sq(0x00081140, [reference()]), ...windowElements(2000, 3000)],
    ];
    await compare(storedPicture(plain), stateFile({ columns, rows, extra: [sq(0x00283110, items)] }));
  });
});

const data = realData();
const pairs: readonly (readonly [string, string])[] = [
  ['objects/pr/imageForPrLUTs.dcm', 'objects/pr/prLUTs.dcm'],
  ['objects/pr/overlay.dcm', 'objects/pr/prOverlay.dcm'],
];

describe.skipIf(data === undefined || dcmp2pgm === undefined)('real presentation states, against DCMTK', () => {
  it.each(pairs)('%s under %s', async (image, state) => {
    const [imagePath, statePath] = [join(data ?? '', image), join(data ?? '', state)];
    const drawn = theirs(imagePath, statePath);
    const own = await ours(readFileSync(imagePath), readFileSync(statePath));
    if (typeof drawn === 'string') return expect.fail(drawn);
    const apart = own.levels.filter((level, at) => Math.abs(level - (drawn.levels[at] ?? -9)) > 1);
    expect(apart.length).toBe(0);
  });
});
