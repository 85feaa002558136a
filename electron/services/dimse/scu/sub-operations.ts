import { dimseStatus, type DimseStatus } from '@shared/dicom';
import type { CommandSet, SubOperationCounts } from '../command-set';
import { statusWords, type ScuResponse } from './exchange';
import type { ScuFailure } from './failure';
import { decodeIdentifier, encodeIdentifier, IdentifierFault, type QueryKeys } from './identifier';
import type { QueryLevel, QueryRoot } from './query-keys';

/** What to retrieve: unique keys of the level and those above it (PS3.4 C.4.2.1.4); a list of UIDs is joined by backslashes. */
export interface RetrieveKeys {
  readonly root: QueryRoot;
  readonly level: QueryLevel;
  readonly keys: QueryKeys;
}

/** How a C-MOVE or C-GET ended. The counters are the peer's words; what arrived is counted by ourselves. */
export type RetrieveEnd =
  | {
      readonly kind: 'answered';
      readonly status: DimseStatus;
      readonly words: string;
      /** As the final response said them, else the last pending one. */
      readonly counters: SubOperationCounts;
      /** (0008,0058), as the final response named them. */
      readonly failedUids: readonly string[];
    }
  /** The peer confirmed the cancel, or the association was aborted for it. */
  | { readonly kind: 'cancelled'; readonly counters: SubOperationCounts }
  | { readonly kind: 'failed'; readonly failure: ScuFailure; readonly counters: SubOperationCounts };

export const NO_COUNTS: SubOperationCounts = { remaining: undefined, completed: undefined, failed: undefined, warning: undefined };

/** A string: why the identifier cannot be written. */
export function retrieveIdentifier({ level, keys }: RetrieveKeys, TransferSyntaxUID: string): Buffer | string {
  try {
    // PS3.4 C.4.2.1.4: unique keys only; UIDs and Patient ID, so the default repertoire nearly always does.
    return encodeIdentifier({ QueryRetrieveLevel: level, ...keys }, TransferSyntaxUID, isAscii(keys) ? 'ASCII' : 'ISO_IR 192');
  } catch (error) {
    if (error instanceof IdentifierFault) return error.message;
    throw error;
  }
}

function isAscii(keys: QueryKeys): boolean {
  return Object.values(keys).every((value) => /^[\x20-\x7e]*$/.test(value));
}

/** Whether pending responses get further than any before: counts that stand still, or go to and fro for ever, are no progress (reliability O13). */
export function furtherCounts(): (command: CommandSet) => boolean {
  let most = 0;
  let least = Infinity;
  return ({ subOperations: { remaining = Infinity, completed = 0, failed = 0, warning = 0 } }) => {
    const done = completed + failed + warning;
    const isFurther = done > most || remaining < least;
    most = Math.max(most, done);
    least = Math.min(least, remaining);
    return isFurther;
  };
}

export function merged(last: SubOperationCounts, command: CommandSet): SubOperationCounts {
  const { remaining, completed, failed, warning } = command.subOperations;
  return {
    remaining: remaining ?? last.remaining,
    completed: completed ?? last.completed,
    failed: failed ?? last.failed,
    warning: warning ?? last.warning,
  };
}

/** The final response as a value. */
export function retrieveEnd(service: 'C-MOVE' | 'C-GET', name: string, response: ScuResponse, counters: SubOperationCounts, syntax: string): RetrieveEnd {
  const status = dimseStatus(service, response.status);
  if (status.category === 'cancel') return { kind: 'cancelled', counters };
  return { kind: 'answered', status, words: statusWords(name, status, response), counters, failedUids: failedUids(response, syntax) };
}

/** A list that cannot be read is as good as none: the caller compares with what it asked for (O11). */
function failedUids(response: ScuResponse, syntax: string): string[] {
  const match = response.dataSet === undefined ? {} : decodeIdentifier(response.dataSet, syntax);
  if (typeof match === 'string') return [];
  return (match.FailedSOPInstanceUIDList ?? response.command.strayFailedUids)
    .split('\\')
    .map((uid) => uid.trim())
    .filter((uid) => uid !== '');
}
