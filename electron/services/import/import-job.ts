import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { assertNever } from '@shared/util';
import { z } from 'zod';
import type { ObjectStore } from '../cache';
import type { JobDefinition, JobProgress } from '../sync';
import { importObject, type ImportOutcome } from './import-object';
import { type ImportPlan, type PlannedItem, planImport } from './plan-import';

const Input = z.object({ paths: z.array(z.string()) });
/** `plan`: what the files were counted in. Counted in another one, a number of files says nothing. */
const Checkpoint = z.object({ filesDone: z.int().min(0), plan: z.string() });

/** Objects on their way at once, as many as fit into `PARALLEL_BYTES`: one sync of the disk serves all that are ready. */
const PARALLEL = 32;
const PARALLEL_BYTES = 8 * 2 ** 20;

/** The disk of the cache has no room: going on would refuse every file there is. */
class NoRoom extends Error {}

/**
 * Import of files, folders, archives and discs as a job: resumes at the first file that was not done, or at the first of all where the source has changed since; names
 * each refused one, changes nothing at the source.
 */
export function importJob(store: ObjectStore): JobDefinition {
  return {
    unit: 'files',
    title: (input) => titleOf(Input.parse(input).paths),
    async run({ jobId, input, progress, signal, resumeFrom }) {
      const { paths } = Input.parse(input);
      const plan = await planImport(paths, signal);
      const name = nameOf(plan);
      const resumed = Checkpoint.extend({ plan: z.literal(name) }).safeParse(resumeFrom);
      try {
        // A resumed run has listed these already.
        if (!resumed.success) {
          for (const { name, path, reason } of plan.refused) progress.refuse(name, reason, false, path);
          for (const note of plan.notes) progress.note(note);
        }
        await new Run(store, plan, name, resumed.success ? resumed.data.filesDone : 0, jobId, progress, signal).all();
      } finally {
        plan.close();
      }
      if (plan.items.length === 0 && plan.refused.length > 0) throw new Error(`nothing could be read: ${plan.refused[0]?.reason ?? ''}`);
    },
  };
}

/** One pass over the items; `contiguous` counts those before which all are done: what a resume starts from. */
class Run {
  private next: number;
  private contiguous: number;
  private bytes: number;
  private readonly finished = new Set<number>();
  private underWay = 0;
  private underWayBytes = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly store: ObjectStore,
    private readonly plan: ImportPlan,
    private readonly planName: string,
    from: number,
    private readonly jobId: string,
    private readonly progress: JobProgress,
    private readonly signal: AbortSignal,
  ) {
    this.next = from;
    this.contiguous = from;
    this.bytes = 0;
    for (const { sizeBytes } of plan.items.slice(0, from)) this.bytes += sizeBytes;
  }

  async all(): Promise<void> {
    this.tell();
    const endBurst = this.store.burst?.();
    try {
      await Promise.all(Array.from({ length: PARALLEL }, () => this.work()));
    } finally {
      endBurst?.();
    }
    this.tell();
  }

  private async work(): Promise<void> {
    for (;;) {
      this.signal.throwIfAborted();
      const index = this.next++;
      const item = this.plan.items[index];
      if (item === undefined) return;
      await this.room(item.sizeBytes);
      try {
        record(item, await importObject(this.store, item, this.jobId, this.signal), this.progress);
      } finally {
        this.leave(item.sizeBytes);
      }
      this.bytes += item.sizeBytes;
      this.finished.add(index);
      while (this.finished.delete(this.contiguous)) this.contiguous++;
      this.tell();
    }
  }

  /** Until so many bytes more may be on their way; one object alone always may. */
  private async room(sizeBytes: number): Promise<void> {
    while (this.underWay > 0 && this.underWayBytes + sizeBytes > PARALLEL_BYTES) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.underWay++;
    this.underWayBytes += sizeBytes;
  }

  private leave(sizeBytes: number): void {
    this.underWay--;
    this.underWayBytes -= sizeBytes;
    for (const go of this.waiting.splice(0)) go();
  }

  private tell(): void {
    this.progress.checkpoint({ filesDone: this.contiguous, plan: this.planName } satisfies z.infer<typeof Checkpoint>);
    this.progress.set(this.contiguous, this.plan.items.length);
    this.progress.bytes(this.bytes, this.plan.totalBytes);
  }
}

function record(item: PlannedItem, outcome: ImportOutcome, progress: JobProgress): void {
  switch (outcome.kind) {
    case 'stored':
      progress.touched(outcome.attributes.StudyInstanceUID);
      return;
    case 'duplicate':
      progress.alreadyHere();
      progress.touched(outcome.attributes.StudyInstanceUID);
      return;
    case 'refused':
      if (outcome.status === 0xa700)
        throw new NoRoom(`${outcome.comment} on the disk of the cache, at ${item.label}: make room and import again; what is here is not taken twice`);
      progress.refuse(item.label, outcome.comment, outcome.quarantineId !== undefined, item.path);
      return;
    case 'notTaken':
      progress.refuse(item.label, outcome.reason, false, item.path);
      return;
    default:
      assertNever(outcome);
  }
}

/** The same for the same files in the same order. */
function nameOf({ items, refused }: ImportPlan): string {
  const hash = createHash('sha256');
  for (const { label, sizeBytes } of items) hash.update(`${label}\0${String(sizeBytes)}\n`, 'utf8');
  for (const { name } of refused) hash.update(`${name}\0`, 'utf8');
  return hash.digest('hex');
}

function titleOf(paths: readonly string[]): string {
  const first = paths[0] ?? '';
  const name = basename(first.replaceAll('\\', '/')) || first;
  return paths.length === 1 ? `Import "${name}"` : `Import "${name}" and ${paths.length - 1} more`;
}
