import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { silentLogger } from '../../../electron/services/logging/logger';
import { Router, type RouterParts } from '../../../electron/services/routing/router';

const STUDY = StudyUid.parse('2.25.9');

/** A router over doubles of what it stands on: `ids` of objects in the index, those proven at PACS, and what it orders. */
function rig(ids: number[], proven: readonly string[] = []) {
  const ordered: string[][] = [];
  const marks = new Map<string, number>();
  const timers: (() => void)[] = [];
  const record = (id: number) => ({
    id,
    attributes: { SOPInstanceUID: `1.${String(id)}`, StudyInstanceUID: STUDY, Modality: 'CT', StudyDescription: '', SeriesDescription: '' },
  });
  const parts = {
    index: {
      instancesAfter: (after: number) => ids.filter((id) => id > after).map(record),
      lastInstanceId: () => Math.max(0, ...ids),
      mark: (name: string) => marks.get(name),
      setMark: (name: string, value: number) => void marks.set(name, value),
      onChanged: () => () => undefined,
    },
    cache: { sourceOf: () => Promise.resolve({ kind: 'association', callingAeTitle: 'CT1', calledAeTitle: 'US', host: '10.0.0.1', associationId: 1 }) },
    settings: { value: () => ({ rules: [{ name: 'all', enabled: true, match: {}, to: 'PACS', held: false }] }) },
    nodes: { all: () => [{ name: 'PACS', aeTitle: 'PACS1', role: 'archive' }] },
    outbox: {
      enqueue: ({ objects }: { objects: readonly { SOPInstanceUID: string }[] }) => void ordered.push(objects.map(({ SOPInstanceUID }) => SOPInstanceUID)),
    },
    timers: { after: (_ms: number, call: () => void) => (timers.push(call), () => undefined) },
    isThere: (uid: string, node: string) => node === 'PACS' && proven.includes(uid),
    log: silentLogger,
  };
  const router = new Router(parts as unknown as RouterParts);
  const run = async (): Promise<void> => {
    for (const call of timers.splice(0)) call();
    await router.close();
  };
  return { router, ordered, run };
}

describe('the router', () => {
  it('orders what came after its mark, in the order of the rows', async () => {
    const ids: number[] = [1, 2];
    const { router, ordered, run } = rig(ids);
    router.start();
    ids.push(3, 4);
    await run();
    expect(ordered).toEqual([['1.3', '1.4']]);
  });

  it('does not send again what is proven at its destination, when an index made anew hands out every object', async () => {
    const ids: number[] = [];
    const { router, ordered, run } = rig(ids, ['1.1', '1.2']);
    router.start();
    ids.push(1, 2, 3);
    await run();
    expect(ordered).toEqual([['1.3']]);
  });
});
