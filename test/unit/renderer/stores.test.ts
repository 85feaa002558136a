import { JobId } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeOptions, fakeRow } from '../../support/ui-harness/fake-host';
import { station } from '../../support/ui-harness/fake-station';

const settle = () => vi.advanceTimersByTimeAsync(3000);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the list', () => {
  it('reads pages as they are scrolled to, and nothing else', async () => {
    const { host, worklist } = station({ count: 10_000 });
    worklist.start();
    await settle();
    expect([worklist.matching, worklist.all, worklist.status]).toEqual([10_000, 10_000, 'ready']);
    expect(worklist.rowAt(5000)).toBeUndefined();
    worklist.ensureRange(4990, 5010);
    await settle();
    expect(worklist.rowAt(5000)).toEqual(fakeRow(5000));
    const offsets = host.calls
      .filter((call) => call.name === 'study.search' && (call.request as { limit: number }).limit > 1)
      .map((call) => (call.request as { offset: number }).offset);
    expect(offsets).toEqual([0, 4800, 5000]);
  });

  it('puts a changed study in its place and keeps the selection', async () => {
    const { host, worklist } = station({ count: 300 });
    worklist.start();
    await settle();
    worklist.selectIndex(3);
    const changed = fakeRow(3, { instanceCount: 999 });
    host.emit('study.changed', { study: changed, revision: 2 });
    expect(worklist.rowAt(3)?.instanceCount).toBe(999);
    expect(worklist.selectedRow?.instanceCount).toBe(999);
    expect(worklist.selectedIndex).toBe(3);
  });

  it('shows a study that was not there, and the selection stays on its study', async () => {
    const { host, worklist } = station({ count: 300 });
    worklist.start();
    await settle();
    worklist.selectIndex(3);
    const uid = worklist.selectedUid;
    const fresh = fakeRow(999);
    host.rows = [fresh, ...host.rows];
    host.emit('study.changed', { study: fresh, revision: 1 });
    await settle();
    expect(worklist.rowAt(0)?.StudyInstanceUID).toBe(fresh.StudyInstanceUID);
    expect([worklist.selectedUid, worklist.selectedIndex]).toEqual([uid, 4]);
  });

  it('selects a far row as soon as its page is here', async () => {
    const { worklist } = station({ count: 1000 });
    worklist.start();
    await settle();
    worklist.selectIndex(999);
    await settle();
    expect(worklist.selectedIndex).toBe(999);
  });

  it('selects what a filter shows: a study that is hidden is not opened by a key', async () => {
    const { worklist } = station({ count: 500 });
    worklist.start();
    await settle();
    worklist.selectIndex(1);
    const hidden = worklist.selectedUid;
    worklist.setFilter({ PatientName: 'doe' });
    await settle();
    const shown = worklist.rowAt(0)?.StudyInstanceUID;
    expect(shown).not.toBe(hidden);
    expect([worklist.selectedUid, worklist.selectedRow?.StudyInstanceUID]).toEqual([shown, shown]);
    worklist.setFilter({ PatientName: 'nobody of this name' });
    await settle();
    expect([worklist.matching, worklist.selectedUid, worklist.selectedRow]).toEqual([0, undefined, undefined]);
    worklist.setFilter({});
    await settle();
    expect(worklist.selectedIndex).toBe(0);
  });

  it('keeps the selection under a filter that shows its study', async () => {
    const { worklist } = station({ count: 500 });
    worklist.start();
    await settle();
    worklist.setFilter({ PatientName: 'doe' });
    await settle();
    worklist.selectIndex(2);
    const uid = worklist.selectedUid;
    worklist.setFilter({ PatientName: 'do' });
    await settle();
    expect(worklist.selectedUid).toBe(uid);
  });

  it('drops the answer to an older question', async () => {
    const { worklist } = station({ count: 500 });
    worklist.start();
    await settle();
    worklist.setFilter({ PatientName: 'nobody of this name' });
    worklist.setFilter({ PatientName: 'doe' });
    await settle();
    expect(worklist.matching).toBe(28);
  });

  it('says in words when it cannot be read, and reads again', async () => {
    const failing: FakeOptions & { failing: boolean } = { count: 5, failing: true };
    const { worklist } = station(failing);
    worklist.start();
    await settle();
    expect(worklist.status).toBe('failed');
    expect(worklist.problem).toMatchObject({ what: 'The list could not be read', lost: expect.stringContaining('Nothing is lost') as string });
    failing.failing = false;
    void worklist.ask();
    await settle();
    expect([worklist.status, worklist.matching]).toEqual(['ready', 5]);
  });

  it('asks again for what is on the screen when the services are back', async () => {
    const { host, worklist } = station({ count: 10 });
    worklist.start();
    await settle();
    host.rows = host.rows.slice(0, 4);
    host.setState('ready');
    await settle();
    expect(worklist.matching).toBe(4);
  });

  it('remembers columns and own lists', async () => {
    const first = station({ count: 10 });
    first.worklist.start();
    void first.settings.load();
    await settle();
    first.settings.resize('patient', 300);
    first.settings.toggle('born');
    first.worklist.setFilter({ Modality: 'CT' });
    first.worklist.addList('My CT');
    first.settings.saveSoon();
    await settle();
    const second = station({ count: 10 });
    second.host.settings.set('worklist', structuredClone(first.host.settings.get('worklist')));
    const loading = second.settings.load();
    await settle();
    await loading;
    expect(second.settings.columns.find((column) => column.id === 'patient')?.sizedPx).toBe(300);
    expect(second.settings.shown.some((column) => column.id === 'born')).toBe(false);
    expect(second.worklist.list).toMatchObject({ name: 'My CT', filter: { Modality: 'CT' } });
  });
});

