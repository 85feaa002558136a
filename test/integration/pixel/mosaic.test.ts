import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildDisplaySets, type ImageFrame, InstanceId, type Vector3 } from '@shared/domain';
import { add, scale } from '@shared/geometry';
import { inProcessChannel } from '@shared/contract';
import { readPart10Header, walkDataSet } from '../../../electron/services/part10';
import { servePixels } from '../../../electron/services/pixel';
import type { FromDecodeWorker } from '../../../renderer/imaging';
import { createDecodeCore } from '../../../renderer/workers/decode-core';
import { el, encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { nodeCodecs } from '../../support/codecs';
import { mosaicFile, type MosaicParts, MR_CLASS, tileValue } from '../../support/mosaic';
import { peer } from '../../support/peers';

const dcm2niix = peer('dcm2niix');
const [S, C] = [Math.sin(0.4), Math.cos(0.4)];
const CASES: readonly (readonly [string, MosaicParts])[] = [
  ['axial', {}],
  ['oblique, slices against the normal', { against: true, orientation: [0, 1, 0, S, 0, -C], firstLps: [5, 6, 7] }],
  ['coronal, 30 slices', { slices: 30, columns: 20, rows: 10, orientation: [1, 0, 0, 0, 0, -1], firstLps: [-90, 40, 80], spacing: [2.5, 2.25], step: 4.4 }],
];

interface Read {
  readonly frames: readonly ImageFrame[];
  readonly pixels: Uint8Array;
}

function read(file: Uint8Array): Read {
  const header = readPart10Header(file, true);
  if (!header.ok) throw new Error('no header');
  const { TransferSyntaxUID, dataSetOffset } = header;
  const walked = walkDataSet(file.subarray(dataSetOffset), { TransferSyntaxUID });
  if (!walked.ok || walked.pixel.kind !== 'native') throw new Error('not read');
  const { offset, length } = walked.pixel;
  const [tiles] = buildDisplaySets([{ instanceId: 1, attributes: walked.attributes }]);
  return { frames: tiles?.frames ?? [], pixels: file.subarray(dataSetOffset + offset, dataSetOffset + offset + length) };
}

/** The frames as a decode worker hands them out, by tile; and how often the services were asked for the picture. */
async function decoded({ frames, pixels }: Read): Promise<{ values: Uint16Array[]; asked: number }> {
  const [worker, services] = inProcessChannel();
  let asked = 0;
  servePixels(services, {
    frame: (_instanceId, frameIndex) => (asked++, Promise.resolve({ bytes: pixels.slice(), TransferSyntaxUID: '1.2.840.10008.1.2.1', frameIndex })),
  });
  const messages: FromDecodeWorker[] = [];
  const core = createDecodeCore((message) => messages.push(message), nodeCodecs);
  core.usePort(worker);
  const values: Uint16Array[] = [];
  const load = (frame: ImageFrame, job: number): void => {
    const buffer = new SharedArrayBuffer(frame.format.Rows * frame.format.Columns * 2);
    values[job] = new Uint16Array(buffer);
    core.load({ kind: 'load', job, frame, priority: 'visible', target: { buffer, byteOffset: 0 } });
  };
  frames.slice(0, 3).forEach(load);
  while (messages.filter(({ kind }) => kind === 'loaded').length < 3) await new Promise((resolve) => setTimeout(resolve, 2));
  frames.slice(3).forEach((frame, at) => load(frame, at + 3));
  while (messages.filter(({ kind }) => kind === 'loaded').length < frames.length) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(messages.every(({ kind }) => kind === 'loaded')).toBe(true);
  return { values, asked };
}

describe('the slices of a mosaic', () => {
  it.each(CASES)('hold their own pixels, and the picture is decoded once for all: %s', async (_, parts) => {
    const whole = read(mosaicFile(parts));
    const { values, asked } = await decoded(whole);
    let wrong = 0;
    whole.frames.forEach(({ tile, format }, at) => {
      for (let row = 0; row < format.Rows; row++)
        for (let column = 0; column < format.Columns; column++)
          if (values[at]?.[row * format.Columns + column] !== tileValue((tile?.number ?? 0) - 1, column, row)) wrong++;
    });
    expect(wrong).toBe(0);
    expect(asked).toBeLessThanOrEqual(3);
    expect(whole.frames.every(({ instanceId }) => instanceId === InstanceId.parse(1))).toBe(true);
  });
});

describe.skipIf(dcm2niix === undefined)('places and pixels beside dcm2niix', () => {
  it.each(CASES)('%s', async (_, parts) => {
    const file = mosaicFile(parts);
    const whole = read(file);
    const { values } = await decoded(whole);
    const { at, value } = converted(file);
    let worst = 0;
    let wrong = 0;
    whole.frames.forEach((frame, index) => {
      const { Rows, Columns } = frame.format;
      const slice = (frame.tile?.number ?? 0) - 1;
      for (let row = 0; row < Rows; row++)
        for (let column = 0; column < Columns; column++) {
          // It turns rows around and counts towards right, anterior, superior.
          const [r, a, s] = at(column, Rows - 1 - row, slice);
          const [x, y, z] = lpsOf(frame, column, row);
          worst = Math.max(worst, Math.abs(x + r), Math.abs(y + a), Math.abs(z - s));
          if (value(column, Rows - 1 - row, slice) !== values[index]?.[row * Columns + column]) wrong++;
        }
    });
    expect(wrong).toBe(0);
    expect(worst).toBeLessThan(1e-3);
  });
});

describe.skipIf(dcm2niix === undefined)('b-values and directions beside dcm2niix', () => {
  it.each([
    ['of SIEMENS MR HEADER', false],
    ['of the CSA header', true],
  ])('%s', (_, inCsa) => {
    const weights = [
      { bValue: 0 },
      { bValue: 1000, gradient: [1, 0, 0] as Vector3 },
      { bValue: 1000, gradient: [0, -0.6, 0.8] as Vector3 },
      { bValue: 2000, gradient: [0.36, 0.48, -0.8] as Vector3 },
    ];
    const files = weights.map((diffusion, at) => mosaicFile({ number: at + 1, diffusion: { ...diffusion, inCsa }, extra: [el(0x00200012, 'IS', at + 1)] }));
    const ours = files.map((file) => read(file).frames[0]);
    const folder = mkdtempSync(join(tmpdir(), 'alternator-bvalues-'));
    try {
      files.forEach((file, at) => writeFileSync(join(folder, `${at}.dcm`), file));
      const ended = spawnSync(dcm2niix ?? '', ['-z', 'n', '-b', 'n', '-f', 'out', '-o', folder, folder], { encoding: 'utf8', timeout: 30_000 });
      expect(ended.status, ended.stdout).toBe(0);
      const rows = (name: string): number[][] =>
        readFileSync(join(folder, name), 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.trim().split(/\s+/).map(Number));
      expect(ours.map((frame) => frame?.bValue)).toEqual(rows('out.bval')[0]);
      // It counts along the picture, whose rows it turned around; these lie along right to left and front to back of the patient.
      const [x = [], y = [], z = []] = rows('out.bvec');
      const theirs = weights.map((_weight, at) => [x[at], y[at], z[at]]);
      const along = ours.map((frame) => (frame?.gradient === undefined ? [0, 0, 0] : [frame.gradient[0], -frame.gradient[1], frame.gradient[2]]));
      theirs.flat().forEach((part, at) => expect(part).toBeCloseTo(along.flat()[at] ?? NaN, 5));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Two slices of a GE scanner for each volume, whose b-values stand in GE's own element only. */
function geFiles(weights: readonly { readonly stored: string; readonly gradient: Vector3 }[]): Uint8Array[] {
  return weights.flatMap(({ stored, gradient }, volume) =>
    [0, 1].map((slice) => {
      const number = 2 * volume + slice + 1;
      const ids = { SOPClassUID: MR_CLASS, SOPInstanceUID: `2.25.4900${number}`, SeriesInstanceUID: '2.25.49', Modality: 'MR', InstanceNumber: number };
      const extra = [
        ...[el(0x00080070, 'LO', 'GE MEDICAL SYSTEMS'), el(0x00180020, 'CS', 'EP\\SE'), el(0x00180050, 'DS', 3), el(0x00180088, 'DS', 3)],
        ...[el(0x00181312, 'CS', 'COL'), el(0x00190010, 'LO', 'GEMS_ACQU_01'), el(0x001910e0, 'DS', 3)],
        ...gradient.map((part, at) => el(0x001910bb + at, 'DS', part)),
        ...[el(0x00200032, 'DS', [0, 0, 3 * slice]), el(0x00200037, 'DS', [1, 0, 0, 0, 1, 0]), el(0x00280030, 'DS', [2, 2])],
        ...[el(0x00430010, 'LO', 'GEMS_PARM_01'), el(0x00431039, 'IS', stored)],
      ];
      return encodePart10({ ...ids, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(sampleImage({ ...ids, extra })));
    }),
  );
}

describe.skipIf(dcm2niix === undefined)("b-values of GE's private element beside dcm2niix", () => {
  it.each([
    ['as they are', ''],
    ['with the bias of several b-values', '100000'],
  ])('%s', (_, bias) => {
    const bValues = [0, 750, 1000, 1500];
    const files = geFiles(
      bValues.map((bValue, at) => ({
        stored: `${bias === '' ? bValue : `${bias}${String(bValue).padStart(4, '0')}`}\\8\\0\\0`,
        gradient: at === 0 ? [0, 0, 0] : [1, 0, 0],
      })),
    );
    expect(files.map((file) => read(file).frames[0]?.bValue)).toEqual(bValues.flatMap((bValue) => [bValue, bValue]));
    const folder = mkdtempSync(join(tmpdir(), 'alternator-bvalues-'));
    try {
      files.forEach((file, at) => writeFileSync(join(folder, `${at}.dcm`), file));
      const ended = spawnSync(dcm2niix ?? '', ['-z', 'n', '-b', 'n', '-f', 'out', '-o', folder, folder], { encoding: 'utf8', timeout: 30_000 });
      expect(ended.status, ended.stdout).toBe(0);
      const theirs = readFileSync(join(folder, 'out.bval'), 'utf8').trim().split(/\s+/).map(Number);
      expect(theirs).toEqual(bValues);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function lpsOf({ positionLps, rowDirectionLps, columnDirectionLps, spacingMm }: ImageFrame, column: number, row: number): Vector3 {
  if (positionLps === undefined || rowDirectionLps === undefined || columnDirectionLps === undefined || spacingMm === undefined) return [NaN, NaN, NaN];
  return add(positionLps, add(scale(rowDirectionLps, column * spacingMm[1]), scale(columnDirectionLps, row * spacingMm[0])));
}

/** The volume that dcm2niix makes of it: NIfTI-1, its sform and its values. */
function converted(file: Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), 'alternator-mosaic-'));
  try {
    writeFileSync(join(folder, 'in.dcm'), file);
    const ended = spawnSync(dcm2niix ?? '', ['-z', 'n', '-b', 'n', '-f', 'out', '-o', folder, folder], { encoding: 'utf8', timeout: 30_000 });
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    const bytes = readFileSync(join(folder, 'out.nii'));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = [1, 2, 3].map((dimension) => view.getInt16(40 + 2 * dimension, true));
    const [columns = 0, rows = 0] = size;
    const start = view.getFloat32(108, true);
    const line = (axis: number, i: number, j: number, k: number): number =>
      [i, j, k, 1].reduce((sum, index, part) => sum + index * view.getFloat32(280 + 16 * axis + 4 * part, true), 0);
    return {
      at: (i: number, j: number, k: number): Vector3 => [line(0, i, j, k), line(1, i, j, k), line(2, i, j, k)],
      value: (i: number, j: number, k: number) => view.getUint16(start + 2 * ((k * rows + j) * columns + i), true),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
