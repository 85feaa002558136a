import { describe, expect, it } from 'vitest';
import { createArchiveWatch } from '../../../electron/services/sync';
import { VirtualTime } from '../../support/virtual-time';

/** An archive that answers or not, as the test says; every question and change is remembered. */
function setting(names: string[] = ['MAIN'], unsettled?: number) {
  const time = new VirtualTime();
  const answers = new Map<string, boolean>();
  const asked: { node: string; atMs: number }[] = [];
  const changes: string[] = [];
  const watch = createArchiveWatch({
    timers: time,
    archives: () => names,
    unsettledSince: () => unsettled,
    ask: (node) => {
      asked.push({ node, atMs: time.monotonic() });
      return Promise.resolve(
        answers.get(node) === false ? { ok: false, words: 'nothing listens there', elapsedMs: 1 } : { ok: true, words: '', elapsedMs: 24 },
      );
    },
    onChanged: (reach, change) => {
      if (change !== undefined) changes.push(`${reach.node} ${change}`);
    },
  });
  const state = (node = 'MAIN') => watch.status().find((reach) => reach.node === node);
  return { time, watch, answers, asked, changes, names, state };
}

describe('the watch over archives', () => {
  it('knows nothing at first, then how long the answer took, and asks a quiet archive once a minute', async () => {
    const { time, watch, asked, state } = setting();
    expect(state()?.state).toBe('unknown');
    watch.start();
    await time.advance(1);
    expect(state()).toMatchObject({ state: 'ok', answerMs: 24 });
    await time.advance(10 * 60_000);
    expect(asked.length).toBeGreaterThanOrEqual(10);
    expect(asked.length).toBeLessThanOrEqual(12);
  });

  it('calls one lost answer no outage, two an outage since the last answer', async () => {
    const { time, watch, answers, changes, state } = setting();
    watch.start();
    await time.advance(1);
    const last = state()?.lastAnswerAt;
    answers.set('MAIN', false);
    await time.advance(60_000);
    expect(state()?.state).toBe('ok');
    answers.set('MAIN', true);
    await time.advance(4000);
    expect({ changes, state: state()?.state }).toEqual({ changes: [], state: 'ok' });
    const before = state()?.lastAnswerAt;
    expect(before).not.toBe(last);
    answers.set('MAIN', false);
    await time.advance(70_000);
    expect(changes).toEqual(['MAIN away']);
    expect(state()).toMatchObject({ state: 'noAnswer', since: before, words: 'nothing listens there' });
  });

  it('looks at once when other work fails, and takes other work that goes well for an answer', async () => {
    const { time, watch, answers, changes, asked } = setting();
    watch.start();
    await time.advance(1);
    answers.set('MAIN', false);
    watch.noteContact('MAIN', false);
    await time.advance(4000);
    expect(changes).toEqual(['MAIN away']);
    const questions = asked.length;
    watch.noteContact('MAIN', true);
    expect(changes).toEqual(['MAIN away', 'MAIN back']);
    expect(asked.length).toBe(questions);
  });

  it('does not hammer an archive that is away for a day, and notices within two minutes that it is back', async () => {
    const { time, watch, answers, asked, changes, state } = setting();
    watch.start();
    await time.advance(1);
    answers.set('MAIN', false);
    await time.advance(24 * 3_600_000);
    expect(asked.length).toBeLessThan(800);
    answers.set('MAIN', true);
    await time.advance(121_000);
    expect(changes).toEqual(['MAIN away', 'MAIN back']);
    expect(state()?.state).toBe('ok');
  });

  it('takes the first answer of an archive that was away when the last run ended for its return, and its silence for the same outage', async () => {
    const back = setting(['MAIN'], 1000);
    back.watch.start();
    await back.time.advance(1);
    expect(back.changes).toEqual(['MAIN back']);
    await back.time.advance(600_000);
    expect(back.changes).toEqual(['MAIN back']);
    const still = setting(['MAIN'], 1000);
    still.answers.set('MAIN', false);
    still.watch.start();
    await still.time.advance(4000);
    expect(still.changes).toEqual(['MAIN away']);
    expect(still.state()).toMatchObject({ state: 'noAnswer', since: new Date(1000).toISOString() });
  });

  it('keeps archives apart, takes up new ones and forgets those that are gone', async () => {
    const { time, watch, answers, names, state } = setting(['MAIN', 'TEACHING']);
    answers.set('TEACHING', false);
    watch.start();
    await time.advance(5000);
    expect([state('MAIN')?.state, state('TEACHING')?.state]).toEqual(['ok', 'noAnswer']);
    names.splice(1, 1, 'THIRD');
    await time.advance(4000);
    expect(watch.status().map(({ node, state: of }) => [node, of])).toEqual([
      ['MAIN', 'ok'],
      ['THIRD', 'ok'],
    ]);
    await watch.close();
  });

  it('keeps what it heard, silence too, for a day at most', async () => {
    const { time, watch, answers } = setting();
    watch.start();
    await time.advance(60_001);
    answers.set('MAIN', false);
    await time.advance(60_000);
    const [samples] = watch.samples();
    expect(samples?.samples.at(0)?.ms).toBe(24);
    expect(samples?.samples.at(-1)).not.toHaveProperty('ms');
    await time.advance(3 * 24 * 3_600_000);
    expect(watch.samples()[0]?.samples.length).toBeLessThanOrEqual(1440);
  });
});
