import { type CornerTable, type DisplaySet, linesAtLevel, type StackNote, type StudyRow, type TextLevel } from '@shared/domain';
import type { MprPlaneName } from '@shared/geometry';
import type { LoadCounts } from '../../imaging';
import { countText, nameLine, shownText } from '../../ui';
import { lossyText, type TextContext, textOf } from './corner-items';
import { PLANE_LETTERS } from './plane-letters';
import { wordsOfOther } from './prior-words';

/** One line of a corner. `raw` is what stands in the object, for the hover. */
export interface CornerLine {
  readonly text: string;
  readonly strong?: boolean;
  readonly raw?: string;
  /** Has the colour of this plane, beside its letter and word. */
  readonly plane?: MprPlaneName;
}

/** The texts of a viewport, from above to below in each corner. */
export interface CornerLines {
  readonly topLeft: readonly CornerLine[];
  readonly topRight: readonly CornerLine[];
  readonly bottomLeft: readonly CornerLine[];
  readonly bottomRight: readonly CornerLine[];
}

/** A viewport that is lower or narrower than this (CSS pixels) has room for the minimal texts only. */
const LEAST_HEIGHT = 260;
const LEAST_WIDTH = 300;

/** The level that there is room for: `minimal` in small viewports, unless the user wants all everywhere. */
export function levelWithin(level: TextLevel, size: { readonly width: number; readonly height: number }, fewerWhenSmall: boolean): TextLevel {
  const small = size.width > 0 && (size.height < LEAST_HEIGHT || size.width < LEAST_WIDTH);
  return small && fewerWhenSmall ? 'minimal' : level;
}

/** Who it is: stands there at every level and cannot be switched off. */
export function patientLines(study: StudyRow): CornerLine[] {
  return [
    { text: nameLine(study.PatientName), strong: true, raw: study.PatientName },
    { text: study.PatientID === '' ? 'ID not given' : `ID ${shownText(study.PatientID)}`, strong: true, raw: study.PatientID },
  ];
}

/** The mark of a study that is not the one that was opened. */
export function priorLines(study: StudyRow, current: StudyRow | undefined): CornerLine[] {
  return current === undefined ? [] : [{ text: wordsOfOther(study, current), strong: true }];
}

/**
 * All texts of a viewport by its table. What no table can take away: patient's name and id, the mark of a prior with its date, and that the image was compressed with loss.
 * `current`: the study that was opened, when this one is another.
 */
export function cornerLines(table: CornerTable, level: TextLevel, context: TextContext, current: StudyRow | undefined): CornerLines {
  const of = (corner: keyof CornerTable): CornerLine[] =>
    linesAtLevel(table[corner], level).flatMap((items) => {
      const texts = items.map((item) => textOf(item, context)).filter((text) => text !== '');
      return texts.length === 0 ? [] : [{ text: texts.join(', ') }];
    });
  const prior = priorLines(context.study, current);
  const top = of('topRight');
  const date = textOf('studyDate', context);
  const dated = prior.length === 0 || top.some((line) => line.text.includes(date)) ? [] : [{ text: date }];
  const lossy = lossyText(context.frame);
  return {
    topLeft: [...patientLines(context.study), ...of('topLeft')],
    topRight: [...prior, ...dated, ...top],
    bottomLeft: [...planeLines(context), ...of('bottomLeft')],
    bottomRight: [...(lossy === '' ? [] : [{ text: lossy }]), ...of('bottomRight')],
  };
}

/** What a plane is stands there at every level: "A axial, oblique 12°", "MPR, 0.80 x 0.80 mm", "slab 5 mm MAX". */
function planeLines({ plane }: TextContext): CornerLine[] {
  if (plane === undefined) return [];
  const oblique = plane.obliqueDeg < 0.5 ? '' : `, oblique ${plane.obliqueDeg.toFixed(0)}°`;
  return [{ text: `${PLANE_LETTERS[plane.name]} ${plane.name}${oblique}`, plane: plane.name }, ...plane.words.map((text) => ({ text }))];
}

/** A line in parts that it may be broken between: a figure stays with the word before it and with its unit. */
export function wholeParts(text: string): string[] {
  return text.split(/(?<=,) | (?=\()|(?<!\d) (?![-\d.])/);
}

export interface ViewportState {
  readonly level: 'calm' | 'attention' | 'danger';
  readonly text: string;
  /** What it is made of, on hover. */
  readonly more?: string;
}

/** So many gaps are named in the viewport; of more there is one line, their places are marked at the scrollbar. */
const MOST_GAPS = 2;

function noteLines(notes: readonly StackNote[]): ViewportState[] {
  const gaps = notes.flatMap((note) => (note.kind === 'missing' ? [note] : []));
  const line = (text: string, more?: string): ViewportState => ({ level: 'attention', text, ...(more === undefined ? {} : { more }) });
  if (gaps.length <= MOST_GAPS) return notes.map(({ text }) => line(text));
  const all = gaps.reduce((sum, { count }) => sum + count, 0);
  const others = notes.filter(({ kind }) => kind !== 'missing');
  const places = gaps.map(({ text }) => text).join('\n');
  return [line(`${countText(all)} images missing in ${countText(gaps.length)} places`, places), ...others.map(({ text }) => line(text))];
}

const SEVERITY: Readonly<Record<ViewportState['level'], number>> = { calm: 0, attention: 1, danger: 2 };

/** States at the bottom centre, the worst last. `others`: what else is said there, before those of the same level. */
export function stateLines(
  set: DisplaySet,
  counts: LoadCounts | undefined,
  study: StudyRow | undefined,
  failure: string,
  tableNotes: readonly string[] = [],
  others: readonly ViewportState[] = [],
): ViewportState[] {
  const out: ViewportState[] = [...others];
  if (study?.where.kind === 'arriving') {
    const { received, expected } = study.where;
    out.push({ level: 'calm', text: expected === undefined ? `arriving, ${received} here` : `arriving ${received} of ${expected}` });
  }
  if (counts !== undefined && counts.loaded + counts.failed < Math.min(counts.total, counts.room))
    out.push({ level: 'calm', text: `fetching ${counts.loaded} of ${counts.total}` });
  if (counts !== undefined && counts.room > 0 && counts.room < counts.total - counts.failed)
    out.push({ level: 'calm', text: `memory holds ${counts.room} of ${counts.total} images` });
  out.push(...noteLines(set.notes));
  for (const text of tableNotes) out.push({ level: 'attention', text });
  if (set.patient !== undefined) out.push({ level: 'danger', text: 'these images name another patient than their study' });
  else if (study?.identityConflict === true) out.push({ level: 'attention', text: 'objects of this study name different patients' });
  const bad = set.frames.filter((frame) => frame.cannotDecode !== undefined).length;
  if (failure !== '') out.push({ level: 'danger', text: failure });
  else if (bad > 0) out.push({ level: 'attention', text: `${bad} of ${set.frames.length} images cannot be decoded yet` });
  return out.sort((a, b) => SEVERITY[a.level] - SEVERITY[b.level]);
}
