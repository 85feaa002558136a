import type { PresentationState } from '@shared/domain';
import type { TreeItem } from '../part10';
import { imageReferences } from './read-annotations';
import { readShutter } from './read-shutter';

const FRAME_DISPLAY_SHUTTER_SEQUENCE = 0x00189472;
const MULTI_FRAME_PRESENTATION_SEQUENCE = 0x00289505;
const FRAME_DISPLAY_SEQUENCE = 0x00089458;
const PIXEL_INTENSITY_RELATIONSHIP_LUT_SEQUENCE = 0x00289422;
const MAX_ITEMS = 4096;

/** What XA/XRF states say frame by frame (PS3.3 C.11.20, C.11.21). What of it is not applied is named in `problems`. */
export function readFrameDisplay(root: TreeItem, problems: string[]): Pick<PresentationState, 'frameShutters' | 'native'> {
  const frameShutters = root
    .items(FRAME_DISPLAY_SHUTTER_SEQUENCE)
    .slice(0, MAX_ITEMS)
    .flatMap((item) => {
      const shutter = readShutter(item, problems);
      return shutter === undefined ? [] : [{ images: imageReferences(item), shutter }];
    });
  const native = root
    .items(MULTI_FRAME_PRESENTATION_SEQUENCE)
    .slice(0, MAX_ITEMS)
    .flatMap((item) => nativeFrames(item, problems));
  if (root.has(PIXEL_INTENSITY_RELATIONSHIP_LUT_SEQUENCE)) say(problems, 'a Pixel Intensity Relationship LUT of the state is not applied');
  return { frameShutters, native: native.slice(0, MAX_ITEMS) };
}

function nativeFrames(item: TreeItem, problems: string[]): PresentationState['native'] {
  const images = imageReferences(item);
  const parts = item.items(FRAME_DISPLAY_SEQUENCE).slice(0, MAX_ITEMS);
  if (parts.length > 0) say(problems, 'the play-back of the state is not taken over');
  return [item, ...parts].flatMap((part) => {
    const [filter = 0] = part.floats(0x00289411);
    const [visible = 0] = part.floats(0x00289478);
    if (filter > 0) say(problems, 'the edge enhancement of the state is not applied');
    if (visible > 0 && visible < 100) say(problems, `the state leaves ${Number(visible.toFixed(1))} % of the mask visible: subtracted in full`);
    const [first = 1] = part.decimals(0x00082142);
    const [last = Infinity] = part.decimals(0x00082143);
    const isNative = part.text(0x00281090) === 'NAT' || visible >= 100;
    return isNative && Number.isInteger(first) ? [{ images, first, last: Number.isInteger(last) ? last : 2 ** 31 - 1 }] : [];
  });
}

function say(problems: string[], words: string): void {
  if (!problems.includes(words)) problems.push(words);
}
