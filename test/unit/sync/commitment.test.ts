import { OutboxId } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { type Asked, type CommitmentSubject, Commitments, type Listed, type Report } from '../../../electron/services/sync';
import { REPORT_WITHIN_MS } from '../../../electron/services/sync/commitment/commitments';
import { silentLogger } from '../../../electron/services/logging/logger';
import { order, ordered, outboxRig, type OutboxRig } from '../../support/outbox-rig';

const id = OutboxId.parse('order-1');
const MINUTE = 60_000;

interface Rig extends OutboxRig {
  readonly commitments: Commitments;
  readonly asked: { uid: string; objects: readonly CommitmentSubject[]; report: (report: Report) => number }[];
  readonly queries: string[];
  ask: () => Asked;
  list: () => Listed;
  uidNumber: number;
}

function rig(before?: Rig): Rig {
  const base = outboxRig(before === undefined ? {} : { index: before.index, time: before.time });
  const made: Omit<Rig, 'commitments'> = {
    ...base,
    asked: [],
    queries: [],
    ask: () => ({ kind: 'accepted' }),
    list: () => ({ kind: 'listed', uids: new Set() }),
    uidNumber: before?.uidNumber ?? 0,
  };
  const rigged = made as Rig;
  const commitments = new Commitments({
    outbox: base.outbox,
    store: base.index.outbox,
    keeping: base.index.keeping,
    driver: {
      ask: (_node, uid, objects, report) => {
        rigged.asked.push({ uid, objects, report });
        return Promise.resolve(rigged.ask());
      },
      list: (_node, study) => {
        rigged.queries.push(study);
        return Promise.resolve(rigged.list());
      },
    },
    timers: base.time,
    log: silentLogger,
    newUid: () => `2.25.9${String(++rigged.uidNumber)}`,
    onProven: () => undefined,
    audit: () => undefined,
  });
  return Object.assign(rigged, { commitments });
}

const all = (asked: Rig['asked'][number] | undefined): Report => ({ transactionUid: asked?.uid ?? '', committed: asked?.objects ?? [], failed: [] });

