import { randomUUID } from 'node:crypto';
import { CallError } from '@shared/contract';
import { Job, JobId, type JobKind } from '@shared/domain';
import { z } from 'zod';
import type { Clock } from '../host-environment';
import type { Logger } from '../logging/logger';

/** Where jobs are kept over a restart (the index). */
export interface JobStore {
  putJob(job: { readonly id: string; readonly document: unknown }): void;
  jobs(): { readonly id: string; readonly document: unknown }[];
  removeJob(id: string): void;
}

/** What a running job reports; each call is cheap, events are spaced out by the engine. */
export interface JobProgress {
  /** The numbers are absolute. */
  set(done: number, total?: number): void;
  /** The object was here before with the same content. */
  alreadyHere(): void;
  /** Not usable; `inQuarantine`: its bytes are kept there. */
  refuse(name: string, reason: string, inQuarantine?: boolean): void;
  touched(StudyInstanceUID: string): void;
  /** What a resume after a restart starts from; persisted with the next save. */
  checkpoint(state: unknown): void;
}

export interface JobTask {
  readonly jobId: JobId;
  readonly input: unknown;
  /** The last checkpoint of an earlier run, undefined at first. */
  readonly resumeFrom: unknown;
  readonly progress: JobProgress;
  /** Aborted by the user's cancel, or when the station closes: the task rejects then. */
  readonly signal: AbortSignal;
}

export interface JobDefinition {
  readonly unit: string;
  /** Says in the job's title what it is about; `input` is what `start` was given. */
  readonly title: (input: unknown) => string;
  readonly run: (task: JobTask) => Promise<void>;
}

export type JobDefinitions = Readonly<Record<JobKind, JobDefinition>>;

export interface Jobs {
  start(kind: JobKind, input: unknown): Job;
  list(): Job[];
  /** Throws CallError `notFound`. Cancelling what has ended changes nothing. */
  cancel(id: JobId): void;
  onChanged(listener: (job: Job) => void): () => void;
  /** Takes up what a crash or a stop interrupted. */
  resume(): void;
  /** Stops the running ones without ending them: `resume` of the next run takes them up. */
  close(): Promise<void>;
}

const Stored = z.object({ job: Job, input: z.unknown(), checkpoint: z.unknown().optional() });
type Stored = z.infer<typeof Stored>;

