import {
  commandElements,
  commandFields,
  dimseStatus,
  encodeCommandSet,
  encodeResponse,
  NO_DATA_SET,
  parseCommandSet,
  type CommandSet,
  type CommandValue,
} from '../command-set';
import { MessageAssembler } from '../message-assembler';
import type { AcceptedContext } from '../negotiation';
import { abortCodes, encodePData } from '../pdu';
import { sendMessage } from '../send-message';
import type { DataSetConsumer } from '../storage-lane';
import { isPending, isRefusal, type ExchangeEnd, type ScuRequest, type ScuResponse } from './exchange';
import { scuFailure, type ScuFailure } from './failure';
import { FIRST_CHOSEN_ID, MOST_IDENTIFIER_BYTES, type AssociationWish } from './options';
import { RequestorLink, type Agreement } from './requestor-link';

const MOST_COMMAND_BYTES = 64 * 1024;
/** Responses waiting for who asked: beyond it the peer is not read. */
const MOST_WAITING = 256;
const FEW_WAITING = 64;

type RequestTaker = NonNullable<ScuRequest['onRequest']>;

interface Current {
  readonly request: ScuRequest;
  readonly messageId: number;
  readonly waiting: ScuResponse[];
  /** The peer may have all of the request. */
  isSent: boolean;
  isFinal: boolean;
  isCancelled: boolean;
  wake: (() => void) | undefined;
}

const isFinal = (current: Current): boolean => current.isFinal;

/**
 * An open association of ours: one request at a time (asynchronous operations 1/1), its responses in order. Whatever breaks the protocol aborts the
 * association, so that no response can ever be taken for another one's.
 */
export class ScuAssociation {
  private messageId = 0;
  private current: Current | undefined;
  private isHolding = false;
  private takesRequest: RequestTaker | undefined;
  private tellEnded: (() => void) | undefined;
  /** Resolves when the association is over, whichever way. */
  readonly ended: Promise<void>;

  private constructor(
    private readonly link: RequestorLink,
    readonly agreement: Agreement,
    readonly calledAeTitle: string,
  ) {
    this.ended = new Promise((resolve) => {
      this.tellEnded = resolve;
    });
    const assembler = new MessageAssembler({
      contexts: agreement.contexts,
      maxCommandLength: MOST_COMMAND_BYTES,
      command: (context, bytes) => this.command(context, bytes),
      abort: (code, words) => {
        link.abort(code, scuFailure('protocol', `${calledAeTitle} broke the protocol: ${words}.`));
      },
    });
    link.sink = {
      fragmentStart: (contextId, isCommand, isLast, length) => assembler.fragmentStart(contextId, isCommand, isLast, length),
      fragmentBytes: (bytes) => {
        assembler.fragmentBytes(bytes);
      },
      fragmentEnd: () => {
        assembler.fragmentEnd();
      },
      ended: () => {
        assembler.end();
        this.current?.wake?.();
        this.tellEnded?.();
      },
    };
  }

  /** Never rejects; the signal counts until the association stands. */
  static async open(wish: AssociationWish, signal: AbortSignal): Promise<ScuAssociation | ScuFailure> {
    const link = await RequestorLink.open(wish, signal);
    if (link.failure !== undefined || link.agreement === undefined) return link.failure ?? scuFailure('local', 'The association never stood.');
    return new ScuAssociation(link, link.agreement, wish.target.calledAeTitle);
  }

  get isOpen(): boolean {
    return this.link.isOpen;
  }

  /** The accepted context of this SOP class, and of this transfer syntax when one is named. */
  contextFor(abstractSyntax: string, transferSyntax?: string): AcceptedContext | undefined {
    for (const context of this.agreement.contexts.values()) {
      if (context.abstractSyntax === abstractSyntax && (transferSyntax === undefined || context.transferSyntax === transferSyntax)) return context;
    }
    return undefined;
  }

  async release(): Promise<void> {
    await this.link.release();
  }

  abort(words: string): void {
    this.link.abort(abortCodes.byServiceUser, scuFailure('cancelled', words));
  }

  /** Something arrived that shows that the running operation is alive: its idle time starts anew (reliability O13). */
  progress(): void {
    if (this.current && !this.current.isCancelled && !this.current.isFinal) this.waitFor(this.link.timeouts.idleMs, 'nothing more came in time');
  }

  /** No more is read from the peer until `resume` (sub-operations of C-GET whose bytes the disk does not take yet). */
  pause(): void {
    // While we do not read, silence is our own.
    if (this.current?.isCancelled === false) this.link.clearDeadline();
    this.link.pause('store');
  }

