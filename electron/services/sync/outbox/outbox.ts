import { randomUUID } from 'node:crypto';
import { CallError } from '@shared/contract';
import { type OutboxCounts, OutboxId, type OutboxReason, type StudyUid } from '@shared/domain';
import type { EntryChange, HeldResults, OrderedObject, OrderFilter, OutboxEntry, OutboxOrder, OutboxStore } from '../../index';
import type { Logger } from '../../logging/logger';
import type { Breaker } from './breaker';
import type { Delivery, DeliveryDriver } from './delivery';
import { NodeLane } from './node-lane';
import type { Timers } from './timers';
import { afterCancel, afterRetry } from './transitions';

export interface NewOrder {
  /** Absent: a new one. Given again, the order is the same and gets only the objects that it lacks. */
  readonly id?: OutboxId;
  readonly node: string;
  readonly StudyInstanceUID: StudyUid;
  readonly reason: OutboxReason;
  readonly why: string;
  readonly by: string;
  /** Nothing is sent until somebody releases it. */
  readonly held?: boolean;
  /** Why, where what asked for the order does not say it. */
  readonly heldBecause?: string | undefined;
  readonly objects: readonly OrderedObject[];
}

export interface OutboxParts {
  readonly store: OutboxStore;
  readonly driver: DeliveryDriver;
  readonly timers: Timers;
  readonly log: Logger;
  /** Results for this archive that wait, until somebody pokes it. */
  heldResults?(node: string): HeldResults | undefined;
  /** Everything of the study for the archive waits for a choice: who holds it, and why. */
  holdsNew?(node: string, StudyInstanceUID: StudyUid): { readonly by: string; readonly why: string } | undefined;
}

/** What changed: orders whose objects or state are others now, and the node. */
export interface OutboxChange {
  readonly node: string;
  readonly items: readonly OutboxId[];
  /** Objects that are sent now, by their own response. */
  readonly sent: readonly OutboxEntry[];
}

const PAGE = 1000;
const KEPT_ENDED = 1000;

/**
 * Durable work that leaves this station. An order and each outcome are on the disk before they are told; after a crash at any instant what has no outcome is
 * sent again. One lane for each archive, one state machine for all protocols (reliability O1 to O7, O18).
 */
export class Outbox {
  private readonly lanes = new Map<string, NodeLane>();
  private readonly listeners = new Set<(change: OutboxChange) => void>();
  private isClosed = false;

  constructor(private readonly parts: OutboxParts) {}

  /** Takes up what waits from before. */
  start(): void {
    for (const node of this.parts.store.nodesWithWork()) this.lane(node).poke();
  }

  enqueue(order: NewOrder): OutboxOrder {
    if (this.isClosed) throw new CallError('unavailable', 'the station is closing');
    const { store, timers } = this.parts;
    const { id = OutboxId.parse(randomUUID()), node, StudyInstanceUID, reason, why, by, held = false, heldBecause, objects } = order;
    const known = store.order(id);
    const conflict = known === undefined && !held ? this.parts.holdsNew?.(node, StudyInstanceUID) : undefined;
    const holder = conflict ?? (held && heldBecause !== undefined ? { by, why: heldBecause } : undefined);
    const fresh: OutboxOrder = {
      ...{ id, node, StudyInstanceUID, reason, why, by, createdAtMs: timers.now(), state: held || conflict !== undefined ? 'held' : 'open' },
      ...(holder && { transition: { to: 'held', ...holder, atMs: timers.now() } }),
    };
    // what is added to an order that had ended waits as a new one would
    const added = store.put(known === undefined ? fresh : { ...known, state: known.state === 'done' ? fresh.state : known.state }, objects);
    if (known === undefined || added > 0) this.tell(node, [id]);
    this.settle(id);
    this.lane(node).poke();
    return this.order(id);
  }

  /** Throws CallError `notFound`. */
  order(id: OutboxId): OutboxOrder {
    const order = this.parts.store.order(id);
    if (order === undefined) throw new CallError('notFound', 'this order is not in the outbox (any more)');
    return order;
  }

  find(id: string): OutboxOrder | undefined {
    return this.parts.store.order(OutboxId.parse(id));
  }

  orders(filter: OrderFilter, offset: number, limit: number): ReturnType<OutboxStore['orders']> {
    return this.parts.store.orders(filter, offset, limit);
  }

