import { countOf } from '../../ui';

/** What waits for archives that do not answer. An object that goes to several of them waits for each: it is counted so, and said to be. */
export function waitWords(waiting: number, archives: number): string {
  if (waiting === 0) return 'Nothing waits to be sent there.';
  const counted = archives > 1 ? ', counted once for each archive,' : '';
  const back = archives > 1 ? 'they are' : 'it is';
  return `${countOf(waiting, 'object waits', 'objects wait')} here${counted} and ${waiting === 1 ? 'is' : 'are'} sent when ${back} back.`;
}
