import { OutboxId, StudyUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import type { HeldResults, OutboxNote } from '../../../electron/services/index';
import type { Delivery } from '../../../electron/services/sync';
import { backOffMs, dueAtMs, LONGEST_PAUSE_MS } from '../../../electron/services/sync/outbox/back-off';
import { SideFold, SideNote } from '../../../electron/services/cache/side-notes';
import { order, ordered, outboxRig, STUDY } from '../../support/outbox-rig';

const HOUR = 3_600_000;
const id = OutboxId.parse('order-1');

describe('an order', () => {
  it('is sent object by object and is done when each has its own success', async () => {
    const { outbox, archive, time } = outboxRig();
    outbox.enqueue(order(5, { id }));
    await time.advance(1000);
    expect(archive.heard).toEqual([0, 1, 2, 3, 4].map((n) => ordered(n).SOPInstanceUID));
    expect(outbox.order(id).state).toBe('done');
    expect(outbox.counts({ id })).toMatchObject({ sent: 5, waiting: 0, failed: 0 });
  });

  it('given twice is one order: nothing is doubled', async () => {
    const { outbox, archive, time } = outboxRig();
    outbox.enqueue(order(3, { id }));
    outbox.enqueue(order(3, { id }));
    await time.advance(1000);
    outbox.enqueue(order(4, { id }));
    await time.advance(1000);
    expect(archive.heard).toHaveLength(4);
  });

  it('sends an object once that stands in two orders for the same archive', async () => {
    const { outbox, archive, time } = outboxRig();
    const other = OutboxId.parse('order-2');
    outbox.enqueue(order(2, { id, held: true }));
    outbox.enqueue(order(2, { id: other, held: true }));
    // the archive is known to answer, so that both are due at once
    outbox.noteContact('PACS', true, '');
    outbox.release(id, 'anna', '');
    outbox.release(other, 'anna', '');
    await time.advance(1000);
    expect(outbox.counts({ id }).sent + outbox.counts({ id: other }).sent).toBe(4);
    expect(new Set(archive.heard).size).toBe(2);
  });

  it('that is held goes nowhere until somebody releases it, and says who did', async () => {
    const { outbox, archive, time } = outboxRig();
    outbox.enqueue(order(3, { id, held: true }));
    await time.advance(HOUR);
    expect(archive.tries).toBe(0);
    expect(outbox.release(id, 'anna', 'checked')).toMatchObject({ state: 'open', transition: { to: 'released', by: 'anna', why: 'checked' } });
    await time.advance(1000);
    expect(outbox.counts({ id }).sent).toBe(3);
  });

  it('keeps what was sent when it is cancelled half way', async () => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = (uid) => (uid === ordered(2).SOPInstanceUID ? { kind: 'later', words: 'out of resources', status: 0xa700 } : { kind: 'stored' });
    outbox.enqueue(order(3, { id }));
    await time.advance(1000);
    outbox.cancel(id, 'anna', 'wrong archive');
    await time.advance(24 * HOUR);
    expect(outbox.counts({ id })).toMatchObject({ sent: 2, cancelled: 1, waiting: 0 });
    expect(outbox.entries(id, 2, 1)[0]?.words).toBe('Cancelled by anna: wrong archive');
  });
});

