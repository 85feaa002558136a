import { connect, type Socket } from 'node:net';
import { AssociationFault, parseAssociateAc, type OurIdentity } from './association-items';
import { dimseLibrary } from './library';
import { LibrarySocket } from './library-socket';
import { abortCodes, encodeAbort, encodePdu, pduTypes } from './pdu';
import { PduReader, type PduSink } from './pdu-reader';
import { rejectWords, socketWords } from './requestor-words';

export interface RequestorTarget {
  readonly host: string;
  readonly port: number;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly us: OurIdentity;
  readonly connectMs: number;
  readonly answerMs: number;
  readonly signal: AbortSignal;
}

export type RequestorEnd = { readonly kind: 'answered'; readonly status: number } | { readonly kind: 'failed'; readonly words: string };

/** Longest PDU that an acceptor may send us in an association for Verification. */
const MOST_PDU_LENGTH = 64 * 1024;
/** Smallest maximum length that the library is told (D2). */
const LEAST_MAX_LENGTH = 4096;

/** Asks for an association for Verification, sends one C-ECHO, releases. Never rejects. */
export function openRequestor(target: RequestorTarget): Promise<RequestorEnd> {
  return new Promise((resolve) => {
    new EchoRequestor(target, resolve).start();
  });
}

/**
 * dcmjs-dimse as requestor behind a guard: it writes to a pipe, the guard owns the transport, its time-outs, and lets
 * nothing in that the state of the association does not allow (PS3.8 Sta5, Sta6, Sta7).
 */
class EchoRequestor implements PduSink {
  private readonly reader = new PduReader(this);
  private readonly pipe: LibrarySocket;
  private socket: Socket | undefined;
  private timer: NodeJS.Timeout | undefined;
  private phase: 'accepting' | 'open' | 'releasing' | 'over' = 'accepting';
  private status: number | undefined;
  private fragments: Buffer[] = [];
  private fragmentHeader = { contextId: 0, control: 0 };

  constructor(
    private readonly target: RequestorTarget,
    private readonly settle: (end: RequestorEnd) => void,
  ) {
    this.pipe = new LibrarySocket((bytes) => {
      this.send(bytes);
    });
    this.pipe.on('error', () => undefined);
  }

  start(): void {
    const { target } = this;
    if (target.signal.aborted) {
      this.fail('Cancelled.');
      return;
    }
    target.signal.addEventListener('abort', this.onAbort, { once: true });
    const socket = connect({ host: target.host, port: target.port, noDelay: true });
    this.socket = socket;
    this.wait(target.connectMs, `${target.host} port ${String(target.port)}: no connection in time: check the address and the firewall.`);
    socket.on('connect', () => {
      this.wait(target.answerMs, `${target.calledAeTitle} did not answer the association request in time: is this a DICOM port?`);
      this.requestAssociation();
    });
    socket.on('data', (chunk: Buffer) => {
      this.reader.feed(chunk);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.fail(socketWords(target.host, target.port, error.code, error.message));
    });
    socket.on('close', () => {
      this.fail(`${target.calledAeTitle} closed the connection without an answer: is this a DICOM port?`);
    });
  }

  // --- library

  private requestAssociation(): void {
    const { Scp, association, requests, constants } = dimseLibrary();
    // The library's Client connects by itself; the same class under it (Network) takes a transport of ours.
    const network = new Scp(this.pipe as unknown as Socket);
    const request = new requests.CEchoRequest();
    const asked = new association.Association(this.target.callingAeTitle, this.target.calledAeTitle);
    asked.setImplementationClassUid(this.target.us.implementationClassUid);
    asked.setImplementationVersion(this.target.us.implementationVersion);
    asked.setMaxPduLength(this.target.us.maxLength);
    asked.addPresentationContextFromRequest(request, [constants.TransferSyntax.ImplicitVRLittleEndian, constants.TransferSyntax.ExplicitVRLittleEndian]);
    network.on('associationAccepted', () => {
      network.sendRequests(request);
    });
    request.on('response', (response: { getStatus(): number }) => {
      this.status = response.getStatus();
    });
    network.on('done', () => {
      this.phase = 'releasing';
      network.sendAssociationReleaseRequest();
    });
    network.on('networkError', (error: Error) => {
      this.fail(`${this.target.calledAeTitle}: ${error.message}`);
    });
    network.sendAssociationRequest(asked);
  }

