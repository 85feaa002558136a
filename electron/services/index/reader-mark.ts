import { READER_VERSION } from '../part10';
import type { Index } from './types';

const MARK = 'reader';

/** All rows are those of this reader. */
export function noteReader(index: Pick<Index, 'setMark'>): void {
  index.setMark(MARK, READER_VERSION);
}

/**
 * Why rows must be made again because an older reader noted less of the objects (an enhanced MR would have no order and no greys of its own); undefined when they
 * are of this one. An empty index is of this one from now on.
 */
export function readerFault(index: Pick<Index, 'mark' | 'setMark' | 'counts'>): string | undefined {
  if (index.counts().objects === 0) noteReader(index);
  const isOlder = (index.mark(MARK) ?? 0) < READER_VERSION;
  return isOlder ? 'an older version of this program made it, and this one reads more from the files' : undefined;
}