describe('the station', () => {
  it('says one calm line when the services stopped and one when they are back', async () => {
    const { host, node } = station({ count: 1 });
    node.start();
    await settle();
    host.setState('restarting');
    expect(node.notices.map((notice) => notice.text)).toEqual(['The DICOM service stopped and is being started again. Nothing is lost.']);
    host.setState('ready');
    expect(node.notices).toHaveLength(1);
    expect(node.notices[0]?.text).toMatch(/was started again, \d\d:\d\d:\d\d\. Nothing is lost/);
    node.dismiss('services');
    expect(node.notices).toEqual([]);
  });

  it('keeps finished work until it was read', async () => {
    const { host, jobs } = station({ count: 1 });
    jobs.start();
    void jobs.importPaths(['', '/a']);
    await settle();
    expect(host.calls.find((call) => call.name === 'import.start')?.request).toEqual({ paths: ['/a'] });
    expect([jobs.running.length, jobs.unreadCount, jobs.watched?.refused.length]).toEqual([0, 1, 4]);
    if (jobs.watched !== undefined) jobs.markRead(jobs.watched.id);
    expect([jobs.unreadCount, jobs.shown.length]).toEqual([0, 0]);
  });

  it('says that an import which nobody watches did not take every file, once', async () => {
    const { host, jobs, node } = station({ count: 1 });
    jobs.start();
    await settle();
    const base = {
      id: JobId.parse('job-7'),
      kind: 'import' as const,
      title: 'Import "disc"',
      unit: 'files',
      notes: [],
      alreadyHere: 0,
      setAside: 0,
      studies: [],
    };
    const running = { ...base, startedAt: '2026-11-29T07:00:00Z', state: 'running' as const, done: 1, total: 3, refused: [] };
    const ended = {
      ...running,
      state: 'done' as const,
      done: 3,
      endedAt: '2026-11-29T07:00:09Z',
      refused: [{ name: '/disc/a.txt', reason: 'not a DICOM file' }],
    };
    host.emit('job.changed', running);
    expect(node.notices).toEqual([]);
    host.emit('job.changed', ended);
    expect(node.notices.map(({ text }) => text)).toEqual([expect.stringContaining('Import "disc": 1 file was not taken.')]);
    node.dismiss('import-job-7');
    host.emit('job.changed', ended);
    expect(node.notices).toEqual([]);
  });

  it('does not say so of the import that is watched: its result is on the screen', async () => {
    const { jobs, node } = station({ count: 1 });
    jobs.start();
    void jobs.importPaths(['/a']);
    await settle();
    expect(jobs.watched?.refused.length).toBe(4);
    expect(node.notices).toEqual([]);
  });
});
