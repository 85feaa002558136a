import type { StudyRow } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeRow } from '../../support/ui-harness/fake-host';
import { station } from '../../support/ui-harness/fake-station';

const uidsOf = (rows: readonly StudyRow[]): string[] => rows.map(({ StudyInstanceUID }) => StudyInstanceUID);
const settle = () => vi.advanceTimersByTimeAsync(3000);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
describe('open studies', () => {
  it('come back after a restart with their places', async () => {
    const first = station({ count: 10 });
    first.session.loaded = true;
    first.tabs.start();
    first.tabs.open(fakeRow(2).StudyInstanceUID);
    first.tabs.open(fakeRow(5).StudyInstanceUID);
    await settle();
    expect(first.tabs.active?.opened?.displaySets.length).toBeGreaterThan(0);
    const second = station({ count: 10, session: structuredClone(first.host.settings.get('session')) });
    second.tabs.start();
    const loading = second.session.load();
    await settle();
    await loading;
    expect(second.tabs.tabs.map((tab) => tab.uid)).toEqual([fakeRow(2).StudyInstanceUID, fakeRow(5).StudyInstanceUID]);
    expect(second.tabs.activeUid).toBe(fakeRow(5).StudyInstanceUID);
    expect(second.tabs.active?.opened?.study.StudyInstanceUID).toBe(fakeRow(5).StudyInstanceUID);
  });

  it('are not written before the last session was read: a start cannot erase it', async () => {
    const { host, tabs } = station({ count: 10, session: { version: 1, tabs: [], active: 'worklist', cornerTexts: 'reading', places: {} } });
    tabs.open(fakeRow(1).StudyInstanceUID);
    await settle();
    expect(host.calls.filter((call) => call.name === 'settings.set')).toEqual([]);
  });

  it('follow their study while it arrives', async () => {
    const { host, tabs } = station({ count: 10 });
    tabs.start();
    const uid = fakeRow(2).StudyInstanceUID;
    tabs.open(uid);
    await settle();
    const before = host.calls.filter((call) => call.name === 'study.open').length;
    for (let at = 0; at < 20; at++) host.emit('study.changed', { study: fakeRow(2, { instanceCount: at }), revision: at });
    await settle();
    expect(host.calls.filter((call) => call.name === 'study.open').length).toBe(before + 1);
  });

  it('enter with their first picture: nothing on the glass changes before it is there', async () => {
    const { tabs } = station({ count: 10 });
    const uid = fakeRow(2).StudyInstanceUID;
    let showPicture = (): void => undefined;
    const sets: number[] = [];
    tabs.enter(uid, fakeRow(2), ({ displaySets }) => {
      sets.push(displaySets.length);
      return new Promise((resolve) => (showPicture = resolve));
    });
    tabs.enter(uid, fakeRow(2), () => expect.fail('it is entering already'));
    await vi.advanceTimersByTimeAsync(50);
    expect([tabs.tabs.length, tabs.activeUid, sets[0]]).toEqual([0, undefined, 3]);
    showPicture();
    await vi.advanceTimersByTimeAsync(0);
    expect([tabs.activeUid, tabs.active?.opened?.displaySets.length]).toEqual([uid, 3]);
  });

  it('enter with what the reader rested on before, told as opened once; asked for again when it has changed', async () => {
    const { host, tabs, looked } = station({ count: 10 });
    looked.start();
    const [uid, other] = [fakeRow(2).StudyInstanceUID, fakeRow(3).StudyInstanceUID];
    const asked = (name: string): number => host.calls.filter((call) => call.name === name).length;
    void looked.at(uid);
    void looked.at(uid);
    await settle();
    expect([asked('study.look'), asked('study.open'), asked('study.opened')]).toEqual([1, 0, 0]);
    tabs.enter(uid, fakeRow(2), () => Promise.resolve());
    await vi.advanceTimersByTimeAsync(0);
    expect([tabs.activeUid, tabs.active?.opened?.displaySets.length]).toEqual([uid, 3]);
    await settle();
    expect([asked('study.look'), asked('study.open'), asked('study.opened')]).toEqual([1, 1, 1]); // the one is of the prior
    void looked.at(other);
    await settle();
    host.emit('study.changed', { study: fakeRow(3), revision: 2 });
    tabs.enter(other, fakeRow(3), () => Promise.resolve());
    await settle();
    expect(host.calls.filter(({ name }) => name === 'study.open').map(({ request }) => request)).toContainEqual({ StudyInstanceUID: other });
    expect([tabs.activeUid, asked('study.opened')]).toEqual([other, 1]);
  });

  it('have the priors of when they are opened, not of when the reader rested on them', async () => {
    const { host, tabs, looked } = station({ count: 10 });
    looked.start();
    const [uid, other] = [fakeRow(2).StudyInstanceUID, fakeRow(3).StudyInstanceUID];
    const seen = () => [tabs.active?.opened?.priors ?? [], [...(tabs.active?.priors.values() ?? [])].map(({ study }) => study)].map(uidsOf);
    const openings = (): number => host.calls.filter(({ name }) => name === 'study.open').length;
    const [came, kept] = [fakeRow(4), fakeRow(5)];
    host.priors = [kept];
    void looked.at(uid);
    await settle();
    host.priors = [came, kept]; // told of themselves only
    tabs.open(other, fakeRow(3));
    await settle();
    const before = openings();
    tabs.replace(other, uid, fakeRow(2));
    expect(tabs.active?.opened?.displaySets.length, 'at once').toBe(3);
    await settle();
    expect(seen()).toEqual([uidsOf([came, kept]), uidsOf([came, kept])]);
    expect(openings() - before, 'each once').toBe(2);

    void looked.at(other, 'next');
    await settle();
    host.priors = [kept]; // the other was deleted
    tabs.enter(other, fakeRow(3), () => Promise.resolve());
    await settle();
    expect([tabs.activeUid, ...seen()]).toEqual([other, uidsOf([kept]), uidsOf([kept])]);
  });

  it('enter without their picture when it takes longer than an eye waits, or when somebody goes elsewhere', async () => {
    const { tabs } = station({ count: 10 });
    const [slow, other] = [fakeRow(2).StudyInstanceUID, fakeRow(3).StudyInstanceUID];
    tabs.enter(slow, fakeRow(2), () => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(199);
    expect(tabs.activeUid).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(tabs.activeUid).toBe(slow);
    tabs.show(undefined);
    tabs.enter(other, fakeRow(3), () => new Promise(() => undefined));
    tabs.show(slow);
    await settle();
    expect([tabs.activeUid, tabs.tabs.map((tab) => tab.uid)]).toEqual([slow, [slow, other]]);
    tabs.enter(other, fakeRow(3), () => expect.fail('it is here'));
    expect(tabs.activeUid).toBe(other);
  });

  it('close to their neighbour', () => {
    const { tabs } = station({ count: 10 });
    const [a, b] = [fakeRow(1).StudyInstanceUID, fakeRow(2).StudyInstanceUID];
    tabs.open(a);
    tabs.open(b);
    tabs.close(b);
    expect(tabs.activeUid).toBe(a);
    tabs.close(a);
    expect(tabs.activeUid).toBeUndefined();
  });
});
