import type { CharacterSet } from '@shared/dicom';
import type { InstanceId, PresentationState } from '@shared/domain';
import { type DataSetReader, readElementTree, type TreeItem } from '../part10';
import { profileOf } from './image-drawings';
import { imageReferences, readAnnotations, readLayers } from './read-annotations';
import { lutOfItem } from './read-lut';
import { readFrameDisplay } from './read-frame-display';
import { readMasks } from './read-mask';
import { readOverlays } from './read-overlays';
import { readPaletteColours } from './read-palette';
import { readShutter } from './read-shutter';
import { readStateVoi } from './read-state-voi';
import { SEQUENCES, wantedBytes } from './wanted';

/** Softcopy presentation states that are read (PS3.4 B.5), and what they colour. */
export const STATE_KINDS: ReadonlyMap<string, PresentationState['kind']> = new Map([
  ['1.2.840.10008.5.1.4.1.1.11.1', 'greyscale'],
  ['1.2.840.10008.5.1.4.1.1.11.2', 'colour'],
  ['1.2.840.10008.5.1.4.1.1.11.3', 'pseudoColour'],
  // XA/XRF (PS3.3 A.33.6): greyscale, with masks, shutters and play-back by frame.
  ['1.2.840.10008.5.1.4.1.1.11.5', 'greyscale'],
]);

const OVERLAY_GROUPS = Array.from({ length: 16 }, (_, index) => 0x6000 + 2 * index);

export type StateReading = { readonly ok: true; readonly state: PresentationState } | { readonly ok: false; readonly reason: string };

export interface StateRequest {
  readonly instanceId: InstanceId;
  readonly TransferSyntaxUID: string;
}

/** Reads a softcopy presentation state in full. What of it cannot be applied is named in `problems`. Never throws on bytes. */
export async function readPresentationState(reader: DataSetReader, { instanceId, TransferSyntaxUID }: StateRequest): Promise<StateReading> {
  const { root, damaged } = await readElementTree(reader, { TransferSyntaxUID, wanted: wantedBytes, sequences: SEQUENCES });
  const SOPClassUID = root.text(0x00080016);
  const kind = STATE_KINDS.get(SOPClassUID);
  if (kind === undefined)
    return { ok: false, reason: `${SOPClassUID === '' ? 'an object without SOP class' : SOPClassUID} is no presentation state that is read` };
  if (damaged) return { ok: false, reason: 'the object is damaged' };
  const set = root.characterSet();
  const problems: string[] = [];
  const images = root.items(0x00081115).flatMap((series) => imageReferences(series));
  if (images.length === 0) return { ok: false, reason: 'it names no image' };
  return {
    ok: true,
    state: {
      instanceId,
      SOPInstanceUID: root.text(0x00080018),
      SOPClassUID,
      kind,
      ...labels(root, set),
      images,
      ...(kind === 'colour' ? { voi: [] } : grey(root, set, problems)),
      ...(await drawn(root, set, problems)),
      ...space(root, problems),
      layers: readLayers(root, set),
      annotations: readAnnotations(root, set, problems),
      problems,
    },
  };
}

function labels(root: TreeItem, set: CharacterSet): Pick<PresentationState, 'label' | 'description' | 'creator' | 'created'> {
  return {
    label: root.text(0x00700080),
    description: root.localText(0x00700081, set),
    creator: root
      .localText(0x00700084, set)
      .replace(/[\^=]+/g, ' ')
      .trim(),
    created: `${root.text(0x00700082)} ${root.text(0x00700083)}`.trim(),
  };
}

type GreyPart = 'voi' | 'rescale' | 'modalityLut' | 'presentationLutShape' | 'presentationLut';

