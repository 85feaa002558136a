import type { ReconcileRun, ReturnEvent, StudyUid } from '@shared/domain';
import type { KeyImages } from '../authoring';
import type { AuditEntry, Index } from '../index';

export interface HistoryParts {
  readonly index: Pick<Index, 'instances' | 'keeping' | 'outbox' | 'auditOf'>;
  readonly keyImages: Pick<KeyImages, 'of'>;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MOST_ORDERS = 1000;
const MOST_ENTRIES = 10_000;
/** Of the audit trail: what was done about a difference, and by whom. */
const TOLD = new Set(['reconcile.applied', 'object.rewritten', 'study.open', 'study.opened']);

/** What happened to a study while an archive was away and since it is back, oldest first, from what the index, the outbox and the audit trail know. */
export function returnHistory({ index, keyImages }: HistoryParts, run: ReconcileRun, StudyInstanceUID: StudyUid): ReturnEvent[] {
  const { node, awaySince, backSince, at } = run;
  const fromMs = awaySince === undefined ? Date.parse(at) - DAY_MS : Date.parse(awaySince);
  const notes = new Set(keyImages.of(StudyInstanceUID).notes.map(({ SOPInstanceUID }) => String(SOPInstanceUID)));
  const received = index.instances(StudyInstanceUID).filter(({ attributes }) => !notes.has(attributes.SOPInstanceUID));
  const events: ReturnEvent[] = [
    ...byMinute(received.map(({ arrivedAtMs }) => arrivedAtMs)).map(([ms, count]) => ({ at: iso(ms), text: `received here, ${images(count)}` })),
    ...keyImages
      .of(StudyInstanceUID)
      .notes.map(({ at: madeAt, by, images: count }) => ({ at: madeAt, text: `key image note made here, ${images(count)}`, by })),
    ...sent({ index }, node, StudyInstanceUID),
    ...proven({ index }, node, received),
    ...(awaySince === undefined ? [] : [{ at: awaySince, text: `${node} last seen` }]),
    ...(backSince === undefined ? [] : [{ at: backSince, text: `${node} back` }]),
    ...run.items.filter((item) => item.StudyInstanceUID === StudyInstanceUID).map(({ there }) => ({ at, text: `compared: ${there}` })),
    ...index.auditOf(StudyInstanceUID, fromMs).flatMap((entry) => (TOLD.has(entry.action) ? [applied(entry, node)] : [])),
  ];
  return events.sort((a, b) => a.at.localeCompare(b.at));
}

function sent({ index }: Pick<HistoryParts, 'index'>, node: string, StudyInstanceUID: StudyUid): ReturnEvent[] {
  return index.outbox.orders({ node, StudyInstanceUID }, 0, MOST_ORDERS).orders.flatMap(({ id, state, createdAtMs, by, reason, transition }): ReturnEvent[] => {
    const entries = index.outbox.entries(id, 0, MOST_ENTRIES).filter((entry) => entry.state !== 'cancelled');
    const gone = entries.filter((entry) => entry.state === 'sent' || entry.state === 'committed' || entry.state === 'proven');
    const left = entries.filter((entry) => entry.state === 'waiting');
    const what = (count: number): string => (reason === 'authored' ? `${String(count)} ${count === 1 ? 'result' : 'results'}` : images(count));
    return [
      ...byMinute(gone.map(({ atMs }) => atMs)).map(([ms, count]) => ({ at: iso(ms), text: `${what(count)} sent` })),
      ...(left.length > 0 && state !== 'held' ? [{ at: iso(createdAtMs), text: `${what(left.length)} waiting to send`, by }] : []),
      ...(left.length > 0 && state === 'held' && transition !== undefined
        ? [{ at: iso(transition.atMs), text: `${what(left.length)} held: ${transition.why}`, by: transition.by }]
        : []),
    ];
  });
}

function proven(
  { index }: Pick<HistoryParts, 'index'>,
  node: string,
  received: readonly { readonly attributes: { readonly SOPInstanceUID: string } }[],
): ReturnEvent[] {
  const times = received.flatMap(({ attributes }) =>
    index.keeping.proofsOf(attributes.SOPInstanceUID).flatMap((proof) => (proof.node === node ? [proof.atMs] : [])),
  );
  return byMinute(times).map(([ms, count]) => ({ at: iso(ms), text: `${images(count)} proven at ${node}`, isProof: true }));
}

function applied({ atMs, user, action, detail }: AuditEntry, node: string): ReturnEvent {
  if (action === 'study.open' || action === 'study.opened') return { at: iso(atMs), text: 'opened', by: user };
  if (action === 'object.rewritten') return { at: iso(atMs), text: 'key image note written again with the values of the archive', by: user };
  // "UID with NODE: kind, choice: what came of it"
  return { at: iso(atMs), text: detail.replace(/^\S+ with /, '').replace(`${node}: `, 'applied: '), by: user };
}

/** Times that lie close together are one event, at the last of them. */
function byMinute(times: readonly number[]): (readonly [ms: number, count: number])[] {
  const groups: { last: number; count: number }[] = [];
  for (const ms of [...times].sort((a, b) => a - b)) {
    const group = groups.at(-1);
    if (group !== undefined && ms - group.last < MINUTE_MS) {
      group.last = ms;
      group.count++;
    } else groups.push({ last: ms, count: 1 });
  }
  return groups.map(({ last, count }) => [last, count] as const);
}

function images(count: number): string {
  return `${String(count)} ${count === 1 ? 'image' : 'images'}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
