import type { CharacterSet } from '@shared/dicom';
import type { PresentationState, VoiWindow } from '@shared/domain';
import type { TreeItem } from '../part10';
import { imageReferences } from './read-annotations';
import { lutOfItem } from './read-lut';

const MAX_ITEMS = 4096;

/** Softcopy VOI LUT Sequence (PS3.3 C.11.8): windows or tables, each for the images that it names. */
export function readStateVoi(root: TreeItem, set: CharacterSet, isSigned: boolean, problems: string[]): PresentationState['voi'] {
  return root
    .items(0x00283110)
    .slice(0, MAX_ITEMS)
    .map((item) => ({
      images: imageReferences(item),
      windows: windowsOf(item, set),
      luts: item.items(0x00283010).flatMap((lut, index) => lutOfItem(lut, isSigned, set, `VOI LUT ${index + 1}`, problems) ?? []),
    }));
}

function windowsOf(item: TreeItem, set: CharacterSet): VoiWindow[] {
  const widths = item.decimals(0x00281051);
  const names = item.localText(0x00281055, set).split('\\');
  const stated = item.text(0x00281056);
  const found = stated === 'LINEAR_EXACT' || stated === 'SIGMOID' ? stated : 'LINEAR';
  return item.decimals(0x00281050).flatMap((center, index) => {
    const width = widths[index];
    if (width === undefined || width <= 0 || (found === 'LINEAR' && width < 1)) return [];
    return [{ center, width, explanation: names[index]?.trim() ?? '', function: found }];
  });
}
