import type { Logger } from '../../logging/logger';
import type { HeldResults, OutboxEntry, OutboxStore } from '../../index';
import { dueAtMs } from './back-off';
import { Breaker } from './breaker';
import type { Delivery, DeliveryDriver } from './delivery';
import type { Timers } from './timers';
import { afterDelivery } from './transitions';

export interface LaneParts {
  readonly store: OutboxStore;
  readonly driver: DeliveryDriver;
  readonly timers: Timers;
  readonly log: Logger;
  /** Results that are durable: items and objects that they were about. */
  onRecorded(node: string, entries: readonly { readonly entry: OutboxEntry; readonly delivery: Delivery }[]): void;
  onState(node: string): void;
  /** Results that wait: it is not known yet whether the archive has changed what they are about. */
  heldResults?(node: string): HeldResults | undefined;
}

const BATCH = 500;
/** Refused so often in a row, for passing reasons: the rest of the try would only be refused as well. */
const MOST_IN_A_ROW = 3;
/** Outcomes are made durable together: what a crash takes is sent again, same UID, same bytes (O18). */
const RECORD_AT = 64;
const RECORD_AFTER_MS = 100;

/** Sends what waits for one archive, try by try, for as long as there is something to send and the archive answers. */
export class NodeLane {
  readonly breaker: Breaker;
  readonly sending = new Set<string>();
  private running: Promise<void> | undefined;
  private cancelTimer: (() => void) | undefined;
  private readonly closing = new AbortController();
  private lastStoredMs = 0;

  constructor(
    readonly node: string,
    private readonly parts: LaneParts,
  ) {
    this.breaker = new Breaker(parts.timers, () => parts.onState(node));
  }

  /** There may be something to do now. */
  poke(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.closing.signal.aborted || this.running !== undefined) return;
    this.running = this.run()
      .catch((error: unknown) => {
        this.parts.log.error({ error: String(error) }, 'a try of the outbox ended with a fault of our own');
        this.breaker.failed('A fault of our own: the log has it.');
      })
      .finally(() => {
        this.running = undefined;
        this.waitForNext();
      });
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.cancelTimer?.();
    await this.running;
  }

  private async run(): Promise<void> {
    for (;;) {
      const gate = this.breaker.gate();
      if (gate.open === 'none' || this.closing.signal.aborted) return;
      const nowMs = this.parts.timers.now();
      const entries = this.parts.store.due(this.node, nowMs, gate.open === 'one' ? 1 : BATCH, this.parts.heldResults?.(this.node));
      if (entries.length === 0) return;
      await this.try(entries);
    }
  }

  /** When nothing is due now: at the end of the archive's pause, or when the first object may be tried again. */
  private waitForNext(): void {
    if (this.closing.signal.aborted || this.cancelTimer !== undefined) return;
    const { store, timers } = this.parts;
    const nextMs = store.nextDueMs(this.node, this.parts.heldResults?.(this.node));
    if (nextMs === undefined) return;
    const gate = this.breaker.gate();
    if (gate.open === 'none' && gate.waitMs === undefined) return;
    const objectMs = Math.max(0, dueAtMs(nextMs, timers.now()) - timers.now());
    const waitMs = Math.max(gate.open === 'none' ? (gate.waitMs ?? 0) : 0, objectMs, 1);
    this.cancelTimer = timers.after(waitMs, () => this.poke());
  }

  private async try(entries: readonly OutboxEntry[]): Promise<void> {
    const { driver } = this.parts;
    // the same object may stand in two orders: it is sent once, and both get the outcome
    const byUid = new Map<string, OutboxEntry[]>();
    for (const entry of entries) byUid.set(entry.SOPInstanceUID, [...(byUid.get(entry.SOPInstanceUID) ?? []), entry]);
    const stop = new AbortController();
    const recorder = new Recorder(this.node, this.parts);
    const tally = new Tally();
    for (const uid of byUid.keys()) this.sending.add(uid);
    this.parts.onState(this.node);
    const onDelivery = (uid: string, delivery: Delivery): void => {
      this.sending.delete(uid);
      tally.count(delivery);
      if (tally.inARow >= MOST_IN_A_ROW) stop.abort();
      if (delivery.kind === 'stored') this.lastStoredMs = this.parts.timers.now();
      for (const entry of byUid.get(uid) ?? []) recorder.add(entry, delivery, tally.stored > 0 || (entry.attempts > 0 && this.lastStoredMs > entry.atMs));
    };
    try {
      const objects = [...byUid.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
      await driver.deliver(this.node, objects, onDelivery, AbortSignal.any([stop.signal, this.closing.signal]));
    } finally {
      this.sending.clear();
      recorder.flush();
    }
    this.judge(tally);
  }

  private judge(tally: Tally): void {
    if (tally.refuses !== undefined) this.breaker.refused(tally.refuses);
    else if (tally.away !== undefined) this.breaker.failed(tally.away);
    else if (tally.inARow > 0) this.breaker.failed(tally.lastWords);
    else if (tally.answers > 0) this.breaker.answered();
    else if (tally.ours === 0 && !this.closing.signal.aborted) this.breaker.failed('Nothing was tried.');
  }
}

/** What a try says about the archive itself. */
class Tally {
  stored = 0;
  answers = 0;
  /** Objects that this station could not give: they say nothing of the archive. */
  ours = 0;
  inARow = 0;
  lastWords = '';
  away: string | undefined;
  refuses: string | undefined;

  count(delivery: Delivery): void {
    switch (delivery.kind) {
      case 'stored':
        this.stored++;
        this.answers++;
        this.inARow = 0;
        return;
      case 'refused':
        if (delivery.isOurs === true) {
          this.ours++;
          return;
        }
        this.answers++;
        this.inARow = 0;
        return;
      case 'later':
      case 'unknown':
        this.inARow++;
        this.lastWords = delivery.words;
        return;
      case 'nodeAway':
        this.away = delivery.words;
        return;
      case 'nodeRefuses':
        this.refuses = delivery.words;
        return;
      case 'notReady':
        this.ours++;
        return;
      case 'untried':
        return;
    }
  }
}

class Recorder {
  private waiting: { entry: OutboxEntry; delivery: Delivery; othersWereTaken: boolean }[] = [];
  private sinceMs = 0;

  constructor(
    private readonly node: string,
    private readonly parts: LaneParts,
  ) {}

  add(entry: OutboxEntry, delivery: Delivery, othersWereTaken: boolean): void {
    const { timers } = this.parts;
    if (this.waiting.length === 0) this.sinceMs = timers.monotonic();
    this.waiting.push({ entry, delivery, othersWereTaken });
    if (this.waiting.length >= RECORD_AT || timers.monotonic() - this.sinceMs >= RECORD_AFTER_MS) this.flush();
  }

  flush(): void {
    const { store, timers } = this.parts;
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    const nowMs = timers.now();
    const changes = batch.flatMap(({ entry, delivery, othersWereTaken }) => {
      // cancelled or held meanwhile: what was sent is sent, but nothing else overrides what a person said
      const current = store.entry(entry.item, entry.SOPInstanceUID);
      if (current === undefined || (current.state !== 'waiting' && delivery.kind !== 'stored')) return [];
      return afterDelivery(current, delivery, { nowMs, random: timers.random(), othersWereTaken }) ?? [];
    });
    store.record(changes, nowMs);
    this.parts.onRecorded(this.node, batch);
  }
}
