import { join } from 'node:path';
import { HealthSample, type HealthSender } from '@shared/domain';
import { z } from 'zod';
import type { Cache, StoredEvent } from '../cache';
import { DocumentAdapter } from '../settings';
import type { Outbox, Timers } from '../sync';

export interface HealthParts {
  readonly dataDir: string;
  readonly timers: Timers;
  readonly cache: Pick<Cache, 'onStored' | 'status'>;
  readonly outbox: Pick<Outbox, 'counts' | 'onChanged'>;
}

/** Counts of the station over the day, for people who look after it. */
export interface HealthCounts {
  samples(): HealthSample[];
  days(): Pick<HealthSample, 'at' | 'diskUsed'>[];
  senders(): HealthSender[];
  close(): void;
}

const SLOT_MS = 600_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SLOTS = DAY_MS / SLOT_MS;
const DAYS = 30;
const MOST_SENDERS = 100;
const VERSION = 1;

const Sender = z.object({ name: z.string(), lastAtMs: z.number(), hours: z.record(z.string(), z.int()) });
const Kept = z.object({ samples: z.array(HealthSample), days: z.array(HealthSample.pick({ at: true, diskUsed: true })), senders: z.array(Sender) });
type Kept = z.infer<typeof Kept>;

/**
 * Counts what comes and goes in slots of ten minutes, and keeps them in a small file when a slot is over: charts survive a restart, ten minutes at most are lost. Not clinical: a
 * file that cannot be read starts anew, one that cannot be written is tried again.
 */
export function createHealthCounts({ dataDir, timers, cache, outbox }: HealthParts): HealthCounts {
  const adapter = new DocumentAdapter(join(dataDir, 'health.json'));
  const kept = read(adapter);
  let slot = emptySlot(timers.now());
  let before = outbox.counts({});
  let stop: () => void = () => undefined;

  function look(): void {
    const { waiting, sending, sent, committed, proven, failed } = outbox.counts({});
    const taken = sent + committed + proven;
    slot.sent += Math.max(0, taken - (before.sent + before.committed + before.proven));
    slot.failed += Math.max(0, failed - before.failed);
    slot.waiting = Math.max(slot.waiting, waiting + sending);
    before = outbox.counts({});
  }

  function current(): HealthSample {
    const { diskTotalBytes, diskFreeBytes } = cache.status();
    return { ...slot, at: new Date(slot.atMs).toISOString(), diskUsed: diskTotalBytes > 0 ? clamp(1 - diskFreeBytes / diskTotalBytes) : 0 };
  }

  function turn(): void {
    // whatever this one ends with, there is a next
    next();
    look();
    const { atMs: _start, ...sample } = { atMs: slot.atMs, ...HealthSample.parse(current()) };
    const oldest = timers.now() - DAY_MS;
    kept.samples = [...kept.samples, sample].filter(({ at }) => Date.parse(at) > oldest).slice(-SLOTS);
    const day = sample.at.slice(0, 10);
    kept.days = [...kept.days.filter(({ at }) => at.slice(0, 10) !== day), { at: sample.at, diskUsed: sample.diskUsed }].slice(-DAYS);
    kept.senders = kept.senders.filter(({ lastAtMs }) => lastAtMs > oldest).slice(-MOST_SENDERS);
    slot = emptySlot(timers.now());
    save();
  }

  function save(): void {
    try {
      adapter.write({ version: VERSION, value: kept });
    } catch {
      // a full disk is told of elsewhere; the next slot tries again
    }
  }

  function next(): void {
    stop = timers.after(SLOT_MS, turn);
  }

  const offs = [
    cache.onStored((event) => {
      slot.received++;
      countSender(kept, event);
    }),
    outbox.onChanged(look),
  ];
  next();
  return {
    samples: () => {
      look();
      return [...kept.samples, HealthSample.parse(current())];
    },
    days: () => {
      const now = current();
      return [...kept.days.filter(({ at }) => at.slice(0, 10) !== now.at.slice(0, 10)), { at: now.at, diskUsed: now.diskUsed }];
    },
    senders: () => kept.senders.map((sender) => senderOf(sender, timers.now())).sort((a, b) => b.count - a.count),
    close() {
      stop();
      for (const off of offs) off();
      save();
    },
  };
}

interface Slot {
  readonly atMs: number;
  received: number;
  sent: number;
  failed: number;
  waiting: number;
}

function emptySlot(nowMs: number): Slot {
  return { atMs: nowMs, received: 0, sent: 0, failed: 0, waiting: 0 };
}

function countSender(kept: Kept, { source, arrivedAtMs }: StoredEvent): void {
  const name = source.kind === 'association' ? source.callingAeTitle : source.kind === 'web' ? source.node : 'files and demo';
  let sender = kept.senders.find((each) => each.name === name);
  if (sender === undefined) {
    sender = { name, lastAtMs: arrivedAtMs, hours: {} };
    kept.senders = [...kept.senders, sender].slice(-MOST_SENDERS);
  }
  sender.lastAtMs = arrivedAtMs;
  const hour = String(Math.floor(arrivedAtMs / HOUR_MS));
  sender.hours[hour] = (sender.hours[hour] ?? 0) + 1;
}

function senderOf({ name, lastAtMs, hours }: Kept['senders'][number], nowMs: number): HealthSender {
  const last = Math.floor(nowMs / HOUR_MS);
  const counts = Array.from({ length: 24 }, (_unused, index) => hours[String(last - 23 + index)] ?? 0);
  return { name, lastAt: new Date(lastAtMs).toISOString(), hours: counts, count: counts.reduce((sum, count) => sum + count, 0) };
}

function read(adapter: DocumentAdapter): Kept {
  const found = adapter.inspect();
  const parsed = found.kind === 'read' && found.document.version === VERSION ? Kept.safeParse(found.document.value) : undefined;
  return parsed?.success === true ? parsed.data : { samples: [], days: [], senders: [] };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
