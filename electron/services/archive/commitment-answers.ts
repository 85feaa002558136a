import type { Cache } from '../cache';
import { type AssociationFacts, type AssociationPool, type CommitmentReport, type CommitmentRequest, reportCommitment } from '../dimse';
import type { CommitmentAnswer, Index } from '../index';
import type { Logger } from '../logging/logger';
import type { Timers } from '../sync';
import type { NodeList } from './node-list';

export interface CommitmentAnswersParts {
  readonly pool: AssociationPool;
  readonly nodes: Pick<NodeList, 'all' | 'target'>;
  readonly cache: Pick<Cache, 'flush' | 'rowsAreWhole'>;
  readonly index: Pick<Index, 'instanceByUid' | 'keeping'>;
  readonly timers: Timers;
  readonly log: Logger;
}

const SUCCESS = 0x0000;
const PROCESSING_FAILURE = 0x0110;
const NO_SUCH_OBJECT = 0x0112;
const CLASS_INSTANCE_CONFLICT = 0x0119;
const FIRST_MS = 1000;
const AGAIN_MS = 60_000;
/** So many tries, a minute and more apart, to tell a modality; then it has to ask again. */
const MOST_TRIES = 200;

/**
 * Answers modalities that ask us to take responsibility for what they sent (PS3.4 J as SCP). Committed is what stands on the disk here; it stays until it is proven
 * to stand at an archive, as eviction removes nothing else. The request is on the disk before it is answered; its report goes out on an association of ours, after a
 * restart too.
 */
export class CommitmentAnswers {
  private readonly ending = new AbortController();
  private readonly timers = new Map<string, () => void>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly parts: CommitmentAnswersParts) {}

  start(): void {
    for (const answer of this.parts.index.keeping.answers()) this.later(answer, FIRST_MS);
  }

  async close(): Promise<void> {
    this.ending.abort();
    for (const cancel of this.timers.values()) cancel();
    await Promise.all(this.running);
  }

  /** The status of the N-ACTION response. */
  requested(from: Pick<AssociationFacts, 'callingAeTitle'>, { transactionUid, objects }: CommitmentRequest): number {
    if (this.nodeOf(from.callingAeTitle) === undefined) {
      this.parts.log.warn({}, 'a modality asked for storage commitment, and no node of the settings has its AE title: where the report goes to is not known');
      return PROCESSING_FAILURE;
    }
    const answer: CommitmentAnswer = { transactionUid, aeTitle: from.callingAeTitle, tries: 0, objects };
    this.parts.index.keeping.putAnswer(answer);
    this.later(answer, FIRST_MS);
    return SUCCESS;
  }

  private nodeOf(aeTitle: string): ReturnType<NodeList['all']>[number] | undefined {
    return this.parts.nodes.all().find((node) => node.aeTitle === aeTitle);
  }

  private later(answer: CommitmentAnswer, ms: number): void {
    if (this.ending.signal.aborted) return;
    this.timers.get(answer.transactionUid)?.();
    const cancel = this.parts.timers.after(ms, () => {
      this.timers.delete(answer.transactionUid);
      const run = this.tell(answer)
        .catch((error: unknown) => this.parts.log.error({ error: String(error) }, 'a storage commitment could not be answered'))
        .finally(() => this.running.delete(run));
      this.running.add(run);
    });
    this.timers.set(answer.transactionUid, cancel);
  }

  private async tell(answer: CommitmentAnswer): Promise<void> {
    const { pool, nodes, index, log } = this.parts;
    const node = this.nodeOf(answer.aeTitle);
    const report = await this.reportOf(answer);
    if (report.failed.some(({ reason }) => reason === NO_SUCH_OBJECT) && !this.parts.cache.rowsAreWhole()) {
      // what is not in the list yet may still be here
      this.later(answer, AGAIN_MS);
      return;
    }
    const end = node === undefined ? undefined : await reportCommitment(pool, nodes.target(node), report, this.ending.signal);
    if (this.ending.signal.aborted) return;
    const isTold = end?.kind === 'accepted' || (end?.kind === 'refused' && !end.isTransient);
    if (isTold || answer.tries + 1 >= MOST_TRIES) {
      if (!isTold) log.warn({ tries: answer.tries + 1 }, 'a modality was not reached with its storage commitment report');
      index.keeping.removeAnswer(answer.transactionUid);
      return;
    }
    const next = { ...answer, tries: answer.tries + 1 };
    index.keeping.putAnswer(next);
    this.later(next, AGAIN_MS * Math.min(15, next.tries));
  }

  private async reportOf({ transactionUid, objects }: CommitmentAnswer): Promise<CommitmentReport> {
    // rows of what was acknowledged a moment ago
    await this.parts.cache.flush();
    const committed: CommitmentReport['committed'][number][] = [];
    const failed: CommitmentReport['failed'][number][] = [];
    for (const object of objects) {
      const record = this.parts.index.instanceByUid(object.SOPInstanceUID);
      if (record === undefined) failed.push({ ...object, reason: NO_SUCH_OBJECT });
      else if (record.attributes.SOPClassUID !== object.SOPClassUID) failed.push({ ...object, reason: CLASS_INSTANCE_CONFLICT });
      else committed.push(object);
    }
    return { transactionUid, committed, failed };
  }
}
