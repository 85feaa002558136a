import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboxCounts } from '@shared/domain';
import type { StoredEvent } from '../../../electron/services/cache';
import { createHealthCounts, type HealthCounts } from '../../../electron/services/health';

const NO_COUNTS: OutboxCounts = { waiting: 0, sending: 0, sent: 0, committed: 0, proven: 0, failed: 0, cancelled: 0 };
const START = Date.parse('2026-11-29T08:00:00Z');

describe('counts of the health board', () => {
  it('go on after a slot in which the outbox could not be counted', () => {
    const board = open();
    const asked = (): OutboxCounts => {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    };
    fault = asked;
    const slot = due.shift();
    nowMs = slot?.atMs ?? 0;
    expect(() => slot?.call()).toThrow('disk is full');
    fault = undefined;
    expect(due).toHaveLength(1);
    pass(3_600_000);
    expect(board.samples().length).toBeGreaterThan(1);
  });

  let dataDir: string;
  let nowMs: number;
  let due: { atMs: number; call: () => void }[];
  let counts: OutboxCounts;
  let fault: (() => OutboxCounts) | undefined;
  let stored: (event: StoredEvent) => void;
  let changed: () => void;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'alternator-health-'));
    nowMs = START;
    due = [];
    counts = NO_COUNTS;
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  function open(): HealthCounts {
    due = [];
    const timers = {
      now: () => nowMs,
      monotonic: () => nowMs,
      random: () => 0,
      after: (ms: number, call: () => void) => {
        due.push({ atMs: nowMs + ms, call });
        return () => undefined;
      },
    };
    const status = {
      objects: 0,
      studies: 0,
      sizeBytes: 0,
      diskFreeBytes: 75,
      diskTotalBytes: 100,
      quarantined: 0,
      quarantinedBytes: 0,
      full: false,
      notices: [],
    };
    return createHealthCounts({
      ...{ dataDir, timers },
      cache: { status: () => status, onStored: (listener) => ((stored = listener), () => undefined) },
      outbox: {
        counts: () => fault?.() ?? counts,
        onChanged: (listener) => ((changed = () => listener({ items: [], node: 'MAIN', sent: [] })), () => undefined),
      },
    });
  }
  function pass(ms: number): void {
    const end = nowMs + ms;
    for (let next = due.shift(); next !== undefined && next.atMs <= end; next = due.shift()) {
      nowMs = next.atMs;
      next.call();
    }
    nowMs = end;
  }
  const arrives = (callingAeTitle: string): void =>
    stored({
      source: { kind: 'association', callingAeTitle, calledAeTitle: 'ALTERNATOR', host: '10.0.0.1', associationId: 1 },
      arrivedAtMs: nowMs,
    } as unknown as StoredEvent);

  it('say what came and went in each ten minutes, and the most that waited', () => {
    const health = open();
    arrives('CT2');
    arrives('CT2');
    counts = { ...NO_COUNTS, waiting: 40 };
    changed();
    counts = { ...NO_COUNTS, sent: 30, failed: 2, waiting: 8 };
    changed();
    expect(health.samples()).toEqual([{ at: '2026-11-29T08:00:00.000Z', received: 2, sent: 30, failed: 2, waiting: 40, diskUsed: 0.25 }]);
    pass(600_000);
    arrives('MR1');
    counts = { ...NO_COUNTS, committed: 30, failed: 2 };
    expect(health.samples().slice(-1)).toMatchObject([{ received: 1, sent: 0, failed: 0 }]);
    expect(health.samples()).toHaveLength(2);
  });

  it('name senders with their last object and their hours', () => {
    const health = open();
    arrives('CT2');
    pass(3_600_000);
    arrives('CT2');
    arrives('MR1');
    expect(health.senders().map(({ name, count, lastAt }) => [name, count, lastAt])).toEqual([
      ['CT2', 2, '2026-11-29T09:00:00.000Z'],
      ['MR1', 1, '2026-11-29T09:00:00.000Z'],
    ]);
    expect(health.senders()[0]?.hours.slice(-2)).toEqual([1, 1]);
  });

  it('survive a restart, and a file that cannot be read', () => {
    const first = open();
    arrives('CT2');
    pass(600_000);
    first.close();
    const again = open();
    expect(again.samples()[0]).toMatchObject({ at: '2026-11-29T08:00:00.000Z', received: 1 });
    expect(again.senders()).toMatchObject([{ name: 'CT2', count: 1 }]);
    again.close();
    writeFileSync(join(dataDir, 'health.json'), '{"version":1,"value":{"samples":"x"}}');
    expect(open().senders()).toEqual([]);
  });

  it('forget what is older than a day', () => {
    const health = open();
    arrives('CT2');
    pass(25 * 3_600_000);
    expect(health.senders()).toEqual([]);
    expect(health.samples().length).toBeLessThanOrEqual(145);
    expect(health.days().map(({ at }) => at.slice(0, 10))).toEqual(['2026-11-29', '2026-11-30']);
  });
});