  entries(id: OutboxId, offset: number, limit: number): OutboxEntry[] {
    return this.parts.store.entries(id, offset, limit);
  }

  isSending(node: string, SOPInstanceUID: string): boolean {
    return this.lanes.get(node)?.sending.has(SOPInstanceUID) ?? false;
  }

  /** Waiting objects that are on the wire now are counted as `sending`. */
  counts(of: { readonly id?: OutboxId; readonly node?: string }): OutboxCounts {
    const counts = this.parts.store.counts(of);
    const order = of.id === undefined ? undefined : this.parts.store.order(of.id);
    const lanes = order !== undefined ? [this.lanes.get(order.node)] : of.node !== undefined ? [this.lanes.get(of.node)] : [...this.lanes.values()];
    let sending = 0;
    for (const lane of lanes) {
      for (const uid of lane?.sending ?? []) if (of.id === undefined || this.parts.store.entry(of.id, uid)?.state === 'waiting') sending++;
    }
    sending = Math.min(sending, counts.waiting);
    return { ...counts, sending, waiting: counts.waiting - sending };
  }

  lastWords(id: OutboxId): string {
    return this.parts.store.lastWords(id);
  }

  /** Dead letters too; also asks the archive at once. */
  retry(id: OutboxId): OutboxOrder {
    const { node, state } = this.order(id);
    if (state === 'done') this.parts.store.noteAgain(id);
    this.change(id, afterRetry);
    if (state === 'done') this.parts.store.setState(id, 'open');
    this.tell(node, [id]);
    this.retryNode(node);
    return this.order(id);
  }

  cancel(id: OutboxId, by: string, why: string): OutboxOrder {
    const { node, state } = this.order(id);
    this.change(id, (entry) => afterCancel(entry, `Cancelled by ${by}${why === '' ? '' : `: ${why}`}`));
    if (state !== 'done') this.parts.store.setState(id, 'done');
    this.tell(node, [id]);
    return this.order(id);
  }

  /** Takes objects of a study out of all orders, where they are not sent yet. */
  withdraw(StudyInstanceUID: StudyUid, SOPInstanceUIDs: readonly string[], by: string, why: string): void {
    for (const { id, node, state } of this.parts.store.orders({ StudyInstanceUID }, 0, PAGE).orders) {
      const entries = SOPInstanceUIDs.flatMap((uid) => this.parts.store.entry(id, uid) ?? []);
      const changes = entries.flatMap((entry) => afterCancel(entry, `Cancelled by ${by}: ${why}`) ?? []);
      if (changes.length === 0) continue;
      this.parts.store.record(changes, this.parts.timers.now());
      if (state === 'held' && this.parts.store.counts({ id }).waiting === 0) this.parts.store.setState(id, 'done');
      this.settle(id);
      this.tell(node, [id]);
    }
  }

  /** There may be something to do for this archive. */
  poke(node: string): void {
    this.lane(node).poke();
  }

  /** Its results wait until their study was compared with the archive. */
  isUncompared({ id, node, state }: OutboxOrder): boolean {
    const held = this.parts.heldResults?.(node);
    return state === 'open' && held !== undefined && this.parts.store.heldResults({ node, id }, held) > 0;
  }

  /** Results for the archive that wait until their studies were compared with it. */
  uncompared(node: string): number {
    const held = this.parts.heldResults?.(node);
    return held === undefined ? 0 : this.parts.store.heldResults({ node }, held);
  }

  /** What is told of the archive is otherwise now. */
  refresh(node: string): void {
    this.lane(node).poke();
    this.tell(node, []);
  }

  /** A transition with an actor: what is on the wire ends, nothing else is sent. */
  hold(id: OutboxId, by: string, why: string): OutboxOrder {
    return this.move(id, 'open', 'held', by, why);
  }

  /** Also lets results go whose study could not be compared, where somebody wants that. */
  release(id: OutboxId, by: string, why: string): OutboxOrder {
    const order = this.order(id);
    if (this.isUncompared(order)) {
      this.parts.store.setState(id, 'open', { to: 'released', by, atMs: this.parts.timers.now(), why, uncompared: true });
      this.tell(order.node, [id]);
      this.lane(order.node).poke();
      return this.order(id);
    }
    return this.move(id, 'held', 'open', by, why);
  }

