import { framePicture, type PixelBlock } from '../../vtk';
import { type Cell, frameOf, shownFrame, stateOf, tablesOf, voiOfCell } from './cell';
import { differenceOf, subtractionState } from './cell-subtraction';

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

/** The image of a viewport, or its difference from a mask where that is shown, at its own size, under its window, state, quarter turns and mirror: what `--render` makes. Throws in words. */
export function imageBlock(cell: Cell, dither: boolean): PixelBlock {
  const [frame, loaded] = [frameOf(cell), shownFrame(cell)];
  if (frame === undefined || loaded === undefined) throw new Error('there is no image');
  if (subtractionState(cell)?.kind === 'waiting') throw new Error('the mask has not come yet');
  const { inverted, over, view, stage } = cell;
  return framePicture(document.createElement('canvas'), {
    ...{ frame, loaded, tables: tablesOf(cell), state: stateOf(cell), inverted, over, dither },
    voi: voiOfCell(cell) ?? { kind: 'LINEAR', center: 128, width: 256 },
    difference: differenceOf(cell),
    display: stage?.display,
    rotationDeg: view.rotationDeg,
    mirrored: view.mirrored,
  });
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
