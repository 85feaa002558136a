import type { ObjectStore, StoreOutcome } from '../cache';
import type { Logger } from '../logging/logger';
import type { OurIdentity } from './association-items';
import { commandFields, encodeResponse, NO_DATA_SET, parseCommandSet, type CommandSet } from './command-set';
import { LibraryBridge } from './library-bridge';
import type { NodeLimits } from './limits';
import { MessageAssembler } from './message-assembler';
import type { AcceptedContext } from './negotiation';
import { abortCodes, encodePData, type AbortCode } from './pdu';
import { problemOf, type RequestRefusal } from './request-rules';
import type { Service } from './served';
import { ServiceLane } from './service-lane';
import { StorageLane, type DataSetConsumer } from './storage-lane';
import type { AssociationEvent, AssociationFacts } from './types';

/** The connection as the services of an association see it. */
export interface SessionPort {
  /** P-DATA request primitive; dropped when the association is over. */
  send(pdus: Buffer): void;
  /** Resolves when the socket takes more, or is closed. */
  drained(): Promise<void>;
  abort(code: AbortCode, words: string): void;
  pause(): void;
  resume(): void;
}

/** Who serves what is neither C-ECHO nor C-STORE; absent: its contexts are not accepted. */
export interface AssociationServices {
  readonly query?: Service;
  readonly commitment?: Service;
}

export interface SessionParts {
  readonly association: AssociationFacts;
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  /** What the peer can take in one PDU (never 0 here). */
  readonly peerMaxLength: number;
  readonly us: OurIdentity;
  readonly limits: NodeLimits;
  readonly store: ObjectStore;
  readonly services: AssociationServices;
  /** SOP classes of which the peer is SCP too (PS3.7 D.3.3.4). */
  readonly peerStores: ReadonlySet<string>;
  readonly extended: ReadonlyMap<string, Uint8Array>;
  readonly log: Logger;
  readonly port: SessionPort;
  emit(event: AssociationEvent): void;
}

/** Operations a peer may have outstanding: one is negotiated, a few more are served rather than refused. */
const MOST_OUTSTANDING = 8;

/** An open association: which message goes to which service, and what came of it. */
export class AssociationSession {
  private readonly assembler: MessageAssembler;
  private readonly storage: StorageLane;
  private readonly lane: ServiceLane;
  private library: LibraryBridge | undefined;
  private readonly outstanding = new Set<number>();
  private readonly counts = { stored: 0, duplicates: 0, refused: 0 };
  private readonly studies = new Set<string>();
  private whenIdle: (() => void) | undefined;
  private isHeld = false;
  private isEnded = false;

  constructor(private readonly parts: SessionParts) {
    const respond = (context: AcceptedContext, command: CommandSet, status: number, comment?: string): void => {
      this.send(context, command, status, comment);
    };
    this.storage = new StorageLane({
      store: parts.store,
      association: parts.association,
      log: parts.log,
      port: { respond, pause: parts.port.pause, resume: parts.port.resume },
      onObject: (command, outcome) => {
        this.objectDone(command, outcome);
      },
    });
    this.lane = new ServiceLane({
      ...parts,
      send: parts.port.send,
      drained: parts.port.drained,
      abort: (words) => {
        parts.port.abort(abortCodes.byServiceUser, words);
      },
      settled: (messageId) => {
        this.settle(messageId);
      },
    });
    this.assembler = new MessageAssembler({
      contexts: parts.contexts,
      maxCommandLength: parts.limits.maxCommandLength,
      command: (context, bytes) => this.command(context, bytes),
      abort: parts.port.abort,
    });
    parts.emit({ kind: 'opened', association: parts.association });
  }

  get insideMessage(): boolean {
    return this.assembler.insideMessage;
  }

  get owesResponse(): boolean {
    return this.outstanding.size > 0;
  }

  fragmentStart(contextId: number, isCommand: boolean, isLast: boolean, length: number): boolean {
    return this.assembler.fragmentStart(contextId, isCommand, isLast, length);
  }

  fragmentBytes(bytes: Uint8Array): void {
    this.assembler.fragmentBytes(bytes);
  }

  fragmentEnd(): void {
    this.assembler.fragmentEnd();
  }

  /** A15: `done` is called when every response that we owe has left. A half message is forgotten. */
  drain(done: () => void): void {
    this.assembler.end();
    if (this.outstanding.size === 0) done();
    else this.whenIdle = done;
  }

