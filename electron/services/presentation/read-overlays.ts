import type { ImageHeader } from '../part10';
import type { Overlay } from '@shared/domain';
import type { TreeItem } from '../part10';
import type { CharacterSet } from '@shared/dicom';

/** Packed bits of all overlays of one object at most. */
const MAX_BYTES = 2 ** 26;
const GROUPS = Array.from({ length: 16 }, (_, index) => 0x6000 + 2 * index);
const element = (group: number, number: number): number => group * 0x10000 + number;

export interface OverlaySource {
  readonly root: TreeItem;
  readonly set: CharacterSet;
  /** Of the image, for overlays in its pixel cells; undefined for a presentation state. */
  readonly format: ImageHeader['format'] | undefined;
  readonly numberOfFrames: number;
  /** Raw pixel cells of a frame (0-based); undefined where they cannot be had. */
  readonly cells: ((frameIndex: number) => Promise<Uint8Array | Uint16Array | Uint32Array | undefined>) | undefined;
}

/** Overlays of a data set (PS3.3 C.9.2, C.9.3), separate ones and those in unused bits of the pixel cells. What cannot be drawn is named in `problems`. */
export async function readOverlays(source: OverlaySource, problems: string[]): Promise<Overlay[]> {
  const found: Overlay[] = [];
  let bytes = 0;
  for (const group of GROUPS) {
    const name = `overlay ${group.toString(16)}`;
    if (!source.root.has(element(group, 0x10))) continue;
    const described = describe(source, group);
    if (typeof described === 'string') {
      problems.push(`${name} is not drawn: ${described}`);
      continue;
    }
    const planeBytes = Math.ceil((described.rows * described.columns) / 8);
    bytes += planeBytes * described.planes;
    const bits = bytes > MAX_BYTES ? `it is larger than ${MAX_BYTES / 2 ** 20} MiB` : await bitsOf(source, group, described);
    if (typeof bits === 'string') problems.push(`${name} is not drawn: ${bits}`);
    else found.push({ ...described, bits });
  }
  return found;
}

function describe({ root, set, numberOfFrames }: OverlaySource, group: number): Omit<Overlay, 'bits'> | string {
  const [rows = 0] = root.shorts(element(group, 0x10));
  const [columns = 0] = root.shorts(element(group, 0x11));
  if (rows < 1 || columns < 1) return 'it has no rows or columns';
  const [row = 1, column = 1] = root.signedShorts(element(group, 0x50));
  const [planes = 1] = root.decimals(element(group, 0x15));
  const [firstFrame = 1] = root.shorts(element(group, 0x51));
  const hasFrames = root.has(element(group, 0x15)) || root.has(element(group, 0x51));
  if (!Number.isInteger(planes) || planes < 1 || planes > 65_535) return `it has ${planes} frames`;
  return {
    group,
    rows,
    columns,
    origin: [row, column],
    type: root.text(element(group, 0x40)) === 'R' ? 'roi' : 'graphics',
    subtype: root.localText(element(group, 0x45), set),
    label: root.localText(element(group, 0x1500), set),
    description: root.localText(element(group, 0x22), set),
    planes,
    firstFrame: Math.max(0, firstFrame - 1),
    everyFrame: !hasFrames || (planes === 1 && numberOfFrames === 1),
    layer: root.text(element(group, 0x1001)),
  };
}

async function bitsOf(source: OverlaySource, group: number, overlay: Omit<Overlay, 'bits'>): Promise<Uint8Array<ArrayBuffer> | string> {
  const { root, format } = source;
  const planePixels = overlay.rows * overlay.columns;
  if (root.has(element(group, 0x3000))) {
    const data = inByteOrder(root, element(group, 0x3000));
    const needed = Math.ceil((planePixels * overlay.planes) / 8);
    if (data.length < needed) return `it has ${data.length} of ${needed} bytes`;
    return onWholeBytes(data, planePixels, overlay.planes);
  }
  const [allocated = 1] = root.shorts(element(group, 0x100));
  const [position = 0] = root.shorts(element(group, 0x102));
  if (format === undefined || allocated === 1) return 'it has no data';
  if (allocated !== format.BitsAllocated || position >= allocated)
    return `bit ${position} of ${allocated} is not in the pixel cells of ${format.BitsAllocated}`;
  if (position > format.HighBit - format.BitsStored && position <= format.HighBit) return `bit ${position} belongs to the picture`;
  if (overlay.rows !== format.Rows || overlay.columns !== format.Columns) return 'it lies in the pixel cells and has another size than the image';
  return await embeddedBits(source, overlay, position);
}

/** The bit of each pixel cell, frame by frame. */
async function embeddedBits(
  { cells, numberOfFrames }: OverlaySource,
  overlay: Omit<Overlay, 'bits'>,
  position: number,
): Promise<Uint8Array<ArrayBuffer> | string> {
  const planePixels = overlay.rows * overlay.columns;
  const planeBytes = Math.ceil(planePixels / 8);
  const planes = Math.min(overlay.planes, numberOfFrames);
  const bits = new Uint8Array(planeBytes * overlay.planes);
  for (let plane = 0; plane < planes; plane++) {
    const frame = await cells?.(overlay.firstFrame + plane);
    if (frame === undefined) return 'it lies in the pixel cells of a compressed image';
    for (let at = 0; at < planePixels; at++) {
      if ((((frame[at] ?? 0) >>> position) & 1) === 1) bits[plane * planeBytes + (at >> 3)] = (bits[plane * planeBytes + (at >> 3)] ?? 0) | (1 << (at & 7));
    }
  }
  return bits;
}

/** Overlay Data are words (OW): in big endian each is turned around (PS3.5 8.1.2). */
function inByteOrder(root: TreeItem, tag: number): Uint8Array<ArrayBuffer> {
  const bytes = root.bytes(tag);
  if (root.isLittleEndian || root.element(tag)?.vr === 'OB') return bytes;
  return bytes.map((_, index) => bytes[index ^ 1] ?? 0);
}

/** Planes follow each other bit by bit (PS3.5 8.1.2): each to its own first byte. */
function onWholeBytes(data: Uint8Array<ArrayBuffer>, planePixels: number, planes: number): Uint8Array<ArrayBuffer> {
  if (planes === 1 || planePixels % 8 === 0) return data.subarray(0, Math.ceil((planePixels * planes) / 8));
  const planeBytes = Math.ceil(planePixels / 8);
  const bits = new Uint8Array(planeBytes * planes);
  for (let plane = 0; plane < planes; plane++) {
    for (let at = 0; at < planePixels; at++) {
      const from = plane * planePixels + at;
      const bit = ((data[from >> 3] ?? 0) >> (from & 7)) & 1;
      bits[plane * planeBytes + (at >> 3)] = (bits[plane * planeBytes + (at >> 3)] ?? 0) | (bit << (at & 7));
    }
  }
  return bits;
}
