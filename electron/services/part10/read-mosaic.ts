import type { MosaicHeader } from '@shared/domain';
import type { AttributeReader } from './attribute-reader';
import { blockOf } from './private-blocks';
import { readCsa } from './read-csa';

const MR_HEADER = 'SIEMENS MR HEADER';
const CSA_HEADER = 'SIEMENS CSA HEADER';

/** What Siemens' private elements say of an image that calls itself a mosaic. Undefined: it is none. */
export function readMosaic(reader: AttributeReader): MosaicHeader | undefined {
  const isMosaic = reader
    .text('ImageType')
    .split('\\')
    .some((value) => value.trim().toUpperCase() === 'MOSAIC');
  if (!isMosaic) return undefined;
  const ofMr = blockOf('0019', MR_HEADER, (name) => reader.text(name));
  const ofCsa = blockOf('0029', CSA_HEADER, (name) => reader.text(name));
  const images = ofMr === undefined ? undefined : reader.short(`ImagesInMosaic${ofMr}`);
  const bytes = ofCsa === undefined ? undefined : reader.raw(`CsaImageHeader${ofCsa}`);
  const csa = bytes === undefined || bytes.length === 0 ? undefined : readCsa(bytes);
  if (bytes !== undefined && bytes.length > 0 && csa === undefined) reader.warnings.add('the CSA header cannot be read');
  const { NumberOfImagesInMosaic: csaImages, SliceNormalVector: normal } = csa ?? {};
  return {
    ...(images === undefined ? {} : { images }),
    ...(csaImages === undefined ? {} : { csaImages }),
    ...(normal === undefined ? {} : { normal: [...normal] }),
  };
}
