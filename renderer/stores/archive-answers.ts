/** How one archive answers the question of the list. */
export interface ArchiveAnswer {
  readonly node: string;
  readonly state: 'asking' | 'complete' | 'limited' | 'cancelled' | 'failed';
  readonly matches: number;
  /** Why it failed, or that it left something out. */
  readonly words: string;
  /** ISO time of the end, or of the question. */
  readonly at: string;
  /** Not all that it said, or had said before it failed, is in the list. */
  readonly isLeftOut?: boolean;
}

/** How it answers one of its queries: free words that can be this or that are several. */
export interface QuestionAnswer extends ArchiveAnswer {
  /** Empty: it could not be asked. */
  readonly searchId: string;
  /** Study Instance UIDs that it named so far. */
  readonly studies: ReadonlySet<string>;
}

/**
 * One answer of each archive out of those to its queries: at work as long as one is, a study that several found is counted once. Where some failed and others
 * did not, it has answered, and what failed is said beside it.
 */
export function mergedAnswers(questions: readonly QuestionAnswer[]): ArchiveAnswer[] {
  const nodes = [...new Set(questions.map(({ node }) => node))];
  return nodes.map((node) => merged(questions.filter((question) => question.node === node)));
}

function merged(all: readonly QuestionAnswer[]): ArchiveAnswer {
  const [first] = all;
  if (first === undefined) throw new Error('no question');
  const { searchId: _id, studies: _studies, ...alone } = first;
  if (all.length === 1) return alone;
  const states = all.map(({ state }) => state);
  const state = (['asking', 'limited', 'cancelled', 'complete'] as const).find((one) => states.includes(one)) ?? 'failed';
  return {
    ...{ node: first.node, state, ...(all.some(({ isLeftOut }) => isLeftOut) && { isLeftOut: true }) },
    matches: new Set(all.flatMap(({ studies }) => [...studies])).size,
    words: [...new Set(all.map(({ words }) => words).filter((words) => words !== ''))].join(' '),
    at:
      all
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? first.at,
  };
}
