import type { Socket } from 'node:net';
import { encodeAssociateRq, type OurIdentity } from './association-items';
import { commandFields, parseCommandSet } from './command-set';
import { dimseLibrary } from './library';
import { LibrarySocket } from './library-socket';
import type { AcceptedContext } from './negotiation';
import { encodePData, encodeReleaseRq, pduTypes } from './pdu';
import { PduReader } from './pdu-reader';

export interface BridgeParts {
  readonly us: OurIdentity;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  /** Accepted contexts of services that the library serves. */
  readonly contexts: readonly AcceptedContext[];
  /** A response of the library, checked; `bytes` is the whole command set. */
  respond(context: AcceptedContext, bytes: Buffer): void;
  /** The library broke down or answered what it must not. */
  failed(words: string): void;
}

/**
 * The services of dcmjs-dimse's Scp behind the guard. Its association is encoded anew, with ascending context ids of
 * its own (D4) and a maximum length that it can take (D2); its A-ASSOCIATE-AC is swallowed: the peer has had ours.
 */
export class LibraryBridge {
  private readonly socket: LibrarySocket;
  private readonly reader: PduReader;
  private collected: Buffer[] = [];
  private fragmentContext = 0;
  private isLastFragment = false;
  private isEnded = false;

  constructor(private readonly parts: BridgeParts) {
    this.socket = new LibrarySocket((bytes) => {
      this.fromLibrary(bytes);
    });
    this.reader = new PduReader({
      header: (type, length) => this.header(type, length),
      whole: (type) => {
        if (type === pduTypes.associateRj || type === pduTypes.abort) this.fail('library ended its association');
      },
      fragmentStart: (contextId, isCommand, isLast) => this.fragmentStart(contextId, isCommand, isLast),
      fragmentBytes: (bytes) => this.collected.push(Buffer.from(bytes)),
      fragmentEnd: () => {
        this.fragmentEnd();
      },
      malformed: (words) => {
        this.fail(words);
      },
    });
    this.openScp();
  }

  /** One whole command set without a data set. */
  deliver(context: AcceptedContext, bytes: Buffer): void {
    this.socket.deliver(encodePData(this.libraryId(context), true, bytes, this.parts.us.maxLength));
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.socket.deliver(encodeReleaseRq());
    this.socket.destroy();
  }

  private openScp(): void {
    const { Scp, constants, responses } = dimseLibrary();
    const fail = (words: string): void => {
      this.fail(words);
    };
    class GuardedScp extends Scp {
      override associationRequested(requested: Parameters<InstanceType<typeof Scp>['associationRequested']>[0]): void {
        for (const { id } of requested.getPresentationContexts()) {
          const context = requested.getPresentationContext(id);
          context.setResult(constants.PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
        }
        this.sendAssociationAccept();
      }
      override cEchoRequest(
        request: Parameters<InstanceType<typeof Scp>['cEchoRequest']>[0],
        callback: Parameters<InstanceType<typeof Scp>['cEchoRequest']>[1],
      ): void {
        const response = responses.CEchoResponse.fromRequest(request);
        response.setStatus(constants.Status.Success);
        callback(response);
      }
      override associationReleaseRequested(): void {
        this.sendAssociationReleaseResponse();
      }
      override abort(): void {
        // The guard has closed already.
      }
    }
    // The library asks of its socket what a stream has and setTimeout.
    const scp = new GuardedScp(this.socket as unknown as Socket);
    scp.on('networkError', (error: Error) => {
      fail(`library fault: ${error.message}`);
    });
    this.socket.on('error', () => undefined);
    this.socket.deliver(
      encodeAssociateRq({
        callingAeTitle: this.parts.callingAeTitle,
        calledAeTitle: this.parts.calledAeTitle,
        us: this.parts.us,
        contexts: this.parts.contexts.map((context) => ({
          id: this.libraryId(context),
          abstractSyntax: context.abstractSyntax,
          transferSyntaxes: [context.transferSyntax],
        })),
      }),
    );
  }

  private libraryId(context: AcceptedContext): number {
    return this.parts.contexts.indexOf(context) * 2 + 1;
  }

  private fromLibrary(bytes: Buffer): void {
    if (!this.isEnded) this.reader.feed(bytes);
  }

  private header(type: number, length: number): boolean {
    const isExpected = type === pduTypes.associateAc || type === pduTypes.pData || type === pduTypes.associateRj || type === pduTypes.abort;
    if (isExpected && length <= 4 * this.parts.us.maxLength) return true;
    this.fail(`library sent a PDU of type ${String(type)}`);
    return false;
  }

  private fragmentStart(contextId: number, isCommand: boolean, isLast: boolean): boolean {
    this.fragmentContext = contextId;
    this.isLastFragment = isLast;
    if (isCommand) return true;
    this.fail('library sent a data set that nothing asked for');
    return false;
  }

  private fragmentEnd(): void {
    if (!this.isLastFragment) return;
    const bytes = Buffer.concat(this.collected);
    this.collected = [];
    const context = this.parts.contexts[(this.fragmentContext - 1) / 2];
    const command = parseCommandSet(bytes);
    const isResponse = command.commandField !== undefined && (command.commandField & commandFields.response) !== 0;
    if (!context || command.fault !== undefined || !isResponse) {
      this.fail(`library sent a response that does not hold: ${command.fault ?? 'wrong context or field'}`);
      return;
    }
    this.parts.respond(context, bytes);
  }

  private fail(words: string): void {
    if (this.isEnded) return;
    this.end();
    this.parts.failed(words);
  }
}
