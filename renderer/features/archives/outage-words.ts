import { countOf } from '../../ui';

/** What waits for archives that do not answer. An object that goes to several of them waits for each: it is counted so, and said to be. */
export function waitWords(waiting: number, archives: number): string {
  if (waiting === 0) return 'Nothing waits to be sent there.';
  const counted = archives > 1 ? ', counted once for each archive,' : '';
  const back = archives > 1 ? 'they are' : 'it is';
  return `${countOf(waiting, 'object waits', 'objects wait')} here${counted} and ${waiting === 1 ? 'is' : 'are'} sent when ${back} back.`;
}

/** So many archives are named in a line. */
const MOST_NAMES = 6;

/** "MAIN, NORTH and SOUTH"; of many the first ones, and how many others there are. */
export function namesInLine(names: readonly string[]): string {
  const [first = ''] = names;
  if (names.length < 2) return first;
  const more = names.length - MOST_NAMES;
  if (more > 0) return `${names.slice(0, MOST_NAMES).join(', ')} and ${countOf(more, 'other', 'others')}`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** Results that wait because something could not be compared, at one archive with its reason, at several with where the reasons stand. `again`: when it is tried again. */
export function uncomparedWords(
  all: readonly { readonly node: string; readonly count: number; readonly why: string }[],
  again: string,
): { readonly what: string; readonly more: string } {
  const count = all.reduce((sum, one) => sum + one.count, 0);
  const reasons = [...new Set(all.map(({ why }) => why))];
  const [only = ''] = reasons;
  const why = reasons.length === 1 ? `${only.charAt(0).toUpperCase()}${only.slice(1)}.` : 'Why: see the details.';
  const counted = all.length > 1 ? ', counted once for each archive' : '';
  return {
    what: `${countOf(count, 'result waits', 'results wait')} here${counted}, not sent to ${namesInLine(all.map(({ node }) => node))}.`,
    more: `Nothing is lost. ${why}${again}`,
  };
}
