import type { ArchivePool, ArchiveTarget } from './archive-pool';
import type { RemoteObject } from './plan-retrieve';
import { remoteContents, remoteCount } from './remote-contents';
import type { StudyAhead } from './study-ahead';
import type { TransferInput } from './transfer-input';

/**
 * What the archive has of what is wanted, at least one object. Throws an Error in words; what was on its way meanwhile is broken off then.
 *
 * A study that is on its way already need not be listed where the archive counts it: what came is a part of what the archive has of the study, and a part with as many elements is the
 * whole. Anything else (no count, another count, an answer that broke off) is listed, and the list decides.
 */
export async function listedContents(
  pool: ArchivePool,
  target: ArchiveTarget,
  { node, StudyInstanceUID, series }: TransferInput,
  ahead: StudyAhead | undefined,
  signal: AbortSignal,
): Promise<RemoteObject[]> {
  try {
    const whole = ahead === undefined ? undefined : await wholeByCount(pool, target, StudyInstanceUID, ahead, signal);
    if (whole !== undefined) return whole;
    const remote = await remoteContents(pool, target, StudyInstanceUID, signal, { series });
    if (remote.length === 0) throw new Error(`"${node}" does not have ${series === undefined ? 'this study' : 'these series'} (any more).`);
    ahead?.listed(remote.length);
    return remote;
  } catch (error) {
    await ahead?.stop();
    throw error;
  }
}

/** Undefined: it must be listed. */
async function wholeByCount(
  pool: ArchivePool,
  target: ArchiveTarget,
  StudyInstanceUID: string,
  ahead: StudyAhead,
  signal: AbortSignal,
): Promise<RemoteObject[] | undefined> {
  const count = await remoteCount(pool, target, StudyInstanceUID, signal);
  if (count === undefined) return undefined;
  ahead.listed(count);
  const { end, arrived, refused, unread } = await ahead.end;
  // one that was refused or could not be read here may make up for one that it did not count
  if (end.kind !== 'answered' || refused.size > 0 || unread.count > 0 || arrived.size !== count) return undefined;
  return [...arrived].map((SOPInstanceUID) => ({ SeriesInstanceUID: '', SOPInstanceUID, SOPClassUID: '' }));
}
