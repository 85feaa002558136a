import { dimseStatus, type DimseStatus } from '@shared/dicom';
import { commandElements, commandFields } from '../command-set';
import { isPending, statusWords, type ExchangeEnd, type ScuResponse } from './exchange';
import { scuFailure, type ScuFailure } from './failure';
import { decodeIdentifier, encodeIdentifier, IDENTIFIER_SYNTAXES, IdentifierFault, type Match, type QueryCharacterSet, type QueryKeys } from './identifier';
import type { ScuTarget, ScuTimeouts } from './options';
import type { AssociationPool } from './pool';
import { QUERY_SOP_CLASSES, queryContexts, returnKeys, type QueryLevel, type QueryRoot } from './query-keys';
import type { ScuAssociation } from './scu-association';

export interface FindRequest {
  readonly root: QueryRoot;
  readonly level: QueryLevel;
  /** Matching keys, and unique keys of the levels above (PS3.4 C.4.1.1.3.1). */
  readonly keys: QueryKeys;
  /** Asked back besides; absent: the usual ones of the level. */
  readonly returned?: readonly (keyof QueryKeys)[];
  /** After so many the query is cancelled at the peer. */
  readonly maxMatches?: number;
  readonly characterSet?: QueryCharacterSet;
}

export type FindEnd =
  | { readonly kind: 'complete'; readonly matches: number; /** Some optional keys were not supported (0xFF01). */ readonly keysIgnored: boolean }
  | { readonly kind: 'limited'; readonly matches: number }
  | { readonly kind: 'cancelled'; readonly matches: number }
  /** The peer said why, in its final response. */
  | { readonly kind: 'refused'; readonly matches: number; readonly status: DimseStatus; readonly words: string }
  | { readonly kind: 'failed'; readonly matches: number; readonly failure: ScuFailure };

/** Matches of a query as they come; the generator's return value says how it ended. Leaving it early cancels at the peer. */
export type FindRun = AsyncGenerator<Match, FindEnd>;

const MOST_MATCHES = 100_000;

/** What a query is, whichever information model it is of. */
export interface QueryForm<T> {
  readonly abstractSyntax: string;
  /** What the peer does not offer when it accepts no context. */
  readonly called: string;
  /** The identifier in this syntax. Throws `IdentifierFault`. */
  dataSet(transferSyntax: string): Buffer;
  /** A string: why it cannot be read. */
  decode(bytes: Buffer, transferSyntax: string): T | string | Promise<T | string>;
  readonly maxMatches?: number;
}

/** C-FIND (PS3.7 9.1.2, PS3.4 C.4.1) as SCU. Never throws for what the peer does. */
export async function* find(pool: AssociationPool, target: ScuTarget, request: FindRequest, signal: AbortSignal, timeouts?: Partial<ScuTimeouts>): FindRun {
  const abstractSyntax = QUERY_SOP_CLASSES[request.root].find;
  const contexts = queryContexts(request.root, IDENTIFIER_SYNTAXES);
  const lease = await pool.lease({ target, contexts, ...(timeouts && { timeouts }) }, signal);
  if ('failure' in lease) return { kind: lease.failure.cause === 'cancelled' ? 'cancelled' : 'failed', matches: 0, failure: lease.failure };
  try {
    return yield* queryOn<Match>(lease.association, signal, {
      abstractSyntax,
      called: `${request.root === 'study' ? 'Study' : 'Patient'} Root queries`,
      dataSet: (syntax) => identifierOf(request, syntax),
      decode: decodeIdentifier,
      ...(request.maxMatches !== undefined && { maxMatches: request.maxMatches }),
    });
  } finally {
    lease.giveBack();
  }
}

/** One query on an open association; leaving it early cancels at the peer. */
export async function* queryOn<T extends object>(association: ScuAssociation, signal: AbortSignal, form: QueryForm<T>): AsyncGenerator<T, FindEnd> {
  const context = association.contextFor(form.abstractSyntax);
  const name = association.calledAeTitle;
  const failed = (matches: number, failure: ScuFailure): FindEnd => ({ kind: 'failed', matches, failure });
  if (!context) return failed(0, scuFailure('noContext', `${name} does not offer ${form.called}.`));
  const dataSet = written(() => form.dataSet(context.transferSyntax));
  if (typeof dataSet === 'string') return failed(0, scuFailure('local', `The query cannot be sent: ${dataSet}.`));
  const limit = Math.min(form.maxMatches ?? MOST_MATCHES, MOST_MATCHES);
  let matches = 0;
  let keysIgnored = false;
  const exchange = association.exchange(
    { context, commandField: commandFields.cFindRq, elements: [[commandElements.Priority, 0]], dataSet, canCancel: true },
    signal,
  );
  try {
    for (;;) {
      const next: IteratorResult<ScuResponse, ExchangeEnd> = await exchange.next();
      if (next.done) return ended(next.value, matches, signal);
      const response = next.value;
      if (!isPending(response.status)) return finalOf(response, matches, keysIgnored, name);
      if (signal.aborted) continue;
      const match = response.dataSet === undefined ? 'a match without a data set' : await form.decode(response.dataSet, context.transferSyntax);
      if (typeof match === 'string') {
        const words = `${name} sent a match that cannot be read (${match}); the query was ended.`;
        return failed(matches, scuFailure('protocol', words));
      }
      keysIgnored ||= response.status === 0xff01;
      if (matches >= limit) return { kind: 'limited', matches };
      matches++;
      yield match;
    }
  } finally {
    await exchange.return(undefined);
  }
}

function identifierOf(request: FindRequest, syntax: string): Buffer {
  const keys: QueryKeys = { QueryRetrieveLevel: request.level };
  for (const keyword of request.returned ?? returnKeys(request.root, request.level)) keys[keyword] = '';
  return encodeIdentifier({ ...keys, ...request.keys }, syntax, request.characterSet);
}

function written(encode: () => Buffer): Buffer | string {
  try {
    return encode();
  } catch (error) {
    if (error instanceof IdentifierFault) return error.message;
    throw error;
  }
}

function ended(failure: ExchangeEnd, matches: number, signal: AbortSignal): FindEnd {
  if (signal.aborted) return { kind: 'cancelled', matches };
  return { kind: 'failed', matches, failure: failure ?? scuFailure('closed', 'The query ended without a final response.') };
}

function finalOf(response: ScuResponse, matches: number, keysIgnored: boolean, name: string): FindEnd {
  const status = dimseStatus('C-FIND', response.status);
  switch (status.category) {
    case 'success':
    case 'warning':
      return { kind: 'complete', matches, keysIgnored };
    case 'cancel':
      return { kind: 'cancelled', matches };
    default:
      return { kind: 'refused', matches, status, words: statusWords(name, status, response) };
  }
}
