import type { EvictionCandidate, EvictionObstacle, EvictionPolicy } from '@shared/domain';
import type { EvictableStudy } from '../index';

export interface EvictionFacts {
  readonly policy: EvictionPolicy;
  readonly nowMs: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly studies: readonly EvictableStudy[];
  /** Studies that somebody has open, or reads from. */
  isOpen(StudyInstanceUID: string): boolean;
  /** Authored work of it is not finished: its images are needed for it. */
  isUnfinished?(StudyInstanceUID: string): boolean;
}

export interface EvictionPlan {
  readonly neededBytes: number;
  readonly goes: readonly EvictionCandidate[];
  readonly goesBytes: number;
  readonly stays: readonly EvictionCandidate[];
  /** Everything that may go, is not enough. */
  readonly short: boolean;
}

const DAY_MS = 86_400_000;
/** What came a moment ago may still grow. */
const ARRIVING_MS = 10 * 60_000;

const ORDER: Readonly<Record<EvictionPolicy['order'], (study: EvictableStudy) => number>> = {
  lastOpened: ({ lastOpenedMs, lastArrivalMs }) => Math.max(lastOpenedMs, lastArrivalMs),
  arrival: ({ lastArrivalMs }) => lastArrivalMs,
  studyDate: ({ StudyDate }) => Number(StudyDate.replace(/\D/g, '')) || 0,
};

/** What has to go to keep to the policy: whole studies, the oldest by its order first, and only those with nothing against it. */
export function planEviction(facts: EvictionFacts): EvictionPlan {
  const neededBytes = needed(facts);
  const order = ORDER[facts.policy.order];
  const all = facts.studies.map((study) => ({ study, candidate: candidateOf(study, facts) }));
  const free = all.filter(({ candidate }) => candidate.obstacles.length === 0).sort((a, b) => order(a.study) - order(b.study));
  const goes: EvictionCandidate[] = [];
  let goesBytes = 0;
  for (const { candidate } of free) {
    if (goesBytes >= neededBytes) break;
    goes.push(candidate);
    goesBytes += candidate.sizeBytes;
  }
  const stays = all.filter(({ candidate }) => candidate.obstacles.length > 0).map(({ candidate }) => candidate);
  stays.sort((a, b) => b.sizeBytes - a.sizeBytes);
  return { neededBytes, goes, goesBytes, stays, short: goesBytes < neededBytes };
}

function needed({ policy, usedBytes, freeBytes }: EvictionFacts): number {
  const overQuota = policy.maxBytes > 0 ? usedBytes - policy.maxBytes : 0;
  return Math.max(0, overQuota, policy.minFreeBytes - freeBytes);
}

type ObstacleFacts = Pick<EvictionFacts, 'policy' | 'nowMs' | 'isOpen' | 'isUnfinished'>;

/** What is against removing a study. Empty only when every single object is committed or proven present at an archive. */
export function obstaclesOf(study: EvictableStudy, { policy, nowMs, isOpen, isUnfinished }: ObstacleFacts): EvictionObstacle[] {
  const obstacles: EvictionObstacle[] = [];
  if (study.objects === 0 || study.proven < study.objects) obstacles.push('notProven');
  if (study.unsent > 0) obstacles.push('unsent');
  if (isOpen(study.StudyInstanceUID)) obstacles.push('open');
  if (isUnfinished?.(study.StudyInstanceUID) === true) obstacles.push('unfinished');
  if (study.pinned) obstacles.push('pinned');
  if (study.legalHold) obstacles.push('legalHold');
  if (study.setAside > 0) obstacles.push('setAside');
  if (nowMs - study.lastArrivalMs < ARRIVING_MS) obstacles.push('arriving');
  if (nowMs - Math.max(study.lastOpenedMs, study.lastArrivalMs) < policy.keepDays * DAY_MS) obstacles.push('tooRecent');
  if (policy.onlyDone && study.state !== 'done') obstacles.push('notDone');
  return obstacles;
}

export function candidateOf(study: EvictableStudy, facts: ObstacleFacts): EvictionCandidate {
  const { StudyInstanceUID, PatientName, StudyDate, StudyDescription, modalities, objects, sizeBytes, lastOpenedMs, lastArrivalMs } = study;
  return {
    ...{ StudyInstanceUID, PatientName, StudyDate, StudyDescription, objects, sizeBytes },
    Modalities: [...modalities],
    ...(lastOpenedMs > 0 && { lastOpenedAt: new Date(lastOpenedMs).toISOString() }),
    lastArrivalAt: new Date(lastArrivalMs).toISOString(),
    obstacles: obstaclesOf(study, facts),
    proof: proofWords(study),
  };
}

/** What the audit keeps of why a study could go. */
function proofWords({ objects, committed, proven, nodes }: EvictableStudy): string {
  if (proven < objects) return `${String(proven)} of ${String(objects)} objects are known to be elsewhere`;
  const queried = proven - committed;
  const parts = [committed > 0 ? `${String(committed)} committed` : '', queried > 0 ? `${String(queried)} listed by a query` : ''].filter(
    (part) => part !== '',
  );
  return `${String(objects)} of ${String(objects)} objects at ${nodes.join(', ')}: ${parts.join(', ')}`;
}