  resume(): void {
    this.link.resume('store');
    this.progress();
  }

  /** Takes requests of the peer (storage commitment reports), also while none of ours runs; returns the end of it. */
  onRequest(takes: RequestTaker): () => void {
    this.takesRequest = takes;
    return () => {
      this.takesRequest = undefined;
    };
  }

  /** The response to a request of the peer. */
  respond(context: AcceptedContext, command: CommandSet, status: number, comment?: string): void {
    const bytes = encodeResponse({
      commandField: command.commandField ?? 0,
      messageId: command.messageId ?? 0,
      affectedSopClassUid: command.affectedSopClassUid,
      affectedSopInstanceUid: command.affectedSopInstanceUid,
      status,
      ...(comment === undefined ? {} : { comment }),
    });
    this.link.send(encodePData(context.id, true, bytes, this.agreement.peerMaxLength));
  }

  /**
   * Sends the request and yields each response, the last one included. Never throws for what the peer does. Left early, it cancels and waits for the
   * final response (or aborts), so that the association can be used again.
   */
  async *exchange(request: ScuRequest, signal: AbortSignal): AsyncGenerator<ScuResponse, ExchangeEnd> {
    if (this.current) throw new Error('an association of ours has one operation at a time');
    const { messageId = this.nextMessageId() } = request;
    const current: Current = { request, messageId, waiting: [], isSent: false, isFinal: false, isCancelled: false, wake: undefined };
    const onAbort = (): void => {
      this.cancel(current);
    };
    this.current = current;
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await this.send(current);
      current.request.onSent?.();
      if (signal.aborted) this.cancel(current);
      else if (!current.isFinal) this.waitFor(this.link.timeouts.responseMs, 'no response came in time: the outcome is unknown');
      for (;;) {
        const response = await this.next(current);
        if (response === undefined) return this.link.failure;
        yield response;
        if (!isPending(response.status)) return undefined;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      await this.finish(current);
    }
  }

  private async finish(current: Current): Promise<void> {
    if (!current.isFinal && this.link.isOpen) {
      this.cancel(current);
      for (let isOver = false; !isOver;) isOver = (await this.next(current)) === undefined || isFinal(current);
    }
    this.letGo();
    this.link.clearDeadline();
    this.current = undefined;
  }

  private nextMessageId(): number {
    this.messageId = (this.messageId % (FIRST_CHOSEN_ID - 1)) + 1;
    return this.messageId;
  }

  private async send(current: Current): Promise<void> {
    const { context, commandField, elements, dataSet, namesClassAs = 'affected' } = current.request;
    const all: (readonly [number, CommandValue])[] = [
      [namesClassAs === 'affected' ? commandElements.AffectedSOPClassUID : commandElements.RequestedSOPClassUID, context.abstractSyntax],
      [commandElements.CommandField, commandField],
      [commandElements.MessageID, current.messageId],
      [commandElements.CommandDataSetType, dataSet === undefined ? NO_DATA_SET : 0x0001],
      ...elements,
    ];
    const stuck = scuFailure('noAnswer', `${this.calledAeTitle} took no more data: the outcome is unknown.`);
    try {
      await sendMessage(this.link, {
        contextId: context.id,
        maxLength: this.agreement.peerMaxLength,
        command: encodeCommandSet(all.sort((a, b) => a[0] - b[0])),
        ...{ dataSet, onLast: () => (current.isSent = true) },
        onWait: () => {
          if (!current.isCancelled) this.link.deadline(this.link.timeouts.writeMs, stuck);
        },
      });
    } catch (error) {
      // Half a data set stands on the wire: only an abort says that it is none.
      const words = `The object could not be read while it was sent: ${error instanceof Error ? error.message : String(error)}`;
      this.link.abort(abortCodes.byServiceUser, scuFailure('local', words));
    }
  }

  /** The next response; undefined when the association is over first. */
  private async next(current: Current): Promise<ScuResponse | undefined> {
    for (;;) {
      const response = current.waiting.shift();
      if (this.isHolding && current.waiting.length < FEW_WAITING) this.letGo();
      if (response !== undefined) return response;
      if (!this.link.isOpen) return undefined;
      await new Promise<void>((resolve) => {
        current.wake = resolve;
      });
      current.wake = undefined;
    }
  }

  private letGo(): void {
    if (!this.isHolding) return;
    this.isHolding = false;
    this.link.resume('responses');
    if (this.current?.isFinal === false) this.progress();
  }

