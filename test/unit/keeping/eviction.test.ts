import { type EvictionPolicy, StudyUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import type { EvictableStudy } from '../../../electron/services/index';
import { type EvictionFacts, obstaclesOf, planEviction } from '../../../electron/services/keeping/plan-eviction';

const DAY = 86_400_000;
const NOW = 400 * DAY;
const policy: EvictionPolicy = { automatic: true, maxBytes: 1000, minFreeBytes: 0, keepDays: 7, onlyDone: false, order: 'lastOpened' };

function study(n: number, more: Partial<EvictableStudy> = {}): EvictableStudy {
  return {
    StudyInstanceUID: StudyUid.parse(`1.2.${String(n)}`),
    PatientName: '',
    StudyDate: '20260101',
    StudyDescription: '',
    modalities: ['CT'],
    state: 'unread',
    objects: 10,
    sizeBytes: 300,
    lastArrivalMs: NOW - (100 - n) * DAY,
    lastOpenedMs: 0,
    setAside: 0,
    unsent: 0,
    committed: 10,
    proven: 10,
    nodes: ['PACS'],
    pinned: false,
    legalHold: false,
    ...more,
  };
}

const facts = (studies: readonly EvictableStudy[], more: Partial<EvictionFacts> = {}): EvictionFacts => ({
  policy,
  nowMs: NOW,
  usedBytes: studies.reduce((sum, each) => sum + each.sizeBytes, 0),
  freeBytes: 1e12,
  studies,
  isOpen: () => false,
  ...more,
});

describe('the plan of an eviction', () => {
  it('takes nothing while the cache is within its bounds', () => {
    expect(planEviction(facts([study(1), study(2)]))).toMatchObject({ neededBytes: 0, goes: [], short: false });
  });
  it('takes the fewest whole studies that are enough, the longest unused first', () => {
    const plan = planEviction(facts([study(3), study(1, { lastOpenedMs: NOW - 20 * DAY }), study(2), study(4), study(5)]));
    expect(plan.neededBytes).toBe(500);
    expect(plan.goes.map((each) => each.StudyInstanceUID)).toEqual(['1.2.2', '1.2.3']);
  });
  it('makes room on the disk as well as within the quota', () => {
    const plan = planEviction(facts([study(1)], { policy: { ...policy, maxBytes: 0, minFreeBytes: 2000 }, freeBytes: 1900 }));
    expect(plan).toMatchObject({ neededBytes: 100, goes: [{ StudyInstanceUID: '1.2.1' }] });
  });
  it('says when everything that may go is not enough', () => {
    const plan = planEviction(facts([study(1, { pinned: true }), study(2, { proven: 9 }), study(3, { sizeBytes: 900 }), study(4, { legalHold: true })]));
    expect(plan).toMatchObject({ neededBytes: 800, goesBytes: 900, short: false });
    expect(planEviction(facts([study(1, { pinned: true, sizeBytes: 1500 })]))).toMatchObject({ short: true, goes: [], stays: [{ obstacles: ['pinned'] }] });
  });
  it('says of each study where its objects are known to be', () => {
    const plan = planEviction(facts([study(1, { committed: 4, sizeBytes: 2000 })]));
    expect(plan.goes[0]?.proof).toBe('10 of 10 objects at PACS: 4 committed, 6 listed by a query');
  });
});

describe('a study stays', () => {
  const rows: readonly [string, Partial<EvictableStudy>, string][] = [
    ['with one object that is nowhere else', { proven: 9 }, 'notProven'],
    ['with no object at all that is known', { objects: 0, proven: 0 }, 'notProven'],
    ['while something of it is unsent', { unsent: 1 }, 'unsent'],
    ['when somebody has pinned it', { pinned: true }, 'pinned'],
    ['on legal hold', { legalHold: true }, 'legalHold'],
    ['while objects of it are set aside', { setAside: 1 }, 'setAside'],
    ['while it may still grow', { lastArrivalMs: NOW - 1000 }, 'arriving'],
    ['when it was opened this week', { lastOpenedMs: NOW - DAY }, 'tooRecent'],
  ];
  it.each(rows)('%s', (_name, more, obstacle) => {
    expect(obstaclesOf(study(1, more), facts([]))).toContain(obstacle);
  });
  it('while authored work of it is not finished', () => {
    expect(obstaclesOf(study(1), facts([], { isUnfinished: (uid) => uid === study(1).StudyInstanceUID }))).toEqual(['unfinished']);
    expect(obstaclesOf(study(2), facts([], { isUnfinished: (uid) => uid === study(1).StudyInstanceUID }))).toEqual([]);
  });
  it('while it is open, and until it is done where the policy wants that', () => {
    expect(obstaclesOf(study(1), facts([], { isOpen: () => true }))).toEqual(['open']);
    const onlyDone = facts([], { policy: { ...policy, onlyDone: true } });
    expect(obstaclesOf(study(1), onlyDone)).toEqual(['notDone']);
    expect(obstaclesOf(study(1, { state: 'done' }), onlyDone)).toEqual([]);
  });
});