describe('storage commitment', () => {
  it('asks once for everything that was sent, and calls it committed by the report alone', async () => {
    const r = rig();
    r.outbox.enqueue(order(4, { id }));
    await r.time.advance(MINUTE);
    expect(r.asked).toHaveLength(1);
    expect(r.asked[0]?.objects.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([0, 1, 2, 3].map((n) => ordered(n).SOPInstanceUID));
    expect(r.outbox.counts({ id })).toMatchObject({ sent: 4, committed: 0 });
    expect(r.index.keeping.proofsOf(ordered(0).SOPInstanceUID)).toEqual([]);
    expect(r.commitments.report(all(r.asked[0]))).toBe(0);
    expect(r.outbox.counts({ id })).toMatchObject({ sent: 0, committed: 4 });
    expect(r.index.keeping.proofsOf(ordered(0).SOPInstanceUID)).toMatchObject([{ node: 'PACS', kind: 'committed', reference: r.asked[0]?.uid }]);
    expect(r.queries).toEqual([]);
  });

  it('is asked for while objects go out without a break', async () => {
    const r = rig();
    for (let n = 0; n < 20; n++) {
      r.outbox.enqueue({ ...order(0), objects: [ordered(n)] });
      await r.time.advance(1000);
    }
    expect(r.asked.length).toBeGreaterThan(3);
  });

  it('O9: takes the report after a restart, on whatever association it comes', async () => {
    const first = rig();
    first.outbox.enqueue(order(2, { id }));
    await first.time.advance(MINUTE);
    const second = rig(first);
    expect(second.commitments.report(all(first.asked[0]))).toBe(0);
    expect(second.outbox.counts({ id })).toMatchObject({ committed: 2 });
  });

  it('O9: asks again with a new transaction UID when no report comes, three times, and then queries', async () => {
    const r = rig();
    r.list = () => ({ kind: 'listed', uids: new Set([ordered(0).SOPInstanceUID]) });
    r.outbox.enqueue(order(1, { id }));
    await r.time.advance(3 * REPORT_WITHIN_MS + 10 * MINUTE);
    expect(r.asked).toHaveLength(3);
    expect(new Set(r.asked.map(({ uid }) => uid)).size).toBe(3);
    expect(r.outbox.counts({ id })).toMatchObject({ proven: 1 });
    expect(r.index.keeping.proofsOf(ordered(0).SOPInstanceUID)).toMatchObject([{ kind: 'proven' }]);
  });

  it('O9: the timer runs on over a restart', async () => {
    const first = rig();
    first.outbox.enqueue(order(1, { id }));
    await first.time.advance(MINUTE);
    await first.commitments.close();
    const second = rig(first);
    second.commitments.start([]);
    await second.time.advance(REPORT_WITHIN_MS / 2);
    expect(second.asked).toHaveLength(0);
    await second.time.advance(REPORT_WITHIN_MS);
    expect(second.asked).toHaveLength(1);
    expect(second.asked[0]?.uid).not.toBe(first.asked[0]?.uid);
  });

  it('O10: a report about no request of ours is answered 0x0110 and changes nothing; a duplicate 0x0000', async () => {
    const r = rig();
    r.outbox.enqueue(order(1, { id }));
    await r.time.advance(MINUTE);
    expect(r.commitments.report({ transactionUid: '2.25.1', committed: [ordered(0)], failed: [] })).toBe(0x0110);
    expect(r.outbox.counts({ id })).toMatchObject({ sent: 1, committed: 0 });
    expect(r.commitments.report(all(r.asked[0]))).toBe(0);
    expect(r.commitments.report(all(r.asked[0]))).toBe(0);
    expect(r.outbox.counts({ id })).toMatchObject({ committed: 1 });
  });

  it('O10: judges each object by itself: 0112 is sent again, 0119 is a dead letter, 0110 and silence are asked again', async () => {
    const r = rig();
    r.outbox.enqueue(order(5, { id }));
    await r.time.advance(MINUTE);
    const failed = [
      { ...ordered(1), reason: 0x0112 },
      { ...ordered(2), reason: 0x0119 },
      { ...ordered(3), reason: 0x0110 },
    ];
    r.commitments.report({ transactionUid: r.asked[0]?.uid ?? '', committed: [ordered(0)], failed });
    expect(r.outbox.entries(id, 0, 5).map(({ state }) => state)).toEqual(['committed', 'waiting', 'failed', 'sent', 'sent']);
    await r.time.advance(MINUTE);
    // the one that was lost was sent again, and all that is unconfirmed was asked for with a new transaction
    expect(r.archive.heard.filter((uid) => uid === ordered(1).SOPInstanceUID)).toHaveLength(2);
    const later = r.asked.slice(1).flatMap(({ objects }) => objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
    expect(new Set(later)).toEqual(new Set([1, 3, 4].map((n) => ordered(n).SOPInstanceUID)));
  });

  it('believes no report for another class, and none for what was not asked', async () => {
    const r = rig();
    r.outbox.enqueue(order(1, { id }));
    await r.time.advance(MINUTE);
    const uid = r.asked[0]?.uid ?? '';
    r.commitments.report({ transactionUid: uid, committed: [{ ...ordered(0), SOPClassUID: '1.2.3' }, ordered(9)], failed: [] });
    expect(r.outbox.counts({ id })).toMatchObject({ sent: 1, committed: 0 });
    expect(r.index.keeping.proofsOf(ordered(9).SOPInstanceUID)).toEqual([]);
  });

  it('O8: an archive without it is asked by query, and is never called committed', async () => {
    const r = rig();
    r.ask = () => ({ kind: 'notOffered', words: 'no context' });
    r.list = () => ({ kind: 'listed', uids: new Set([0, 1].map((n) => ordered(n).SOPInstanceUID)) });
    r.outbox.enqueue(order(2, { id }));
    await r.time.advance(MINUTE);
    expect(r.outbox.counts({ id })).toMatchObject({ proven: 2, committed: 0 });
  });

  it('what the archive took and never lists is looked for, sent again, and a dead letter in the end: never proven', async () => {
    const r = rig();
    r.ask = () => ({ kind: 'notOffered', words: 'no context' });
    r.outbox.enqueue(order(1, { id }));
    await r.time.advance(10_000);
    expect(r.outbox.counts({ id })).toMatchObject({ sent: 1 });
    await r.time.advance(24 * 60 * MINUTE);
    expect(r.outbox.counts({ id })).toMatchObject({ failed: 1, proven: 0 });
    expect(r.archive.heard.length).toBeGreaterThan(1);
    expect(r.archive.heard.length).toBeLessThan(6);
  });

  it('an archive that is away is asked in growing pauses, and the three requests are not used up by it', async () => {
    const r = rig();
    r.ask = () => ({ kind: 'later', words: 'unreachable' });
    r.outbox.enqueue(order(1, { id }));
    await r.time.advance(24 * 60 * MINUTE);
    expect(r.asked.length).toBeGreaterThan(50);
    expect(r.asked.length).toBeLessThan(130);
    expect(r.queries).toEqual([]);
    r.ask = () => ({ kind: 'accepted' });
    await r.time.advance(30 * MINUTE);
    r.commitments.report(all(r.asked.at(-1)));
    expect(r.outbox.counts({ id })).toMatchObject({ committed: 1 });
  });
});
