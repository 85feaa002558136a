import type { CharacterSet } from '@shared/dicom';
import type { Lut } from '@shared/domain';
import { readLut } from '@shared/grayscale';
import type { TreeItem } from '../part10';

const DESCRIPTOR = 0x00283002;
const EXPLANATION = 0x00283003;
const DATA = 0x00283006;

/** One item of a Modality, VOI or Presentation LUT Sequence; undefined, and said in `problems`, where it makes no table. */
export function lutOfItem(item: TreeItem, firstIsSigned: boolean, set: CharacterSet, name: string, problems: string[]): Lut | undefined {
  const [entries, first, bits] = item.shorts(DESCRIPTOR).map((value) => value & 0xffff);
  if (entries === undefined || first === undefined || bits === undefined) {
    problems.push(`${name} cannot be used: its descriptor does not have three values`);
    return undefined;
  }
  const read = readLut({
    descriptor: { entries, first, bits },
    firstIsSigned: firstIsSigned || item.element(DESCRIPTOR)?.vr === 'SS',
    data: item.bytes(DATA),
    isLittleEndian: item.isLittleEndian,
    explanation: item.localText(EXPLANATION, set).slice(0, 128),
  });
  if (!read.ok) {
    problems.push(`${name} cannot be used: ${read.reason}`);
    return undefined;
  }
  for (const note of read.notes) problems.push(`${name}: ${note}`);
  return read.lut;
}