  /** PS3.7 9.3.2.3: the final response still comes; a peer that does not send it is aborted. */
  private cancel(current: Current): void {
    if (current.isFinal || current.isCancelled || !this.link.isOpen) return;
    current.isCancelled = true;
    const { context, canCancel } = current.request;
    if (canCancel) {
      const command = encodeCommandSet([
        [commandElements.CommandField, commandFields.cCancelRq],
        [commandElements.MessageIDBeingRespondedTo, current.messageId],
        [commandElements.CommandDataSetType, NO_DATA_SET],
      ]);
      this.link.send(encodePData(context.id, true, command, this.agreement.peerMaxLength));
    }
    this.link.deadline(
      this.link.timeouts.cancelMs,
      scuFailure('cancelled', `Cancelled; ${this.calledAeTitle} did not confirm it, so the association was aborted.`),
    );
  }

  private waitFor(ms: number, words: string): void {
    this.link.deadline(ms, scuFailure('noAnswer', `${this.calledAeTitle}: ${words}.`));
  }

  // --- incoming

  private command(context: AcceptedContext, bytes: Buffer): DataSetConsumer | undefined {
    const command = parseCommandSet(bytes, { allowsStray: true });
    const { commandField, dataSetType } = command;
    if (command.fault !== undefined || commandField === undefined || dataSetType === undefined) {
      return this.broken(command.fault ?? 'a command set without its mandatory elements');
    }
    if ((commandField & commandFields.response) === 0) return this.request(context, command);
    const problem = this.problemOf(context, command);
    if (problem !== undefined) return this.broken(problem);
    if (dataSetType === NO_DATA_SET) {
      this.push(command, undefined);
      return undefined;
    }
    return this.identifier(command);
  }

  private problemOf(context: AcceptedContext, command: CommandSet): string | undefined {
    const { current } = this;
    if (!current || current.isFinal) return 'a response to nothing';
    if (command.messageIdRespondedTo !== current.messageId) return 'a response to a message that we did not send';
    if (context.id !== current.request.context.id) return 'a response on another presentation context';
    if (command.commandField !== (current.request.commandField | commandFields.response)) return 'a response of another kind';
    if (command.status === undefined) return 'a response without a status';
    if (!current.isSent && !isRefusal(command.status)) return 'an answer to a request that it does not have yet';
    if (isPending(command.status) && !current.request.canCancel) return 'a pending response to an operation that has none';
    return undefined;
  }

  private identifier(command: CommandSet): DataSetConsumer {
    const parts: Buffer[] = [];
    let length = 0;
    return {
      write: (bytes) => {
        length += bytes.length;
        if (length <= MOST_IDENTIFIER_BYTES) parts.push(Buffer.from(bytes));
        else if (length - bytes.length <= MOST_IDENTIFIER_BYTES) this.broken('an identifier longer than a mebibyte');
      },
      end: () => {
        if (this.link.isOpen) this.push(command, Buffer.concat(parts));
      },
      abort: () => undefined,
    };
  }

  private push(command: CommandSet, dataSet: Buffer | undefined): void {
    const { current } = this;
    if (!current) return;
    const status = command.status ?? 0;
    current.isFinal = !isPending(status);
    current.waiting.push({ command, status, dataSet });
    if (current.isFinal) this.link.clearDeadline();
    else if (current.request.isProgress?.(command) ?? true) this.progress();
    if (!this.isHolding && current.waiting.length >= MOST_WAITING) {
      this.isHolding = true;
      if (!current.isCancelled) this.link.clearDeadline();
      this.link.pause('responses');
    }
    current.wake?.();
  }

  private request(context: AcceptedContext, command: CommandSet): DataSetConsumer | undefined {
    const { current } = this;
    if (command.messageId === undefined) return this.broken('a request without a message id');
    const takes = current?.request.onRequest ?? this.takesRequest;
    if (takes) {
      this.progress();
      return takes(context, command);
    }
    const answer = (): void => {
      this.respond(context, command, dimseStatus.unrecognizedOperation, 'Operation not supported here');
    };
    if (command.dataSetType !== NO_DATA_SET) return { write: () => undefined, end: answer, abort: () => undefined };
    answer();
    return undefined;
  }

  private broken(words: string): undefined {
    this.link.abort(abortCodes.byServiceUser, scuFailure('protocol', `${this.calledAeTitle} sent ${words}: the association was aborted.`));
    return undefined;
  }
}
