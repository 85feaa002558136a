import type { Socket } from 'node:net';
import { type Admitted, judgeRequest, type Refusal } from './admission';
import { AssociationFault, encodeAssociateAc, parseAssociateRq, type AssociateRequest } from './association-items';
import { AssociationSession } from './association-session';
import { ByteIntake } from './byte-intake';
import type { ConnectionParts } from './connection-parts';
import { Deadlines, type Expired } from './deadlines';
import { drained } from './drained';
import { guessProtocol } from './first-bytes';
import { answerExtended, answerRoles, negotiate } from './negotiation';
import { abortCodes, encodeAbort, encodeReject, encodeReleaseRp, pduTypes, type AbortCode } from './pdu';
import type { PduSink } from './pdu-reader';
import { transition, type State, type UpperLayerEvent } from './state-table';
import type { AssociationFacts } from './types';

/** Longest variable field of a PDU with a fixed form (PS3.8 9.3.4, 9.3.6 to 9.3.8). */
const FIXED_PDU_LENGTH = 4;

const pduEvents: ReadonlyMap<number, UpperLayerEvent> = new Map([
  [pduTypes.associateRq, 'associateRq'],
  [pduTypes.associateAc, 'associateAc'],
  [pduTypes.associateRj, 'associateRj'],
  [pduTypes.pData, 'pData'],
  [pduTypes.releaseRq, 'releaseRq'],
  [pduTypes.releaseRp, 'releaseRp'],
  [pduTypes.abort, 'abort'],
]);

/**
 * One transport connection, from accept to close: the PDU guard. Every byte passes the reader, every PDU the state
 * table, every length a limit, and a ticker the deadlines. Services see what is left.
 */
export class GuardConnection implements PduSink {
  private state: State = 'Sta2';
  private readonly intake: ByteIntake;
  private readonly deadlines: Deadlines;
  private session: AssociationSession | undefined;
  private isFlooded = false;
  private abortCode: AbortCode = abortCodes.notSpecified;
  private reason = 'connection lost';

  constructor(
    private readonly socket: Socket,
    readonly host: string,
    private readonly parts: ConnectionParts,
  ) {
    const now = parts.clock.monotonic();
    this.deadlines = new Deadlines(parts.limits, now);
    this.deadlines.startArtim(now);
    this.intake = new ByteIntake(socket, this, this.deadlines, parts.clock);
    socket.on('error', (error) => {
      this.reason = `connection lost: ${error.message}`;
    });
    socket.on('end', () => {
      this.raise('transportClosed');
      socket.destroySoon();
    });
    socket.on('close', () => {
      this.raise('transportClosed');
      parts.onClosed();
    });
  }

  /** An association is open or being judged: it takes one of the places. */
  get holdsPlace(): boolean {
    return this.state === 'Sta3' || this.state === 'Sta6' || this.state === 'Sta8';
  }

  get isOpen(): boolean {
    return this.state === 'Sta6' || this.state === 'Sta8';
  }

  /** Bytes of the peer; valid only during the call. */
  take(bytes: Buffer): void {
    this.intake.take(bytes);
  }

  /** Called by the node's ticker. */
  tick(now: number): void {
    const unsentBytes = this.socket.writableLength;
    const activity = {
      isOpen: this.isOpen,
      insidePdu: this.intake.insidePdu,
      insideMessage: this.session?.insideMessage === true,
      owesResponse: this.session?.owesResponse === true,
      isPaused: this.intake.isPaused,
      unsentBytes,
    };
    const expired = this.deadlines.check(now, activity, this.socket.bytesWritten - unsentBytes);
    if (expired) this.expire(expired);
  }

  /** The node stops: A-ABORT where there is an association, then the transport goes. */
  shutDown(): void {
    this.abort(abortCodes.byServiceUser, 'node stopped');
    this.socket.destroySoon();
  }

