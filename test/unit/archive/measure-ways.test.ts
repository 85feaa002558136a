import { describe, expect, it } from 'vitest';
import type { RetrieveWay } from '@shared/domain';
import { measureWays, samplesOf } from '../../../electron/services/archive/measure-ways';
import type { RemoteObject } from '../../../electron/services/archive/plan-retrieve';

const WAYS: readonly RetrieveWay[] = ['wado', 'move', 'get'];
const series = (uid: string, count: number): RemoteObject[] =>
  Array.from({ length: count }, (_unused, n) => ({ SeriesInstanceUID: uid, SOPInstanceUID: `${uid}.${String(n)}`, SOPClassUID: '1.2' }));

describe('ways to fetch', () => {
  it('are tried with parts of one series that are wanted anyway, no object twice, and the rest is larger', () => {
    const lacking = [...series('1.1', 20), ...series('1.2', 200)];
    const samples = samplesOf({ ways: WAYS, lacking });
    const used = [...(samples?.values() ?? [])].flat();
    expect([...(samples?.keys() ?? [])]).toEqual(WAYS);
    expect(new Set(used).size).toBe(used.length);
    expect(new Set(used.map(({ SeriesInstanceUID }) => SeriesInstanceUID))).toEqual(new Set(['1.2']));
    expect(used.length).toBeLessThanOrEqual(100);
  });

  it.each([
    ['one way alone', ['move'] as const, 500],
    ['too few images', WAYS, 60],
  ])('are not measured with %s', (_name, ways, count) => {
    expect(samplesOf({ ways, lacking: series('1.2', count) })).toBeUndefined();
  });

  /** Seconds that each way takes for its part, and whether it brings it. */
  async function measured(how: Readonly<Record<string, { seconds: number; problem?: string }>>) {
    let nowMs = 0;
    return await measureWays({
      ...{ ways: WAYS, lacking: series('1.2', 300), monotonic: () => nowMs, nowMs: 0 },
      fetch: (way, objects) => {
        nowMs += (how[way]?.seconds ?? 1) * 1000;
        return Promise.resolve({ bytes: objects.length * 1000, problem: how[way]?.problem });
      },
    });
  }

  it('the one with the most bytes a second is chosen', async () => {
    expect(await measured({ wado: { seconds: 4 }, move: { seconds: 1 }, get: { seconds: 2 } })).toEqual({
      by: 'move',
      at: '1970-01-01T00:00:00.000Z',
      rates: [
        { by: 'wado', bytesPerSecond: 6000 },
        { by: 'move', bytesPerSecond: 24_000 },
        { by: 'get', bytesPerSecond: 12_000 },
      ],
    });
  });

  it('one that does not bring all of its part is not chosen, however fast it was; its reason is kept', async () => {
    const choice = await measured({ wado: { seconds: 4 }, move: { seconds: 0.1, problem: '24 of 24 images did not come.' }, get: { seconds: 5 } });
    expect(choice?.by).toBe('wado');
    expect(choice?.rates[1]).toEqual({ by: 'move', problem: '24 of 24 images did not come.' });
  });

  it('when none brings its part nothing is chosen', async () => {
    const problem = 'nothing came';
    expect(await measured({ wado: { seconds: 1, problem }, move: { seconds: 1, problem }, get: { seconds: 1, problem } })).toBeUndefined();
  });
});
