import { dimseStatus, type DimseStatus } from '@shared/dicom';
import { commandElements, commandFields, dimseStatus as answers, type CommandSet } from '../command-set';
import {
  ALL_COMMITTED,
  COMMITMENT_SOP_CLASS,
  COMMITMENT_SOP_INSTANCE,
  type CommitmentReport,
  type CommitmentRequest,
  decodeCommitmentReport,
  encodeCommitmentReport,
  encodeCommitmentRequest,
  FAILURES_EXIST,
  REQUEST_COMMITMENT,
} from '../commitment';
import type { RoleSelection } from '../association-items';
import type { AcceptedContext } from '../negotiation';
import { collected } from '../collected';
import type { DataSetConsumer } from '../storage-lane';
import { statusWords } from './exchange';
import { scuFailure, type ScuFailure } from './failure';
import { IDENTIFIER_SYNTAXES } from './identifier';
import type { ScuTarget, ScuTimeouts } from './options';
import type { AssociationPool } from './pool';
import type { ScuAssociation } from './scu-association';

/** How an N-ACTION or N-EVENT-REPORT of storage commitment ended. */
export type CommitmentEnd =
  /** Status 0x0000 or a warning: the peer has taken it. For a request this is no proof yet: the report is. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly status: DimseStatus; readonly isTransient: boolean; readonly words: string }
  /** Nothing was sent, or the peer offers no storage commitment (`failure.cause` "noContext"). */
  | { readonly kind: 'failed'; readonly failure: ScuFailure }
  /** Sent, and no response: the peer may have taken it. Ask again with a new transaction UID. */
  | { readonly kind: 'unknown'; readonly words: string }
  | { readonly kind: 'cancelled' };

export interface CommitmentWish extends CommitmentRequest {
  /** A report that comes on the same association (PS3.4 J.3.3 allows both); others come to our node. Returns the status to answer with. */
  readonly onReport?: (report: CommitmentReport) => number;
  /** How long the association is kept open for it once the request was accepted; 0: not at all. */
  readonly waitMs?: number;
}

/**
 * Asks a node to take responsibility for objects (N-ACTION, PS3.4 J.3.2). Resolves when the request is answered and, when `waitMs` says so, the report has come
 * or the wait is over. Never rejects.
 */
export async function requestCommitment(
  pool: AssociationPool,
  target: ScuTarget,
  wish: CommitmentWish,
  signal: AbortSignal,
  timeouts?: Partial<ScuTimeouts>,
): Promise<CommitmentEnd> {
  return withAssociation(pool, target, undefined, signal, timeouts, async (association, context) => {
    let reported: (() => void) | undefined;
    const report = new Promise<void>((resolve) => {
      reported = resolve;
    });
    const off = association.onRequest((on, command) =>
      receiveReport(association, on, command, (found) => {
        const status = found.transactionUid === wish.transactionUid ? (wish.onReport?.(found) ?? answers.processingFailure) : answers.noSuchInstance;
        if (status === 0) reported?.();
        return status;
      }),
    );
    try {
      const elements = [
        [commandElements.RequestedSOPInstanceUID, COMMITMENT_SOP_INSTANCE],
        [commandElements.ActionTypeID, REQUEST_COMMITMENT],
      ] as const;
      const dataSet = encodeCommitmentRequest(wish, context.transferSyntax);
      const end = await ask(association, 'N-ACTION', { context, commandField: commandFields.nActionRq, elements, dataSet, namesClassAs: 'requested' }, signal);
      if (end.kind === 'accepted' && wish.onReport !== undefined) await soon(report, wish.waitMs ?? 0, association, signal);
      return end;
    } finally {
      off();
    }
  });
}

