import type { Socket } from 'node:net';
import { AssociationFault, encodeAssociateRq, parseAssociateAc, type RoleSelection } from '../association-items';
import type { AcceptedContext, ContextService } from '../negotiation';
import { ourIdentity } from '../our-capabilities';
import { abortCodes, encodeAbort, encodeReleaseRp, encodeReleaseRq, pduTypes, type AbortCode } from '../pdu';
import { PduReader, type PduSink } from '../pdu-reader';
import { openTransport } from '../tls/connect';
import type { TlsMaterial } from '../tls/material';
import { rejected, scuFailure, transportFailure, type ScuFailure } from './failure';
import { LEAST_PEER_LENGTH, MOST_ASSOCIATE_LENGTH, OUR_MAX_LENGTH, SCU_TIMEOUTS, type AssociationWish, type ScuTimeouts } from './options';

/** Who takes the fragments of an open association. */
export interface FragmentSink {
  fragmentStart(contextId: number, isCommand: boolean, isLast: boolean, length: number): boolean;
  fragmentBytes(bytes: Uint8Array): void;
  fragmentEnd(): void;
  /** The association is over; what was half here is forgotten. */
  ended(failure: ScuFailure): void;
}

/** What the acceptor answered (PS3.8 9.3.3). */
export interface Agreement {
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  /** Result of every context that was proposed, by id; what the answer left out counts as refused. */
  readonly results: ReadonlyMap<number, number>;
  readonly roles: readonly RoleSelection[];
  /** What one P-DATA-TF to the peer may hold: never 0 here. */
  readonly peerMaxLength: number;
  readonly peerImplementation: string;
}

/** Who does not want more for now: the store of a C-GET, or the one who reads the responses. */
export type Hold = 'store' | 'responses';

/** Longer ones get a buffer of their own. */
const MOST_FRAME_BYTES = 2 ** 21;

type Phase = 'connecting' | 'accepting' | 'open' | 'releasing' | 'over';

/** PS3.8 9.2 as requestor: what may come in Sta5, Sta6 and Sta7. */
const EXPECTED: Readonly<Record<Phase, readonly number[]>> = {
  connecting: [],
  accepting: [pduTypes.associateAc, pduTypes.associateRj, pduTypes.abort],
  open: [pduTypes.pData, pduTypes.releaseRq, pduTypes.abort],
  releasing: [pduTypes.pData, pduTypes.releaseRq, pduTypes.releaseRp, pduTypes.abort],
  over: [],
};

/**
 * The upper layer of one association that we ask for: transport, PDUs, one deadline at a time. It ends exactly once, and tells why. Nothing is
 * read while the sink holds back (`pause`), nothing is queued beyond the socket's own buffer (`drained`).
 */
export class RequestorLink implements PduSink {
  readonly timeouts: ScuTimeouts;
  agreement: Agreement | undefined;
  sink: FragmentSink | undefined;
  failure: ScuFailure | undefined;
  private readonly reader = new PduReader(this);
  private socket: Socket | undefined;
  private phase: Phase = 'connecting';
  private timer: NodeJS.Timeout | undefined;
  private rest: Buffer | undefined;
  private framing: Buffer | undefined;
  /** Writes that the system has not taken yet. */
  private unsent = 0;
  private readonly holds = new Set<Hold>();
  private settleOpen: (() => void) | undefined;
  private whenOver: (() => void)[] = [];

  private constructor(
    private readonly wish: AssociationWish,
    private readonly signal: AbortSignal,
  ) {
    this.timeouts = { ...SCU_TIMEOUTS, ...wish.timeouts };
  }

  /** Resolves when the association stands or cannot be had (`failure`). Never rejects. The signal counts until then. */
  static async open(wish: AssociationWish, signal: AbortSignal): Promise<RequestorLink> {
    const link = new RequestorLink(wish, signal);
    await new Promise<void>((resolve) => {
      link.settleOpen = resolve;
      link.start();
    });
    return link;
  }

  get isOpen(): boolean {
    return this.phase === 'open';
  }

  /** Bytes to the peer; false: wait for `drained` before more. */
  send(bytes: Uint8Array): boolean {
    if (this.phase === 'over' || this.socket?.writable !== true) return true;
    this.unsent++;
    return this.socket.write(bytes, () => {
      this.unsent--;
    });
  }

  /** Memory touched for the first time is dear: each object of a send goes through the same buffer, unless the last one is still on its way. */
  frame(length: number): Buffer {
    if (this.unsent > 0 || length > MOST_FRAME_BYTES) return Buffer.allocUnsafe(length);
    if (this.framing === undefined || this.framing.length < length) this.framing = Buffer.allocUnsafeSlow(length);
    return this.framing.subarray(0, length);
  }

