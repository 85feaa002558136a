import type { ContentCheck, DisplaySet, StudyRow, ViewedCounts } from '@shared/domain';
import { clockText, countOf, countText, dateText } from '../../ui';

/** One figure of "Complete?": a count, or words where there is none. `equal`: it is the same number as the figure before it. */
export interface CompleteFigure {
  readonly name: 'expected' | 'received' | 'decodable' | 'viewed';
  readonly value: string;
  readonly known: boolean;
  readonly equal: boolean;
  /** Fewer than the figure before it: a person should look. */
  readonly short: boolean;
  readonly explained: string;
}

export interface DecodableCount {
  /** Objects with pixels. */
  readonly images: number;
  /** Those of which every frame can be decoded here. */
  readonly decodable: number;
  /** Why the others cannot, each reason once. */
  readonly reasons: readonly string[];
}

/** Counts objects, not frames: an image with one frame that cannot be decoded is not decodable. */
export function decodableOf(sets: readonly DisplaySet[]): DecodableCount {
  const images = new Set<string>();
  const broken = new Set<string>();
  const reasons = new Set<string>();
  for (const frame of sets.flatMap((set) => set.frames)) {
    images.add(frame.SOPInstanceUID);
    if (frame.cannotDecode === undefined) continue;
    broken.add(frame.SOPInstanceUID);
    reasons.add(frame.cannotDecode);
  }
  return { images: images.size, decodable: images.size - broken.size, reasons: [...reasons] };
}

/** The figures of one study. What nobody said or checked is named so and never guessed. */
export function completeFigures(
  row: Pick<StudyRow, 'instanceCount' | 'where' | 'at'>,
  sets: readonly DisplaySet[] | undefined,
  viewed: ViewedCounts | undefined,
  fetched?: number,
): CompleteFigure[] {
  const { expected, by } = expectation(row, fetched);
  const received = row.instanceCount;
  return [
    {
      name: 'expected',
      value: expected === undefined ? 'not stated' : countText(expected),
      known: expected !== undefined,
      equal: false,
      short: false,
      explained: by,
    },
    {
      name: 'received',
      value: countText(received),
      known: true,
      equal: expected === received,
      short: fetched === undefined && row.where.kind === 'here' && expected !== undefined && received < expected,
      explained: 'Objects that were acknowledged and are kept on disk.',
    },
    decodableFigure(received, sets),
    viewedFigure(viewed, sets),
  ];
}

/** How many objects the study has, by whom that is known: an archive's own list of them, its count in a search, what a sender said. */
function expectation(row: Pick<StudyRow, 'where' | 'at'>, fetched: number | undefined): { readonly expected: number | undefined; readonly by: string } {
  if (fetched !== undefined) return { expected: fetched, by: 'What the archive listed or counted when it was asked for them.' };
  const most = [...(row.at ?? [])].sort((a, b) => (b.instanceCount ?? 0) - (a.instanceCount ?? 0))[0];
  if (most?.instanceCount !== undefined) return { expected: most.instanceCount, by: `What ${most.node} said when it was searched.` };
  const expected = row.where.kind === 'arriving' ? row.where.expected : undefined;
  const by = expected === undefined ? 'Nobody said how many objects belong to this study.' : 'What the sender said is to come.';
  return { expected, by };
}

function viewedFigure(viewed: ViewedCounts | undefined, sets: readonly DisplaySet[] | undefined): CompleteFigure {
  if (viewed === undefined)
    return { name: 'viewed', value: 'not counted', known: false, equal: false, short: false, explained: 'Nothing of this study is here.' };
  const { whole, part } = viewed;
  const decodable = sets === undefined ? undefined : decodableOf(sets).decodable;
  const parts = [
    `${countOf(whole, 'image has', 'images have')} stood on the screen here, with every frame.`,
    part > 0 ? `Of ${countOf(part, 'more', 'more')} only some frames did.` : '',
    'What left the cache and came again counts anew.',
  ];
  return {
    name: 'viewed',
    value: countText(whole),
    known: true,
    equal: decodable !== undefined && decodable > 0 && whole === decodable,
    short: false,
    explained: parts.filter((text) => text !== '').join(' '),
  };
}

function decodableFigure(received: number, sets: readonly DisplaySet[] | undefined): CompleteFigure {
  if (sets === undefined) {
    const explained = 'Whether every image can be decoded here was not checked: it is when the study is opened.';
    return { name: 'decodable', value: 'not checked', known: false, equal: false, short: false, explained };
  }
  const { images, decodable, reasons } = decodableOf(sets);
  const others = received - images;
  const parts = [
    `By their headers ${countText(decodable)} of ${countOf(images, 'image', 'images')} can be decoded here.`,
    others > 0 ? `${countOf(others, 'object is', 'objects are')} no image.` : '',
    reasons.length > 0 ? `Cannot: ${reasons.join('; ')}.` : '',
  ];
  return {
    name: 'decodable',
    value: countText(decodable),
    known: true,
    equal: decodable === received,
    short: decodable < images,
    explained: parts.filter((part) => part !== '').join(' '),
  };
}

/** What is known of the content under the UIDs that an archive lists: its list alone does not tell whether an image was replaced. */
export function contentWords({ node, compared, total, at }: ContentCheck, locale: string): { readonly text: string; readonly explained: string } {
  const explained = `${node} lists the UIDs: that proves their presence, not their content. Copies of some are fetched and compared each time the study is opened, and in the outage set; of the others in quiet moments afterwards.`;
  if (at === undefined || compared === 0) return { text: `${node}: present by UID; content not compared since it came`, explained };
  const when = `${dateText(dayOf(at), locale)} ${clockText(at, locale)}`;
  const how = compared >= total ? `content of all ${countText(total)} compared` : `content of ${countText(compared)} of ${countText(total)} compared`;
  return { text: `${node}: present by UID; ${how}, last ${when}`, explained };
}

/** The day here as a DA (PS3.5 6.2). */
function dayOf(iso: string): string {
  const date = new Date(iso);
  return `${String(date.getFullYear())}${String(date.getMonth() + 1).padStart(2, '0')}${String(date.getDate()).padStart(2, '0')}`;
}