/** Tells a node that asked us what came of its request (N-EVENT-REPORT as SCP on an association of our own, PS3.4 J.3.3). Never rejects. */
export async function reportCommitment(
  pool: AssociationPool,
  target: ScuTarget,
  report: CommitmentReport,
  signal: AbortSignal,
  timeouts?: Partial<ScuTimeouts>,
): Promise<CommitmentEnd> {
  // PS3.7 D.3.3.4: we open the association and are the SCP of the class all the same
  const roles = [{ sopClassUid: COMMITMENT_SOP_CLASS, scu: false, scp: true }];
  return withAssociation(pool, target, roles, signal, timeouts, (association, context) => {
    const elements = [
      [commandElements.AffectedSOPInstanceUID, COMMITMENT_SOP_INSTANCE],
      [commandElements.EventTypeID, report.failed.length === 0 ? ALL_COMMITTED : FAILURES_EXIST],
    ] as const;
    const dataSet = encodeCommitmentReport(report, context.transferSyntax);
    return ask(association, 'N-EVENT-REPORT', { context, commandField: commandFields.nEventReportRq, elements, dataSet }, signal);
  });
}

async function withAssociation(
  pool: AssociationPool,
  target: ScuTarget,
  roles: readonly RoleSelection[] | undefined,
  signal: AbortSignal,
  timeouts: Partial<ScuTimeouts> | undefined,
  work: (association: ScuAssociation, context: AcceptedContext) => Promise<CommitmentEnd>,
): Promise<CommitmentEnd> {
  const contexts = [{ abstractSyntax: COMMITMENT_SOP_CLASS, transferSyntaxes: IDENTIFIER_SYNTAXES }];
  const lease = await pool.lease({ target, contexts, ...(roles && { roles }), ...(timeouts && { timeouts }) }, signal);
  if ('failure' in lease) return lease.failure.cause === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', failure: lease.failure };
  try {
    const context = lease.association.contextFor(COMMITMENT_SOP_CLASS);
    if (context === undefined) return { kind: 'failed', failure: scuFailure('noContext', `${target.calledAeTitle} does not offer storage commitment.`) };
    return await work(lease.association, context);
  } finally {
    // a report belongs to whoever asked: nothing else is done on this association
    lease.giveBack(false);
  }
}

type Asked = Pick<Parameters<ScuAssociation['exchange']>[0], 'context' | 'commandField' | 'elements' | 'dataSet' | 'namesClassAs'>;

async function ask(association: ScuAssociation, service: 'N-ACTION' | 'N-EVENT-REPORT', asked: Asked, signal: AbortSignal): Promise<CommitmentEnd> {
  const name = association.calledAeTitle;
  const exchange = association.exchange({ ...asked, canCancel: false }, signal);
  const next = await exchange.next();
  await exchange.return(undefined);
  if (next.done) {
    const failure = next.value ?? scuFailure('closed', 'The association ended.');
    return { kind: 'unknown', words: `${failure.words} Whether ${name} took the message is not known.` };
  }
  const status = dimseStatus(service, next.value.status);
  if (status.category === 'success' || status.category === 'warning') return { kind: 'accepted' };
  return { kind: 'refused', status, isTransient: status.remedy === 'retry', words: statusWords(name, status, next.value) };
}

/** Until the report has come, the association ends, the time is over or nobody wants it any more. */
async function soon(report: Promise<void>, ms: number, association: ScuAssociation, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const over = new Promise<void>((resolve) => {
    stop = resolve;
    timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
  await Promise.race([report, over, association.ended]);
  clearTimeout(timer);
  if (stop !== undefined) signal.removeEventListener('abort', stop);
}

function receiveReport(
  association: ScuAssociation,
  context: AcceptedContext,
  command: CommandSet,
  take: (report: CommitmentReport) => number,
): DataSetConsumer | undefined {
  const respond = (status: number, comment?: string): void => association.respond(context, command, status, comment);
  if (command.commandField !== commandFields.nEventReportRq || command.affectedSopClassUid !== COMMITMENT_SOP_CLASS) {
    return collected(command, () => respond(answers.unrecognizedOperation, 'Operation not supported here'));
  }
  return collected(command, (bytes) => {
    const report = bytes === undefined ? 'event information missing' : decodeCommitmentReport(bytes, context.transferSyntax);
    if (typeof report === 'string') respond(answers.invalidArgument, report);
    else respond(take(report));
  });
}
