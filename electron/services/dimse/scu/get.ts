import type { ObjectStore, StoreOutcome } from '../../cache';
import type { Logger } from '../../logging/logger';
import { commandElements, commandFields, dimseStatus, NO_DATA_SET, type CommandSet, type SubOperationCounts } from '../command-set';
import type { AcceptedContext } from '../negotiation';
import { StorageLane, type DataSetConsumer } from '../storage-lane';
import { isPending, takeUntil } from './exchange';
import { scuFailure } from './failure';
import { IDENTIFIER_SYNTAXES } from './identifier';
import { MOST_CONTEXTS, type ScuTarget, type ScuTimeouts } from './options';
import type { AssociationPool } from './pool';
import { QUERY_SOP_CLASSES } from './query-keys';
import type { ScuAssociation } from './scu-association';
import { furtherCounts, merged, NO_COUNTS, retrieveEnd, retrieveIdentifier, type RetrieveEnd, type RetrieveKeys } from './sub-operations';

export interface GetRequest extends RetrieveKeys {
  /** Storage SOP classes of what is asked for (SOP Classes in Study, or an IMAGE-level query): at most 127, each one context. */
  readonly sopClasses: readonly string[];
  /** In order of preference; the peer takes one of them for each class. */
  readonly transferSyntaxes: readonly string[];
  readonly onProgress?: (counters: SubOperationCounts, arrived: number) => void;
}

export interface GetResult {
  readonly end: RetrieveEnd;
  readonly arrived: ReadonlySet<string>;
  readonly refused: ReadonlyMap<string, string>;
  /** Classes that the peer does not send, by its answer to the association. */
  readonly notOffered: readonly string[];
}

export interface GetParts {
  readonly pool: AssociationPool;
  readonly store: ObjectStore;
  readonly log: Logger;
  /** Numbers of associations, as the objects' source shows them. */
  nextAssociationId(): number;
}

/** C-GET (PS3.7 9.1.3, PS3.4 C.4.3): the peer stores to us on the association that we opened. Never throws for what the peer does. */
export async function get(parts: GetParts, target: ScuTarget, request: GetRequest, signal: AbortSignal, timeouts?: Partial<ScuTimeouts>): Promise<GetResult> {
  const abstractSyntax = QUERY_SOP_CLASSES[request.root].get;
  const classes = [...new Set(request.sopClasses)].slice(0, MOST_CONTEXTS - 1);
  const failed = (failure: ReturnType<typeof scuFailure>): GetResult => {
    const end: RetrieveEnd = signal.aborted ? { kind: 'cancelled', counters: NO_COUNTS } : { kind: 'failed', failure, counters: NO_COUNTS };
    return { end, arrived: new Set(), refused: new Map(), notOffered: [] };
  };
  const contexts = [
    { abstractSyntax, transferSyntaxes: IDENTIFIER_SYNTAXES },
    ...classes.map((sopClass) => ({ abstractSyntax: sopClass, transferSyntaxes: request.transferSyntaxes })),
  ];
  // PS3.7 D.3.3.4: for the storage classes we are SCP, and only that.
  const roles = classes.map((sopClassUid) => ({ sopClassUid, scu: false, scp: true }));
  const lease = await parts.pool.lease({ target, contexts, roles, ...(timeouts && { timeouts }) }, signal);
  if ('failure' in lease) return failed(lease.failure);
  try {
    const context = lease.association.contextFor(abstractSyntax);
    if (!context) return failed(scuFailure('noContext', `${target.calledAeTitle} does not offer C-GET.`));
    const dataSet = retrieveIdentifier(request, context.transferSyntax);
    if (typeof dataSet === 'string') return failed(scuFailure('local', `The request cannot be sent: ${dataSet}.`));
    return await new GetRun(parts, target, lease.association, classes, request).run(context, dataSet, signal);
  } finally {
    lease.giveBack();
  }
}

/** The C-STORE sub-operations of one C-GET, as SCP. */
class GetRun {
  private readonly arrived = new Set<string>();
  private readonly refused = new Map<string, string>();
  private readonly lane: StorageLane;
  private readonly granted: ReadonlySet<string>;
  private counters: SubOperationCounts = NO_COUNTS;
  private whenIdle: (() => void) | undefined;