  retryNode(node: string): void {
    const lane = this.lane(node);
    if (lane.breaker.state.kind !== 'answering') lane.breaker.reset();
    lane.poke();
  }

  breakers(): ReadonlyMap<string, Breaker> {
    return new Map([...this.lanes].map(([node, lane]) => [node, lane.breaker]));
  }

  /** Other work with an archive went well or not: one opinion of it, whoever has asked. */
  noteContact(node: string, answered: boolean, words: string): void {
    const { breaker } = this.lane(node);
    if (!answered) {
      if (breaker.state.kind !== 'onHold' && breaker.state.kind !== 'pausing') breaker.failed(words);
      return;
    }
    const wasAway = breaker.state.kind !== 'answering';
    breaker.answered();
    if (wasAway) this.lane(node).poke();
  }

  /** Moves sent objects on: committed or proven there, or to be sent again. */
  settleSent(changes: readonly EntryChange[]): void {
    this.parts.store.record(changes, this.parts.timers.now());
    for (const id of new Set(changes.map(({ item }) => item))) {
      const order = this.parts.store.order(id);
      if (order === undefined) continue;
      if (order.state === 'done' && changes.some(({ item, state }) => item === id && state === 'waiting')) this.parts.store.setState(order.id, 'open');
      this.settle(order.id);
      this.tell(order.node, [order.id]);
      this.lane(order.node).poke();
    }
  }

  /** Forgets the oldest orders of which nothing is left to do and nothing failed; the audit trail has what became of them. */
  forgetEnded(keep = KEPT_ENDED): void {
    const { store } = this.parts;
    const { orders } = store.orders({ where: 'done' }, keep, PAGE);
    for (const { id } of orders) {
      const { failed, sent, waiting } = store.counts({ id });
      if (failed + sent + waiting === 0) store.remove(id);
    }
  }

  onChanged(listener: (change: OutboxChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.lanes.values()].map((lane) => lane.close()));
  }

  private move(id: OutboxId, from: 'open' | 'held', to: 'open' | 'held', by: string, why: string): OutboxOrder {
    const { node, state } = this.order(id);
    if (state === to) return this.order(id);
    if (state !== from) throw new CallError('badRequest', 'everything of this order has been sent or ended');
    this.parts.store.setState(id, to, { to: to === 'held' ? 'held' : 'released', by, atMs: this.parts.timers.now(), why });
    this.tell(node, [id]);
    this.lane(node).poke();
    return this.order(id);
  }

  private change(id: OutboxId, rule: (entry: OutboxEntry) => EntryChange | undefined): void {
    for (let offset = 0; ; offset += PAGE) {
      const page = this.parts.store.entries(id, offset, PAGE);
      this.parts.store.record(
        page.flatMap((entry) => rule(entry) ?? []),
        this.parts.timers.now(),
      );
      if (page.length < PAGE) return;
    }
  }

  /** An order is done when nothing of it waits. */
  private settle(id: OutboxId): void {
    const order = this.parts.store.order(id);
    if (order === undefined || order.state === 'held') return;
    const { waiting, sent, failed } = this.parts.store.counts({ id });
    if (order.state === 'open' && waiting === 0) this.parts.store.setState(id, 'done');
    if (waiting + sent + failed === 0) this.parts.store.noteEnded(id);
  }

  private lane(node: string): NodeLane {
    let lane = this.lanes.get(node);
    if (lane === undefined) {
      lane = new NodeLane(node, {
        ...this.parts,
        onRecorded: (name, results) => this.recorded(name, results),
        onState: (name) => this.tell(name, []),
      });
      this.lanes.set(node, lane);
    }
    return lane;
  }

  private recorded(node: string, results: readonly { readonly entry: OutboxEntry; readonly delivery: Delivery }[]): void {
    const items = [...new Set(results.map(({ entry }) => entry.item))];
    for (const id of items) this.settle(id);
    this.tell(
      node,
      items,
      results.flatMap(({ entry, delivery }) => (delivery.kind === 'stored' ? [entry] : [])),
    );
  }

  private tell(node: string, items: readonly OutboxId[], sent: readonly OutboxEntry[] = []): void {
    for (const listener of [...this.listeners]) listener({ node, items, sent });
  }
}
