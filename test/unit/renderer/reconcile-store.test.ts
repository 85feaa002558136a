import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { createApp } from 'vue';
import { type ReconcileItem, type ReconcileRun, StudyUid } from '@shared/domain';
import { hostKey, useReconcileStore } from '../../../renderer/stores';
import { FakeHost } from '../../support/ui-harness/fake-host';

function runOf(node: string, at: string, ...ids: string[]): ReconcileRun {
  const about = { StudyInstanceUID: StudyUid.parse('1.2.3'), PatientName: 'DOE^JANE', PatientID: '1', StudyDate: '', StudyDescription: '', Modalities: ['CT'] };
  const item = (id: string): ReconcileItem => ({
    ...{ ...about, id, kind: 'rejected', there: `${id} rejected`, here: '', unsent: 0, objects: [], results: [], values: [], choice: 'follow' },
    choices: [{ id: 'follow', text: 'Follow', willHappen: 'set aside' }],
  });
  return { ...{ node, state: 'ready', at, compared: 3, total: 3, same: 0, failed: [] }, items: ids.map(item) };
}

function station() {
  const host = new FakeHost({ count: 0 });
  const app = createApp({});
  const pinia = createPinia();
  app.use(pinia);
  app.provide(hostKey, host);
  setActivePinia(pinia);
  const reconcile = app.runWithContext(() => useReconcileStore());
  reconcile.runs = [runOf('MAIN', '2026-11-22T08:00:00Z', 'a', 'b')];
  return { host, reconcile };
}

describe('the comparison on the screen', () => {
  it('stays while the screen is open, whatever else is compared meanwhile; another is shown when it is asked for', () => {
    const { reconcile } = station();
    const leave = reconcile.stay();
    const other = runOf('OLDPACS', '2026-11-22T09:00:00Z', 'c');
    reconcile.runs = [...reconcile.runs, other];
    expect(reconcile.run?.node).toBe('MAIN');
    reconcile.show('OLDPACS');
    expect(reconcile.ready.map(({ id }) => id)).toEqual(['c']);
    reconcile.show('MAIN');
    leave();
    expect(reconcile.run?.node).toBe('OLDPACS');
  });

  it('is applied as it stands there: the rows that are seen are named with their choices', async () => {
    const { host, reconcile } = station();
    await reconcile.apply();
    const asked = host.calls.find(({ name }) => name === 'reconcile.apply');
    const row = (id: string) => ({ id, there: `${id} rejected`, choice: 'follow' });
    expect(asked?.request).toEqual({ node: 'MAIN', seen: [row('a'), row('b')] });
  });
});
