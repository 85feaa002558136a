import type { CommandValue } from '../command-set';
import { commandElements } from '../command-set';
import { encodeDataSet } from '../data-set';
import type { QueryRoot } from '../query-classes';
import { sendObjects, type AssociationPool, type ScuTarget, type SendOutcome } from '../scu';
import type { SendObject } from '../send-object';
import { CANCELLED_BY_PEER, type Peer, type Reply, type ServedRequest } from '../served';
import { FAILED_SOP_INSTANCE_UID_LIST, isAtOrAbove, QUERY_RETRIEVE_LEVEL } from './attributes';
import { type QueryFault, readIdentifier, rootOf, uniqueKey } from './query-request';
import type { QuerySource, Selection } from './query-source';

/** PS3.4 Table C.4-2 and C.4-3. */
const status = {
  success: 0x0000,
  pending: 0xff00,
  cancelled: 0xfe00,
  /** Sub-operations complete, one or more failures or warnings. */
  incomplete: 0xb000,
  /** Unable to perform sub-operations. */
  noneDone: 0xa702,
  destinationUnknown: 0xa801,
} as const;

/** A UI value of the short form holds so many UIDs of 64 characters. */
const MOST_FAILED_UIDS = 1000;

export interface RetrieveCounts {
  readonly objects: number;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
}

export interface MoveParts {
  readonly pool: AssociationPool;
  /** The node of this AE title that we may send to; undefined: none is known. */
  destination(aeTitle: string): ScuTarget | undefined;
}

/** C-GET (PS3.4 C.4.3) of what is here: each object as it is kept, on the association of the peer. */
export async function serveGet(source: QuerySource, request: ServedRequest, peer: Peer, signal: AbortSignal): Promise<RetrieveCounts> {
  const objects = await selected(source, request, peer);
  if (objects === undefined) return NONE;
  const run = new RetrieveRun(objects, request, peer);
  for (const object of objects) {
    if (signal.aborted) break;
    const outcome = await peer.store(object);
    if (outcome === 'ended') break;
    run.count(object, outcome);
  }
  return run.finish(signal);
}

/** C-MOVE (PS3.4 C.4.2) of what is here, to a node that is known: each object as it is kept, by its own response. */
export async function serveMove(source: QuerySource, parts: MoveParts, request: ServedRequest, peer: Peer, signal: AbortSignal): Promise<RetrieveCounts> {
  const { moveDestination, messageId = 0 } = request.command;
  const target = parts.destination(moveDestination);
  if (target === undefined) {
    peer.reply(request, { status: status.destinationUnknown, comment: `Move destination unknown: ${moveDestination}` });
    return NONE;
  }
  const objects = await selected(source, request, peer);
  if (objects === undefined) return NONE;
  const run = new RetrieveRun(objects, request, peer);
  const originator = { aeTitle: peer.association.callingAeTitle, messageId };
  const onOutcome = (object: SendObject, outcome: SendOutcome): void => {
    if (outcome.kind === 'cancelled') return;
    run.count(object, outcome.kind === 'sent' ? 'completed' : outcome.kind === 'sentWithWarning' ? 'warning' : 'failed');
    if (outcome.kind !== 'sent') run.comment = outcome.words;
  };
  await sendObjects(parts.pool, target, { objects, originator, onOutcome }, signal);
  return run.finish(signal);
}

const NONE: RetrieveCounts = { objects: 0, completed: 0, failed: 0, warning: 0 };

async function selected(source: QuerySource, request: ServedRequest, peer: Peer): Promise<readonly SendObject[] | undefined> {
  const { context, dataSet } = request;
  const selection = readSelection(dataSet ?? Buffer.alloc(0), context.transferSyntax, rootOf(context.abstractSyntax));
  if ('status' in selection) {
    peer.reply(request, selection);
    return undefined;
  }
  await source.settle();
  return source.objects(selection);
}

