import type { ArchiveAnswer } from '../../stores';
import { countOf } from '../../ui';

/** What the archives answer, as the line of the list says it. */
export interface ArchiveWords {
  /** Beside the chip that names the archive: how many rows, and what is not as usual. */
  readonly short: string;
  /** When the only archive answered, "at 08:14"; empty where there is none, or where several did. */
  readonly time: string;
  /** "; asked as name": what free words were taken for. */
  readonly asked: string;
  /** All of it: on hover, and for a screen reader. */
  readonly whole: string;
}

/** In few words and in all; those that failed are said apart. `clock`: an ISO time as it is shown. */
export function archiveWords(answers: readonly ArchiveAnswer[], takenAs: string, clock: (iso: string) => string): ArchiveWords {
  const said = answers.filter(({ state }) => state !== 'failed');
  const [first] = said;
  if (first === undefined) return { short: '', time: '', asked: '', whole: '' };
  // One that failed has a name in the chip too: then it is not plain whose rows these are.
  const isAlone = answers.length === 1;
  const asked = takenAs === '' ? '' : `; asked as ${takenAs}`;
  return {
    short: said.map((answer) => (isAlone ? rowsOf(answer) : `${answer.node} ${rowsOf(answer)}`)).join('; '),
    time: isAlone && first.state === 'complete' && first.words === '' ? ` at ${clock(first.at)}` : '',
    asked,
    whole: `${said.map((answer) => wholeOf(answer, clock)).join('; ')}${asked}`,
  };
}

/** What too many searches at once, or too many rows, cost. */
export const LEFT_OUT = 'not all in the list, ask fewer archives at once';

const rowsText = ({ matches, isLeftOut }: ArchiveAnswer): string => `${countOf(matches, 'row', 'rows')}${isLeftOut === true ? ` (${LEFT_OUT})` : ''}`;

function rowsOf(answer: ArchiveAnswer): string {
  const { state, words } = answer;
  const rows = rowsText(answer);
  if (state === 'asking') return `${rows} so far`;
  if (state === 'cancelled') return `stopped at ${rows}`;
  if (state === 'limited') return `only the first ${rows}`;
  return words === '' ? rows : `${rows}. ${words}`;
}

function wholeOf(answer: ArchiveAnswer, clock: (iso: string) => string): string {
  const { node, state, at, words } = answer;
  const rows = rowsText(answer);
  if (state === 'asking') return `${node} is answering, ${rows}`;
  if (state === 'cancelled') return `${node} stopped at ${rows}`;
  if (state === 'limited') return `${node} ${clock(at)}: only the first ${rows}, narrow the search`;
  return `${node} answered ${clock(at)}, ${rows}${words === '' ? '' : `. ${words}`}`;
}