  /** Resolves when the socket takes more, or the association is over. */
  async drained(): Promise<void> {
    const { socket } = this;
    if (this.phase === 'over' || socket?.writableNeedDrain !== true) return;
    await new Promise<void>((resolve) => {
      socket.once('drain', resolve);
      this.whenOver.push(resolve);
    });
  }

  /** No more is read from the peer until everyone who holds has let go. */
  pause(hold: Hold): void {
    this.holds.add(hold);
    this.reader.pause();
    this.socket?.pause();
  }

  resume(hold: Hold): void {
    if (!this.holds.delete(hold) || this.holds.size > 0) return;
    this.reader.resume();
    const { rest } = this;
    this.rest = undefined;
    if (rest) this.take(rest);
    if (this.holds.size === 0) this.socket?.resume();
  }

  /** When nothing replaces or clears it in time, the association is aborted with this failure. */
  deadline(ms: number, failure: ScuFailure): void {
    clearTimeout(this.timer);
    if (this.phase === 'over') return;
    this.timer = setTimeout(() => {
      this.abort(abortCodes.byServiceUser, failure);
    }, ms);
  }

  clearDeadline(): void {
    clearTimeout(this.timer);
  }

  abort(code: AbortCode, failure: ScuFailure): void {
    this.send(encodeAbort(code));
    this.end(failure);
  }

  /** A-RELEASE; resolves when the association is over, whichever way. */
  async release(): Promise<void> {
    if (this.phase !== 'open') return;
    this.phase = 'releasing';
    const over = new Promise<void>((resolve) => this.whenOver.push(resolve));
    for (const hold of [...this.holds]) this.resume(hold);
    this.send(encodeReleaseRq());
    this.deadline(this.timeouts.releaseMs, scuFailure('noAnswer', `${this.name} did not answer the release in time.`));
    await over;
  }

  // --- PduSink

  header(type: number, length: number): boolean {
    const longest = this.phase === 'accepting' ? MOST_ASSOCIATE_LENGTH : OUR_MAX_LENGTH;
    if (EXPECTED[this.phase].includes(type) && length <= longest) return true;
    const words =
      this.phase === 'accepting'
        ? `${this.name} sent what DICOM does not allow here: is this a DICOM port?`
        : `${this.name} sent a PDU that is not allowed here.`;
    this.abort(length > longest ? abortCodes.invalidParameter : abortCodes.unexpectedPdu, scuFailure('protocol', words));
    return false;
  }

  whole(type: number, body: Buffer): void {
    if (type === pduTypes.associateAc) this.accepted(body);
    else if (type === pduTypes.associateRj) this.end(rejected(this.name, body));
    else if (type === pduTypes.releaseRp) this.end(scuFailure('closed', `The association with ${this.name} is released.`));
    else if (type === pduTypes.abort) this.end(scuFailure('aborted', `${this.name} aborted the association.`));
    else if (this.phase === 'releasing')
      this.send(encodeReleaseRp()); // release collision (Sta9): ours is still answered
    else {
      this.send(encodeReleaseRp());
      this.end(scuFailure('closed', `${this.name} released the association before it had answered.`));
    }
  }

  fragmentStart(contextId: number, isCommand: boolean, isLast: boolean, length: number): boolean {
    // PS3.8 9.2 AR-6: data may still come after our release request; nobody waits for them.
    if (this.phase === 'releasing') return true;
    return this.sink?.fragmentStart(contextId, isCommand, isLast, length) ?? true;
  }

  fragmentBytes(bytes: Uint8Array): void {
    if (this.phase === 'open') this.sink?.fragmentBytes(bytes);
  }

  fragmentEnd(): void {
    if (this.phase === 'open') this.sink?.fragmentEnd();
  }

  malformed(words: string): void {
    this.abort(abortCodes.invalidParameter, scuFailure('protocol', `${this.name} sent a damaged PDU: ${words}.`));
  }

  // --- association

  private get name(): string {
    return this.wish.target.calledAeTitle;
  }

  private start(): void {
    const { host, port } = this.wish.target;
    if (this.signal.aborted) {
      this.end(scuFailure('cancelled', 'Cancelled.'));
      return;
    }
    this.signal.addEventListener('abort', this.onSignal, { once: true });
    this.deadline(
      this.timeouts.connectMs,
      scuFailure('unreachable', `${host} port ${String(port)}: no connection in time: check the address and the firewall.`),
    );
    void this.open(host, port);
  }