interface Running {
  readonly stored: Stored;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Refusals listed one by one; beyond it they are counted in one closing line. */
const MAX_REFUSED = 5000;
const KEPT_ENDED = 200;
const EVENT_EVERY_MS = 200;
const SAVE_EVERY_MS = 1000;

/** Long work with a name: runs one after another per kind, tells its progress, can be cancelled, and goes on after a restart. */
export function createJobs(definitions: JobDefinitions, store: JobStore, clock: Clock, log: Logger): Jobs {
  const all = new Map<string, Stored>();
  const running = new Map<string, Running>();
  const listeners = new Set<(job: Job) => void>();
  const chains = new Map<JobKind, Promise<void>>();
  let closing = false;

  for (const { document } of store.jobs()) {
    const parsed = Stored.safeParse(document);
    if (parsed.success) all.set(parsed.data.job.id, parsed.data);
    else log.warn({}, 'a kept job does not parse and is left out');
  }

  const tell = (stored: Stored): void => {
    for (const listener of [...listeners]) listener(structuredClone(stored.job));
  };
  const save = (stored: Stored): void => store.putJob({ id: stored.job.id, document: stored });

  function launch(stored: Stored): void {
    const controller = new AbortController();
    const before = chains.get(stored.job.kind) ?? Promise.resolve();
    const ended = before.then(() => execute(stored, controller.signal));
    chains.set(stored.job.kind, ended);
    running.set(stored.job.id, { stored, controller, ended });
  }

  async function execute(stored: Stored, signal: AbortSignal): Promise<void> {
    const { job } = stored;
    const definition = definitions[job.kind];
    const progress = spacedProgress(
      stored,
      clock,
      () => tell(stored),
      () => save(stored),
    );
    try {
      if (signal.aborted) throw signal.reason;
      job.state = 'running';
      save(stored);
      tell(stored);
      await definition.run({ jobId: job.id, input: stored.input, resumeFrom: stored.checkpoint, progress, signal });
      job.state = 'done';
    } catch (error) {
      if (closing) {
        // Interrupted, not ended: the next run resumes it from its checkpoint.
        job.state = 'waiting';
        save(stored);
        running.delete(job.id);
        return;
      }
      job.state = signal.aborted ? 'cancelled' : 'failed';
      if (!signal.aborted) {
        job.error = error instanceof Error ? error.message : 'unexpected failure';
        log.error({ jobKind: job.kind, error: String(error) }, 'job failed');
      }
    }
    job.endedAt = new Date(clock.now()).toISOString();
    running.delete(job.id);
    save(stored);
    tell(stored);
    forgetOldest();
  }

  function forgetOldest(): void {
    const ended = [...all.values()].filter(({ job }) => job.endedAt !== undefined).sort((a, b) => (a.job.endedAt ?? '').localeCompare(b.job.endedAt ?? ''));
    for (const { job } of ended.slice(0, Math.max(0, ended.length - KEPT_ENDED))) {
      all.delete(job.id);
      store.removeJob(job.id);
    }
  }

  return {
    start(kind, input) {
      if (closing) throw new CallError('unavailable', 'the station is closing');
      const definition = definitions[kind];
      const job: Job = {
        id: JobId.parse(randomUUID()),
        kind,
        title: definition.title(input),
        state: 'waiting',
        done: 0,
        unit: definition.unit,
        alreadyHere: 0,
        setAside: 0,
        refused: [],
        studies: [],
        startedAt: new Date(clock.now()).toISOString(),
      };
      const stored: Stored = { job, input };
      all.set(job.id, stored);
      save(stored);
      tell(stored);
      launch(stored);
      return structuredClone(job);
    },
    list: () => [...all.values()].map(({ job }) => structuredClone(job)).sort((a, b) => b.startedAt.localeCompare(a.startedAt)),
    cancel(id) {
      if (!all.has(id)) throw new CallError('notFound', 'no such job');
      running.get(id)?.controller.abort(new CallError('cancelled', 'cancelled by the user'));
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resume() {
      for (const stored of all.values()) if ((stored.job.state === 'running' || stored.job.state === 'waiting') && !running.has(stored.job.id)) launch(stored);
    },
    async close() {
      closing = true;
      const open = [...running.values()];
      for (const { controller } of open) controller.abort(new CallError('unavailable', 'the station is closing'));
      await Promise.allSettled(open.map(({ ended }) => ended));
    },
  };
}

function spacedProgress(stored: Stored, clock: Clock, tell: () => void, save: () => void): JobProgress {
  const { job } = stored;
  let toldAt = -Infinity;
  let savedAt = clock.monotonic();
  let refusedCount = job.refused.length;
  const changed = (): void => {
    const now = clock.monotonic();
    if (now - toldAt >= EVENT_EVERY_MS) {
      toldAt = now;
      tell();
    }
    if (now - savedAt >= SAVE_EVERY_MS) {
      savedAt = now;
      save();
    }
  };
  return {
    set(done, total) {
      job.done = done;
      if (total !== undefined) job.total = total;
      changed();
    },
    alreadyHere() {
      job.alreadyHere++;
      changed();
    },
    refuse(name, reason, inQuarantine = false) {
      refusedCount++;
      if (inQuarantine) job.setAside++;
      if (refusedCount <= MAX_REFUSED) job.refused.push({ name, reason });
      else job.refused[MAX_REFUSED] = { name: `${refusedCount - MAX_REFUSED} more`, reason: 'not listed one by one; the log has them' };
      changed();
    },
    touched(StudyInstanceUID) {
      if (!job.studies.includes(StudyInstanceUID)) job.studies.push(StudyInstanceUID);
      changed();
    },
    checkpoint(state) {
      stored.checkpoint = state;
      changed();
    },
  };
}
