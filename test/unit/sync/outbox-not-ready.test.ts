import { OutboxId } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../electron/services/sync';
import { order, ordered, outboxRig } from '../../support/outbox-rig';

const HOUR = 3_600_000;
const id = OutboxId.parse('order-1');

describe('an object that this station cannot give yet', () => {
  it('waits and is asked for again, and says nothing of the archive', async () => {
    const { outbox, archive, time } = outboxRig();
    let isReady = false;
    archive.answer = (uid) => (isReady || uid !== ordered(1).SOPInstanceUID ? { kind: 'stored' } : { kind: 'notReady', words: 'not in the list now' });
    outbox.enqueue(order(2, { id }));
    await time.advance(1000);
    expect(outbox.counts({ id })).toMatchObject({ sent: 1, waiting: 1, failed: 0 });
    expect(outbox.entries(id, 1, 1)[0]).toMatchObject({ words: 'not in the list now', attempts: 0, faults: 0 });
    await time.advance(HOUR);
    expect(outbox.counts({ id })).toMatchObject({ sent: 1, waiting: 1, failed: 0 });
    expect(outbox.breakers().get('PACS')?.state.kind).toBe('answering');
    isReady = true;
    await time.advance(10_000);
    expect(outbox.counts({ id })).toMatchObject({ sent: 2, waiting: 0 });
    expect(outbox.order(id).state).toBe('done');
  });

  it.each<Delivery>([
    { kind: 'notReady', words: 'not in the list now' },
    { kind: 'refused', isOurs: true, words: 'not here any more' },
  ])('leaves an archive unknown that was never asked ($kind)', async (answer) => {
    const { outbox, archive, time } = outboxRig();
    archive.answer = () => answer;
    outbox.enqueue(order(3, { id }));
    await time.advance(HOUR);
    expect(outbox.breakers().get('PACS')?.state.kind).toBe('unknown');
  });
});
