import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from 'vue';
import { hostKey, usePreferencesStore, useSessionStore, useWorklistSettings, useWorklistStore } from '../../../renderer/stores';
import { FakeHost, fakeRow } from '../../support/ui-harness/fake-host';

/** The stores over a fake host, in a page of which only its end is there. */
async function station(answers: (host: FakeHost) => void = () => undefined) {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  const host = new FakeHost({ count: 10 });
  answers(host);
  const app = createApp({});
  app.use(createPinia());
  app.provide(hostKey, host);
  setActivePinia(app.config.globalProperties.$pinia);
  const stores = app.runWithContext(() => ({
    worklist: useWorklistStore(),
    settings: useWorklistSettings(),
    session: useSessionStore(),
    preferences: usePreferencesStore(),
  }));
  const loading = Promise.all([stores.settings.load(), stores.session.load(), stores.preferences.load()]);
  await vi.advanceTimersByTimeAsync(3000);
  await loading;
  return { host, ...stores, leave: () => page.dispatchEvent(new Event('pagehide')) };
}

/** What was sent to be kept until now, by the name of its document. */
function sent(host: FakeHost): Map<string, Record<string, unknown>> {
  const writes = host.calls.filter((call) => call.name === 'settings.set').map((call) => call.request as { name: string; value: Record<string, unknown> });
  return new Map(writes.map(({ name, value }) => [name, value]));
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('what the user changed just before the page goes', () => {
  it('is sent at once when a list is saved or forgotten: even a crash right behind it takes nothing', async () => {
    const { host, worklist, settings } = await station();
    worklist.addList('Mine');
    settings.saveNow();
    expect(sent(host).get('worklist')).toMatchObject({ lists: [{ name: 'Mine' }] });
    worklist.removeList('mine:Mine');
    settings.saveNow();
    expect(sent(host).get('worklist')).toMatchObject({ lists: [] });
  });

  it('is sent with the end of the page, each document once', async () => {
    const { host, settings, session, preferences, leave } = await station();
    settings.resize('patient', 300);
    session.update({ tabs: [fakeRow(1).StudyInstanceUID] });
    preferences.set('toolbar', ['view.fit']);
    expect([...sent(host).keys()]).toEqual([]);
    leave();
    expect([...sent(host).keys()].sort()).toEqual(['preferences', 'session', 'worklist']);
    expect(sent(host).get('preferences')).toMatchObject({ toolbar: ['view.fit'] });
    expect(sent(host).get('session')).toMatchObject({ tabs: [fakeRow(1).StudyInstanceUID] });
    const calls = host.calls.length;
    leave();
    await vi.advanceTimersByTimeAsync(3000);
    expect(host.calls.length).toBe(calls);
  });

  it('does not overwrite what is kept and could not be read', async () => {
    const { host, worklist, settings, preferences, leave } = await station((fake) => {
      const call = fake.call.bind(fake);
      fake.call = (name, request, options) =>
        name === 'settings.get' ? Promise.reject(new Error('the services do not answer')) : call(name, request, options);
    });
    worklist.addList('Mine');
    settings.saveNow();
    preferences.set('toolbar', ['view.fit']);
    leave();
    await vi.advanceTimersByTimeAsync(3000);
    expect([...sent(host).keys()]).toEqual([]);
  });
});
