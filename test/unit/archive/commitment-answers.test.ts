import { describe, expect, it } from 'vitest';
import { CommitmentAnswers } from '../../../electron/services/archive';
import type { CommitmentAnswersParts } from '../../../electron/services/archive/commitment-answers';
import { silentLogger } from '../../../electron/services/logging/logger';
import { ordered } from '../../support/outbox-rig';
import { VirtualTime } from '../../support/virtual-time';

const MODALITY = { name: 'CT1', aeTitle: 'CT1', host: '127.0.0.1', port: 104, role: 'other' } as const;

describe('an object of which a modality asks, and that is not in the list', () => {
  it('is reported on only when files and rows were compared: it may be here after a crash', async () => {
    const time = new VirtualTime();
    const told: number[] = [];
    let isWhole = false;
    const parts = {
      pool: {
        lease: () => {
          told.push(time.now());
          return Promise.reject(new Error('no modality in this test'));
        },
      },
      nodes: { all: () => [MODALITY], target: () => MODALITY },
      cache: { flush: () => Promise.resolve(), rowsAreWhole: () => isWhole },
      index: { instanceByUid: () => undefined, keeping: { putAnswer: () => undefined, removeAnswer: () => undefined, answers: () => [] } },
      timers: time,
      log: silentLogger,
    } as unknown as CommitmentAnswersParts;
    const answers = new CommitmentAnswers(parts);
    expect(answers.requested({ callingAeTitle: 'CT1' }, { transactionUid: '2.25.1', objects: [ordered(1)] })).toBe(0x0000);
    await time.advance(10 * 60_000);
    expect(told).toHaveLength(0);
    isWhole = true;
    await time.advance(2 * 60_000);
    expect(told.length).toBeGreaterThan(0);
    await answers.close();
  });
});
