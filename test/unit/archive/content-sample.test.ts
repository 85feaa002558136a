import { describe, expect, it } from 'vitest';
import { StudyUid } from '@shared/domain';
import { contentChecksOf, noteCompared, placeBehind, sampleOf } from '../../../electron/services/archive/content-sample';
import { type ContentCheckRow, type Index, type InstanceRecord } from '../../../electron/services/index';

const STUDY = StudyUid.parse('1.2');
const records = (count: number, sizeBytes = 500_000) => Array.from({ length: count }, (_, id) => ({ id, sizeBytes }) as InstanceRecord);

/** An index of one study of so many objects, of which MAIN is known to have all. */
function indexOf(instanceCount: number) {
  const checks = new Map<string, ContentCheckRow>();
  const keeping = {
    contentChecks: () => [...checks.values()],
    checkedContent: (check: ContentCheckRow) => void checks.set(check.node, check),
    provenAt: () => ['MAIN'],
  };
  return { keeping, getStudy: () => ({ instanceCount }) } as unknown as Index;
}

/** Looks at the study until all had their turn; `grow` before each look. */
function round(count: number, grow: (look: number, all: InstanceRecord[]) => void = () => undefined): number[][] {
  const all = records(count);
  const looks: number[][] = [];
  for (let nextAt = 0; looks.length === 0 || nextAt !== 0;) {
    grow(looks.length, all);
    const sample = sampleOf(all, nextAt);
    looks.push(sample.map(({ id }) => Number(id)));
    nextAt = placeBehind(all, sample);
  }
  return looks;
}

describe('the copies that are compared with an archive', () => {
  it('are few, spread over the study, and others each time until all had their turn', () => {
    const looks = round(100);
    expect(Math.max(...looks.map(({ length }) => length))).toBeLessThanOrEqual(12);
    expect(looks.flat().sort((a, b) => a - b)).toEqual(records(100).map(({ id }) => id));
    // no sixteen that came one after another are without one of the first look
    const first = [...(looks[0] ?? []), 100].sort((a, b) => a - b);
    expect(Math.max(...first.map((id, at) => id - (first[at - 1] ?? 0)))).toBeLessThanOrEqual(16);
  });

  it('have their turn once each, all that were there at the start, in a study that grows meanwhile', () => {
    const looks = round(100, (look, all) => {
      if (look > 0 && look < 6) all.splice(look, 0, ...records(105 + look * 5).slice(100 + look * 5));
    });
    const had = looks.flat();
    expect(new Set(had).size).toBe(had.length);
    expect(had).toEqual(expect.arrayContaining(records(100).map(({ id }) => id)));
  });

  it('are so many as fit, one that is larger alone', () => {
    expect(sampleOf(records(12, 10 * 2 ** 20), 0)).toHaveLength(3);
    const large = records(3, 2 ** 30);
    expect(sampleOf(large, 0).map(({ id }) => id)).toEqual([0]);
    expect(sampleOf(large, placeBehind(large, large.slice(0, 1))).map(({ id }) => id)).toEqual([2]);
    expect(sampleOf([], 0)).toEqual([]);
  });

  it('begin anew where all had their turn, or what is left has gone', () => {
    expect(placeBehind(records(3), records(3))).toBe(0);
    expect(placeBehind(records(1), [])).toBe(0);
  });

  it('are counted in rounds; what was never compared says so', () => {
    const index = indexOf(20);
    expect(contentChecksOf(index, STUDY)).toEqual([{ node: 'MAIN', compared: 0, total: 20 }]);
    const note = (compared: number, nextAt: number, atMs: number) => noteCompared(index, { node: 'MAIN', StudyInstanceUID: STUDY, compared, nextAt, atMs });
    note(0, 7, 0);
    expect(contentChecksOf(index, STUDY)).toEqual([{ node: 'MAIN', compared: 0, total: 20 }]);
    note(12, 12, 30_000);
    note(8, 0, 60_000);
    expect(contentChecksOf(index, STUDY)).toEqual([{ node: 'MAIN', compared: 20, total: 20, at: '1970-01-01T00:01:00.000Z' }]);
    note(12, 12, 120_000);
    expect(contentChecksOf(index, STUDY)[0]).toMatchObject({ compared: 12, at: '1970-01-01T00:02:00.000Z' });
  });
});
