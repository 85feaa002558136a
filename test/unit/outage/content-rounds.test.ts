import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { ContentRounds, type UncomparedStudy } from '../../../electron/services/sync';
import { VirtualTime } from '../../support/virtual-time';

const MINUTE = 60_000;
const study = (n: number): UncomparedStudy => ({ node: 'MAIN', StudyInstanceUID: StudyUid.parse(`1.2.${String(n)}`) });

/** `turns`: so many looks each study takes, each of `bytes`; 0: the archive gives no copies; undefined: it cannot be asked. `breaksOff`: each look, when its copies have come. */
function setting(
  turns: Record<string, number | undefined>,
  studies: readonly UncomparedStudy[],
  bytes = 2 ** 20,
  {
    time = new VirtualTime(),
    kept = {},
    breaksOff = false,
  }: { readonly time?: VirtualTime; readonly kept?: { spent?: { bytes: number; sinceMs: number } }; readonly breaksOff?: boolean } = {},
) {
  const asked: string[] = [];
  const now = { isBusy: false, isUnsettled: false, isDamaged: false, arrive: () => undefined as void };
  const faults: unknown[] = [];
  const left = { ...turns };
  let fetched = 0;
  const rounds = new ContentRounds({
    timers: time,
    budget: { bytesADay: () => 2 ** 31, spent: () => kept.spent, keep: (spent) => void (kept.spent = spent) },
    waiting() {
      if (now.isDamaged) throw new Error('the index is damaged');
      return now.isUnsettled ? [] : studies.filter(({ StudyInstanceUID }) => (left[StudyInstanceUID] ?? 1) >= 0);
    },
    isWaiting: () => !now.isUnsettled,
    onFault: (error) => faults.push(error),
    isBusy: () => now.isBusy,
    onArrival(tell) {
      now.arrive = tell;
      return () => undefined;
    },
    compare({ StudyInstanceUID }) {
      asked.push(StudyInstanceUID);
      const many = left[StudyInstanceUID];
      if (many === undefined) return Promise.reject(new Error('no answer'));
      if (many > 0) fetched += bytes;
      if (breaksOff) return Promise.reject(new Error('the connection broke off'));
      left[StudyInstanceUID] = many - 1;
      return Promise.resolve({ left: many > 1, compared: many > 0 });
    },
    fetched: () => fetched,
  });
  rounds.start();
  return { rounds, time, asked, now, faults };
}

describe('studies that were opened lately', () => {
  it('are compared with their archive, some objects a minute, one study after the other', async () => {
    const { time, asked } = setting({ '1.2.1': 3, '1.2.2': 1 }, [study(1), study(2)]);
    await time.advance(9 * MINUTE);
    expect(asked).toEqual([]);
    await time.advance(4 * MINUTE);
    expect(asked).toEqual(['1.2.1', '1.2.1', '1.2.1', '1.2.2']);
  });

  it('wait while something else goes on, and while objects arrive', async () => {
    const { time, asked, now } = setting({ '1.2.1': 9 }, [study(1)]);
    now.isBusy = true;
    await time.advance(20 * MINUTE);
    now.isBusy = false;
    now.arrive();
    await time.advance(MINUTE / 4);
    expect(asked).toEqual([]);
    await time.advance(2 * MINUTE);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('are not asked for again where the archive gives no copies, and one that cannot be asked for holds up no other', async () => {
    const { time, asked } = setting({ '1.2.1': 0, '1.2.2': undefined, '1.2.3': 2 }, [study(1), study(2), study(3)]);
    await time.advance(14 * MINUTE);
    expect(asked.slice(0, 4)).toEqual(['1.2.1', '1.2.2', '1.2.3', '1.2.3']);
    await time.advance(60 * MINUTE);
    expect(asked.filter((uid) => uid === '1.2.1')).toHaveLength(1);
  });

  it('cost an archive two gibibytes a day, however large one object is', async () => {
    const gibibyte = setting({ '1.2.1': 1000 }, [study(1)], 2 ** 30);
    const small = setting({ '1.2.1': 1000 }, [study(1)], 2 ** 26);
    for (const { time } of [gibibyte, small]) await time.advance(23 * 60 * MINUTE);
    expect([gibibyte.asked.length, small.asked.length]).toEqual([2, 32]);
    for (const { time } of [gibibyte, small]) await time.advance(2 * 60 * MINUTE);
    expect([gibibyte.asked.length, small.asked.length]).toEqual([4, 64]);
  });

  it('cost what came also where the look broke off', async () => {
    const { time, asked } = setting({ '1.2.1': 9 }, [study(1)], 2 ** 30, { breaksOff: true });
    await time.advance(23 * 60 * MINUTE);
    expect(asked).toHaveLength(2);
  });

  it('cost no more when the program is started again, or the clock set back', async () => {
    const kept = {};
    const before = setting({ '1.2.1': 1000 }, [study(1)], 2 ** 30, { kept });
    await before.time.advance(60 * MINUTE);
    await before.rounds.close();
    const after = setting({ '1.2.1': 1000 }, [study(1)], 2 ** 30, { kept, time: before.time });
    await after.time.advance(60 * MINUTE);
    after.time.stepWall(-5 * 60 * MINUTE);
    await after.time.advance(60 * MINUTE);
    expect([before.asked.length, after.asked.length]).toEqual([2, 0]);
    await after.time.advance(24 * 60 * MINUTE);
    expect(after.asked).toHaveLength(2);
  });

  it('are left alone from when there is something to settle with the archive first, those that waited too', async () => {
    const { time, asked, now } = setting({ '1.2.1': 9, '1.2.2': 9 }, [study(1), study(2)]);
    await time.advance(11 * MINUTE);
    expect(asked).toEqual(['1.2.1', '1.2.1']);
    now.isUnsettled = true;
    await time.advance(60 * MINUTE);
    expect(asked).toHaveLength(2);
    now.isUnsettled = false;
    await time.advance(11 * MINUTE);
    expect(asked.length).toBeGreaterThan(2);
  });

  it('are gone on with when they could not be listed once', async () => {
    const { time, asked, now, faults } = setting({ '1.2.1': 9 }, [study(1)]);
    now.isDamaged = true;
    await time.advance(11 * MINUTE);
    now.isDamaged = false;
    await time.advance(20 * MINUTE);
    expect(faults).toHaveLength(1);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('are left at the end', async () => {
    const { rounds, time, asked } = setting({ '1.2.1': 9 }, [study(1)]);
    await rounds.close();
    await time.advance(60 * MINUTE);
    expect(asked).toEqual([]);
  });
});
