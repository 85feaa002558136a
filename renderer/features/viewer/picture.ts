import type { PixelBlock } from '../../vtk';
import { type Cell, frameOf } from './cell';

/** A file name that names no patient: what and which image it is. */
export function pictureName(cell: Cell): string {
  const frame = frameOf(cell);
  const parts = [cell.set?.Modality ?? 'image', cell.set?.SeriesNumber ?? '', frame?.InstanceNumber ?? '', `${cell.index + 1}`];
  const name = parts
    .map((part) => part.replace(/[^A-Za-z0-9]+/g, ''))
    .filter((part) => part !== '')
    .join('-');
  return `${name.slice(0, 80)}.png`;
}

/** The pixels as a PNG, every grey and colour as it is. */
export async function pngOf({ width, height, data }: PixelBlock): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the graphics of this machine give no canvas');
  const opaque = new Uint8ClampedArray(data);
  for (let at = 3; at < opaque.length; at += 4) opaque[at] = 255;
  context.putImageData(new ImageData(opaque, width, height), 0, 0);
  return await canvas.convertToBlob({ type: 'image/png' });
}
