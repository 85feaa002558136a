import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from 'vue';
import { keyProblem } from '../../../renderer/app/key-bindings';
import { foundPages, type PreferencePage } from '../../../renderer/features/preferences/page';
import { hostKey, useNodeStore, usePreferencesStore } from '../../../renderer/stores';
import { MOST_FILE_CHARACTERS, preferencesFile, readPreferencesFile, readSections } from '../../../renderer/stores/preferences-file';
import { FakeHost } from '../../support/ui-harness/fake-host';

const FULL = {
  general: { locale: 'de-DE', chromePercent: 80 },
  keys: { 'view.invert': ['Alt+U'] },
  windowPresets: { MR: [{ name: 'T1', center: 300, width: 600 }] },
  toolbar: ['view.fit'],
};

describe('a file of preferences', () => {
  it('brings back what was exported', () => {
    const answer = readPreferencesFile(preferencesFile(FULL, new Date(0)));
    expect(answer).toMatchObject({ ok: true, preferences: FULL });
  });

  it('speaks of its own sections only: the keys alone leave the rest as it is', () => {
    const answer = readPreferencesFile(preferencesFile(FULL, new Date(0), ['keys']));
    expect(answer).toEqual({ ok: true, preferences: { keys: FULL.keys }, sections: ['keys'] });
  });

  it.each([
    ['nothing', '', 'it is not JSON'],
    ['a list', '[]', 'it is no file of preferences'],
    ['null', 'null', 'it is no file of preferences'],
    ['another program', '{"kind":"x","version":1,"preferences":{}}', 'it is no file of preferences'],
    ['a newer version', '{"kind":"alternator preferences","version":9,"preferences":{}}', 'it is of another version of this program'],
    ['sections as a list', '{"kind":"alternator preferences","version":1,"preferences":[]}', 'these parts do not fit: all'],
    ['a wrong number', '{"kind":"alternator preferences","version":1,"preferences":{"general":{"chromePercent":1e9}}}', 'these parts do not fit: general'],
    [
      'a script for a locale',
      '{"kind":"alternator preferences","version":1,"preferences":{"general":{"locale":{"toString":1}}}}',
      'these parts do not fit: general',
    ],
    [
      'a tool that is none',
      '{"kind":"alternator preferences","version":1,"preferences":{"mouse":{"buttons":{"Left":"explode"}}}}',
      'these parts do not fit: mouse',
    ],
    [
      'a million keys',
      `{"kind":"alternator preferences","version":1,"preferences":{"keys":{"a":${JSON.stringify(Array.from({ length: 99 }, () => 'x'))}}}}`,
      'these parts do not fit: keys',
    ],
  ])('that is %s is refused in words', (_, text, reason) => {
    expect(readPreferencesFile(text)).toEqual({ ok: false, reason });
  });

  it('that is too large is not read', () => {
    expect(readPreferencesFile(' '.repeat(MOST_FILE_CHARACTERS + 1)).ok).toBe(false);
  });

  it('cannot reach the prototype of an object', () => {
    const { preferences } = readSections(JSON.parse('{"__proto__":{"toolbar":["x"]},"constructor":1}'));
    expect(preferences).toEqual({});
    expect(({} as { toolbar?: unknown }).toolbar).toBeUndefined();
  });
});

describe('a table of keys from a file', () => {
  it('is refused when two commands of a screen would share a key, or a kept key is given away', () => {
    expect(keyProblem({ 'view.invert': ['Alt+U'] })).toBeUndefined();
    expect(keyProblem({ 'view.invert': ['F'] })).toContain('share a key');
    expect(keyProblem({ 'view.invert': ['Escape'] })).toBe('Esc cannot be given away');
    expect(keyProblem({ 'no.such.command': ['Escape'] })).toBeUndefined();
  });
});

describe('finding a setting', () => {
  const page = (id: string, title: string, names: string[]): PreferencePage => ({
    ...{ id, title, about: '', sections: [], component: {} },
    settings: names.map((name) => ({ id: name, name, words: 'wheel' })),
  });
  const pages = [page('a', 'Mouse', ['Buttons', 'Speed']), page('b', 'Corner texts', ['Texts'])];

  it('goes by every word, in names, other words and titles', () => {
    expect(foundPages(pages, '').map((one) => one.page.id)).toEqual(['a', 'b']);
    expect(foundPages(pages, 'wheel speed')).toEqual([{ page: pages[0], settings: [{ id: 'Speed', name: 'Speed', words: 'wheel' }] }]);
    expect(foundPages(pages, 'corner').map((one) => one.page.id)).toEqual(['b']);
    expect(foundPages(pages, 'xyz')).toEqual([]);
  });
});

describe('the store', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function station() {
    const host = new FakeHost({ count: 1 });
    const app = createApp({});
    const pinia = createPinia();
    app.use(pinia);
    app.provide(hostKey, host);
    setActivePinia(pinia);
    return app.runWithContext(() => ({ host, preferences: usePreferencesStore(), node: useNodeStore() }));
  }

  const saved = (host: FakeHost): unknown =>
    (host.calls.filter((call) => call.name === 'settings.set').at(-1)?.request as { value?: unknown } | undefined)?.value;

  it('holds a change at once and keeps it; as at first takes it back', async () => {
    const { host, preferences, node } = station();
    preferences.setGeneral({ locale: 'de-DE' });
    preferences.set('toolbar', ['view.fit']);
    expect(node.locale).toBe('de-DE');
    await vi.advanceTimersByTimeAsync(1000);
    expect(saved(host)).toEqual({ version: 1, general: { locale: 'de-DE' }, toolbar: ['view.fit'] });
    preferences.reset(['general']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(saved(host)).toEqual({ version: 1, toolbar: ['view.fit'] });
    expect(node.locale).not.toBe('de-DE');
  });

  it('takes a file in whole or nothing of it', () => {
    const { preferences } = station();
    preferences.set('toolbar', ['view.fit']);
    const text = preferencesFile({ keys: { 'view.invert': ['Alt+U'] } }, new Date(0));
    expect(preferences.takeFile(text, () => 'no')).toBe('no');
    expect(preferences.toolbar).toEqual(['view.fit']);
    expect(preferences.takeFile(text, () => undefined)).toBeUndefined();
    expect(preferences.toolbar).toBeUndefined();
    expect(preferences.keys).toEqual({ 'view.invert': ['Alt+U'] });
  });

  it('leaves a locale that is none aside', () => {
    const { preferences, node } = station();
    const before = node.locale;
    preferences.setGeneral({ locale: '!!' });
    expect(node.locale).toBe(before);
  });
});
