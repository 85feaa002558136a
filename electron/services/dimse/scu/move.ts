import { commandElements, commandFields } from '../command-set';
import { isPending, takeUntil } from './exchange';
import { scuFailure } from './failure';
import { IDENTIFIER_SYNTAXES } from './identifier';
import type { ScuTarget, ScuTimeouts } from './options';
import type { AssociationPool } from './pool';
import { QUERY_SOP_CLASSES, queryContexts } from './query-keys';
import { furtherCounts, merged, NO_COUNTS, retrieveEnd, retrieveIdentifier, type RetrieveEnd, type RetrieveKeys } from './sub-operations';
import type { SubOperationCounts } from '../command-set';

/** An object that this node took (stored, or here before with the same content) or refused. */
export interface Arrival {
  readonly StudyInstanceUID: string | undefined;
  readonly SOPInstanceUID: string;
  readonly isHere: boolean;
  /** Why it was refused, in the words of the store. */
  readonly reason?: string;
}

/** Tells of every object that comes by any association; returns the end of the subscription. */
export type ArrivalSource = (listener: (arrival: Arrival) => void) => () => void;

export interface MoveRequest extends RetrieveKeys {
  /** AE title that the peer sends to: ours, as the peer has it registered. */
  readonly destination: string;
  /** Which arrivals belong to this move. */
  readonly isOurs: (arrival: Arrival) => boolean;
  /** Chosen by who asks: the objects that come for it name it (Move Originator Message ID). */
  readonly messageId?: number;
  readonly onProgress?: (counters: SubOperationCounts, arrived: number) => void;
}

export interface MoveResult {
  readonly end: RetrieveEnd;
  /** UIDs that arrived here while the move ran: the truth (reliability O12). */
  readonly arrived: ReadonlySet<string>;
  /** Objects that came and were refused here, with the reason. */
  readonly refused: ReadonlyMap<string, string>;
}

export interface MoveParts {
  readonly pool: AssociationPool;
  readonly arrivals: ArrivalSource;
}

/** C-MOVE (PS3.7 9.1.4, PS3.4 C.4.2) to a node of ours. Never throws for what the peer does. */
export async function move(
  parts: MoveParts,
  target: ScuTarget,
  request: MoveRequest,
  signal: AbortSignal,
  timeouts?: Partial<ScuTimeouts>,
): Promise<MoveResult> {
  const arrived = new Set<string>();
  const refused = new Map<string, string>();
  const result = (end: RetrieveEnd): MoveResult => ({ end, arrived, refused });
  const abstractSyntax = QUERY_SOP_CLASSES[request.root].move;
  const wish = { target, contexts: queryContexts(request.root, IDENTIFIER_SYNTAXES), ...(timeouts && { timeouts }) };
  const lease = await parts.pool.lease(wish, signal);
  if ('failure' in lease)
    return result(signal.aborted ? { kind: 'cancelled', counters: NO_COUNTS } : { kind: 'failed', failure: lease.failure, counters: NO_COUNTS });
  const { association } = lease;
  const name = association.calledAeTitle;
  let counters = NO_COUNTS;
  const off = parts.arrivals((arrival) => {
    if (!request.isOurs(arrival)) return;
    if (arrival.isHere) arrived.add(arrival.SOPInstanceUID);
    else refused.set(arrival.SOPInstanceUID, arrival.reason ?? 'refused');
    association.progress();
    request.onProgress?.(counters, arrived.size);
  });
  try {
    const context = association.contextFor(abstractSyntax);
    if (!context) return result({ kind: 'failed', failure: scuFailure('noContext', `${name} does not offer C-MOVE.`), counters });
    const dataSet = retrieveIdentifier(request, context.transferSyntax);
    if (typeof dataSet === 'string') return result({ kind: 'failed', failure: scuFailure('local', `The request cannot be sent: ${dataSet}.`), counters });
    const exchange = association.exchange(
      {
        context,
        commandField: commandFields.cMoveRq,
        elements: [
          [commandElements.MoveDestination, request.destination],
          [commandElements.Priority, 0],
        ],
        dataSet,
        ...(request.messageId !== undefined && { messageId: request.messageId }),
        canCancel: true,
        isProgress: furtherCounts(),
      },
      signal,
    );
    return await takeUntil(
      exchange,
      (response) => {
        counters = merged(counters, response.command);
        request.onProgress?.(counters, arrived.size);
        return isPending(response.status) ? undefined : result(retrieveEnd('C-MOVE', name, response, counters, context.transferSyntax));
      },
      (failure = scuFailure('closed', `${name} ended without a final response.`)) =>
        result(signal.aborted ? { kind: 'cancelled', counters } : { kind: 'failed', failure, counters }),
    );
  } finally {
    off();
    lease.giveBack();
  }
}
