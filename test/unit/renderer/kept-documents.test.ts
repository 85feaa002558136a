import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from 'vue';
import { CallError } from '@shared/contract';
import { StudyUid } from '@shared/domain';
import { hostKey, useDisplaysStore, useKeyImagesStore, useNodeStore, useSessionStore, useWorklistSettings } from '../../../renderer/stores';
import { MAX_TABS } from '../../../renderer/stores/session-schema';
import { FakeHost, fakeRow } from '../../support/ui-harness/fake-host';

/** Stores over a fake host that refuses the calls of these names as long as they stand in the set. */
function station(documents: Readonly<Record<string, unknown>>) {
  vi.stubGlobal('window', { setInterval: () => 0, addEventListener: () => undefined });
  const host = new FakeHost({ count: 10 });
  for (const [name, value] of Object.entries(documents)) host.settings.set(name, value);
  const refused = new Set<string>();
  const answer = host.call.bind(host);
  host.call = (name, request, options) => (refused.has(name) ? Promise.reject(new Error('no room on the disk')) : answer(name, request, options));
  const app = createApp({});
  app.use(setActivePinia(createPinia()) as never);
  app.provide(hostKey, host);
  const stores = app.runWithContext(() => ({
    node: useNodeStore(),
    session: useSessionStore(),
    settings: useWorklistSettings(),
    displays: useDisplaysStore(),
    keyImages: useKeyImagesStore(),
  }));
  return { host, refused, ...stores };
}

const settle = () => vi.advanceTimersByTimeAsync(3000);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('documents of services that are slow to start', () => {
  it('are waited for: a late answer is not taken for none', async () => {
    const tab = StudyUid.parse('1.2.3');
    const { host, node, session, settings, displays } = station({ session: { version: 1, tabs: [tab], active: tab, cornerTexts: 'full', places: {} } });
    const answer = host.call.bind(host);
    host.call = async (name, request, options) => {
      if (options?.timeoutMs !== 0) throw new CallError('timeout', `${name} was not answered within 15000 ms`);
      return await answer(name, request, options);
    };
    void Promise.all([session.load(), settings.load(), displays.load()]);
    await settle();
    expect(session.session.tabs).toEqual([tab]);
    expect(node.notices.filter(({ text }) => text.includes('could not be read'))).toEqual([]);
  });
});

describe('documents that nobody has written yet, empty as the services hand them out', () => {
  it('are no fault: what changes is kept', async () => {
    const { host, node, session, settings } = station({ session: {}, worklist: {} });
    void session.load();
    void settings.load();
    await settle();
    expect(node.notices).toEqual([]);
    session.update({ cornerTexts: 'minimal' });
    settings.toggleDetails();
    await settle();
    expect(host.settings.get('session')).toMatchObject({ cornerTexts: 'minimal' });
    expect(host.settings.get('worklist')).toMatchObject({ detailsShown: false });
  });
});

describe('open studies', () => {
  it('come back after a crash however many were open: the last of them', async () => {
    const many = Array.from({ length: 55 }, (_, at) => StudyUid.parse(`1.2.${String(at + 1)}`));
    const first = station({});
    void first.session.load();
    await settle();
    first.session.update({ tabs: many, active: many[54] ?? '' });
    await settle();
    const second = station({ session: structuredClone(first.host.settings.get('session')) });
    void second.session.load();
    await settle();
    expect(second.session.session.tabs).toEqual(many.slice(-MAX_TABS));
    expect(second.session.session.active).toBe(many[54]);
  });

  it('come back though the place in one of them cannot be read', async () => {
    const [good, bad] = [fakeRow(1).StudyInstanceUID, fakeRow(2).StudyInstanceUID];
    const place = { layout: '1x1', activeCell: 0, maximised: false, cells: [], at: '2026-11-22T08:00:00Z' };
    const session = { version: 1, tabs: [good, bad], active: bad, cornerTexts: 'full', places: { [good]: place, [bad]: { ...place, activeCell: 99 } } };
    const { session: store } = station({ session });
    void store.load();
    await settle();
    expect(store.session.tabs).toEqual([good, bad]);
    expect([store.placeOf(good), store.placeOf(bad)]).toEqual([place, undefined]);
  });

  it('of another form are said, and not written over', async () => {
    const { host, node, session } = station({ session: { version: 7, something: 'else' } });
    void session.load();
    await settle();
    expect(node.notices.map(({ key }) => key)).toEqual(['session']);
    session.update({ cornerTexts: 'minimal' });
    await settle();
    expect(host.settings.get('session')).toEqual({ version: 7, something: 'else' });
  });
});

describe('own lists', () => {
  it('that this program cannot read are said, and not written over', async () => {
    const kept = { version: 1, columns: [], lists: [{ id: 'mine:x', name: 'x'.repeat(61), filter: {} }] };
    const { host, node, settings } = station({ worklist: kept });
    void settings.load();
    await settle();
    expect(node.notices.map(({ key }) => key)).toEqual(['worklist-settings']);
    settings.toggleDetails();
    await settle();
    expect(host.settings.get('worklist')).toEqual(kept);
  });
});

describe('measurements of displays', () => {
  const profile = { key: 'DEL-4066-1', name: 'DEL', way: 'software', mode: 'm', history: [], checks: [] };

  it('that could not be read are not written over by a new one; when they are read again, it is kept beside them', async () => {
    const kept = { profiles: [{ ...profile, key: 'EIZ-1-2' }] };
    const { host, node, displays, refused } = station({ displays: kept });
    refused.add('settings.get');
    void displays.load();
    await settle();
    expect(node.notices.map(({ key }) => key)).toContain('displays');
    await expect(displays.putProfile(profile as never)).rejects.toThrow('not written over');
    expect(host.settings.get('displays')).toEqual(kept);
    refused.clear();
    void displays.load();
    await settle();
    const done = displays.putProfile(profile as never);
    await settle();
    await done;
    expect((host.settings.get('displays') as typeof kept).profiles.map(({ key }) => key)).toEqual(['EIZ-1-2', 'DEL-4066-1']);
  });
});

describe('key images', () => {
  it('that could not be read are said, and read when the services are back', async () => {
    const { host, node, keyImages, refused } = station({});
    const uid = fakeRow(1).StudyInstanceUID;
    refused.add('keyImages.get');
    void keyImages.load(uid);
    await settle();
    expect(node.notices.map(({ text }) => text)).toEqual([expect.stringContaining('The key images could not be read: none is shown')]);
    refused.clear();
    host.setState('ready');
    await settle();
    expect(host.calls.filter(({ name }) => name === 'keyImages.get')).toEqual([{ name: 'keyImages.get', request: { StudyInstanceUID: uid } }]);
  });
});