/** PS3.4 C.4.2.1.4: the unique key of the level is there, as one or as a list; those above may be. */
function readSelection(bytes: Buffer, TransferSyntaxUID: string, root: QueryRoot): Selection | QueryFault {
  const identifier = readIdentifier(bytes, TransferSyntaxUID);
  if ('status' in identifier) return identifier;
  const { level, dataSet } = identifier;
  if (root === 'study' && level === 'PATIENT') return { status: 0xa900, comment: 'Study Root has no PATIENT level' };
  const selection: { -readonly [K in keyof Selection]: Selection[K] } = { level };
  for (const [of, keyword] of UNIQUE_KEYS) {
    const list = isAtOrAbove(of, level) ? uniqueKey(dataSet, keyword) : undefined;
    if (list !== undefined) selection[keyword] = list;
    else if (of === level) return { status: 0xa900, comment: `${keyword} is needed at this level` };
  }
  return selection;
}

const UNIQUE_KEYS = [
  ['PATIENT', 'PatientID'],
  ['STUDY', 'StudyInstanceUID'],
  ['SERIES', 'SeriesInstanceUID'],
  ['IMAGE', 'SOPInstanceUID'],
] as const;

/** Counts of one C-MOVE or C-GET, told after each sub-operation. */
class RetrieveRun {
  private completed = 0;
  private failed = 0;
  private warning = 0;
  private readonly failedUids: string[] = [];
  /** Words for the final response, when not all went well. */
  comment: string | undefined;

  constructor(
    private readonly objects: readonly SendObject[],
    private readonly request: ServedRequest,
    private readonly peer: Peer,
  ) {}

  count(object: SendObject, outcome: 'completed' | 'warning' | 'failed'): void {
    this[outcome]++;
    if (outcome === 'failed') this.failedUids.push(object.SOPInstanceUID);
    // PS3.7 9.1.4.1.7: the last one is told by the final response alone
    if (this.remaining > 0) this.peer.reply(this.request, { status: status.pending, elements: this.elements(true) });
  }

  finish(signal: AbortSignal): RetrieveCounts {
    this.peer.reply(this.request, this.finalReply(signal.aborted && signal.reason === CANCELLED_BY_PEER));
    const { completed, failed, warning } = this;
    return { objects: this.objects.length, completed, failed, warning };
  }

  private get remaining(): number {
    return this.objects.length - this.completed - this.failed - this.warning;
  }

  private finalReply(isCancelled: boolean): Reply {
    const elements = this.elements(isCancelled);
    const { failedUids, request } = this;
    const list = failedUids.slice(0, MOST_FAILED_UIDS).join('\\');
    const level = readIdentifier(request.dataSet ?? Buffer.alloc(0), request.context.transferSyntax);
    const dataSet =
      failedUids.length === 0
        ? {}
        : {
            dataSet: encodeDataSet(
              [
                ...('level' in level ? [{ tag: QUERY_RETRIEVE_LEVEL, vr: 'CS' as const, value: level.level }] : []),
                { tag: FAILED_SOP_INSTANCE_UID_LIST, vr: 'UI', value: list },
              ],
              request.context.transferSyntax,
            ),
          };
    const comment = this.comment === undefined ? {} : { comment: this.comment };
    if (isCancelled) return { status: status.cancelled, elements, ...dataSet };
    if (this.failed === 0 && this.warning === 0) return { status: status.success, elements };
    // PS3.4 C.4.2.3.1: a failure when not one could be done
    const isNone = this.completed === 0 && this.warning === 0;
    return { status: isNone ? status.noneDone : status.incomplete, elements, ...comment, ...dataSet };
  }

  /** PS3.7 9.1.4.1: what remains is told while something does. */
  private elements(withRemaining: boolean): (readonly [number, CommandValue])[] {
    const clamp = (count: number): number => Math.min(count, 0xffff);
    return [
      ...(withRemaining ? [[commandElements.NumberOfRemainingSuboperations, clamp(this.remaining)] as const] : []),
      [commandElements.NumberOfCompletedSuboperations, clamp(this.completed)],
      [commandElements.NumberOfFailedSuboperations, clamp(this.failed)],
      [commandElements.NumberOfWarningSuboperations, clamp(this.warning)],
    ];
  }
}
