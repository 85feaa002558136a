import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { contentChecksOf, noteCompared, sampleOf } from '../../../electron/services/archive/content-sample';
import { type ContentCheckRow, type Index, type InstanceRecord } from '../../../electron/services/index';

const STUDY = StudyUid.parse('1.2');
const records = (count: number, sizeBytes = 500_000) => Array.from({ length: count }, (_, id) => ({ id, sizeBytes }) as InstanceRecord);

/** An index of one study of so many objects, of which MAIN is known to have all. */
function indexOf(instanceCount: number) {
  const checks = new Map<string, ContentCheckRow>();
  const keeping = {
    contentChecks: () => [...checks.values()],
    checkedContent: (check: ContentCheckRow) => void checks.set(check.node, check),
    archivedOf: () => ({ nodes: ['MAIN'] }),
  };
  return { keeping, getStudy: () => ({ instanceCount }) } as unknown as Index;
}

describe('the copies that are compared with an archive', () => {
  it('are few, spread over the study, and others each time until all had their turn', () => {
    const all = records(100);
    const looks: number[][] = [];
    for (let from = 0; from < all.length; from += looks.at(-1)?.length ?? 1) looks.push(sampleOf(all, from).map(({ id }) => Number(id)));
    expect(Math.max(...looks.map(({ length }) => length))).toBeLessThanOrEqual(12);
    expect(looks[0]?.slice(0, 3)).toEqual([0, 9, 18]);
    expect(looks.flat().sort((a, b) => a - b)).toEqual(all.map(({ id }) => id));
  });

  it('are so many as fit, one that is larger alone', () => {
    expect(sampleOf(records(12, 10 * 2 ** 20), 0)).toHaveLength(3);
    expect(sampleOf(records(3, 2 ** 30), 0).map(({ id }) => id)).toEqual([0]);
    expect(sampleOf(records(3, 2 ** 30), 1).map(({ id }) => id)).toEqual([1]);
    expect(sampleOf([], 0)).toEqual([]);
  });

  it('are counted in rounds; what was never compared says so', () => {
    const index = indexOf(20);
    expect(contentChecksOf(index, STUDY)).toEqual([{ node: 'MAIN', compared: 0, total: 20 }]);
    const note = (compared: number, nextAt: number, atMs: number) => noteCompared(index, { node: 'MAIN', StudyInstanceUID: STUDY, compared, nextAt, atMs });
    note(12, 12, 0);
    expect(index.keeping.contentChecks(STUDY)[0]?.nextAt).toBe(12);
    note(8, 20, 60_000);
    expect(contentChecksOf(index, STUDY)).toEqual([{ node: 'MAIN', compared: 20, total: 20, at: '1970-01-01T00:01:00.000Z' }]);
    expect(index.keeping.contentChecks(STUDY)[0]?.nextAt).toBe(0);
    note(12, 12, 120_000);
    expect(contentChecksOf(index, STUDY)[0]).toMatchObject({ compared: 12, at: '1970-01-01T00:02:00.000Z' });
  });
});
