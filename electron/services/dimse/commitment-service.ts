import { commandElements, commandFields, dimseStatus } from './command-set';
import {
  COMMITMENT_SOP_INSTANCE,
  ALL_COMMITTED,
  type CommitmentReport,
  type CommitmentRequest,
  decodeCommitmentReport,
  decodeCommitmentRequest,
  FAILURES_EXIST,
  REQUEST_COMMITMENT,
} from './commitment';
import type { Peer, Reply, ServedRequest, Service } from './served';
import type { AssociationFacts } from './types';

/** Who answers for storage commitment. What it returns is the status of the response: 0x0000 only when the message is kept for good. */
export interface CommitmentHandler {
  /** A peer asks us to take responsibility (N-ACTION): the report goes out later, by `reportCommitment`, whatever it says. */
  requested(from: AssociationFacts, request: CommitmentRequest): number | Promise<number>;
  /** A peer tells what came of a request of ours (N-EVENT-REPORT on an association of its own). */
  reported(from: AssociationFacts, report: CommitmentReport): number | Promise<number>;
}

/** Storage commitment on associations that peers open (PS3.4 Annex J). */
export function commitmentService(handler: CommitmentHandler): Service {
  return {
    async serve(request, peer) {
      const isAction = request.command.commandField === commandFields.nActionRq;
      peer.reply(request, isAction ? await requested(handler, request, peer) : await reported(handler, request, peer));
    },
  };
}

async function requested(handler: CommitmentHandler, { command, context, dataSet }: ServedRequest, peer: Peer): Promise<Reply> {
  if (command.requestedSopInstanceUid !== COMMITMENT_SOP_INSTANCE) return { status: dimseStatus.noSuchInstance };
  if (command.actionTypeId !== REQUEST_COMMITMENT) return { status: dimseStatus.noSuchActionType };
  const found = decodeCommitmentRequest(dataSet ?? Buffer.alloc(0), context.transferSyntax);
  if (typeof found === 'string') return { status: dimseStatus.invalidArgument, comment: found };
  return { status: await handler.requested(peer.association, found), elements: [[commandElements.ActionTypeID, REQUEST_COMMITMENT]] };
}

async function reported(handler: CommitmentHandler, { command, context, dataSet }: ServedRequest, peer: Peer): Promise<Reply> {
  const { eventTypeId } = command;
  if (command.affectedSopInstanceUid !== COMMITMENT_SOP_INSTANCE) return { status: dimseStatus.noSuchInstance };
  if (eventTypeId !== ALL_COMMITTED && eventTypeId !== FAILURES_EXIST) return { status: dimseStatus.noSuchEventType };
  const found = decodeCommitmentReport(dataSet ?? Buffer.alloc(0), context.transferSyntax);
  if (typeof found === 'string') return { status: dimseStatus.invalidArgument, comment: found };
  return { status: await handler.reported(peer.association, found), elements: [[commandElements.EventTypeID, eventTypeId]] };
}
