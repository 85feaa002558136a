import type { DisplaySet } from '@shared/domain';
import { countOf, countText } from '../../ui';
import { kindMark, objectOf } from '../objects';

/** A part of what is said of a series in the rail. A long word is cut before its figure: the figure is what tells the series apart. */
export interface RailPart {
  readonly words: string;
  /** "2", "1000 s/mm²"; empty: the part ends with none, and is written out over several lines. */
  readonly figure: string;
}

export function railParts(about: readonly string[]): RailPart[] {
  return about.map((part, at) => {
    const comma = at < about.length - 1 ? ',' : '';
    const [, words, figure] = /^(.*\S)\s(\S*\d\S*(?:\s[^\s\d]+)?)$/.exec(part) ?? [];
    return words === undefined || figure === undefined ? { words: `${part}${comma}`, figure: '' } : { words, figure: `${figure}${comma}` };
  });
}

/** "4 AXIAL 2.0": the number of the series and what it is called; without a description what is in it. */
export function nameOfSet({ SeriesNumber, SeriesDescription, label, Modality }: DisplaySet): string {
  return [SeriesNumber, SeriesDescription === '' ? (label === '' ? Modality : label) : SeriesDescription].join(' ');
}

/** "150 images", "report", "segmentation, not shown, 3". */
export function kindOfSet(set: DisplaySet): string {
  const object = objectOf(set);
  if (object === undefined) return set.kind === 'notShown' ? 'stored, not shown' : countOf(set.frames.length, 'image', 'images');
  const { words, isShown } = kindMark(object.kind);
  const count = object.objects.length;
  return `${words}${isShown || words.startsWith('stored') ? '' : ', not shown'}${count > 1 ? `, ${countText(count)}` : ''}`;
}
