import type { IncomingObject, ObjectStore, ObjectWriter, StoreOutcome } from '../cache';
import { commandFields, dimseStatus, isUid, type CommandSet } from './command-set';
import type { Logger } from '../logging/logger';
import type { AcceptedContext } from './negotiation';
import type { AssociationFacts } from './types';

/** Takes the data set of one message, in the pieces in which it comes. `end` or `abort`, once. */
export interface DataSetConsumer {
  write(bytes: Uint8Array): void;
  end(): void;
  abort(): void;
}

/** How a service answers on its association. */
export interface ServicePort {
  respond(context: AcceptedContext, command: CommandSet, status: number, comment?: string): void;
  /** No more bytes from the peer until `resume` (B18). */
  pause(): void;
  resume(): void;
}

export interface StorageParts {
  readonly store: ObjectStore;
  readonly port: ServicePort;
  readonly association: AssociationFacts;
  readonly log: Logger;
  onObject(command: CommandSet, outcome: StoreOutcome): void;
}

const fault = (comment: string): StoreOutcome => ({ kind: 'refused', status: dimseStatus.processingFailure, comment });

/**
 * C-STORE as SCP (PS3.4 B.2, PS3.7 9.1.1). Data-set bytes go from the socket's buffer straight into the store's writer:
 * no copy, no promise, no list here. 0x0000 leaves only when the store says that the object is durable.
 */
export class StorageLane {
  private writing: { readonly writer: ObjectWriter; waiting: boolean } | undefined;
  private pendingCount = 0;
  private isEnded = false;

  constructor(private readonly parts: StorageParts) {}

  /** Stores whose data set is complete and whose response has not left. */
  get pending(): number {
    return this.pendingCount;
  }

  /** Begins an object. A string: refused for this reason; the caller discards the data set and answers 0xC000 (B10) or 0x0110 (B17). */
  begin(context: AcceptedContext, command: CommandSet): DataSetConsumer | { readonly status: number; readonly comment: string } {
    if (!isUid(command.affectedSopInstanceUid)) return { status: dimseStatus.cannotUnderstand, comment: 'Affected SOP Instance UID is not a UID' };
    const { association } = this.parts;
    const incoming: IncomingObject = {
      SOPClassUID: command.affectedSopClassUid,
      SOPInstanceUID: command.affectedSopInstanceUid,
      TransferSyntaxUID: context.transferSyntax,
      source: {
        kind: 'association',
        callingAeTitle: association.callingAeTitle,
        calledAeTitle: association.calledAeTitle,
        host: association.host,
        associationId: association.id,
      },
      ...(command.moveOriginator !== undefined && { moveOriginator: command.moveOriginator }),
    };
    try {
      const writing = { writer: this.parts.store.receive(incoming), waiting: false };
      this.writing = writing;
      return this.consumer(context, command, writing);
    } catch (error) {
      this.logFault(error);
      return { status: dimseStatus.processingFailure, comment: 'Object could not be begun' };
    }
  }

  /** The association is over: what is half here is forgotten (B11); finished objects keep going to the disk. */
  end(): void {
    this.isEnded = true;
    const writing = this.writing;
    this.writing = undefined;
    writing?.writer.abort();
  }

  private consumer(context: AcceptedContext, command: CommandSet, writing: { readonly writer: ObjectWriter; waiting: boolean }): DataSetConsumer {
    let broken = false;
    const guarded = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        // B17: one object's fault is that object's answer, never the node's end.
        broken = true;
        this.logFault(error);
      }
    };
    return {
      write: (bytes) => {
        if (broken) return;
        guarded(() => {
          if (!writing.writer.write(bytes)) this.waitFor(writing);
        });
      },
      end: () => {
        this.writing = undefined;
        if (broken) {
          guarded(() => {
            writing.writer.abort();
          });
          this.answer(context, command, fault('Object could not be processed'));
          return;
        }
        this.finish(context, command, writing.writer);
      },
      abort: () => {
        if (this.writing === writing) this.writing = undefined;
        guarded(() => {
          writing.writer.abort();
        });
      },
    };
  }

  private waitFor(writing: { readonly writer: ObjectWriter; waiting: boolean }): void {
    if (writing.waiting) return;
    writing.waiting = true;
    this.parts.port.pause();
    const goOn = (): void => {
      writing.waiting = false;
      this.parts.port.resume();
    };
    writing.writer.drained().then(goOn, (error: unknown) => {
      this.logFault(error);
      goOn();
    });
  }

  private finish(context: AcceptedContext, command: CommandSet, writer: ObjectWriter): void {
    this.pendingCount++;
    const settle = (outcome: StoreOutcome): void => {
      this.pendingCount--;
      this.answer(context, command, outcome);
    };
    writer.finish().then(settle, (error: unknown) => {
      this.logFault(error);
      settle(fault('Object could not be processed'));
    });
  }

  private answer(context: AcceptedContext, command: CommandSet, outcome: StoreOutcome): void {
    if (!this.isEnded) {
      if (outcome.kind === 'refused') this.parts.port.respond(context, command, outcome.status, outcome.comment);
      else this.parts.port.respond(context, command, dimseStatus.success);
    }
    this.parts.onObject(command, outcome);
  }

  private logFault(error: unknown): void {
    this.parts.log.error({ command: commandFields.cStoreRq, error: error instanceof Error ? error.message : String(error) }, 'fault while storing an object');
  }
}
