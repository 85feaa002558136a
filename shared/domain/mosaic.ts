import { add, dot, length, planeAxes, scale } from '../geometry';
import type { Vector3 } from './display-set';
import type { ImageHeader, InstanceAttributes } from './instance';

/** Slices of a mosaic: how they lie in the picture, and where they lie in the patient as far as that is known. */
export interface MosaicTiles {
  readonly kind: 'tiles';
  readonly count: number;
  /** Tiles of a row of the picture. */
  readonly perRow: number;
  readonly columns: number;
  readonly rows: number;
  /** Centre of the first pixel of the first slice, and the way from each slice to the next, both LPS millimetres. */
  readonly place?: { readonly firstLps: Vector3; readonly stepLps: Vector3 };
  /** Why there is no place, in words. */
  readonly unplaced?: string;
}

/** `whole`: shown as the one picture that it is, and why. */
export type Mosaic = MosaicTiles | { readonly kind: 'whole'; readonly why: string };

/** Smaller tiles than this are no slices. */
const LEAST_TILE = 8;
/** The slices follow each other along the normal of the picture, one way or the other, within 0.8 degrees. */
const ALONG_NORMAL = 0.9999;

/**
 * Takes a Siemens mosaic apart: N slices as tiles of a square grid, row by row, the rest of it empty. No part of the standard describes it: the number of slices stands in
 * the private element (0019,xx0A) of "SIEMENS MR HEADER" or in the CSA header, whose SliceNormalVector says which way they follow each other. Image Position (Patient) is that
 * of a slice as large as the whole picture about the same centre (as nibabel and dcm2niix read it). Undefined: the object does not call itself a
 * mosaic, or is one slice.
 */
export function mosaicOf(attributes: InstanceAttributes): Mosaic | undefined {
  const { image, ImageType, Modality, NumberOfFrames } = attributes;
  if (image === undefined || Modality !== 'MR' || !ImageType.some((value) => value.toUpperCase() === 'MOSAIC')) return undefined;
  if (NumberOfFrames > 1) return whole('it has several frames');
  const { images, csaImages } = image.mosaic ?? {};
  const count = images ?? csaImages;
  if (count === undefined) return whole('its private header, which says how many slices there are, is missing');
  if (images !== undefined && csaImages !== undefined && images !== csaImages) return whole(`its private header says ${images} slices and ${csaImages} slices`);
  if (count === 1) return undefined;
  if (!Number.isInteger(count) || count < 1) return whole(`its private header says ${count} slices`);
  const perRow = Math.ceil(Math.sqrt(count));
  const { Columns, Rows } = image.format;
  const [columns, rows] = [Columns / perRow, Rows / perRow];
  if (!Number.isInteger(columns) || !Number.isInteger(rows) || columns < LEAST_TILE || rows < LEAST_TILE)
    return whole(`${Columns} x ${Rows} pixels are not ${perRow} x ${perRow} tiles, as the ${count} slices of its private header want`);
  const place = placeOf(image, columns, rows);
  return { kind: 'tiles', count, perRow, columns, rows, ...(typeof place === 'string' ? { unplaced: place } : { place }) };
}

function whole(why: string): Mosaic {
  return { kind: 'whole', why };
}

function placeOf(image: ImageHeader, columns: number, rows: number): NonNullable<MosaicTiles['place']> | string {
  const { positionLps, PixelSpacing, SpacingBetweenSlices: step, mosaic, format } = image;
  const axes = image.orientation === undefined ? undefined : planeAxes(image.orientation);
  if (axes === undefined || positionLps === undefined || PixelSpacing === undefined) return 'it says no position, orientation or Pixel Spacing';
  if (step === undefined || !(step > 0)) return 'it says no Spacing Between Slices';
  if (mosaic?.normal === undefined) return 'its CSA header, which says which way the slices follow each other, is missing';
  const along = dot(mosaic.normal, axes.normalLps) / (length(mosaic.normal) || NaN);
  if (!(Math.abs(along) > ALONG_NORMAL)) return 'the SliceNormalVector of its CSA header is not the normal of the picture';
  const [betweenRows, betweenColumns] = PixelSpacing;
  const aside = scale(axes.rowDirectionLps, ((format.Columns - columns) / 2) * betweenColumns);
  const down = scale(axes.columnDirectionLps, ((format.Rows - rows) / 2) * betweenRows);
  return { firstLps: add(add(positionLps, aside), down), stepLps: scale(axes.normalLps, Math.sign(along) * step) };
}
