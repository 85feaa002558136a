import { OutboxId } from '@shared/domain';
import type { Cache } from '../cache';
import type { Index, InstanceRecord } from '../index';
import type { JobDefinition, JobProgress, Outbox } from '../sync';
import type { NodeList } from './node-list';
import { subjectOf, TransferInput, transferKey } from './transfer-input';
import { HELD_BY_RECONCILE } from './reconcile-parts';

export interface SendParts {
  readonly nodes: Pick<NodeList, 'byName'>;
  readonly cache: Pick<Cache, 'flush'>;
  readonly index: Pick<Index, 'instances'>;
  readonly outbox: () => Outbox;
}

/** Jobs only watch: how much goes out at a time is the outbox's affair. */
const MANY = 1000;
const PAGE = 1000;

/**
 * Sends what the cache holds of a study: makes an order in the outbox, whose id is the job's, and tells how it gets on. The order outlives the job's process: an
 * archive that is away for a day gets it when it is back. Ends when nothing waits any more; each object that was refused for good is named.
 */
export function sendJob(parts: SendParts): JobDefinition {
  return {
    unit: 'images',
    parallel: MANY,
    asksWhatIsLeft: true,
    title: (input) => `Send a study to "${TransferInput.parse(input).node}"`,
    subject: subjectOf,
    key: transferKey,
    async run({ jobId, input, progress, signal }) {
      const { StudyInstanceUID, node, series, images, by = 'user' } = TransferInput.parse(input);
      const outbox = parts.outbox();
      const id = OutboxId.parse(jobId);
      // What was acknowledged a moment ago has its row only after this.
      await parts.cache.flush();
      const chosen = ({ attributes: { SeriesInstanceUID, SOPInstanceUID } }: InstanceRecord): boolean =>
        series?.includes(SeriesInstanceUID) !== false && images?.includes(SOPInstanceUID) !== false;
      const records = parts.index.instances(StudyInstanceUID).filter(chosen);
      if (records.length === 0) throw new Error('What is to be sent is not here (any more).');
      const bytes = new Map(records.map(({ attributes, sizeBytes }) => [attributes.SOPInstanceUID, sizeBytes]));
      progress.touched(StudyInstanceUID);
      const order = outbox.enqueue({
        ...{ id, node, StudyInstanceUID, reason: 'user', why: '', by },
        objects: records.map(({ attributes }) => attributes),
      });
      // a study in conflict with the archive waits for a choice, whoever takes the job up
      if (order.state === 'held' && order.transition?.by !== HELD_BY_RECONCILE) outbox.release(id, by, 'taken up again');
      if (outbox.counts({ id }).failed + outbox.counts({ id }).cancelled > 0) outbox.retry(id);
      await follow(outbox, id, progress, bytes, signal);
      conclude(outbox, id, node, progress);
    },
  };
}

/** Until the order is done. */
function follow(outbox: Outbox, id: OutboxId, progress: JobProgress, bytes: ReadonlyMap<string, number>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
    const sent = new Set<string>();
    let sentBytes = 0;
    const look = (): void => {
      const { sent: stored, committed, proven } = outbox.counts({ id });
      progress.set(stored + committed + proven, bytes.size);
      progress.bytes(sentBytes, total);
      if (outbox.order(id).state !== 'done') return;
      end();
      resolve();
    };
    const off = outbox.onChanged((change) => {
      for (const { item, SOPInstanceUID } of change.sent) {
        if (item !== id || sent.has(SOPInstanceUID)) continue;
        sent.add(SOPInstanceUID);
        sentBytes += bytes.get(SOPInstanceUID) ?? 0;
      }
      if (change.items.includes(id)) look();
    });
    const stop = (): void => {
      end();
      reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
    };
    const end = (): void => {
      off();
      signal.removeEventListener('abort', stop);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else look();
  });
}

function conclude(outbox: Outbox, id: OutboxId, node: string, progress: JobProgress): void {
  let [all, left, words] = [0, 0, ''];
  for (let offset = 0; ; offset += PAGE) {
    const page = outbox.entries(id, offset, PAGE);
    for (const entry of page) {
      all++;
      const isThere = entry.state === 'sent' || entry.state === 'committed' || entry.state === 'proven';
      if (isThere && entry.words !== '') progress.refuse(entry.SOPInstanceUID, `sent, with a warning: ${entry.words}`);
      if (isThere) continue;
      left++;
      words = entry.words;
      progress.refuse(entry.SOPInstanceUID, entry.words);
    }
    if (page.length < PAGE) break;
  }
  if (left > 0) throw new Error(`${String(left)} of ${String(all)} images were not sent to "${node}". ${words}`.trim());
}
