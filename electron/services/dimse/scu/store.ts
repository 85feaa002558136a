import { dimseStatus, type DimseStatus, statusText, tagText, transferSyntax } from '@shared/dicom';
import { commandElements, commandFields } from '../command-set';
import { LentMemory, ObjectAhead } from './object-ahead';
import type { SendObject } from '../send-object';
import { scuFailure, type ScuFailure } from './failure';
import { MOST_CONTEXTS, type ScuTarget, type ScuTimeouts } from './options';
import type { AssociationPool, Lease } from './pool';
import type { ScuAssociation } from './scu-association';
import type { ScuResponse } from './exchange';

export type { SendObject };

/** What became of one object, by its own response (reliability O2 to O7). */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'sentWithWarning'; readonly status: DimseStatus; readonly words: string }
  /** The peer refused it, or it was never sent because no association could be had. `isTransient`: again later can help. */
  | { readonly kind: 'failed'; readonly status?: DimseStatus; readonly isTransient: boolean; readonly words: string; readonly failure?: ScuFailure }
  /** The peer takes no such SOP class or not in the stored transfer syntax. */
  | { readonly kind: 'notNegotiated'; readonly words: string }
  /** Sent, wholly or in part, and no response: it may be there. Sending again is safe (same UID, same bytes). */
  | { readonly kind: 'unknown'; readonly words: string }
  | { readonly kind: 'cancelled' };

export interface SendRequest {
  readonly objects: readonly SendObject[];
  /** Whose C-MOVE this answers, as each C-STORE says it (PS3.7 9.1.1.1). */
  readonly originator?: { readonly aeTitle: string; readonly messageId: number };
  /** Associations at the same time; the pool's cap holds as well. */
  readonly parallel?: number;
  readonly onOutcome: (object: SendObject, outcome: SendOutcome) => void;
}

/** An association that cannot be had so many times in a row: the rest is not tried. */
const MOST_FAILURES = 3;
/** The next one is digested while one is on its way, the one after it is read. */
const MOST_AHEAD = 2;
/** 0x0124: the node does not let us (reliability O4). */
const NOT_AUTHORIZED = 0x0124;

/**
 * C-STORE (PS3.7 9.1.1, PS3.4 B.2) as SCU: one presentation context for each pair of SOP class and stored transfer syntax, as many associations as
 * they need. Each object gets exactly one outcome. Never throws for what the peer does.
 */
export async function sendObjects(
  pool: AssociationPool,
  target: ScuTarget,
  request: SendRequest,
  signal: AbortSignal,
  timeouts?: Partial<ScuTimeouts>,
): Promise<void> {
  for (const batch of batches(request.objects)) {
    const contexts = [...batch.pairs.values()];
    const run: BatchRun = {
      queue: [...batch.objects],
      failures: 0,
      lease: () => pool.lease({ target, contexts, ...(timeouts && { timeouts }) }, signal),
      onOutcome: request.onOutcome,
      originator: request.originator,
      name: target.calledAeTitle,
    };
    const lanes = Math.max(1, Math.min(request.parallel ?? 1, batch.objects.length));
    await Promise.all(Array.from({ length: lanes }, () => lane(run, signal)));
  }
}

type Pair = { readonly abstractSyntax: string; readonly transferSyntaxes: readonly string[] };

interface Batch {
  readonly pairs: Map<string, Pair>;
  readonly objects: SendObject[];
}

/** Objects in the order given, cut where the pairs are more than one association can have contexts. */
function batches(objects: readonly SendObject[]): Batch[] {
  const found: Batch[] = [];
  for (const object of objects) {
    const key = `${object.SOPClassUID} ${object.TransferSyntaxUID}`;
    let batch = found.find(({ pairs }) => pairs.has(key)) ?? found.find(({ pairs }) => pairs.size < MOST_CONTEXTS);
    if (!batch) {
      batch = { pairs: new Map(), objects: [] };
      found.push(batch);
    }
    batch.pairs.set(key, { abstractSyntax: object.SOPClassUID, transferSyntaxes: [object.TransferSyntaxUID] });
    batch.objects.push(object);
  }
  return found;
}

interface BatchRun {
  readonly queue: SendObject[];
  failures: number;
  lease(): Promise<Lease | { readonly failure: ScuFailure }>;
  readonly onOutcome: SendRequest['onOutcome'];
  readonly originator: SendRequest['originator'];
  readonly name: string;
}

