import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { reconcileParts, type ReconcileSources } from '../../../electron/services/archive/reconcile-parts';
import type { ContentCheckRow } from '../../../electron/services/index';
import type { LocalStudy, RemoteStudy } from '../../../electron/services/sync';
import { silentLogger } from '../../../electron/services/logging/logger';
import { targetOf } from '../../support/scu-run';
import { createStoreDouble } from '../../support/ul-store-double';

const STUDY = StudyUid.parse('1.2');
const COUNT = 40;
const objects = Array.from({ length: COUNT }, (_, n) => ({ SOPInstanceUID: `1.2.9.${String(n)}`, SeriesInstanceUID: '1.2.9', SOPClassUID: '8' }));

/** A study that was opened here, at a DICOMweb service whose copies are all the same. */
function setting() {
  let check: ContentCheckRow | undefined;
  const paths: string[] = [];
  const sources = {
    clock: { now: () => 1000, monotonic: () => 0 },
    index: {
      instances: () => objects.map((attributes, id) => ({ id, attributes, sizeBytes: 100 })),
      getStudy: () => ({ instanceCount: COUNT }),
      keeping: {
        contentChecks: () => (check === undefined ? [] : [check]),
        checkedContent: (row: ContentCheckRow) => (check = row),
        evictable: () => [{ unsent: 0, lastOpenedMs: 1 }],
      },
    },
    cache: {
      compareCopies(tell: (uid: string, verdict: 'same') => void) {
        for (const { SOPInstanceUID } of objects) tell(SOPInstanceUID, 'same');
        return createStoreDouble();
      },
    },
    nodes: { byName: () => ({}), target: () => ({ ...targetOf(0), web: { name: 'MAIN', url: 'https://main' } }) },
    pool: {
      web: {
        ask(_target: unknown, { path }: { path: string }) {
          paths.push(path);
          return Promise.resolve({ failure: { cause: 'noContext', isTransient: false, words: 'no' } });
        },
      },
    },
    results: { named: () => [] },
    onFetched: () => undefined,
    log: silentLogger,
  } as unknown as ReconcileSources;
  const parts = reconcileParts(sources);
  const look = (sample: 'none' | 'few' | 'many') =>
    parts.replaced(
      'MAIN',
      { StudyInstanceUID: STUDY, unsent: 0 } as LocalStudy,
      { objects, suspects: [] } as unknown as RemoteStudy,
      { sample, known: [], answered: [] },
      new AbortController().signal,
    );
  return { look, paths, check: () => check };
}

describe('looks at the content of a study', () => {
  it('that go on at the same time are counted once', async () => {
    const { look, check } = setting();
    await Promise.all([look('few'), look('few')]);
    expect(check()).toMatchObject({ compared: 12 });
    await look('many');
    expect(check()).toMatchObject({ compared: COUNT, nextAt: 0 });
  });

  it('ask for the metadata of all of it at its opening only', async () => {
    const { look, paths } = setting();
    const isMetadata = (path: string): boolean => path.endsWith('/metadata');
    await look('many');
    expect(paths.filter(isMetadata)).toEqual([]);
    await look('few');
    expect(paths.filter(isMetadata)).toHaveLength(1);
  });
});
