import type { CharacterSet } from '@shared/dicom';
import type { MaskSubtraction, RegionShifts } from '@shared/domain';
import type { TreeItem } from '../part10';

const MASK_SUBTRACTION_SEQUENCE = 0x00286100;
const PIXEL_SHIFT_SEQUENCE = 0x00289501;
const MOST_VERTICES = 1024;
const MOST_ITEMS = 64;
const MOST_FRAMES = 256;
const OPERATIONS = ['AVG_SUB', 'TID', 'REV_TID'] as const;

/** Mask subtractions of an image or a presentation state (PS3.3 C.7.6.10, C.11.13); what is none of those known is named in `problems`. */
export function readMasks(root: TreeItem, set: CharacterSet, problems: string[]): MaskSubtraction[] {
  const items = root.items(MASK_SUBTRACTION_SEQUENCE);
  if (items.length > MOST_ITEMS) problems.push(`only the first ${MOST_ITEMS} of ${items.length} mask subtractions are read`);
  return items.slice(0, MOST_ITEMS).flatMap((item) => {
    const operation = item.text(0x00286101);
    if (operation === 'NONE' || operation === '') return [];
    const known = OPERATIONS.find((one) => one === operation);
    if (known === undefined) {
      problems.push(`the mask operation ${operation} is not applied`);
      return [];
    }
    return [{ ...maskOf(item, known, set), ...ofState(item) }];
  });
}

/** What the items of XA/XRF states say beside those of images (PS3.3 C.11.19). */
function ofState(item: TreeItem): Pick<MaskSubtraction, 'images' | 'byRegion'> {
  const images = item
    .items(0x00081140)
    .map((reference) => reference.text(0x00081155))
    .filter((uid) => uid !== '')
    .slice(0, MOST_ITEMS);
  const byRegion = item.items(PIXEL_SHIFT_SEQUENCE).slice(0, MOST_ITEMS).map(regionShifts);
  return { ...(images.length === 0 ? {} : { images }), ...(byRegion.length === 0 ? {} : { byRegion }) };
}

function regionShifts(item: TreeItem): RegionShifts {
  return {
    range: item.shorts(0x00289506).slice(0, MOST_FRAMES),
    regions: item
      .items(0x00289502)
      .slice(0, MOST_ITEMS)
      .map((region) => {
        const [rows = 0, columns = 0] = region.floats(0x00286114);
        const values = region.signedShorts(0x00289503).slice(0, 2 * MOST_VERTICES);
        const vertices = Array.from({ length: values.length >> 1 }, (_, at): [number, number] => [values[2 * at] ?? 0, values[2 * at + 1] ?? 0]);
        return { shift: [rows, columns] as [number, number], ...(vertices.length === 0 ? {} : { vertices }) };
      }),
  };
}

function maskOf(item: TreeItem, operation: MaskSubtraction['operation'], set: CharacterSet): MaskSubtraction {
  const [rows = 0, columns = 0] = item.floats(0x00286114);
  const [averaging = 1] = item.shorts(0x00286112);
  const [id] = item.shorts(0x00289416);
  return {
    operation,
    frames: item.shorts(0x00286110).slice(0, MOST_FRAMES),
    contrastAveraging: Math.min(MOST_FRAMES, Math.max(1, averaging)),
    tidOffset: item.signedShorts(0x00286120)[0] ?? 1,
    shift: [rows, columns],
    range: item.shorts(0x00286102).slice(0, MOST_FRAMES),
    explanation: item.localText(0x00286190, set),
    ...(id === undefined ? {} : { id }),
  };
}