/** One association after another, each until it ends or nothing is left. */
async function lane(run: BatchRun, signal: AbortSignal): Promise<void> {
  while (run.queue.length > 0) {
    if (signal.aborted) {
      settleRest(run, { kind: 'cancelled' });
      return;
    }
    const lease = await run.lease();
    if ('failure' in lease) {
      if (lease.failure.cause === 'cancelled') settleRest(run, { kind: 'cancelled' });
      else settleRest(run, { kind: 'failed', isTransient: lease.failure.isTransient, words: lease.failure.words, failure: lease.failure });
      return;
    }
    try {
      await sendOn(run, lease.association, signal);
    } finally {
      // Some nodes serve one association at a time: the next lane must not wait for this one.
      lease.giveBack(false);
    }
    if (run.failures >= MOST_FAILURES) {
      const words = `${run.name} ended ${String(MOST_FAILURES)} associations one after another: the rest was not tried.`;
      settleRest(run, { kind: 'failed', isTransient: true, words, failure: scuFailure('closed', words) });
    }
  }
}

function settleRest(run: BatchRun, outcome: SendOutcome): void {
  for (const object of run.queue.splice(0)) run.onOutcome(object, outcome);
}

async function sendOn(run: BatchRun, association: ScuAssociation, signal: AbortSignal): Promise<void> {
  const memory = new LentMemory(1 + MOST_AHEAD);
  const ahead: ObjectAhead[] = [];
  const readAhead = (): void => {
    while (ahead.length < MOST_AHEAD) {
      const object = run.queue.shift();
      if (object === undefined) return;
      ahead.push(new ObjectAhead(object, memory.turn()));
    }
  };
  readAhead();
  for (let object = ahead[0]; object !== undefined && association.isOpen && !signal.aborted; object = ahead[0]) {
    ahead.shift();
    // while the peer has enough to do with this one: neither disk nor digest keeps it waiting
    const onSent = (): void => {
      readAhead();
      ahead[0]?.check();
    };
    const outcome = await sendOne(association, object, run.originator, onSent, signal);
    await object.drop();
    readAhead();
    if (outcome.kind === 'unknown') run.failures++;
    else if (outcome.kind !== 'notNegotiated') run.failures = 0;
    run.onOutcome(object.of, outcome);
  }
  for (const object of ahead) void object.drop();
  run.queue.unshift(...ahead.map(({ of }) => of));
}

async function sendOne(
  association: ScuAssociation,
  { of: object, bytes }: ObjectAhead,
  originator: SendRequest['originator'],
  onSent: () => void,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const context = association.contextFor(object.SOPClassUID, object.TransferSyntaxUID);
  if (!context) return notNegotiated(association, object);
  const exchange = association.exchange(
    {
      context,
      commandField: commandFields.cStoreRq,
      elements: [
        [commandElements.Priority, 0],
        [commandElements.AffectedSOPInstanceUID, object.SOPInstanceUID],
        ...(originator === undefined
          ? []
          : ([
              [commandElements.MoveOriginatorApplicationEntityTitle, originator.aeTitle],
              [commandElements.MoveOriginatorMessageID, originator.messageId],
            ] as const)),
      ],
      dataSet: bytes,
      onSent,
      canCancel: false,
    },
    signal,
  );
  const next = await exchange.next();
  await exchange.return(undefined);
  if (!next.done) return outcomeOf(association.calledAeTitle, object, next.value);
  const failure = next.value ?? scuFailure('closed', 'The association ended.');
  // Our own disk: what left was half an object, and the abort told the peer so.
  if (failure.cause === 'local') return { kind: 'failed', isTransient: false, words: failure.words, failure };
  return { kind: 'unknown', words: `${failure.words} Whether the object is there is not known; sending it again is safe.` };
}

/** PS3.4 B.2.3 and reliability O2 to O5. A response that names another object is no answer to this one. */
function outcomeOf(name: string, object: SendObject, response: ScuResponse): SendOutcome {
  const { affectedSopInstanceUid, errorComment, offendingElements } = response.command;
  if (affectedSopInstanceUid !== '' && affectedSopInstanceUid !== object.SOPInstanceUID) {
    return { kind: 'unknown', words: `${name} answered for another object than the one that was sent.` };
  }
  const status = dimseStatus('C-STORE', response.status);
  const details = [errorComment, offendingElements.slice(0, 8).map(tagText).join(' ')].filter((text) => text !== '').join(' ');
  const words = `${name} answered ${statusText(status.code)} (${status.meaning})${details === '' ? '.' : `: ${details}`}`;
  switch (status.category) {
    case 'success':
      return { kind: 'sent' };
    case 'warning':
      return { kind: 'sentWithWarning', status, words };
    default:
      return { kind: 'failed', status, isTransient: status.remedy === 'retry' && status.code !== NOT_AUTHORIZED, words };
  }
}

function notNegotiated(association: ScuAssociation, object: SendObject): SendOutcome {
  const name = association.calledAeTitle;
  const isOtherTaken = association.contextFor(object.SOPClassUID) !== undefined;
  const syntax = transferSyntax(object.TransferSyntaxUID)?.name ?? object.TransferSyntaxUID;
  const words = isOtherTaken
    ? `${name} does not take this kind of object as ${syntax}; it is not converted without being asked.`
    : `${name} takes no objects of this kind (or not as ${syntax}); nothing is converted without being asked.`;
  return { kind: 'notNegotiated', words };
}