  /** The association is over, whichever way; the closing event follows the last object that is still on its way to the disk. */
  end(how: 'released' | 'aborted' | 'lost', reason: string): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.assembler.end();
    this.storage.end();
    this.lane.end();
    this.library?.end();
    const closed = (): void => {
      const { association } = this.parts;
      this.parts.emit({ kind: 'closed', association, counts: { ...this.counts }, studies: [...this.studies], how, reason });
    };
    if (this.storage.pending === 0) closed();
    else this.whenIdle = closed;
  }

  private command(context: AcceptedContext, bytes: Buffer): DataSetConsumer | undefined {
    const command = parseCommandSet(bytes);
    const { commandField, messageId } = command;
    // B20: a cancel names no message of its own.
    if (commandField === commandFields.cCancelRq) {
      this.lane.cancel(command.messageIdRespondedTo);
      return undefined;
    }
    if (command.fault === undefined && this.lane.response(command)) return undefined;
    if (commandField === undefined || messageId === undefined || (commandField & commandFields.response) !== 0) {
      this.parts.port.abort(abortCodes.byServiceUser, command.fault ?? 'command set that no response can be addressed to');
      return undefined;
    }
    const problem = problemOf(context, command, this.outstanding.has(messageId));
    if (problem) return this.refuse(context, command, problem, () => undefined);
    this.outstanding.add(messageId);
    this.holdWhenFull();
    if (commandField === commandFields.cStoreRq) {
      const begun = this.storage.begin(context, command);
      if ('write' in begun) return begun;
      return this.refuse(context, command, begun, () => {
        this.settle(messageId);
      });
    }
    const service = this.serviceOf(context);
    if (service !== undefined) return this.lane.begin(service, context, command);
    this.bridge().deliver(context, bytes);
    return undefined;
  }

  private serviceOf(context: AcceptedContext): Service | undefined {
    if (context.service === 'query') return this.parts.services.query;
    return context.service === 'commitment' ? this.parts.services.commitment : undefined;
  }

  /** Answers when the message is whole: its data set is read to the end and dropped. */
  private refuse(context: AcceptedContext, command: CommandSet, refusal: RequestRefusal, settled: () => void): DataSetConsumer | undefined {
    const answer = (): void => {
      this.send(context, command, refusal.status, refusal.comment);
      settled();
    };
    if (command.dataSetType === undefined || command.dataSetType === NO_DATA_SET) {
      answer();
      return undefined;
    }
    return { write: () => undefined, end: answer, abort: () => undefined };
  }

  private send(context: AcceptedContext, command: CommandSet, status: number, comment?: string): void {
    if (this.isEnded) return;
    const bytes = encodeResponse({
      commandField: command.commandField ?? 0,
      messageId: command.messageId ?? 0,
      affectedSopClassUid: command.affectedSopClassUid,
      affectedSopInstanceUid: command.affectedSopInstanceUid,
      status,
      ...(comment === undefined ? {} : { comment }),
    });
    this.parts.port.send(encodePData(context.id, true, bytes, this.parts.peerMaxLength));
  }

  private objectDone(command: CommandSet, outcome: StoreOutcome): void {
    if (outcome.kind === 'stored') this.counts.stored++;
    else if (outcome.kind === 'duplicate') this.counts.duplicates++;
    else this.counts.refused++;
    if (outcome.kind !== 'refused') this.studies.add(outcome.attributes.StudyInstanceUID);
    this.parts.emit({ kind: 'object', association: this.parts.association, SOPInstanceUID: command.affectedSopInstanceUid, outcome });
    if (command.messageId !== undefined) this.settle(command.messageId);
  }

  /** The response to this message has left. */
  private settle(messageId: number): void {
    this.outstanding.delete(messageId);
    if (this.isHeld && this.outstanding.size < MOST_OUTSTANDING) {
      this.isHeld = false;
      this.parts.port.resume();
    }
    this.checkIdle();
  }

  private holdWhenFull(): void {
    if (this.isHeld || this.outstanding.size < MOST_OUTSTANDING) return;
    this.isHeld = true;
    this.parts.port.pause();
  }

  private checkIdle(): void {
    const isIdle = this.isEnded ? this.storage.pending === 0 : this.outstanding.size === 0;
    if (!isIdle || !this.whenIdle) return;
    const done = this.whenIdle;
    this.whenIdle = undefined;
    done();
  }

  private bridge(): LibraryBridge {
    this.library ??= new LibraryBridge({
      us: this.parts.us,
      callingAeTitle: this.parts.association.callingAeTitle,
      calledAeTitle: this.parts.association.calledAeTitle,
      contexts: [...this.parts.contexts.values()].filter((context) => context.service === 'verification'),
      respond: (context, bytes) => {
        const response = parseCommandSet(bytes);
        this.parts.port.send(encodePData(context.id, true, bytes, this.parts.peerMaxLength));
        if (response.messageIdRespondedTo !== undefined) this.settle(response.messageIdRespondedTo);
      },
      failed: (words) => {
        this.parts.port.abort(abortCodes.byServiceUser, words);
      },
    });
    return this.library;
  }
}
