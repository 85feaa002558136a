import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { AtOpening } from '../../../electron/services/sync';

const uid = (n: number) => StudyUid.parse(`1.2.${String(n)}`);
const MINUTE = 60_000;

function setting() {
  const asked: string[] = [];
  const now = { ms: 0, arriving: new Set<string>(), fails: false, pause: Promise.resolve(), atOnce: 0, most: 0 };
  const opening = new AtOpening({
    monotonic: () => now.ms,
    archivesOf: (study) => (study === '1.2.3' ? [] : ['MAIN']),
    isArriving: (study) => now.arriving.has(study),
    pause: () => now.pause,
    async compare(node, study) {
      now.most = Math.max(now.most, ++now.atOnce);
      asked.push(`${study} at ${node}`);
      await Promise.resolve();
      now.atOnce--;
      if (now.fails) throw new Error('no answer');
    },
  });
  return { opening, asked, now };
}

describe('a study that somebody opens (C8)', () => {
  it('is compared with the archives that have it, in the background, at most once in ten minutes', async () => {
    const { opening, asked, now } = setting();
    opening.opened(uid(1));
    opening.opened(uid(1));
    expect(asked).toEqual([]);
    await opening.settled();
    now.ms = 9 * MINUTE;
    opening.opened(uid(1));
    await opening.settled();
    expect(asked).toEqual(['1.2.1 at MAIN']);
    now.ms = 11 * MINUTE;
    opening.opened(uid(1));
    await opening.settled();
    expect(asked).toHaveLength(2);
  });

  it('leaves network and processor to the pictures first', async () => {
    const { opening, asked, now } = setting();
    let end: () => void = () => undefined;
    now.pause = new Promise<void>((resolve) => (end = resolve));
    opening.opened(uid(1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([]);
    end();
    await opening.settled();
    expect(asked).toEqual(['1.2.1 at MAIN']);
  });

  it('waits for its turn: one study at a time', async () => {
    const { opening, asked, now } = setting();
    for (const n of [1, 2, 4, 5]) opening.opened(uid(n));
    await opening.settled();
    expect(asked).toHaveLength(4);
    expect(now.most).toBe(1);
  });

  it('is asked about again at the next opening when the archive could not be asked', async () => {
    const { opening, asked, now } = setting();
    now.fails = true;
    opening.opened(uid(1));
    await opening.settled();
    opening.opened(uid(1));
    await opening.settled();
    expect(asked).toHaveLength(2);
  });

  it('is left alone while it is on its way in, and where no archive has it', async () => {
    const { opening, asked, now } = setting();
    now.arriving.add('1.2.1');
    opening.opened(uid(1));
    opening.opened(uid(3));
    await opening.settled();
    expect(asked).toEqual([]);
  });

  it('is not asked about any more at the end of the program', async () => {
    const { opening, asked } = setting();
    await opening.close();
    opening.opened(uid(1));
    await opening.settled();
    expect(asked).toEqual([]);
  });
});
