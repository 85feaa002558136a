/** What a Siemens CSA image header says of a mosaic and of diffusion; a tag that is not there or cannot be read is left out. */
export interface CsaHeader {
  readonly NumberOfImagesInMosaic?: number;
  /** LPS, as it stands there. */
  readonly SliceNormalVector?: readonly [number, number, number];
  /** s/mm². */
  readonly B_value?: number;
  readonly DiffusionDirectionality?: string;
  /** LPS. */
  readonly DiffusionGradientDirection?: readonly [number, number, number];
}

/** "SV10": the second form of the header; the first form has no mark. */
const MARK = [0x53, 0x56, 0x31, 0x30];
const TAG_BYTES = 84;
const ITEM_BYTES = 16;
/** More tags, or items of a tag, than any scanner writes. */
const MAX_TAGS = 512;
const MAX_ITEMS = 4096;
const MAX_NUMBER_TEXT = 64;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const WANTED: ReadonlySet<string> = new Set([
  'NumberOfImagesInMosaic',
  'SliceNormalVector',
  'B_value',
  'DiffusionDirectionality',
  'DiffusionGradientDirection',
]);

/**
 * Reads a CSA image header, (0029,xx10) of the private block "SIEMENS CSA HEADER": a flat list of named tags with items of text, little endian whatever the transfer
 * syntax. Siemens does not publish it in the standard; this is the structure that nibabel and dcm2niix read. One pass over foreign bytes: every length is compared with what
 * is left before it is used, nothing is nested, and a fault ends the reading. Undefined: it is no such header, or it is damaged.
 */
export function readCsa(bytes: Uint8Array): CsaHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isSecond = MARK.every((byte, at) => bytes[at] === byte);
  let at = isSecond ? 8 : 0;
  if (at + 8 > bytes.length) return undefined;
  const tags = view.getUint32(at, true);
  at += 8;
  if (tags === 0 || tags > MAX_TAGS) return undefined;
  const found = new Map<string, readonly string[]>();
  /** The first form counts the length of each item from the number of items of the first tag. */
  let offset = 0;
  for (let tag = 0; tag < tags; tag++) {
    if (at + TAG_BYTES > bytes.length) return undefined;
    const name = textOf(bytes, at, 64);
    const items = view.getUint32(at + 76, true);
    if (items > MAX_ITEMS) return undefined;
    if (tag === 0 && !isSecond) offset = items;
    at += TAG_BYTES;
    const texts: string[] = [];
    for (let item = 0; item < items; item++) {
      if (at + ITEM_BYTES > bytes.length) return undefined;
      const length = isSecond ? view.getUint32(at + 4, true) : view.getUint32(at, true) - offset;
      at += ITEM_BYTES;
      if (length < 0 || length > bytes.length - at) return undefined;
      if (length > 0 && WANTED.has(name)) texts.push(textOf(bytes, at, Math.min(length, MAX_NUMBER_TEXT)));
      at += Math.ceil(length / 4) * 4;
    }
    if (WANTED.has(name) && !found.has(name)) found.set(name, texts);
  }
  return headerOf(found);
}

function headerOf(found: ReadonlyMap<string, readonly string[]>): CsaHeader {
  const [count] = numbers(found.get('NumberOfImagesInMosaic'));
  const [bValue] = numbers(found.get('B_value'));
  const normal = triple(numbers(found.get('SliceNormalVector')));
  const gradient = triple(numbers(found.get('DiffusionGradientDirection')));
  const kind = found.get('DiffusionDirectionality')?.[0]?.trim() ?? '';
  return {
    ...(count === undefined ? {} : { NumberOfImagesInMosaic: count }),
    ...(normal === undefined ? {} : { SliceNormalVector: normal }),
    ...(bValue === undefined ? {} : { B_value: bValue }),
    ...(kind === '' ? {} : { DiffusionDirectionality: kind }),
    ...(gradient === undefined ? {} : { DiffusionGradientDirection: gradient }),
  };
}

function triple([x, y, z]: readonly number[]): readonly [number, number, number] | undefined {
  return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
}

/** The items that hold a value: those behind them are empty. */
function numbers(texts: readonly string[] = []): number[] {
  const filled = texts.map((text) => text.trim()).filter((text) => text !== '');
  return filled.every((text) => DECIMAL.test(text)) ? filled.map(Number).filter(Number.isFinite) : [];
}

/** ASCII up to the first NUL. */
function textOf(bytes: Uint8Array, start: number, most: number): string {
  let text = '';
  for (let at = start; at < Math.min(start + most, bytes.length); at++) {
    const code = bytes[at] ?? 0;
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}
