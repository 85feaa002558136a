import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import type { ArchivePool } from '../../../electron/services/archive';
import type { CopiesWanted } from '../../../electron/services/archive/move-copies';
import { replacedObjects, type ReplacedParts } from '../../../electron/services/archive/replaced-objects';
import type { LocalStudy, RemoteStudy } from '../../../electron/services/sync';
import { silentLogger } from '../../../electron/services/logging/logger';
import { targetOf } from '../../support/scu-run';
import { createStoreDouble } from '../../support/ul-store-double';

const objects = ['1', '2', '3'].map((SOPInstanceUID) => ({ SOPInstanceUID, SeriesInstanceUID: '9', SOPClassUID: '8' }));

/** Looks at a study of three objects at an archive that breaks off; verdicts on the copies that came before. */
async function look(
  verdicts: Readonly<Record<string, 'same' | 'unread'>>,
  sample: readonly string[],
  named: readonly string[] = [],
  believed: readonly string[] = [],
) {
  const parts = {
    index: { instances: () => objects.map((attributes, id) => ({ id, attributes, sizeBytes: 100 })) },
    cache: {
      compareCopies(tell: (uid: string, verdict: 'same' | 'unread') => void) {
        for (const [uid, verdict] of Object.entries(verdicts)) tell(uid, verdict);
        return createStoreDouble();
      },
    },
    pool: { web: { ask: () => Promise.resolve({ failure: { cause: 'closed', isTransient: true, words: 'gone' } }) } } as unknown as ArchivePool,
    log: silentLogger,
    onFetched: () => undefined,
  } as unknown as ReplacedParts;
  const about = { local: { StudyInstanceUID: StudyUid.parse('1.2') } as LocalStudy, remote: { objects, suspects: [] } as unknown as RemoteStudy };
  const target = { ...targetOf(0), web: { name: 'MAIN', url: 'https://main' } };
  return await replacedObjects(parts, target, { ...about, named, believed, answered: [], thorough: false, sample }, new AbortController().signal);
}

describe('the copies of a study that were compared', () => {
  it('count once in a round: those that are looked at each time count in their turn only', async () => {
    const verdicts = { 1: 'same', 2: 'same', 3: 'unread' } as const;
    expect(await look(verdicts, ['2', '3'], ['1'])).toMatchObject({ compared: 1, hadTurn: ['2', '3'] });
    expect(await look(verdicts, ['1', '2'], ['1'])).toMatchObject({ compared: 2, hadTurn: ['1', '2'] });
  });

  it('have had their turn where they could not be read, and up to the one at which the answer broke off', async () => {
    expect(await look({ 1: 'unread', 2: 'same' }, ['1', '2', '3'])).toMatchObject({ compared: 1, hadTurn: ['1', '2'] });
  });

  it('go on behind one at which every answer breaks off', async () => {
    expect(await look({}, ['1', '2', '3'])).toMatchObject({ compared: 0, hadTurn: ['1'] });
  });

  it('of one that was found to be replaced, and cannot be compared now, say nothing else', async () => {
    expect((await look({}, ['1'], [], ['2'])).replaced).toEqual([{ SOPInstanceUID: '2', SeriesInstanceUID: '9', isCompared: false }]);
    expect((await look({ 2: 'same' }, ['1'], [], ['2'])).replaced).toEqual([]);
  });

  it('are one alone at an archive whose copies are received as any object is: the others might be set aside', async () => {
    const moved: string[] = [];
    const parts = {
      index: { instances: () => objects.map((attributes, id) => ({ id, attributes, sizeBytes: 100 })) },
      cache: { compareCopies: () => createStoreDouble() },
      onFetched: () => undefined,
      moves: {
        isWithoutGet: () => true,
        isToldApart: () => false,
        fetch(_target: unknown, { step }: CopiesWanted) {
          moved.push(...step.wanted.map(({ SOPInstanceUID }) => SOPInstanceUID));
          return Promise.resolve({ end: { kind: 'answered', status: { category: 'success' } }, arrived: new Set(), refused: new Map() });
        },
      },
    } as unknown as ReplacedParts;
    const local = { StudyInstanceUID: StudyUid.parse('1.2') } as LocalStudy;
    const remote = { objects, suspects: [] } as unknown as RemoteStudy;
    const how = { named: ['1'], believed: ['2'], answered: ['1'], thorough: false, sample: ['1', '3'] };
    const found = await replacedObjects(parts, targetOf(0), { local, remote, ...how }, new AbortController().signal);
    expect(moved).toEqual(['3']);
    expect(found).toMatchObject({ replaced: [{ SOPInstanceUID: '2', isCompared: false }], compared: 0 });
  });

  it('are told as the bytes that came, of one that broke off too', async () => {
    let bytes = 0;
    const parts = {
      index: { instances: () => objects.map((attributes, id) => ({ id, attributes, sizeBytes: 100 })) },
      cache: { compareCopies: () => createStoreDouble() },
      onFetched: (more: number) => (bytes += more),
      moves: {
        isWithoutGet: () => true,
        isToldApart: () => true,
        fetch(_target: unknown, { into }: CopiesWanted) {
          into.receive({ SOPInstanceUID: '1', SOPClassUID: '8', TransferSyntaxUID: '1.2', source: { kind: 'demo' } }).write(Buffer.alloc(70));
          return Promise.reject(new Error('stopped'));
        },
      },
    } as unknown as ReplacedParts;
    const local = { StudyInstanceUID: StudyUid.parse('1.2') } as LocalStudy;
    const remote = { objects, suspects: [] } as unknown as RemoteStudy;
    const how = { named: [], believed: [], answered: [], thorough: false, sample: ['1', '2'] };
    await expect(replacedObjects(parts, targetOf(0), { local, remote, ...how }, new AbortController().signal)).rejects.toThrow('stopped');
    expect(bytes).toBe(70);
  });
});