describe('results whose study was not compared with an archive that was away', () => {
  const note = { ...ordered(9), SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.59' };
  const setting = () => {
    const now: { held: HeldResults | undefined; conflict: string | undefined } = { held: { but: true, studies: [] }, conflict: undefined };
    const rig = outboxRig({
      more: { heldResults: () => now.held, holdsNew: () => (now.conflict === undefined ? undefined : { by: 'reconcile', why: now.conflict }) },
    });
    return { ...rig, now };
  };

  it('wait while images go, are counted as waiting, and go once it was', async () => {
    const { outbox, archive, time, now } = setting();
    outbox.enqueue(order(0, { id, objects: [ordered(1), note] }));
    await time.advance(24 * HOUR);
    expect(archive.heard).toEqual([ordered(1).SOPInstanceUID]);
    expect(outbox.counts({ id })).toMatchObject({ sent: 1, waiting: 1 });
    expect([outbox.isUncompared(outbox.order(id)), outbox.uncompared('PACS')]).toEqual([true, 1]);
    now.held = { but: false, studies: ['1.2.4'] };
    outbox.poke('PACS');
    await time.advance(1000);
    expect(outbox.counts({ id })).toMatchObject({ sent: 2, waiting: 0 });
  });

  it('of that study alone wait where the others could be', async () => {
    const { outbox, archive, time, now } = setting();
    now.held = { but: false, studies: [STUDY] };
    outbox.enqueue(order(0, { id, reason: 'authored', objects: [note] }));
    outbox.enqueue({ ...order(0, { reason: 'authored', objects: [ordered(2)] }), StudyInstanceUID: StudyUid.parse('1.2.4') });
    await time.advance(HOUR);
    expect(archive.heard).toEqual([ordered(2).SOPInstanceUID]);
  });

  it('go when a person releases them: that has an actor, and outlives a restart and a rebuild', async () => {
    const notes: OutboxNote[] = [];
    const { outbox, archive, index, time, now } = setting();
    outbox.enqueue(order(0, { id, reason: 'authored', objects: [note] }));
    await time.advance(1000);
    archive.answer = () => ({ kind: 'nodeAway', words: 'no answer' });
    expect(outbox.release(id, 'okafor', '')).toMatchObject({ state: 'open', transition: { to: 'released', by: 'okafor', uncompared: true } });
    const { transition } = outbox.order(id);
    notes.push({ kind: 'orderState', id, state: 'open', ...(transition && { transition }) });
    expect(SideNote.parse(JSON.parse(JSON.stringify(notes[0])))).toMatchObject({ transition: { uncompared: true } });
    const next = outboxRig({ index, time, more: { heldResults: () => now.held } });
    expect(next.outbox.isUncompared(next.outbox.order(id))).toBe(false);
    next.outbox.start();
    await time.advance(1000);
    expect(next.outbox.counts({ id }).sent).toBe(1);
  });

  it('and images of a study in conflict are held from the start, with the reason', async () => {
    const { outbox, archive, time, now } = setting();
    now.conflict = 're-identified: choose';
    outbox.enqueue(order(2, { id }));
    await time.advance(HOUR);
    expect(archive.tries).toBe(0);
    expect(outbox.order(id)).toMatchObject({ state: 'held', transition: { to: 'held', by: 'reconcile', why: 're-identified: choose' } });
    outbox.release(id, 'okafor', '');
    await time.advance(1000);
    expect(outbox.counts({ id }).sent).toBe(2);
  });
});

describe('orders that have ended', () => {
  it('are forgotten beyond the newest ones, but never with a dead letter or something unconfirmed', async () => {
    const { outbox, archive, index, time } = outboxRig();
    archive.answer = (uid) => (uid === ordered(1).SOPInstanceUID ? { kind: 'refused', words: 'A900', status: 0xa900 } : { kind: 'stored' });
    for (let n = 0; n < 5; n++) outbox.enqueue({ ...order(0), id: OutboxId.parse(`o-${String(n)}`), objects: [ordered(n)] });
    await time.advance(1000);
    outbox.settleSent(
      [0, 2, 3].map((n) => ({
        item: OutboxId.parse(`o-${String(n)}`),
        SOPInstanceUID: ordered(n).SOPInstanceUID,
        state: 'committed',
        attempts: 1,
        notBeforeMs: 0,
        words: '',
        faults: 0,
      })),
    );
    outbox.forgetEnded(0);
    // 1 failed, 4 is sent and not confirmed
    expect(
      index.outbox
        .orders({}, 0, 10)
        .orders.map((each) => String(each.id))
        .sort(),
    ).toEqual(['o-1', 'o-4']);
  });
});

describe('outcomes', () => {
  const cases: readonly [string, Delivery, object][] = [
    ['O2: a passing refusal waits and is sent again', { kind: 'later', words: 'A700', status: 0xa700 }, { waiting: 1 }],
    ['O3: a refusal for good is a dead letter', { kind: 'refused', words: 'A900', status: 0xa900 }, { failed: 1 }],
    ['O4: "not authorized" stops the archive, not the object', { kind: 'nodeRefuses', words: '0124', status: 0x0124 }, { waiting: 1 }],
    ['O5: a warning is sent, with its words', { kind: 'stored', words: 'elements discarded', status: 0xb006 }, { sent: 1 }],
    ['O6: no response is an unknown outcome, sent again', { kind: 'unknown', words: 'association ended' }, { waiting: 1 }],
  ];
  it.each(cases)('%s', async (_name, delivery, counts) => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = () => delivery;
    outbox.enqueue(order(1, { id }));
    await time.settle();
    expect(outbox.counts({ id })).toMatchObject(counts);
    if ('words' in delivery && delivery.kind !== 'nodeRefuses') expect(outbox.entries(id, 0, 1)[0]?.words).toBe(delivery.words);
  });

  it('a dead letter is never tried again by itself, and at once when somebody wants it', async () => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = () => ({ kind: 'refused', words: 'C000', status: 0xc000 });
    outbox.enqueue(order(1, { id }));
    await time.advance(24 * HOUR);
    expect(archive.heard).toHaveLength(1);
    expect(outbox.orders({ where: 'failed' }, 0, 10).orders).toHaveLength(1);
    archive.answer = () => ({ kind: 'stored' });
    outbox.retry(id);
    await time.settle();
    expect(outbox.counts({ id })).toMatchObject({ sent: 1, failed: 0 });
  });

  it('an archive that refuses us is left alone until somebody asks it again', async () => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = () => ({ kind: 'nodeRefuses', words: 'calling AE title not recognized' });
    outbox.enqueue(order(20));
    await time.advance(48 * HOUR);
    expect(archive.tries).toBe(1);
    expect(outbox.breakers().get('PACS')?.state).toMatchObject({ kind: 'onHold', words: 'calling AE title not recognized' });
    archive.answer = () => ({ kind: 'stored' });
    outbox.retryNode('PACS');
    await time.settle();
    expect(outbox.counts({}).sent).toBe(20);
  });

  it('an object that fails while others are taken becomes a dead letter in the end and holds nobody up', async () => {
    const { outbox, archive, time } = outboxRig();
    const poison = ordered(3).SOPInstanceUID;
    archive.answer = (uid) => (uid === poison ? { kind: 'unknown', words: 'association aborted' } : { kind: 'stored' });
    outbox.enqueue(order(10, { id }));
    let next = 100;
    for (let quarter = 0; quarter < 24 * 4; quarter++) {
      // others come all the time, so each try of it is made beside one that is taken
      outbox.enqueue({ ...order(0), objects: [ordered(next++)] });
      await time.advance(HOUR / 4);
    }
    expect(outbox.counts({ id })).toMatchObject({ sent: 9, failed: 1 });
    expect(outbox.entries(id, 3, 1)[0]?.words).toMatch(/^Tried \d+ times while other objects were taken/);
  });
});

