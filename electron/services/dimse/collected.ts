import { NO_DATA_SET, type CommandSet } from './command-set';
import type { DataSetConsumer } from './storage-lane';

/** Longest data set of a message that is taken whole: 50,000 references of 150 bytes. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Takes the data set of a message whole and hands it to `done`, at once where the command says that none follows. Undefined bytes: none came, or more than a
 * message of this kind can be.
 */
export function collected(command: CommandSet, done: (bytes: Buffer | undefined) => void): DataSetConsumer | undefined {
  if (command.dataSetType === undefined || command.dataSetType === NO_DATA_SET) {
    done(undefined);
    return undefined;
  }
  const parts: Buffer[] = [];
  let length = 0;
  return {
    write: (bytes) => {
      length += bytes.length;
      if (length <= MOST_BYTES) parts.push(Buffer.from(bytes));
      else parts.length = 0;
    },
    end: () => done(length <= MOST_BYTES ? Buffer.concat(parts) : undefined),
    abort: () => undefined,
  };
}