  constructor(
    parts: GetParts,
    target: ScuTarget,
    private readonly association: ScuAssociation,
    private readonly classes: readonly string[],
    private readonly request: GetRequest,
  ) {
    this.granted = new Set(association.agreement.roles.filter((role) => role.scp).map((role) => role.sopClassUid));
    this.lane = new StorageLane({
      store: parts.store,
      log: parts.log,
      // Who sends is the peer that we called: as if it had called us.
      association: { id: parts.nextAssociationId(), callingAeTitle: target.calledAeTitle, calledAeTitle: target.callingAeTitle, host: target.host },
      port: {
        respond: (context, command, status, comment) => {
          association.respond(context, command, status, comment);
        },
        pause: () => {
          association.pause();
        },
        resume: () => {
          association.resume();
        },
      },
      onObject: (command, outcome) => {
        this.objectDone(command, outcome);
      },
    });
  }

  async run(context: AcceptedContext, dataSet: Buffer, signal: AbortSignal): Promise<GetResult> {
    const exchange = this.association.exchange(
      {
        context,
        commandField: commandFields.cGetRq,
        elements: [[commandElements.Priority, 0]],
        dataSet,
        canCancel: true,
        isProgress: furtherCounts(),
        onRequest: (on, command) => this.subOperation(on, command),
      },
      signal,
    );
    const end = await takeUntil(
      exchange,
      (response) => {
        this.counters = merged(this.counters, response.command);
        this.tell();
        return isPending(response.status) ? undefined : retrieveEnd('C-GET', this.association.calledAeTitle, response, this.counters, context.transferSyntax);
      },
      (failure = scuFailure('closed', 'The retrieve ended without a final response.')): RetrieveEnd =>
        signal.aborted ? { kind: 'cancelled', counters: this.counters } : { kind: 'failed', failure, counters: this.counters },
    );
    return this.result(end);
  }

  /** Objects whose bytes are all here still go to the disk; what is half here is forgotten. */
  private async result(end: RetrieveEnd): Promise<GetResult> {
    if (this.lane.pending > 0) {
      await new Promise<void>((resolve) => {
        this.whenIdle = resolve;
      });
    }
    this.lane.end();
    const notOffered = this.classes.filter((sopClass) => this.association.contextFor(sopClass) === undefined || !this.granted.has(sopClass));
    return { end, arrived: this.arrived, refused: this.refused, notOffered };
  }

  private subOperation(context: AcceptedContext, command: CommandSet): DataSetConsumer | undefined {
    const refuse = (status: number, comment: string): DataSetConsumer | undefined => {
      const answer = (): void => {
        this.association.respond(context, command, status, comment);
      };
      if (command.dataSetType !== NO_DATA_SET) return { write: () => undefined, end: answer, abort: () => undefined };
      answer();
      return undefined;
    };
    if (command.commandField !== commandFields.cStoreRq) return refuse(dimseStatus.unrecognizedOperation, 'Operation not supported here');
    if (command.affectedSopClassUid !== context.abstractSyntax || !this.classes.includes(context.abstractSyntax)) {
      return refuse(dimseStatus.sopClassNotSupported, 'SOP class is not the one of this context');
    }
    if (command.dataSetType === NO_DATA_SET) return refuse(dimseStatus.mistypedArgument, 'C-STORE without a data set');
    const begun = this.lane.begin(context, command);
    if (!('write' in begun)) {
      this.refused.set(command.affectedSopInstanceUid, begun.comment);
      return refuse(begun.status, begun.comment);
    }
    return begun;
  }

  private objectDone(command: CommandSet, outcome: StoreOutcome): void {
    if (outcome.kind === 'refused') this.refused.set(command.affectedSopInstanceUid, outcome.comment);
    else this.arrived.add(outcome.attributes.SOPInstanceUID);
    this.association.progress();
    this.tell();
    if (this.lane.pending === 0) this.whenIdle?.();
  }

  private tell(): void {
    this.request.onProgress?.(this.counters, this.arrived.size);
  }
}
