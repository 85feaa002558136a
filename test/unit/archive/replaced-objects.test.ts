import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import type { ArchivePool } from '../../../electron/services/archive';
import { replacedObjects, type ReplacedParts } from '../../../electron/services/archive/replaced-objects';
import type { LocalStudy, RemoteStudy } from '../../../electron/services/sync';
import { silentLogger } from '../../../electron/services/logging/logger';
import { targetOf } from '../../support/scu-run';
import { createStoreDouble } from '../../support/ul-store-double';

describe('the copies of a study that were compared', () => {
  it('count once in a round: those that are looked at each time count in their turn only', async () => {
    const objects = ['1', '2', '3'].map((SOPInstanceUID) => ({ SOPInstanceUID, SeriesInstanceUID: '9', SOPClassUID: '8' }));
    const parts = {
      index: { instances: () => objects.map((attributes, id) => ({ id, attributes })) },
      cache: {
        compareCopies(tell: (uid: string, verdict: 'same' | 'unread') => void) {
          tell('1', 'same');
          tell('2', 'same');
          tell('3', 'unread');
          return createStoreDouble();
        },
      },
      pool: { web: { ask: () => Promise.resolve({ failure: { cause: 'closed', isTransient: true, words: 'gone' } }) } } as unknown as ArchivePool,
      log: silentLogger,
    } as unknown as ReplacedParts;
    const about = { local: { StudyInstanceUID: StudyUid.parse('1.2') } as LocalStudy, remote: { objects, suspects: [] } as unknown as RemoteStudy };
    const target = { ...targetOf(0), web: { name: 'MAIN', url: 'https://main' } };
    const compared = async (sample: readonly string[]) =>
      (await replacedObjects(parts, target, { ...about, named: ['1'], thorough: false, sample }, new AbortController().signal)).compared;
    expect(await compared(['2', '3'])).toBe(1);
    expect(await compared(['1', '2'])).toBe(2);
  });
});