describe('an archive that is away', () => {
  it('for 24 hours with 2,000 objects waiting: nothing lost, nothing doubled, no hammering', async () => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = () => ({ kind: 'nodeAway', words: 'nothing listens there' });
    for (let n = 0; n < 20; n++) outbox.enqueue({ ...order(0), objects: Array.from({ length: 100 }, (_, at) => ordered(n * 100 + at)) });
    await time.advance(24 * HOUR);
    expect(outbox.counts({})).toMatchObject({ waiting: 2000, sent: 0, failed: 0 });
    // five seconds doubled to a quarter of an hour: 8 tries until then, 4 an hour afterwards, and the jitter
    expect(archive.tries).toBeGreaterThan(80);
    expect(archive.tries).toBeLessThan(130);
    archive.answer = () => ({ kind: 'stored' });
    await time.advance(LONGEST_PAUSE_MS * 1.2);
    expect(outbox.counts({})).toMatchObject({ waiting: 0, sent: 2000 });
    expect(archive.heard).toHaveLength(2000);
    expect(new Set(archive.heard).size).toBe(2000);
  });

  it('keeps the order of what waits', async () => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = () => ({ kind: 'nodeAway', words: '' });
    for (let n = 0; n < 5; n++) {
      outbox.enqueue({ ...order(0), objects: [ordered(n)] });
      await time.advance(1000);
    }
    archive.answer = () => ({ kind: 'stored' });
    await time.advance(HOUR);
    expect(archive.heard).toEqual([0, 1, 2, 3, 4].map((n) => ordered(n).SOPInstanceUID));
  });

  it('short of resources for a day is asked by few objects at a time, and none of them dies of it', async () => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = () => ({ kind: 'later', words: 'out of resources', status: 0xa700 });
    outbox.enqueue(order(500, { id }));
    await time.advance(24 * HOUR);
    expect(archive.heard.length).toBeLessThan(130);
    expect(outbox.counts({ id })).toMatchObject({ waiting: 500, failed: 0 });
    archive.answer = () => ({ kind: 'stored' });
    await time.advance(HOUR);
    expect(outbox.counts({ id })).toMatchObject({ sent: 500 });
  });

  it('does not freeze the queue when a clock ran years ahead (C4)', () => {
    expect(dueAtMs(10 * LONGEST_PAUSE_MS, 0)).toBe(0);
    expect(dueAtMs(LONGEST_PAUSE_MS, 0)).toBe(LONGEST_PAUSE_MS);
  });

  it('is asked in pauses that double, spread by a fifth and never beyond the longest', () => {
    expect([1, 2, 3, 4].map((n) => backOffMs(n, 0.5))).toEqual([5000, 10_000, 20_000, 40_000]);
    expect(backOffMs(1, 0)).toBe(4000);
    expect(backOffMs(40, 0.5)).toBe(LONGEST_PAUSE_MS);
  });

  it('holds up no other archive', async () => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = (uid) => (uid === ordered(0).SOPInstanceUID ? { kind: 'nodeAway', words: '' } : { kind: 'stored' });
    outbox.enqueue(order(1, { id }));
    await time.advance(1000);
    outbox.enqueue({ ...order(0), node: 'OTHER', objects: [ordered(7)] });
    await time.advance(1000);
    expect(outbox.counts({ node: 'OTHER' }).sent).toBe(1);
  });
});

