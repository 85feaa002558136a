import type { Logger } from '../logging/logger';
import { collected } from './collected';
import { commandElements, commandFields, dimseStatus, encodeCommandSet, encodeResponse, type CommandSet } from './command-set';
import type { AcceptedContext } from './negotiation';
import { encodePData } from './pdu';
import { outcomeOf } from './sub-operation-status';
import type { SendObject } from './send-object';
import { sendMessage } from './send-message';
import { CANCELLED_BY_PEER, type FindOptions, type Peer, type Reply, type ServedRequest, type Service, type SubOperation } from './served';
import type { DataSetConsumer } from './storage-lane';
import type { AssociationFacts } from './types';

export interface ServiceLaneParts {
  readonly association: AssociationFacts;
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  readonly peerMaxLength: number;
  readonly log: Logger;
  /** SOP classes of which the peer is the SCP on its own association. */
  readonly peerStores: ReadonlySet<string>;
  /** Application information of SOP classes as we answered it (PS3.7 D.3.3.5). */
  readonly extended: ReadonlyMap<string, Uint8Array>;
  send(pdus: Buffer): void;
  drained(): Promise<void>;
  abort(words: string): void;
  /** The final response to this message has left, or never will. */
  settled(messageId: number): void;
}

/** A peer that does not answer a sub-operation for so long gets no more of them. */
const SUB_OPERATION_MS = 120_000;

interface Waiting {
  readonly messageId: number;
  settle(outcome: SubOperation): void;
}

/** Requests that are taken whole and served in their own time (queries, retrieves, storage commitment), cancelled by C-CANCEL or the association's end. */
export class ServiceLane implements Peer {
  private readonly running = new Map<number, AbortController>();
  private isOver = false;
  private subMessageId = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private waiting: Waiting | undefined;

  constructor(private readonly parts: ServiceLaneParts) {}

  get association(): AssociationFacts {
    return this.parts.association;
  }

  begin(service: Service, context: AcceptedContext, command: CommandSet): DataSetConsumer | undefined {
    return collected(command, (dataSet) => void this.run(service, { context, command, dataSet }));
  }

  /** PS3.7 9.3.2.3: the final response of the message says that it was cancelled; one that is not running needs nothing. */
  cancel(messageId: number | undefined): void {
    if (messageId !== undefined) this.running.get(messageId)?.abort(CANCELLED_BY_PEER);
  }

  end(): void {
    this.isOver = true;
    for (const controller of this.running.values()) controller.abort('over');
    this.waiting?.settle('ended');
  }

  /** A response of the peer to a sub-operation. False: nothing waits for it. */
  response(command: CommandSet): boolean {
    const { waiting } = this;
    if (waiting === undefined || command.commandField !== (commandFields.cStoreRq | commandFields.response)) return false;
    if (command.messageIdRespondedTo !== waiting.messageId || command.status === undefined) return false;
    waiting.settle(outcomeOf(command.status));
    return true;
  }

  // --- Peer

  reply({ context, command }: ServedRequest, { status, comment, elements, dataSet }: Reply): void {
    if (this.isOver) return;
    const isAction = command.commandField === commandFields.nActionRq;
    const bytes = encodeResponse({
      commandField: command.commandField ?? 0,
      messageId: command.messageId ?? 0,
      affectedSopClassUid: isAction ? command.requestedSopClassUid : command.affectedSopClassUid,
      affectedSopInstanceUid: isAction ? command.requestedSopInstanceUid : command.affectedSopInstanceUid,
      status,
      ...(comment === undefined ? {} : { comment }),
      ...(elements === undefined ? {} : { elements }),
      hasDataSet: dataSet !== undefined,
    });
    const { peerMaxLength } = this.parts;
    const pdus = encodePData(context.id, true, bytes, peerMaxLength);
    this.parts.send(dataSet === undefined ? pdus : Buffer.concat([pdus, encodePData(context.id, false, dataSet, peerMaxLength)]));
  }

  drained(): Promise<void> {
    return this.parts.drained();
  }

  findOptions(sopClass: string): FindOptions {
    const [relational, combined] = this.parts.extended.get(sopClass) ?? [];
    return { isRelational: relational === 1, isCombined: combined === 1 };
  }

  /** One at a time: the peer did not ask for more. */
  store(object: SendObject): Promise<SubOperation> {
    const mine = this.turn.then(() => this.storeNow(object));
    this.turn = mine;
    return mine;
  }

  private async storeNow(object: SendObject): Promise<SubOperation> {
    if (this.isOver) return 'ended';
    const context = [...this.parts.contexts.values()].find(
      ({ abstractSyntax, transferSyntax }) => abstractSyntax === object.SOPClassUID && transferSyntax === object.TransferSyntaxUID,
    );
    if (context === undefined || !this.parts.peerStores.has(object.SOPClassUID)) return 'failed';
    this.subMessageId = (this.subMessageId % 0xffff) + 1;
    const messageId = this.subMessageId;
    const command = encodeCommandSet([
      [commandElements.AffectedSOPClassUID, object.SOPClassUID],
      [commandElements.CommandField, commandFields.cStoreRq],
      [commandElements.MessageID, messageId],
      [commandElements.Priority, 0],
      [commandElements.CommandDataSetType, 0x0001],
      [commandElements.AffectedSOPInstanceUID, object.SOPInstanceUID],
    ]);
    const answered = this.answerTo(messageId);
    try {
      const outlet = { isOpen: true, send: (bytes: Buffer) => this.take(bytes), drained: () => this.parts.drained() };
      await sendMessage(outlet, { contextId: context.id, maxLength: this.parts.peerMaxLength, command, dataSet: object.bytes() });
    } catch (error) {
      this.parts.log.error({ error: error instanceof Error ? error.message : String(error) }, 'an object could not be read while it was sent');
      this.parts.abort('an object could not be read while it was sent');
    }
    return answered;
  }

  /** Always false: what is written goes to the peer before the next piece is read. */
  private take(bytes: Buffer): boolean {
    if (!this.isOver) this.parts.send(bytes);
    return false;
  }

  private answerTo(messageId: number): Promise<SubOperation> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.parts.abort('no answer to a C-STORE sub-operation');
        waiting.settle('ended');
      }, SUB_OPERATION_MS);
      const waiting: Waiting = {
        messageId,
        settle: (outcome) => {
          clearTimeout(timer);
          if (this.waiting === waiting) this.waiting = undefined;
          resolve(outcome);
        },
      };
      this.waiting = waiting;
    });
  }

  private async run(service: Service, request: ServedRequest): Promise<void> {
    const messageId = request.command.messageId ?? 0;
    const controller = new AbortController();
    if (this.isOver) controller.abort('over');
    this.running.set(messageId, controller);
    try {
      if (request.dataSet === undefined) this.reply(request, { status: dimseStatus.mistypedArgument, comment: 'data set too long' });
      else await service.serve(request, this, controller.signal);
    } catch (error) {
      this.parts.log.error({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, 'a request could not be served');
      this.reply(request, { status: dimseStatus.processingFailure, comment: 'Request could not be processed' });
    } finally {
      this.running.delete(messageId);
      this.parts.settled(messageId);
    }
  }
}