  private async open(host: string, port: number): Promise<void> {
    let material: TlsMaterial | undefined;
    try {
      material = await this.wish.target.tls?.();
      if (this.phase !== 'connecting') return;
      this.listen(openTransport({ host, port, name: this.wish.target.tlsName }, material, this.requestAssociation, this.take));
    } catch (error) {
      this.end(scuFailure('local', `TLS cannot be set up: ${error instanceof Error ? error.message : String(error)}`));
    }
  }

  private listen(socket: Socket): void {
    const { host, port, tls } = this.wish.target;
    this.socket = socket;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.end(transportFailure(host, port, error, this.phase !== 'connecting', tls !== undefined));
    });
    socket.on('close', () => {
      const hint = this.phase === 'accepting' ? ' without an answer: is this a DICOM port?' : '.';
      this.end(scuFailure('closed', `${this.name} closed the connection${hint}`));
    });
  }

  private readonly take = (chunk: Buffer): void => {
    if (this.phase === 'over') return;
    const taken = this.reader.feed(chunk);
    // the memory of what comes is used again
    if (taken < chunk.length) this.rest = Buffer.concat([this.rest ?? Buffer.alloc(0), chunk.subarray(taken)]);
  };

  private readonly requestAssociation = (): void => {
    const { target, contexts, roles } = this.wish;
    this.phase = 'accepting';
    this.deadline(this.timeouts.associateMs, scuFailure('noAnswer', `${this.name} did not answer the association request in time: is this a DICOM port?`));
    const { callingAeTitle, calledAeTitle } = target;
    this.send(encodeAssociateRq({ callingAeTitle, calledAeTitle, contexts, us: ourIdentity(OUR_MAX_LENGTH), ...(roles === undefined ? {} : { roles }) }));
  };

  private accepted(body: Buffer): void {
    let answer;
    try {
      answer = parseAssociateAc(body);
    } catch (error) {
      if (!(error instanceof AssociationFault)) throw error;
      this.abort(abortCodes.invalidParameter, scuFailure('protocol', `${this.name} sent a damaged answer: ${error.message}.`));
      return;
    }
    const { maxLength } = answer;
    if (maxLength !== undefined && maxLength !== 0 && maxLength < LEAST_PEER_LENGTH) {
      const words = `${this.name} takes PDUs of ${String(maxLength)} bytes at most: nothing fits into them.`;
      this.abort(abortCodes.byServiceUser, scuFailure('protocol', words));
      return;
    }
    this.phase = 'open';
    this.agreement = {
      ...this.contextsOf(answer.contexts),
      roles: answer.roles,
      peerMaxLength: Math.min(maxLength === undefined || maxLength === 0 ? OUR_MAX_LENGTH : maxLength, OUR_MAX_LENGTH),
      peerImplementation: answer.implementationVersion,
    };
    this.clearDeadline();
    this.opened();
  }

  /** Only what was proposed counts: an answer for another id, or with a syntax that was not offered, accepts nothing. */
  private contextsOf(
    answers: readonly { readonly id: number; readonly result: number; readonly transferSyntax: string }[],
  ): Pick<Agreement, 'contexts' | 'results'> {
    const contexts = new Map<number, AcceptedContext>();
    const results = new Map<number, number>();
    for (const { id, abstractSyntax, transferSyntaxes } of this.wish.contexts) {
      const answer = answers.find((each) => each.id === id);
      const isAccepted = answer?.result === 0 && transferSyntaxes.includes(answer.transferSyntax);
      results.set(id, isAccepted ? 0 : answer === undefined || answer.result === 0 ? 2 : answer.result);
      if (!isAccepted) continue;
      // The service decides nothing on this side; storage and the rest are told apart by their SOP class.
      const service: ContextService = 'query';
      contexts.set(id, { id, abstractSyntax, transferSyntax: answer.transferSyntax, service });
    }
    return { contexts, results };
  }

  // --- end

  private readonly onSignal = (): void => {
    this.abort(abortCodes.byServiceUser, scuFailure('cancelled', 'Cancelled.'));
  };

  private opened(): void {
    this.signal.removeEventListener('abort', this.onSignal);
    const settle = this.settleOpen;
    this.settleOpen = undefined;
    settle?.();
  }

  private end(failure: ScuFailure): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    this.failure = failure;
    clearTimeout(this.timer);
    this.reader.stop();
    this.rest = undefined;
    this.socket?.resume();
    this.closeSocket();
    this.opened();
    this.sink?.ended(failure);
    for (const done of this.whenOver.splice(0)) done();
  }

  /** What we sent last leaves; a peer that does not read it gets no more than a second. */
  private closeSocket(): void {
    const { socket } = this;
    if (!socket) return;
    socket.destroySoon();
    const last = setTimeout(() => socket.destroy(), 1000);
    last.unref();
    socket.once('close', () => clearTimeout(last));
  }
}
