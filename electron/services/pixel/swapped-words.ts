import { transferSyntax } from '@shared/dicom';
import { isPacked } from '@shared/pixel';
import type { ImageHeader, PixelLayout } from '../part10';

type Read = (offset: number, length: number) => Promise<Uint8Array>;
type Native = Extract<PixelLayout, { readonly kind: 'native' }>;

/** In Explicit VR Big Endian the header of Pixel Data is tag, VR, two reserved bytes and a length of four (PS3.5 7.1.2). */
const VR_BEFORE_VALUE = 8;
/** So much of the middle of the pixel data is looked at to tell how cells of 32 bits lie. */
const LOOKED_AT_BYTES = 2 ** 20;

/**
 * Bytes of the pixels of a big endian object as the decoder takes them. OW is a string of 16 bit words, each turned around (PS3.5 6.2, 7.3 and A.3), and a cell
 * goes on from the low end (8.1.1): cells of up to 8 bits and packed ones are handed out in the order of little endian objects, cells of 32 bits as big endian
 * words of four bytes. OB comes in order. Returns the given reader where nothing is to be done.
 */
export async function inByteOrder(read: Read, TransferSyntaxUID: string, format: ImageHeader['format'], pixel: PixelLayout): Promise<Read> {
  const isBigEndian = transferSyntax(TransferSyntaxUID)?.isBigEndian === true;
  const { BitsAllocated, floatElement } = format;
  if (!isBigEndian || BitsAllocated === 16 || floatElement !== undefined || pixel.kind !== 'native') return read;
  const [first, second] = await read(pixel.offset - VR_BEFORE_VALUE, 2);
  if (first !== 0x4f || second !== 0x57) return read;
  if (BitsAllocated <= 8 || isPacked(BitsAllocated)) return inUnits(read, pixel.offset, 2, (word) => word.reverse());
  return (await hasLowHalfFirst(read, pixel)) ? inUnits(read, pixel.offset, 4, exchangeHalves) : read;
}

/** Reads whole units from the begin of the pixel data on, and hands out what was asked for of them, each turned. */
function inUnits(read: Read, start: number, size: number, turn: (unit: Uint8Array) => void): Read {
  return async (offset, length) => {
    const lead = (offset - start) % size;
    const whole = Math.ceil((lead + length) / size) * size;
    const bytes = Uint8Array.from(await read(offset - lead, whole));
    for (let at = 0; at + size <= bytes.length; at += size) turn(bytes.subarray(at, at + size));
    return bytes.subarray(lead, lead + length);
  };
}

function exchangeHalves(cell: Uint8Array): void {
  const second = cell.slice(2);
  cell.copyWithin(2, 0, 2);
  cell.set(second);
}

/**
 * The standard has the low half of a cell of 32 bits first, as DCMTK writes and reads it; others wrote, and pydicom reads, one big endian word of four bytes.
 * No element says which. Taken the wrong way the low halves, which change from pixel to pixel, weigh 65,536 times as much: the way in which neighbours
 * differ less is the right one. Where both are equal (one value all over) the standard holds.
 */
async function hasLowHalfFirst(read: Read, { offset, length }: Native): Promise<boolean> {
  const size = Math.min(LOOKED_AT_BYTES, length - (length % 4));
  const from = Math.floor((length - size) / 8) * 4;
  const bytes = await read(offset + from, size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [asHalves, asOne] = [0, 0];
  for (let at = 4; at + 4 <= view.byteLength; at += 4) {
    const [high, low] = [view.getUint16(at) - view.getUint16(at - 4), view.getUint16(at + 2) - view.getUint16(at - 2)];
    // Round the circle of 32 bits: of signed values 0 and -1 are neighbours too.
    asOne += Math.abs((high * 65_536 + low) | 0);
    asHalves += Math.abs((low * 65_536 + high) | 0);
  }
  return asHalves <= asOne;
}
