import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { CompareAgain, ResultsGate } from '../../../electron/services/sync';
import { VirtualTime } from '../../support/virtual-time';

const uid = (n: number) => StudyUid.parse(`1.2.${String(n)}`);
const HOUR = 3_600_000;

/** Studies that cannot be compared until `answers` says so. */
function setting(studies: number[]) {
  const time = new VirtualTime();
  const state: { left: 'everything' | StudyUid[] | undefined; answers: boolean } = { left: studies.map(uid), answers: false };
  const tried: string[] = [];
  const planned: (number | undefined)[] = [];
  const again = new CompareAgain({
    timers: time,
    left: () => state.left,
    one(_node, study) {
      tried.push(study);
      if (!state.answers) return Promise.reject(new Error('no answer'));
      if (Array.isArray(state.left)) state.left = state.left.filter((one) => one !== study);
      return Promise.resolve();
    },
    everything: () => tried.push('everything'),
    onPlanned: (_node, atMs) => planned.push(atMs),
  });
  return { again, time, state, tried, planned };
}

describe('what could not be compared', () => {
  it('is tried again in growing intervals, for ever, and says when', async () => {
    const { again, time, tried, planned } = setting([1]);
    again.look('MAIN');
    expect(planned).toHaveLength(1);
    await time.advance(7000);
    expect(tried).toHaveLength(1);
    await time.advance(24 * HOUR);
    // a quarter of an hour at most between two tries, spread by a fifth: neither given up nor hammering
    expect(tried.length).toBeGreaterThan(24 * 3);
    expect(tried.length).toBeLessThan(24 * 6);
    const next = planned.at(-1) ?? 0;
    expect(next).toBeGreaterThan(time.now());
    await again.close();
  });

  it('is tried at once when the archive answers, and not any more once nothing is left', async () => {
    const { again, time, state, tried, planned } = setting([1, 2]);
    again.look('MAIN');
    await time.advance(2 * HOUR);
    tried.length = 0;
    state.answers = true;
    again.contact('MAIN');
    await again.settled();
    await time.settle();
    expect(tried).toEqual(['1.2.1', '1.2.2']);
    expect(planned.at(-1)).toBeUndefined();
    await time.advance(24 * HOUR);
    expect(tried).toHaveLength(2);
    again.contact('MAIN');
    expect(tried).toHaveLength(2);
  });

  it('is left alone after three failures in a row: the rest would only fail as well', async () => {
    const { again, time, tried } = setting([1, 2, 3, 4, 5, 6]);
    again.look('MAIN');
    again.contact('MAIN');
    await time.settle();
    expect(tried).toEqual(['1.2.1', '1.2.2', '1.2.3']);
    await again.close();
  });

  it('as a whole is begun again; while it runs nothing is tried beside it', async () => {
    const { again, time, state, tried } = setting([]);
    state.left = 'everything';
    again.look('MAIN');
    again.contact('MAIN');
    state.left = undefined;
    again.look('MAIN');
    await time.advance(HOUR);
    expect(tried).toEqual(['everything']);
    state.left = 'everything';
    again.look('MAIN');
    await time.advance(60_000);
    expect(tried.length).toBeGreaterThan(1);
    await again.close();
  });

  it('is not tried any more at the end of the program', async () => {
    const { again, time, tried } = setting([1]);
    again.look('MAIN');
    await again.close();
    await time.advance(HOUR);
    expect(tried).toEqual([]);
  });
});

describe('results for an archive that was away', () => {
  const gateOf = (isUnsettled = true) => {
    const now = { isUnsettled };
    const gate = new ResultsGate({ isUnsettled: () => now.isUnsettled, onChanged: () => undefined });
    return { gate, now };
  };

  it('wait, all of them, until their study was compared; then only those of studies that could not be', () => {
    const { gate } = gateOf();
    expect(gate.held('MAIN')).toEqual({ but: true, studies: [] });
    gate.began('MAIN');
    gate.cleared('MAIN', '1.2.1');
    gate.failed('MAIN', '1.2.2', 'no answer');
    expect(gate.held('MAIN')).toEqual({ but: true, studies: ['1.2.1'] });
    expect(gate.finished('MAIN')).toBe(true);
    expect(gate.held('MAIN')).toEqual({ but: false, studies: ['1.2.2'] });
    expect(gate.why('MAIN', '1.2.1')).toBeUndefined();
    gate.nextTry('MAIN', 1000);
    expect(gate.why('MAIN', '1.2.2')).toEqual({ why: 'the study could not be compared with MAIN: no answer', isProblem: true, nextTryMs: 1000 });
    gate.cleared('MAIN', '1.2.2');
    expect(gate.held('MAIN')).toBeUndefined();
  });

  it('wait after a comparison that broke off, but for what it had reached', () => {
    const { gate } = gateOf();
    gate.began('MAIN');
    gate.cleared('MAIN', '1.2.1');
    gate.brokeOff('MAIN', 'it was stopped');
    expect(gate.held('MAIN')).toEqual({ but: true, studies: ['1.2.1'] });
    expect(gate.why('MAIN', '1.2.9')).toMatchObject({ why: 'the comparison with MAIN broke off: it was stopped', isProblem: true });
  });

  it('wait again when it goes away, also when that was in the middle of a comparison: what was found before counts no more', () => {
    const { gate } = gateOf();
    gate.began('MAIN');
    gate.cleared('MAIN', '1.2.1');
    gate.away('MAIN');
    gate.cleared('MAIN', '1.2.2');
    expect(gate.finished('MAIN')).toBe(false);
    expect(gate.held('MAIN')).toEqual({ but: true, studies: [] });
  });

  it('leave nothing behind when their study goes, and one that could not be compared while nothing was away holds none', () => {
    const { gate, now } = gateOf();
    gate.began('MAIN');
    gate.failed('MAIN', '1.2.1', 'no answer');
    gate.finished('MAIN');
    gate.conflict('MAIN', '1.2.1', 're-identified');
    gate.forget('1.2.1');
    expect([gate.held('MAIN'), gate.problem('MAIN'), gate.conflictOf('MAIN', '1.2.1')]).toEqual([undefined, undefined, undefined]);
    now.isUnsettled = false;
    gate.failed('MAIN', '1.2.2', 'no answer');
    now.isUnsettled = true;
    expect(gate.held('MAIN')).toBeUndefined();
  });

  it('do not wait where there was no outage', () => {
    const { gate, now } = gateOf(false);
    expect(gate.held('MAIN')).toBeUndefined();
    expect(gate.why('MAIN', '1.2.1')).toBeUndefined();
    now.isUnsettled = true;
    expect(gate.held('MAIN')).toBeDefined();
  });
});