/** Modality, VOI and presentation LUT (PS3.3 C.11.1, C.11.8, C.11.6). */
function grey(root: TreeItem, set: CharacterSet, problems: string[]): Pick<PresentationState, GreyPart> {
  const [modalityItem] = root.items(0x00283000);
  const [slope] = root.decimals(0x00281053);
  const [intercept] = root.decimals(0x00281052);
  // Whether its first value is signed is said by the image; the VR says it where it is stated.
  const modalityLut = modalityItem === undefined ? undefined : lutOfItem(modalityItem, false, set, 'Modality LUT', problems);
  const rescale = slope === undefined || intercept === undefined || slope === 0 ? undefined : { slope, intercept, type: root.text(0x00281054) };
  const shape = root.text(0x20500020);
  const [lutItem] = root.items(0x20500010);
  const presentationLut = lutItem === undefined ? undefined : lutOfItem(lutItem, false, set, 'Presentation LUT', problems);
  return {
    ...(modalityLut === undefined ? {} : { modalityLut }),
    ...(rescale === undefined || modalityLut !== undefined ? {} : { rescale }),
    voi: readStateVoi(root, set, (rescale?.intercept ?? 0) < 0 || (rescale?.slope ?? 1) < 0, problems),
    ...(shape === 'INVERSE' || shape === 'IDENTITY' ? { presentationLutShape: shape } : {}),
    ...(presentationLut === undefined ? {} : { presentationLut }),
  };
}

async function drawn(
  root: TreeItem,
  set: CharacterSet,
  problems: string[],
): Promise<Pick<PresentationState, 'palette' | 'icc' | 'shutter' | 'overlays' | 'overlayLayers' | 'masks' | 'frameShutters' | 'native'>> {
  const palette = readPaletteColours(root, false, problems);
  const icc = profileOf(root);
  const shutter = readShutter(root, problems);
  const overlays = await readOverlays({ root, set, format: undefined, numberOfFrames: 1, cells: undefined }, problems);
  return {
    ...(palette === undefined ? {} : { palette }),
    ...(icc === undefined ? {} : { icc }),
    ...(shutter === undefined ? {} : { shutter }),
    masks: readMasks(root, set, problems),
    ...readFrameDisplay(root, problems),
    overlays,
    overlayLayers: OVERLAY_GROUPS.flatMap((group) => {
      const layer = root.text(group * 0x10000 + 0x1001);
      return layer === '' ? [] : [{ group, layer }];
    }),
  };
}

/** Spatial transformation and displayed areas (PS3.3 C.10.6, C.10.4). */
function space(root: TreeItem, problems: string[]): Pick<PresentationState, 'rotationDeg' | 'flipped' | 'areas'> {
  const [rotation = 0] = root.shorts(0x00700042);
  const rotationDeg = ([0, 90, 180, 270] as const).find((angle) => angle === rotation);
  if (rotationDeg === undefined) problems.push(`a rotation of ${rotation} degrees is not applied`);
  const areas = root
    .items(0x0070005a)
    .slice(0, 4096)
    .flatMap((item) => areaOf(item) ?? []);
  if (areas.length < Math.min(4096, root.items(0x0070005a).length))
    problems.push('a displayed area is not applied: it is incomplete, or of a picture of tiles');
  return { rotationDeg: rotationDeg ?? 0, flipped: root.text(0x00700041) === 'Y', areas };
}

function areaOf(item: TreeItem): PresentationState['areas'][number] | undefined {
  const [left, top] = item.longs(0x00700052);
  const [right, bottom] = item.longs(0x00700053);
  const mode = (['SCALE TO FIT', 'TRUE SIZE', 'MAGNIFY'] as const).find((name) => name === item.text(0x00700100));
  if (left === undefined || top === undefined || right === undefined || bottom === undefined || mode === undefined) return undefined;
  // Only tiled images have it: their areas count in the whole of the tiles.
  if (item.text(0x00480301) === 'VOLUME') return undefined;
  const [between, along] = item.decimals(0x00700101);
  const [vertical, horizontal] = item.decimals(0x00700102);
  const [magnification] = item.floats(0x00700103);
  return {
    images: imageReferences(item),
    topLeft: [left, top],
    bottomRight: [right, bottom],
    mode,
    ...(between === undefined || along === undefined || between <= 0 || along <= 0 ? {} : { spacing: [between, along] }),
    ...(vertical === undefined || horizontal === undefined || vertical <= 0 || horizontal <= 0 ? {} : { aspect: [vertical, horizontal] }),
    ...(magnification === undefined || magnification <= 0 ? {} : { magnification }),
  };
}
