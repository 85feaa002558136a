import { transferSyntax } from '@shared/dicom';
import { isPacked } from '@shared/pixel';
import type { ImageHeader, PixelLayout } from '../part10';

type Read = (offset: number, length: number) => Promise<Uint8Array>;

/** In Explicit VR Big Endian the header of Pixel Data is tag, VR, two reserved bytes and a length of four (PS3.5 7.1.2). */
const VR_BEFORE_VALUE = 8;

/**
 * Bytes of pixels of up to 8 bits, or of packed cells, of a big endian object: as OW they come in 16 bit words, each turned around (PS3.5 8.1.1 and A.3), as OB
 * they come in order. Returns a reader that gives them in order, or the given one where nothing is to be done: cells of whole words are turned by who reads them.
 */
export async function inByteOrder(read: Read, TransferSyntaxUID: string, format: ImageHeader['format'], pixel: PixelLayout): Promise<Read> {
  const isBigEndian = transferSyntax(TransferSyntaxUID)?.isBigEndian === true;
  const isWords = format.BitsAllocated > 8 && !isPacked(format.BitsAllocated);
  if (!isBigEndian || isWords || pixel.kind !== 'native') return read;
  const [first, second] = await read(pixel.offset - VR_BEFORE_VALUE, 2);
  if (first !== 0x4f || second !== 0x57) return read;
  return async (offset, length) => {
    const lead = (offset - pixel.offset) % 2;
    const even = lead + length + ((lead + length) % 2);
    const words = Uint8Array.from(await read(offset - lead, even));
    for (let at = 0; at + 1 < words.length; at += 2) words.subarray(at, at + 2).reverse();
    return words.subarray(lead, lead + length);
  };
}
