import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PixelFormat } from '@shared/domain';
import { el, encodeDataSet, encodePart10, sampleImage } from '../dicom';
import { type Encoder, encodeFrame, pixelFormat } from '../encode-frame';

export const CT_ROWS = 512;
export const CT_COLUMNS = 512;
export const CT_FORMAT: PixelFormat = pixelFormat({ Rows: CT_ROWS, Columns: CT_COLUMNS, PixelRepresentation: 1 });
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
/** Pictures that differ; a series repeats them: no decoder remembers what it decoded. */
const DIFFERENT = 25;

export interface CtSyntax {
  readonly name: string;
  readonly TransferSyntaxUID: string;
  readonly encoder?: Encoder;
}

export const CT_SYNTAXES: readonly CtSyntax[] = [
  { name: 'native', TransferSyntaxUID: '1.2.840.10008.1.2.1' },
  { name: 'JPEG-LS', TransferSyntaxUID: '1.2.840.10008.1.2.4.80', encoder: 'JpegLs' },
  { name: 'JPEG 2000', TransferSyntaxUID: '1.2.840.10008.1.2.4.90', encoder: 'Jpeg2000' },
  { name: 'HTJ2K', TransferSyntaxUID: '1.2.840.10008.1.2.4.201', encoder: 'HtJpeg2000' },
];

/** Round tissue with noise below it, as a CT has it. */
function picture(number: number): Uint8Array {
  let state = number + 1;
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 27;
  };
  const values = Int16Array.from({ length: CT_ROWS * CT_COLUMNS }, (_, index) => {
    const x = (index % CT_COLUMNS) / CT_COLUMNS - 0.5;
    const y = Math.floor(index / CT_COLUMNS) / CT_ROWS - 0.5;
    if (x * x + y * y > 0.2) return -1000;
    return Math.round(40 + 60 * Math.sin(x * 12 + number / 5) * Math.cos(y * 9)) + noise() - 16;
  });
  return new Uint8Array(values.buffer);
}

/** Coded frames of a series, those that differ. */
export async function ctFrames({ encoder }: CtSyntax): Promise<Uint8Array[]> {
  const plain = Array.from({ length: DIFFERENT }, (_, index) => picture(index));
  return encoder === undefined ? plain : await Promise.all(plain.map((samples) => encodeFrame(encoder, samples, CT_FORMAT)));
}

/** Writes a series of so many CT slices as Part 10 files; returns their paths in order. `number` tells studies apart. */
export async function writeCtSeries(folder: string, syntax: CtSyntax, frames: readonly Uint8Array[], count: number, number: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const frame = frames[index % frames.length] ?? new Uint8Array();
    const SOPInstanceUID = `2.25.500${number}.${index + 1}`;
    const elements = sampleImage({
      ...{
        SOPInstanceUID,
        StudyInstanceUID: `2.25.50${number}`,
        SeriesInstanceUID: `2.25.501${number}`,
        PatientName: `BENCH^${syntax.name}`,
        PatientID: `B${number}`,
      },
      ...{ Rows: CT_ROWS, Columns: CT_COLUMNS, InstanceNumber: index + 1, z: index },
      ...(syntax.encoder === undefined ? { pixels: frame } : { fragments: [frame] }),
      extra: [el(0x00280101, 'US', 16), el(0x00280102, 'US', 15), el(0x00280103, 'US', 1), el(0x00281052, 'DS', 0)],
    });
    const path = join(folder, `${String(index).padStart(4, '0')}.dcm`);
    const meta = { SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID, TransferSyntaxUID: syntax.TransferSyntaxUID };
    await writeFile(path, encodePart10(meta, encodeDataSet(elements)));
    paths.push(path);
  }
  return paths;
}
