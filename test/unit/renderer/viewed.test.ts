import { InstanceId } from '@shared/domain';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from 'vue';
import { hostKey, type StationHost, useViewedStore } from '../../../renderer/stores';

const id = (n: number): InstanceId => InstanceId.parse(n);

function station(fails: () => boolean = () => false) {
  const calls: unknown[] = [];
  const call = (name: string, request: unknown): Promise<unknown> => {
    if (fails()) return Promise.reject(new Error('the services were restarted'));
    calls.push([name, request]);
    return Promise.resolve({});
  };
  const app = createApp({});
  app.use(createPinia());
  app.provide(hostKey, { call } as unknown as StationHost);
  setActivePinia(app.config.globalProperties.$pinia);
  return { calls, viewed: app.runWithContext(() => useViewedStore()) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('what stood on the screen', () => {
  it('is told together, each frame once', async () => {
    const { calls, viewed } = station();
    for (const [instance, number] of [
      [1, 1],
      [2, 4],
      [2, 5],
      [1, 1],
    ] as const)
      viewed.note(id(instance), number);
    await vi.advanceTimersByTimeAsync(1000);
    viewed.note(id(2), 4);
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toEqual([
      [
        'image.viewed',
        {
          images: [
            { instanceId: 1, frameNumbers: [1] },
            { instanceId: 2, frameNumbers: [4, 5] },
          ],
        },
      ],
    ]);
  });

  it('is told later when the services were away', async () => {
    let away = true;
    const { calls, viewed } = station(() => away);
    viewed.note(id(1), 1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(calls).toEqual([]);
    away = false;
    viewed.note(id(1), 2);
    await vi.advanceTimersByTimeAsync(3000);
    expect(calls).toEqual([['image.viewed', { images: [{ instanceId: 1, frameNumbers: [1, 2] }] }]]);
  });
});