describe('a restart', () => {
  it('sends again what has no outcome, and only that', async () => {
    const first = outboxRig();
    let told = 0;
    const never = new Promise<Delivery>(() => undefined);
    first.archive.answer = () => (++told <= 3 ? { kind: 'stored' } : never);
    first.outbox.enqueue(order(6, { id }));
    await first.time.advance(1000);
    // the process is gone at this instant: what was recorded is what the next one finds
    const recorded = first.index.outbox.counts({ id }).sent;
    const second = outboxRig({ index: first.index, time: first.time });
    second.outbox.start();
    await second.time.advance(HOUR);
    expect(second.outbox.counts({ id })).toMatchObject({ sent: 6, waiting: 0 });
    expect(second.archive.heard).toHaveLength(6 - recorded);
  });

  it('with a lost index forgets an order that had ended, and knows it when it was taken up again', async () => {
    const fold = new SideFold();
    const onOutbox = (note: OutboxNote): void => fold.take(SideNote.parse(JSON.parse(JSON.stringify(note))));
    const first = outboxRig({ beside: { onOutbox } });
    first.outbox.enqueue(order(2, { id }));
    await first.time.advance(1000);
    const committed = [0, 1].map((n) => ({
      item: id,
      SOPInstanceUID: ordered(n).SOPInstanceUID,
      state: 'committed' as const,
      attempts: 1,
      notBeforeMs: 0,
      words: '',
      faults: 0,
    }));
    first.outbox.settleSent(committed);
    expect(fold.allOrders()).toEqual([]);
    expect(first.outbox.counts({ id })).toMatchObject({ committed: 2 });
    first.archive.answer = () => ({ kind: 'nodeAway', words: '' });
    first.outbox.enqueue(order(3, { id }));
    const second = outboxRig();
    second.index.outbox.restore(fold.allOrders());
    expect(second.outbox.counts({ id })).toMatchObject({ committed: 2, waiting: 1 });
    expect(second.outbox.order(id).state).toBe('open');
  });

  it('with a lost index has every order and outcome again from the notes beside it', async () => {
    const fold = new SideFold();
    // as they stand on the disk: one JSON line each
    const onOutbox = (note: OutboxNote): void => fold.take(SideNote.parse(JSON.parse(JSON.stringify(note))));
    const first = outboxRig({ beside: { onOutbox } });
    const held = OutboxId.parse('held-1');
    first.archive.answer = (uid) => (uid === ordered(1).SOPInstanceUID ? { kind: 'refused', words: 'A900', status: 0xa900 } : { kind: 'stored' });
    first.outbox.enqueue(order(3, { id }));
    first.outbox.enqueue(order(2, { id: held, held: true }));
    await first.time.advance(1000);
    const second = outboxRig();
    const again = new SideFold();
    for (const line of fold.lines()) again.take(SideNote.parse(JSON.parse(JSON.stringify(line))));
    second.index.outbox.restore(again.allOrders());
    expect(second.outbox.counts({ id })).toMatchObject({ sent: 2, failed: 1, waiting: 0 });
    expect(second.outbox.order(held)).toMatchObject({ state: 'held', by: 'reader' });
    expect(second.outbox.counts({ id: held }).waiting).toBe(2);
  });
});
