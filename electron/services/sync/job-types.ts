import { Job, type JobId, type JobKind, type JobSubject } from '@shared/domain';
import { z } from 'zod';

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
  /** The same work in bytes, absolute; without a total they are for the rate alone. */
  bytes(done: number, total?: number): void;
  /** The object was here before with the same content. */
  alreadyHere(): void;
  /** Not usable; `inQuarantine`: its bytes are kept there; `path`: the file of the source that it is or stands in. */
  refuse(name: string, reason: string, inQuarantine?: boolean, path?: string): void;
  /** A line worth knowing that is no fault; said once. */
  note(text: string): void;
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
  /** Aborted by the user's cancel or pause, or when the station closes: the task rejects then. */
  readonly signal: AbortSignal;
}

export interface JobDefinition {
  readonly unit: string;
  /** Says in the job's title what it is about; `input` is what `start` was given. */
  readonly title: (input: unknown) => string;
  readonly run: (task: JobTask) => Promise<void>;
  /** How many of this kind run at the same time (1); urgent ones may be as many again. */
  readonly parallel?: number;
  /**
   * Can be paused, and run again when it ended without everything done: each run asks anew what is left, and counts anew what it refuses. Without it a
   * run goes on where its checkpoint stands.
   */
  readonly asksWhatIsLeft?: boolean;
  readonly subject?: (input: unknown) => JobSubject | undefined;
  /** Equal keys are the same work: starting it a second time answers with the one that waits or runs. */
  readonly key?: (input: unknown) => string;
}

export type JobDefinitions = Readonly<Record<JobKind, JobDefinition>>;

export interface StartOptions {
  /** Somebody waits for it: before everything that nobody waits for. */
  readonly urgent?: boolean;
}

export interface Jobs {
  start(kind: JobKind, input: unknown, options?: StartOptions): Job;
  list(): Job[];
  /** Throws CallError `notFound`. Cancelling what has ended changes nothing. */
  cancel(id: JobId): void;
  /** Throws CallError `notFound`, or `badRequest` when this kind cannot pause. */
  pause(id: JobId): void;
  /** Goes on with a paused one; any other is left as it is. */
  unpause(id: JobId): void;
  /** Runs an ended one again for what is left. Throws CallError `badRequest` when it runs, or its kind cannot. */
  retry(id: JobId): void;
  /** Those that have ended; others and unknown ones are left as they are. */
  markRead(ids: readonly JobId[]): void;
  onChanged(listener: (job: Job) => void): () => void;
  /** Takes up what a crash or a stop interrupted; what was paused stays so. */
  resume(): void;
  /** Stops the running ones without ending them: `resume` of the next run takes them up. */
  close(): Promise<void>;
}

export const StoredJob = z.object({ job: Job, input: z.unknown(), checkpoint: z.unknown().optional(), urgent: z.boolean().optional() });
/** A job with what it needs to run again. */
export type StoredJob = z.infer<typeof StoredJob>;
