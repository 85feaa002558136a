import { setTimeout as sleep } from 'node:timers/promises';
import { type DeleteCandidate, type StudyUid, StudyUid as Uid } from '@shared/domain';
import { z } from 'zod';
import type { Cache } from '../cache';
import type { Clock } from '../host-environment';
import type { EvictableStudy, Index } from '../index';
import type { JobDefinition } from '../sync';
import type { StudyTransfers } from './study-transfers';

export interface DeleteParts {
  readonly cache: Pick<Cache, 'flush' | 'evict' | 'settled'>;
  readonly index: Pick<Index, 'keeping' | 'instances' | 'getStudy' | 'audit'>;
  readonly clock: Clock;
  readonly transfers: Pick<StudyTransfers, 'isTransferring' | 'deleting'>;
  /** Authored work of it is not finished. */
  isUnfinished?(StudyInstanceUID: string): boolean;
  /** Waits while records of what arrives stand beside those of the study; absent: the usual ones. */
  readonly retryMs?: readonly number[];
}

const Input = z.object({ studies: z.array(Uid), lastCopies: z.boolean(), actor: z.string() });
/** Studies that are done with, and the one that was being deleted since `atMs`. */
const Done = z.object({ ended: z.array(z.string()), begun: z.object({ uid: z.string(), atMs: z.number() }).optional() });
/** What came so lately may still grow. */
const ARRIVING_MS = 10_000;
const RETRY_MS: readonly number[] = [200, 1000, 3000, 10_000];

/** What would go and what is against it, for the studies that are here. */
export function deletePlan(parts: DeleteParts, studies: readonly StudyUid[]): DeleteCandidate[] {
  return studies.flatMap((uid) => {
    const [study] = parts.index.keeping.evictable(uid);
    return study === undefined ? [] : [candidateOf(parts, study)];
  });
}

function candidateOf(parts: DeleteParts, study: EvictableStudy): DeleteCandidate {
  const { StudyInstanceUID, PatientName, StudyDate, StudyDescription, objects, sizeBytes, proven, nodes } = study;
  const PatientID = parts.index.getStudy(StudyInstanceUID)?.PatientID ?? '';
  return {
    StudyInstanceUID,
    PatientName,
    PatientID,
    StudyDate,
    StudyDescription,
    objects,
    sizeBytes,
    proven,
    nodes: [...nodes],
    obstacles: obstaclesOf(parts, study),
  };
}

function obstaclesOf({ clock, transfers, isUnfinished }: DeleteParts, study: EvictableStudy): string[] {
  const obstacles: string[] = [];
  if (study.unsent > 0) obstacles.push(`${String(study.unsent)} objects of it wait to be sent: send or cancel them first`);
  if (isUnfinished?.(study.StudyInstanceUID) === true) obstacles.push('images of it are marked as key images: finish the note, or take the marks away');
  if (study.legalHold) obstacles.push('it is on legal hold: nobody deletes it until the hold is released');
  if (study.pinned) obstacles.push('it is pinned: unpin it first');
  if (study.state === 'held') obstacles.push('it is held: release or reject it first');
  if (study.setAside > 0) obstacles.push('objects of it are set aside: look at them first');
  if (transfers.isTransferring(study.StudyInstanceUID)) obstacles.push('a transfer of it is not finished');
  else if (clock.now() - study.lastArrivalMs < ARRIVING_MS) obstacles.push('it is arriving');
  return obstacles;
}

/**
 * Deletes studies from the cache, nothing else. The job is kept until it has ended; a study that it was in the middle of is deleted when it goes on, without what came
 * since: images that are sent again after they were deleted are new ones.
 */
export function deleteJob(parts: DeleteParts): JobDefinition {
  return {
    unit: 'studies',
    title: (input) => {
      const { studies } = Input.parse(input);
      return studies.length === 1 ? 'Delete a study from this station' : `Delete ${String(studies.length)} studies from this station`;
    },
    async run({ input, progress, signal, resumeFrom }) {
      const { studies, lastCopies, actor } = Input.parse(input);
      // After an unclean end: files without rows are rows again before they can be deleted.
      await Promise.race([parts.cache.settled(), aborted(signal)]);
      const { ended, begun } = Done.catch({ ended: [] }).parse(resumeFrom);
      let done = 0;
      progress.set(0, studies.length);
      for (const uid of studies) {
        signal.throwIfAborted();
        if (!ended.includes(uid)) {
          const begunAtMs = begun?.uid === uid ? begun.atMs : undefined;
          const begin = (atMs: number): void => progress.checkpoint({ ended, begun: { uid, atMs } });
          const kept = await parts.transfers.deleting(uid, () => deleteStudy(parts, uid, { lastCopies, actor, begunAtMs }, begin));
          if (kept !== undefined) progress.refuse(uid, kept);
          ended.push(uid);
          progress.checkpoint({ ended });
        }
        progress.set(++done, studies.length);
      }
    },
  };
}

/** Rejects when the job is stopped. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

interface Wish {
  readonly lastCopies: boolean;
  readonly actor: string;
  /** A run before this one had begun with it then: what is against it was weighed, and what has come since stays. */
  readonly begunAtMs: number | undefined;
}

/** Undefined: nothing of it is here. Otherwise why it, or some of it, stays. */
async function deleteStudy(parts: DeleteParts, uid: StudyUid, wish: Wish, begin: (atMs: number) => void): Promise<string | undefined> {
  const { index, cache, clock } = parts;
  const { begunAtMs } = wish;
  for (const wait of [0, ...(parts.retryMs ?? RETRY_MS)]) {
    if (wait > 0) await sleep(wait);
    await cache.flush();
    const [study] = index.keeping.evictable(uid);
    if (study === undefined) return undefined;
    const { objects, proven, obstacles, nodes } = candidateOf(parts, study);
    const all = index.instances(uid);
    const wanted = begunAtMs === undefined ? all : all.filter(({ arrivedAtMs }) => arrivedAtMs <= begunAtMs);
    if (wanted.length === 0) return 'it was deleted, and its images came again';
    if (begunAtMs === undefined && obstacles.length > 0) return obstacles.join('; ');
    if (!wish.lastCopies && proven < objects) return `${String(objects - proven)} of ${String(objects)} objects are not proven to be anywhere else`;
    const detail = `${uid}: ${String(wanted.length)} objects deleted from the cache, ${String(Math.min(proven, wanted.length))} of them proven at ${nodes.length === 0 ? 'no archive' : nodes.join(', ')}`;
    index.audit({ atMs: clock.now(), user: wish.actor, action: 'study.deleted', outcome: 'allowed', detail });
    begin(begunAtMs ?? clock.now());
    const { kept } = await cache.evict(wanted.map(({ attributes }) => attributes.SOPInstanceUID));
    const stuck = kept.filter((code) => code !== 'EBUSY');
    if (stuck.length > 0) return `${String(stuck.length)} files could not be removed (${stuck[0] ?? ''})`;
    if (index.getStudy(uid) === undefined) return undefined;
  }
  return 'images are arriving without a break: it could not be removed for good, try again later';
}
