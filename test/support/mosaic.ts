import { cross } from '@shared/geometry';
import type { Vector3 } from '@shared/domain';
import { el, type Element, encodeDataSet, encodePart10, latin1, sampleImage } from './dicom';

export interface MosaicParts {
  readonly slices?: number;
  /** Size of a tile. */
  readonly columns?: number;
  readonly rows?: number;
  readonly orientation?: readonly [number, number, number, number, number, number];
  /** Centre of the first pixel of the first slice. */
  readonly firstLps?: Vector3;
  readonly spacing?: readonly [betweenRows: number, betweenColumns: number];
  readonly step?: number | undefined;
  /** The slices follow each other against the normal of the picture. */
  readonly against?: boolean;
  readonly number?: number;
  /** Images in the elements of "SIEMENS MR HEADER" and of the CSA header; undefined: the element is missing. */
  readonly mrImages?: number | undefined;
  readonly csa?: Uint8Array | undefined;
  readonly value?: (slice: number, column: number, row: number) => number;
  /** s/mm² and direction, in the elements of "SIEMENS MR HEADER", or in the CSA header alone. */
  readonly diffusion?: { readonly bValue: number; readonly gradient?: Vector3; readonly inCsa?: boolean };
  readonly extra?: readonly Element[];
}

export const MR_CLASS = '1.2.840.10008.5.1.4.1.1.4';

/** What a tile of the test's mosaics holds: every pixel of every slice has a value of its own kind. */
export function tileValue(slice: number, column: number, row: number): number {
  return 1 + ((slice * 211 + row * 17 + column * 3) % 4000);
}

const VR: Readonly<Record<string, string>> = {
  SliceNormalVector: 'FD',
  DiffusionGradientDirection: 'FD',
  DiffusionDirectionality: 'CS',
  AcquisitionMatrixText: 'SH',
  NumberOfImagesInMosaic: 'US',
};

/** A CSA image header as scanners write it: "SV10", or the older form without a mark. */
export function csaHeader(tags: Readonly<Record<string, readonly string[]>>, form: 'SV10' | 'old' = 'SV10'): Uint8Array {
  const parts: Uint8Array[] = [];
  const words = (...values: number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);
  const padded = (text: string, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    bytes.set(latin1(text));
    return bytes;
  };
  if (form === 'SV10') parts.push(latin1('SV10'), Uint8Array.from([4, 3, 2, 1]));
  const names = Object.entries({ EchoLinePosition: ['64'], AcquisitionMatrixText: ['16*12'], ...tags });
  parts.push(words(names.length, 77));
  const firstItems = 6;
  for (const [name, values] of names) {
    parts.push(padded(name, 64), words(values.length), padded(VR[name] ?? 'IS', 4), words(3, firstItems, 77));
    for (let item = 0; item < firstItems; item++) {
      const text = values[item] ?? '';
      const length = text === '' ? 0 : text.length + 1;
      parts.push(form === 'SV10' ? words(length, length, 77, length) : words(length + firstItems, 0, 77, 0), padded(text, Math.ceil(length / 4) * 4));
    }
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
  return bytes;
}

/** Elements of a Siemens mosaic: the position in it is that of a slice as large as the whole picture. */
export function mosaicElements(parts: MosaicParts = {}): Element[] {
  const { slices = 7, columns = 16, rows = 12, orientation = [1, 0, 0, 0, 1, 0], firstLps = [-20, -30, 40], spacing = [2, 1.5], number = 1 } = parts;
  const { against = false, value = tileValue } = parts;
  const perRow = Math.ceil(Math.sqrt(slices));
  const row: Vector3 = [orientation[0], orientation[1], orientation[2]];
  const column: Vector3 = [orientation[3], orientation[4], orientation[5]];
  const normal = cross(row, column).map((part) => (against ? -part : part));
  const aside = ((perRow - 1) * columns * spacing[1]) / 2;
  const down = ((perRow - 1) * rows * spacing[0]) / 2;
  const position = firstLps.map((part, at) => part - aside * (row[at] ?? 0) - down * (column[at] ?? 0));
  const pixels = new Uint16Array(perRow * columns * perRow * rows);
  for (let slice = 0; slice < slices; slice++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        pixels[(Math.floor(slice / perRow) * rows + y) * perRow * columns + (slice % perRow) * columns + x] = value(slice, x, y);
  const { diffusion } = parts;
  const tags = { NumberOfImagesInMosaic: [String(slices)], SliceNormalVector: normal.map((part) => part.toFixed(8)), ...diffusionTags(diffusion) };
  const csa = 'csa' in parts ? parts.csa : csaHeader(tags);
  const mrImages = 'mrImages' in parts ? parts.mrImages : slices;
  const step = 'step' in parts ? parts.step : 3;
  const own = new Set((parts.extra ?? []).map(({ tag }) => tag));
  return sampleImage({
    SOPClassUID: MR_CLASS,
    SOPInstanceUID: `2.25.4700${number}`,
    SeriesInstanceUID: '2.25.47',
    Modality: 'MR',
    InstanceNumber: number,
    Rows: perRow * rows,
    Columns: perRow * columns,
    pixels: new Uint8Array(pixels.buffer),
    extra: [
      ...(parts.extra ?? []),
      ...[
        el(0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'M', 'ND', 'MOSAIC']),
        el(0x00080070, 'LO', 'SIEMENS'),
        el(0x00180050, 'DS', 2.5),
        ...(step === undefined ? [] : [el(0x00180088, 'DS', step)]),
        ...(mrImages === undefined ? [] : [el(0x00190010, 'LO', 'SIEMENS MR HEADER'), el(0x0019100a, 'US', mrImages), ...diffusionElements(diffusion)]),
        ...(csa === undefined ? [] : [el(0x00290010, 'LO', 'SIEMENS CSA HEADER'), el(0x00291010, 'OB', csa)]),
        el(0x00200032, 'DS', position),
        el(0x00200037, 'DS', orientation),
        el(0x00280030, 'DS', spacing),
        el(0x00281050, 'DS', 2000),
        el(0x00281051, 'DS', 4000),
        el(0x00281052, 'DS', 0),
        el(0x00281054, 'LO', 'US'),
      ].filter(({ tag }) => !own.has(tag)),
    ],
  });
}

function diffusionTags(diffusion: MosaicParts['diffusion']): Record<string, readonly string[]> {
  if (diffusion === undefined) return {};
  const { bValue, gradient } = diffusion;
  return {
    B_value: [String(bValue)],
    DiffusionDirectionality: [gradient === undefined ? 'NONE' : 'DIRECTIONAL'],
    ...(gradient === undefined ? {} : { DiffusionGradientDirection: gradient.map((part) => part.toFixed(8)) }),
  };
}

function diffusionElements(diffusion: MosaicParts['diffusion']): Element[] {
  if (diffusion === undefined || diffusion.inCsa === true) return [];
  const { bValue, gradient } = diffusion;
  const kind = gradient === undefined ? 'NONE' : 'DIRECTIONAL';
  return [el(0x0019100c, 'IS', bValue), el(0x0019100d, 'CS', kind), ...(gradient === undefined ? [] : [el(0x0019100e, 'FD', gradient)])];
}

export function mosaicFile(parts: MosaicParts = {}): Uint8Array {
  const ids = { SOPClassUID: MR_CLASS, SOPInstanceUID: `2.25.4700${parts.number ?? 1}`, TransferSyntaxUID: '1.2.840.10008.1.2.1' };
  return encodePart10(ids, encodeDataSet(mosaicElements(parts)));
}
