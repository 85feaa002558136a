import type { OutboxCounts, OutboxId, OutboxObjectState, OutboxReason, ReturnCounts, StudyUid } from '@shared/domain';

/** States that are kept; `sending` lives in memory alone: what a crash finds so is sent again (same UID, same bytes). */
export type KeptObjectState = Exclude<OutboxObjectState, 'sending'>;

/** One order as it is kept. */
export interface OutboxOrder {
  readonly id: OutboxId;
  readonly node: string;
  readonly StudyInstanceUID: StudyUid;
  readonly reason: OutboxReason;
  readonly why: string;
  readonly by: string;
  readonly createdAtMs: number;
  readonly state: 'held' | 'open' | 'done';
  readonly transition?:
    | {
        readonly to: 'held' | 'released';
        readonly by: string;
        readonly atMs: number;
        readonly why: string;
        /** Somebody let its results go although their study was not compared with the archive. */
        readonly uncompared?: boolean | undefined;
      }
    | undefined;
}

/** Results of these studies wait; `but`: of all others. Not those of an order that somebody let go all the same. */
export interface HeldResults {
  readonly but: boolean;
  readonly studies: readonly string[];
}

/** What of the cache an order is about. */
export interface OrderedObject {
  readonly SOPInstanceUID: string;
  readonly SOPClassUID: string;
  readonly TransferSyntaxUID: string;
}

export interface OutboxEntry extends OrderedObject {
  readonly item: OutboxId;
  readonly state: KeptObjectState;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly notBeforeMs: number;
  /** Of the state. */
  readonly atMs: number;
  readonly words: string;
  readonly status?: number;
  /** Tries that failed while other objects were taken: the fault is this object's own. */
  readonly faults: number;
}

/** What a try made of an object. */
export interface EntryChange {
  readonly item: OutboxId;
  readonly SOPInstanceUID: string;
  readonly state: KeptObjectState;
  readonly attempts: number;
  readonly notBeforeMs: number;
  readonly words: string;
  readonly status?: number | undefined;
  readonly faults: number;
}

export interface OrderFilter {
  readonly where?: 'open' | 'held' | 'failed' | 'done' | undefined;
  readonly node?: string | undefined;
  readonly StudyInstanceUID?: string | undefined;
}

/** What the side journal keeps of the outbox: everything that cannot be derived from the objects. */
export type OutboxNote =
  | { readonly kind: 'order'; readonly order: OutboxOrder; readonly objects: readonly OrderedObject[] }
  | { readonly kind: 'orderState'; readonly id: string; readonly state: OutboxOrder['state']; readonly transition?: OutboxOrder['transition'] }
  | { readonly kind: 'results'; readonly id: string; readonly results: readonly (readonly [uid: string, state: KeptObjectState, words: string])[] }
  | { readonly kind: 'orderGone'; readonly id: string };

/** An order as the side journal knows it. */
export interface NotedOrder {
  readonly order: OutboxOrder;
  readonly objects: readonly (OrderedObject & { readonly state: KeptObjectState; readonly words: string })[];
}

/** Orders and their objects, in SQLite. Each write is durable, and noted beside the index, before it returns. */
export interface OutboxStore {
  /** Makes the order, or adds objects to it that it does not have; returns how many are new. */
  put(order: OutboxOrder, objects: readonly OrderedObject[]): number;
  setState(id: OutboxId, state: OutboxOrder['state'], transition?: OutboxOrder['transition']): void;
  record(changes: readonly EntryChange[], atMs: number): void;
  remove(id: OutboxId): void;
  /** Nothing of it is left to do: a rebuild need not know of it, its rows stay. */
  noteEnded(id: OutboxId): void;
  /** There is work again. */
  noteAgain(id: OutboxId): void;
  order(id: OutboxId): OutboxOrder | undefined;
  /** Newest first. */
  orders(filter: OrderFilter, offset: number, limit: number): { readonly orders: OutboxOrder[]; readonly matching: number };
  entries(id: OutboxId, offset: number, limit: number): OutboxEntry[];
  entry(id: OutboxId, SOPInstanceUID: string): OutboxEntry | undefined;
  /** Counts of one order, of all for one node, or of everything. */
  counts(of: { readonly id?: OutboxId; readonly node?: string }): OutboxCounts;
  lastWords(id: OutboxId): string;
  /** The oldest open order with something that waits. */
  oldestWaiting(): OutboxOrder | undefined;
  /** Objects for the node that wait, or that something became of since then. */
  countsSince(node: string, atMs: number): Omit<ReturnCounts, 'resultsUncompared'>;
  /** Objects of open orders that may be sent now: those that were never on the wire first, so that none that always fails holds up the others; then the oldest order. */
  due(node: string, nowMs: number, limit: number, held?: HeldResults): OutboxEntry[];
  /** When the next object of this node may be sent; undefined: nothing waits. */
  nextDueMs(node: string, held?: HeldResults): number | undefined;
  /** Results for the node, or of one order, that may go but for `held`. */
  heldResults(of: { readonly node: string; readonly id?: OutboxId | undefined }, held: HeldResults): number;
  nodesWithWork(): string[];
  /** Objects in `state`, for the node, oldest first. */
  inState(node: string, state: KeptObjectState, limit: number): OutboxEntry[];
  /** Objects of the study that are not sent yet or could not be: an order that is held counts too. */
  unsentOf(StudyInstanceUID: string): number;
  /** After a rebuild or an unclean end: what the side journal says holds. */
  restore(noted: readonly NotedOrder[]): void;
}
