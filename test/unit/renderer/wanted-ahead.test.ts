import { KnownNode, type StudyRow } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useWantedAhead } from '../../../renderer/app/wanted-ahead';
import { useNodesStore, usePreferencesStore, useScreensStore } from '../../../renderer/stores';
import { fakeRow } from '../../support/ui-harness/fake-host';
import { station } from '../../support/ui-harness/fake-station';

const settle = () => vi.advanceTimersByTimeAsync(3000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A window over a list of five studies of which the rows are read; `changes` of the third. */
async function listed(changes: Partial<StudyRow> = {}) {
  const parts = station({ count: 5 });
  const rows = parts.host.rows.map((row, at) => ({ ...row, ...(at === 2 ? changes : {}) }));
  parts.host.rows = rows;
  const row = (at: number): StudyRow => rows[at] ?? expect.fail();
  const [screens, nodes, preferences] = [useScreensStore(), useNodesStore(), usePreferencesStore()];
  parts.worklist.ensureRange(0, 4);
  await settle();
  return { ...parts, screens, nodes, preferences, row, uid: (at: number) => row(at).StudyInstanceUID, wanted: useWantedAhead() };
}

describe('the row that is looked at', () => {
  it('is the one that is selected, while the list is on the glass', async () => {
    const { worklist, tabs, screens, uid, row, wanted } = await listed();
    worklist.select(uid(2));
    expect(wanted.resting()).toBe(uid(2));
    screens.show('health');
    expect(wanted.resting()).toBeUndefined();
    screens.close('health');
    tabs.open(uid(1), row(1));
    expect(wanted.resting(), 'a study is on the glass').toBeUndefined();
    tabs.show(undefined);
    expect(wanted.resting()).toBe(uid(2));
    tabs.open(uid(2), row(2));
    tabs.show(undefined);
    expect(wanted.resting(), 'it is open').toBeUndefined();
  });

  it.each<[string, Partial<StudyRow>]>([
    ['of which nothing is here', { where: { kind: 'remote' } }],
    ['of more objects than are laid out beforehand', { instanceCount: 3001 }],
    ['of which an archive has more', { instanceCount: 10, at: [{ node: 'MAIN', asOf: '2026-11-30T08:00:00Z', instanceCount: 11 }] }],
  ])('is none %s', async (_, changes) => {
    const { worklist, tabs, nodes, uid, row, wanted } = await listed(changes);
    nodes.nodes = [KnownNode.parse({ name: 'MAIN', aeTitle: 'MAIN', host: '127.0.0.1', port: 104, role: 'archive', source: 'settings' })];
    worklist.select(uid(1));
    expect(wanted.resting()).toBe(uid(1));
    worklist.select(uid(2));
    expect(wanted.resting()).toBeUndefined();
    tabs.open(uid(1), row(1));
    await settle();
    expect(wanted.next(), 'nor is it as the next study').toBeUndefined();
  });
});

describe('the next study', () => {
  it('is what the step would open, once the study on the glass is here', async () => {
    const { worklist, tabs, uid, row, wanted } = await listed();
    expect(wanted.next(), 'the list is on the glass').toBeUndefined();
    tabs.open(uid(1), row(1));
    expect(wanted.next(), 'it is not here yet').toBeUndefined();
    await settle();
    expect(wanted.next()).toBe(uid(2));
    tabs.open(uid(2), row(2));
    tabs.show(uid(1));
    expect(wanted.next(), 'it is open').toBeUndefined();
    tabs.close(uid(2));
    tabs.show(uid(1));
    expect(wanted.next()).toBe(uid(2));
    tabs.open(uid(4), row(4));
    await settle();
    expect(wanted.next(), 'the list ends there').toBeUndefined();
    tabs.open(fakeRow(900).StudyInstanceUID);
    await settle();
    expect(wanted.next(), 'it is not in the list').toBeUndefined();
    expect(worklist.matching).toBe(5);
  });

  it('is none behind a screen of the station, and where the reader does not want it', async () => {
    const { tabs, screens, preferences, uid, row, wanted } = await listed();
    tabs.open(uid(1), row(1));
    await settle();
    screens.show('outbox');
    expect(wanted.next()).toBeUndefined();
    screens.close('outbox');
    expect(wanted.next()).toBe(uid(2));
    preferences.setGeneral({ nextAhead: false });
    expect(wanted.next()).toBeUndefined();
    preferences.setGeneral({ nextAhead: true });
    expect(wanted.next()).toBe(uid(2));
  });
});
