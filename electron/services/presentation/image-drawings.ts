import type { ImageLuts } from '@shared/domain';
import { type DataSetReader, type ImageHeader, readElementTree, type TreeItem } from '../part10';
import { readIcc } from './read-icc';
import { lutOfItem } from './read-lut';
import { readMasks } from './read-mask';
import { readOverlays, type OverlaySource } from './read-overlays';
import { readPaletteColours } from './read-palette';
import { readShutter } from './read-shutter';
import { SEQUENCES, wantedBytes } from './wanted';

export type ImageDrawings = Pick<ImageLuts, 'presentationLut' | 'palette' | 'overlays' | 'shutter' | 'icc' | 'masks' | 'subtractionRecommended' | 'problems'>;

export interface DrawingsRequest {
  readonly TransferSyntaxUID: string;
  readonly image: Pick<ImageHeader, 'format'>;
  readonly numberOfFrames: number;
  readonly cells: OverlaySource['cells'];
}

const RECOMMENDED_VIEWING_MODE = 0x00281090;
const ICC_PROFILE = 0x00282000;
const OPTICAL_PATH_SEQUENCE = 0x00480105;
const PRESENTATION_LUT_SEQUENCE = 0x20500010;

/** What lies over an image and colours it: palette, overlays, shutter, presentation LUT, ICC profile, read from its own bytes. Never throws on bytes. */
export async function readImageDrawings(reader: DataSetReader, request: DrawingsRequest): Promise<ImageDrawings> {
  const { TransferSyntaxUID, image, numberOfFrames, cells } = request;
  const { root, damaged } = await readElementTree(reader, { TransferSyntaxUID, wanted: wantedBytes, sequences: SEQUENCES });
  const problems: string[] = damaged ? ['the object is damaged before its pixel data: overlays and shutters may be missing'] : [];
  const set = root.characterSet();
  const [lutItem] = root.items(PRESENTATION_LUT_SEQUENCE);
  const presentationLut = lutItem === undefined ? undefined : lutOfItem(lutItem, false, set, 'Presentation LUT', problems);
  const palette = readPaletteColours(root, image.format.PixelRepresentation === 1, problems);
  const overlays = await readOverlays({ root, set, format: image.format, numberOfFrames, cells }, problems);
  const shutter = readShutter(root, problems);
  const icc = profileOf(root);
  const masks = readMasks(root, set, problems);
  return {
    ...(presentationLut === undefined ? {} : { presentationLut }),
    ...(palette === undefined ? {} : { palette }),
    ...(overlays.length === 0 ? {} : { overlays }),
    ...(shutter === undefined ? {} : { shutter }),
    ...(icc === undefined ? {} : { icc }),
    ...(masks.length === 0 ? {} : { masks }),
    ...(masks.length > 0 && root.text(RECOMMENDED_VIEWING_MODE) === 'SUB' ? { subtractionRecommended: true as const } : {}),
    problems,
  };
}

/** ICC Profile (0028,2000) of the image, or of its first optical path (PS3.3 C.11.15, C.8.12.5). */
export function profileOf(root: TreeItem): ImageLuts['icc'] {
  const item = root.has(ICC_PROFILE) ? root : root.items(OPTICAL_PATH_SEQUENCE)[0];
  if (item?.has(ICC_PROFILE) !== true) return undefined;
  const bytes = item.bytes(ICC_PROFILE);
  return bytes.length === 0 ? { kind: 'notApplied', name: '', reason: 'it is empty or too large' } : readIcc(bytes);
}
