import { setTimeout as sleep } from 'node:timers/promises';
import { assertNever } from '@shared/util';
import { z } from 'zod';
import type { Cache } from '../cache';
import { sendObjects, type AssociationPool, type SendObject, type SendOutcome } from '../dimse';
import type { Index, InstanceRecord } from '../index';
import type { JobDefinition, JobProgress } from '../sync';
import type { NodeList } from './node-list';
import { subjectOf, TransferInput, transferKey } from './transfer-input';

export interface SendParts {
  readonly pool: AssociationPool;
  readonly nodes: Pick<NodeList, 'byName' | 'target'>;
  readonly cache: Pick<Cache, 'readRange' | 'flush'>;
  readonly index: Pick<Index, 'instances'>;
  /** Waits before what failed for a passing reason is sent again; absent: the usual ones. */
  readonly retryMs?: readonly number[];
}

const Input = TransferInput;
/** Instances whose success, or warning, was heard. */
const Checkpoint = z.object({ sent: z.array(z.int()) });

const RETRY_MS: readonly number[] = [5000, 20_000, 60_000];
const PIECE_BYTES = 256 * 1024;
const PARALLEL = 2;

interface Held extends SendObject {
  readonly id: number;
  readonly sizeBytes: number;
}

/**
 * Sends what the cache holds of a study, bytes as they are kept. Done only when every object has its own success or warning; each other outcome is
 * listed with its reason. What failed for a passing reason, or whose outcome is unknown, is sent again (same UID, same bytes).
 */
export function sendJob(parts: SendParts): JobDefinition {
  return {
    unit: 'images',
    asksWhatIsLeft: true,
    title: (input) => `Send a study to "${Input.parse(input).node}"`,
    subject: subjectOf,
    key: transferKey,
    async run({ input, progress, signal, resumeFrom }) {
      const { StudyInstanceUID, node, series, images } = Input.parse(input);
      const target = parts.nodes.target(parts.nodes.byName(node));
      // What was acknowledged a moment ago has its row only after this.
      await parts.cache.flush();
      const chosen = ({ attributes: { SeriesInstanceUID, SOPInstanceUID } }: InstanceRecord): boolean =>
        series?.includes(SeriesInstanceUID) !== false && images?.includes(SOPInstanceUID) !== false;
      const records = parts.index.instances(StudyInstanceUID).filter(chosen);
      if (records.length === 0) throw new Error('What is to be sent is not here (any more).');
      const before = Checkpoint.safeParse(resumeFrom);
      const run = new SendRun(progress, before.success ? before.data.sent : [], records.length);
      let rest = records.map((record) => heldObject(parts.cache, record)).filter(({ id }) => !run.sent.has(id));
      progress.touched(StudyInstanceUID);
      const waits = [...(parts.retryMs ?? RETRY_MS)];
      for (;;) {
        const again: Held[] = [];
        const onOutcome = (object: SendObject, outcome: SendOutcome): void => {
          if (run.take(object as Held, outcome, waits.length > 0)) again.push(object as Held);
        };
        await sendObjects(parts.pool, target, { objects: rest, parallel: PARALLEL, onOutcome }, signal);
        signal.throwIfAborted();
        const wait = waits.shift();
        if (again.length === 0 || wait === undefined) break;
        await sleep(wait, undefined, { signal });
        rest = again;
      }
      const left = records.length - run.sent.size;
      if (left > 0) throw new Error(`${String(left)} of ${String(records.length)} images were not sent to "${node}". ${run.lastWords}`.trim());
    },
  };
}

class SendRun {
  readonly sent: Set<number>;
  lastWords = '';
  private bytes = 0;

  constructor(
    private readonly progress: JobProgress,
    sent: readonly number[],
    private readonly total: number,
  ) {
    this.sent = new Set(sent);
    this.progress.set(this.sent.size, total);
  }

  /** True: worth another try, which is not the last one. */
  take(object: Held, outcome: SendOutcome, mayTryAgain: boolean): boolean {
    switch (outcome.kind) {
      case 'sentWithWarning':
        this.progress.refuse(object.SOPInstanceUID, `sent, with a warning: ${outcome.words}`);
        this.done(object);
        return false;
      case 'sent':
        this.done(object);
        return false;
      case 'cancelled':
        return false;
      case 'failed':
      case 'unknown':
      case 'notNegotiated':
        this.lastWords = outcome.words;
        if (mayTryAgain && (outcome.kind === 'unknown' || (outcome.kind === 'failed' && outcome.isTransient))) return true;
        this.progress.refuse(object.SOPInstanceUID, outcome.words);
        return false;
      default:
        return assertNever(outcome);
    }
  }

  private done(object: Held): void {
    this.sent.add(object.id);
    this.bytes += object.sizeBytes;
    this.progress.bytes(this.bytes);
    this.progress.checkpoint({ sent: [...this.sent] });
    this.progress.set(this.sent.size, this.total);
  }
}

function heldObject(cache: SendParts['cache'], { id, attributes, sizeBytes }: InstanceRecord): Held {
  const { SOPClassUID, SOPInstanceUID, TransferSyntaxUID } = attributes;
  return {
    id,
    sizeBytes,
    SOPClassUID,
    SOPInstanceUID,
    TransferSyntaxUID,
    async *bytes() {
      for (let at = 0; at < sizeBytes; at += PIECE_BYTES) yield await cache.readRange(id, at, Math.min(PIECE_BYTES, sizeBytes - at));
    },
  };
}