  /** B17: a fault of our own is this connection's end, never the node's. */
  fault(error: unknown): void {
    this.parts.log.error({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, 'fault on a connection: it is closed');
    this.destroy('fault of our own');
  }

  destroy(reason: string): void {
    this.reason = reason;
    this.socket.destroy();
  }

  // --- PduSink

  header(type: number, length: number, first: Uint8Array): boolean {
    const isFirst = this.intake.countPdu();
    const guess = isFirst && this.state === 'Sta2' ? guessProtocol(first) : undefined;
    if (guess !== undefined) {
      this.parts.log.warn({ host: this.host, guess }, 'connection that does not speak DICOM closed');
      this.destroy(`looks like ${guess}`);
      return false;
    }
    const event = pduEvents.get(type);
    if (event === undefined) return this.invalid(abortCodes.unrecognizedPdu, `PDU of unknown type ${String(type)}`);
    if (!this.lengthFits(event, length)) return this.invalid(abortCodes.invalidParameter, `PDU of ${String(length)} bytes refused`);
    if (event === 'pData' || (event === 'associateRq' && this.state !== 'Sta2')) {
      this.abortCode = abortCodes.unexpectedPdu;
      this.reason = `unexpected PDU of type ${String(type)}`;
      this.raise(event);
    }
    return !this.isDeaf();
  }

  whole(type: number, body: Buffer): void {
    const event = pduEvents.get(type);
    if (event === undefined || (event === 'associateRq' && this.state !== 'Sta2')) return;
    this.abortCode = abortCodes.unexpectedPdu;
    if (event === 'associateRq') {
      this.associate(body).catch((error: unknown) => this.fault(error));
      return;
    }
    this.reason = event === 'abort' ? 'aborted by the peer' : `unexpected PDU of type ${String(type)}`;
    this.raise(event);
  }

  fragmentStart(contextId: number, isCommand: boolean, isLast: boolean, length: number): boolean {
    // Sta13: read to the end of the PDU and drop (AA-6).
    if (!this.session || this.state !== 'Sta6') return this.state === 'Sta13';
    return this.session.fragmentStart(contextId, isCommand, isLast, length);
  }

  fragmentBytes(bytes: Uint8Array): void {
    if (this.state === 'Sta6') this.session?.fragmentBytes(bytes);
  }

  fragmentEnd(): void {
    if (this.state === 'Sta6') this.session?.fragmentEnd();
  }

  malformed(words: string): void {
    this.invalid(abortCodes.invalidParameter, words);
  }

  /** A14: judged on the header alone. */
  private lengthFits(event: UpperLayerEvent, length: number): boolean {
    if (event === 'pData') return length <= this.parts.limits.maxPduLength;
    if (event === 'associateRq' || event === 'associateAc') return length <= this.parts.limits.maxAssociateLength;
    return length === FIXED_PDU_LENGTH;
  }

  /** After our A-ABORT or A-ASSOCIATE-RJ our half of the transport is closed: nothing more to answer. */
  private isDeaf(): boolean {
    return this.state === 'Sta1' || (this.state === 'Sta13' && this.socket.writableEnded);
  }

  private invalid(code: AbortCode, words: string): false {
    this.abortCode = code;
    this.reason = words;
    this.raise('invalidPdu');
    return false;
  }

  // --- association

  private async associate(body: Buffer): Promise<void> {
    let request: AssociateRequest;
    try {
      request = parseAssociateRq(body);
    } catch (error) {
      if (!(error instanceof AssociationFault)) throw error;
      this.invalid(abortCodes.invalidParameter, error.message);
      return;
    }
    // Asked before AE-6: in Sta3 this connection would count itself.
    const full = this.parts.placeFor(this.host);
    this.raise('associateRq');
    const caller = { aeTitle: request.callingAeTitle, host: this.host };
    const verdict = await judgeRequest(request, caller, {
      ourAeTitle: this.parts.ourAeTitle,
      placeFor: () => full,
      roomOnDisk: () => this.parts.store.admission(),
      senders: this.parts.senders,
      queriers: this.parts.queriers,
    });
    if (this.state !== 'Sta3') return;
    if ('rights' in verdict) this.accept(request, verdict);
    else this.reject(request, verdict);
  }

  private reject(request: AssociateRequest, refusal: Refusal): void {
    this.reason = refusal.reason;
    this.raise('rejectPrimitive', encodeReject(refusal.code));
    this.parts.log.warn({ host: this.host, reason: refusal.reason }, 'association refused');
    this.parts.onRefused(request, this.host, refusal);
  }

  private accept(request: AssociateRequest, { rights }: Admitted): void {
    const { limits, us } = this.parts;
    const negotiated = negotiate(request.contexts, this.parts.rules, rights, request.roles);
    const roles = answerRoles(request.roles, negotiated, rights);
    const extended = answerExtended(request.extended, negotiated);
    const peerMax = request.maxLength ?? 0;
    const association: AssociationFacts = {
      id: this.parts.nextAssociationId(),
      callingAeTitle: request.callingAeTitle,
      calledAeTitle: request.calledAeTitle,
      host: this.host,
    };
    this.raise('acceptPrimitive', encodeAssociateAc(request, negotiated.answers, us, roles, extended));
    this.session = new AssociationSession({
      association,
      contexts: negotiated.accepted,
      peerMaxLength: peerMax === 0 ? limits.maxPduLength : Math.min(peerMax, limits.maxPduLength),
      us,
      limits,
      store: this.parts.store,
      services: this.parts.services,
      peerStores: new Set(roles.filter((role) => role.scp).map((role) => role.sopClassUid)),
      extended,
      log: this.parts.log.child({ association: association.id }),
      port: {
        send: (pdus) => {
          this.raise('pDataPrimitive', pdus);
        },
        abort: (code, words) => this.abort(code, words),
        drained: () => drained(this.socket),
        pause: this.intake.pause,
        resume: this.intake.resume,
      },
      emit: (event) => this.parts.onAssociation(event),
    });
  }

  private abort(code: AbortCode, words: string): void {
    this.abortCode = code;
    this.reason = words;
    this.raise(code.source === 0 ? 'abortPrimitive' : 'invalidPdu');
  }

  private expire(expired: Expired): void {
    if (expired.kind === 'artim') {
      this.reason = 'no association request in time';
      this.raise('artimExpired');
    } else if (expired.kind === 'write') {
      this.destroy(expired.words);
    } else {
      this.invalid(abortCodes.notSpecified, expired.words);
    }
  }

  // --- state machine

  private raise(event: UpperLayerEvent, pdu?: Buffer): void {
    const { action, next } = transition(this.state, event);
    const before = this.state;
    this.state = next;
    switch (action) {
      case 'AE-6':
        this.deadlines.stopArtim();
        break;
      case 'AE-7':
      case 'DT-1':
      case 'AR-7':
        this.write(pdu);
        break;
      case 'AE-8':
        this.closeWith(pdu);
        break;
      case 'AR-2':
        this.reason = 'released';
        this.session?.drain(() => {
          this.raise('releaseResponsePrimitive', encodeReleaseRp());
        });
        break;
      case 'AR-4':
        this.write(pdu);
        this.deadlines.startArtim(this.parts.clock.monotonic());
        this.session?.end('released', 'released');
        break;
      case 'AA-1':
      case 'AA-8':
        this.sendAbort(before, action === 'AA-1');
        break;
      case 'AA-7':
        this.write(encodeAbort(abortCodes.unexpectedPdu));
        break;
      case 'AA-2':
      case 'AA-3':
        this.session?.end('aborted', this.reason);
        this.socket.destroy();
        break;
      case 'AA-4':
      case 'AA-5':
      case 'AR-5':
        this.session?.end('lost', this.reason);
        break;
      case 'AA-6':
      case 'DT-2':
      case 'none':
        break;
    }
  }

  private sendAbort(before: State, isAA1: boolean): void {
    // AA-1 in Sta2 names the service-user (PS3.8 Table 9-9), except where the table of faults asks for a reason (A14).
    const code = isAA1 && this.abortCode.reason !== 6 ? abortCodes.byServiceUser : this.abortCode;
    this.parts.log.warn({ host: this.host, state: before, reason: this.reason }, 'association aborted');
    this.closeWith(encodeAbort(code));
    this.session?.end('aborted', this.reason);
  }

  /** Sends the last PDU, closes our half and gives the peer ARTIM to close its own. */
  private closeWith(pdu: Buffer | undefined): void {
    this.write(pdu);
    this.socket.end();
    this.deadlines.startArtim(this.parts.clock.monotonic());
    this.intake.stop();
  }

  private write(pdu: Buffer | undefined): void {
    if (!pdu || !this.socket.writable) return;
    if (this.socket.write(pdu) || this.socket.writableLength < this.parts.limits.writeHighWater || this.isFlooded) return;
    // A17: who does not read what we answer is not read either.
    this.isFlooded = true;
    this.intake.pause();
    this.socket.once('drain', () => {
      this.isFlooded = false;
      this.intake.resume();
    });
  }
}
