import type { ReconcileItem } from '@shared/domain';
import { reidentified, replaced } from './compare-values';
import { difference, hereWords, type LocalStudy, plural, type RemoteStudy } from './difference';

/** What differs, each difference with what can be done about it. `remote` undefined: the archive does not know the study. Empty: nothing. */
export function compareStudy(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem[] {
  return [rejected, reidentified, replaced, newObjects, missing].flatMap((compare) => compare(node, local, remote) ?? []);
}

function rejected(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  const here = new Set(local.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const notes = remote?.rejections.filter(({ references }) => references.some((uid) => here.has(uid))) ?? [];
  if (notes.length === 0) return undefined;
  const objects = [...new Set(notes.flatMap(({ references }) => references))].filter((uid) => here.has(uid));
  const which = objects.length === local.objects.length ? 'all of them' : `${String(objects.length)} of ${String(local.objects.length)}`;
  return difference(local, 'rejected', {
    there: `rejected: ${notes.map(({ title }) => title).join('; ')}`,
    here: `${hereWords(local)}; rejected: ${which}`,
    objects,
    choices: [
      { id: 'follow', text: `Follow ${node}`, willHappen: `${plural(objects.length, 'image')} set aside here, 30 days` },
      { id: 'keep', text: 'Keep', willHappen: 'Shown here as before' },
    ],
    usual: 'follow',
  });
}

function newObjects(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  if (remote === undefined) return undefined;
  const here = new Set(local.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const fresh = remote.objects.filter(({ SOPInstanceUID }) => !here.has(SOPInstanceUID));
  if (fresh.length === 0) return undefined;
  const known = new Set(local.objects.map(({ SeriesInstanceUID }) => SeriesInstanceUID));
  const series = new Set(fresh.map(({ SeriesInstanceUID }) => SeriesInstanceUID).filter((uid) => !known.has(uid)));
  return difference({ ...local, unsent: 0 }, 'newObjects', {
    there: `+ ${series.size > 0 ? `${String(series.size)} series, ` : ''}${plural(fresh.length, 'image')}`,
    here: hereWords(local),
    objects: fresh.map(({ SOPInstanceUID }) => SOPInstanceUID),
    choices: [
      { id: 'fetch', text: 'Fetch', willHappen: `Fetched from ${node}, ${plural(fresh.length, 'image')}` },
      { id: 'notNow', text: 'Not now', willHappen: `Stays at ${node}` },
    ],
    usual: 'fetch',
  });
}

function missing(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  const there = new Set(remote?.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const explained = new Set(remote?.rejections.flatMap(({ references }) => references));
  const lost = local.objects.filter(({ SOPInstanceUID, wasThere }) => wasThere && !there.has(SOPInstanceUID) && !explained.has(SOPInstanceUID));
  if (lost.length === 0) return undefined;
  return difference(local, 'missing', {
    there:
      remote === undefined
        ? `not found, ${String(lost.length)} were proven`
        : `${String(lost.length)} of ${plural(local.objects.length, 'image')} not found, they were proven`,
    here: hereWords(local),
    objects: lost.map(({ SOPInstanceUID }) => SOPInstanceUID),
    choices: [
      { id: 'keep', text: 'Keep', willHappen: `Kept here, never deleted by itself; the proof of ${node} no longer counts` },
      { id: 'send', text: 'Send again', willHappen: `${plural(lost.length, 'image')} sent to ${node} again` },
    ],
    usual: 'keep',
  });
}