  // --- PduSink

  header(type: number, length: number): boolean {
    const allowed: Readonly<Record<typeof this.phase, readonly number[]>> = {
      accepting: [pduTypes.associateAc, pduTypes.associateRj, pduTypes.abort],
      open: [pduTypes.pData, pduTypes.abort],
      releasing: [pduTypes.releaseRp, pduTypes.abort],
      over: [],
    };
    if (allowed[this.phase].includes(type) && length <= MOST_PDU_LENGTH) return true;
    this.send(encodeAbort(abortCodes.unexpectedPdu));
    this.fail(`${this.target.calledAeTitle} sent what DICOM does not allow here: is this a DICOM port?`);
    return false;
  }

  whole(type: number, body: Buffer): void {
    const { calledAeTitle } = this.target;
    if (type === pduTypes.associateAc) this.accepted(body);
    else if (type === pduTypes.associateRj) this.fail(rejectWords(calledAeTitle, body[1] ?? 0, body[2] ?? 0, body[3] ?? 0));
    else if (type === pduTypes.releaseRp) this.end();
    else this.fail(`${calledAeTitle} aborted the association.`);
  }

  fragmentStart(contextId: number, isCommand: boolean, isLast: boolean): boolean {
    this.fragmentHeader = { contextId, control: (isCommand ? 1 : 0) | (isLast ? 2 : 0) };
    this.fragments = [];
    return isCommand;
  }

  fragmentBytes(bytes: Uint8Array): void {
    this.fragments.push(Buffer.from(bytes));
  }

  fragmentEnd(): void {
    const value = Buffer.concat(this.fragments);
    const header = Buffer.alloc(6);
    header.writeUInt32BE(value.length + 2);
    header[4] = this.fragmentHeader.contextId;
    header[5] = this.fragmentHeader.control;
    this.pipe.deliver(encodePdu(pduTypes.pData, Buffer.concat([header, value])));
  }

  malformed(): void {
    this.send(encodeAbort(abortCodes.invalidParameter));
    this.fail(`${this.target.calledAeTitle} sent a damaged answer.`);
  }

  private accepted(body: Buffer): void {
    try {
      const answer = parseAssociateAc(body);
      if (!answer.contexts.some((context) => context.result === 0)) {
        this.fail(`${this.target.calledAeTitle} accepted the association but not Verification.`);
        return;
      }
      if (answer.maxLength !== undefined && answer.maxLength !== 0 && answer.maxLength < LEAST_MAX_LENGTH) {
        this.fail(`${this.target.calledAeTitle} takes PDUs of ${String(answer.maxLength)} bytes at most: too small.`);
        return;
      }
    } catch (error) {
      if (!(error instanceof AssociationFault)) throw error;
      this.malformed();
      return;
    }
    this.phase = 'open';
    this.wait(this.target.answerMs, `${this.target.calledAeTitle} accepted the association but did not answer the C-ECHO in time.`);
    this.pipe.deliver(encodePdu(pduTypes.associateAc, body));
  }

  // --- end

  private readonly onAbort = (): void => {
    this.send(encodeAbort(abortCodes.byServiceUser));
    this.fail('Cancelled.');
  };

  private wait(ms: number, words: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.send(encodeAbort(abortCodes.byServiceUser));
      this.fail(words);
    }, ms);
  }

  private send(bytes: Buffer): void {
    if (this.phase !== 'over' && this.socket?.writable === true) this.socket.write(bytes);
  }

  private fail(words: string): void {
    // The answer counts, however the association ends after it.
    this.end({ kind: 'failed', words });
  }

  private end(without: RequestorEnd = { kind: 'failed', words: `${this.target.calledAeTitle} released the association without an answer.` }): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    clearTimeout(this.timer);
    this.target.signal.removeEventListener('abort', this.onAbort);
    this.reader.stop();
    this.pipe.destroy();
    this.socket?.destroySoon();
    this.settle(this.status === undefined ? without : { kind: 'answered', status: this.status });
  }
}
