import { randomUUID } from 'node:crypto';
import { CallError } from '@shared/contract';
import { type Job, JobId, type JobKind } from '@shared/domain';
import type { Clock } from '../host-environment';
import type { Logger } from '../logging/logger';
import { spacedProgress } from './job-progress';
import { type JobDefinitions, type Jobs, type JobStore, StoredJob } from './job-types';

interface Running {
  readonly stored: StoredJob;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
  pausing: boolean;
}

const KEPT_ENDED = 200;
/** What a run that asks anew counts anew. */
const countedAnew = () => ({ refused: [], notes: [], alreadyHere: 0, setAside: 0 });

/** Long work with a name: so many of a kind at a time, urgent ones first; tells its progress, can be cancelled and paused, goes on after a restart. */
export function createJobs(definitions: JobDefinitions, store: JobStore, clock: Clock, log: Logger): Jobs {
  const all = new Map<string, StoredJob>();
  const running = new Map<string, Running>();
  const listeners = new Set<(job: Job) => void>();
  let closing = false;

  for (const { document } of store.jobs()) {
    const parsed = StoredJob.safeParse(document);
    if (parsed.success) all.set(parsed.data.job.id, parsed.data);
    else log.warn({}, 'a kept job does not parse and is left out');
  }

  const tell = (stored: StoredJob): void => {
    for (const listener of [...listeners]) listener(structuredClone(stored.job));
  };
  const keep = (stored: StoredJob): void => store.putJob({ id: stored.job.id, document: stored });
  /** A full disk does not end the work: what stands there goes on from an earlier checkpoint. */
  const save = (stored: StoredJob): void => {
    try {
      keep(stored);
    } catch (error) {
      log.error({ jobKind: stored.job.kind, error: String(error) }, 'how a job stands could not be kept');
    }
  };
  const settle = (stored: StoredJob): void => {
    save(stored);
    tell(stored);
  };
  const isActive = ({ job }: StoredJob): boolean => job.endedAt === undefined;
  const known = (id: JobId): StoredJob => {
    const stored = all.get(id);
    if (stored === undefined) throw new CallError('notFound', 'no such job');
    return stored;
  };

  /** Starts what may run now. Jobs wait in the order in which they were asked for, urgent ones before the others. */
  function pump(kind: JobKind): void {
    if (closing) return;
    const { parallel = 1 } = definitions[kind];
    const mine = [...running.values()].filter(({ stored }) => stored.job.kind === kind);
    const waiting = [...all.values()].filter((stored) => stored.job.kind === kind && stored.job.state === 'waiting' && !running.has(stored.job.id));
    const urgent = waiting.filter((stored) => stored.urgent === true);
    const next = urgent[0] ?? waiting[0];
    if (next === undefined || mine.length >= (next.urgent === true && parallel > 1 ? 2 * parallel : parallel)) return;
    launch(next);
    pump(kind);
  }

  function launch(stored: StoredJob): void {
    const controller = new AbortController();
    // A turn later: the one who asked hears of the job before its first event.
    const ended = Promise.resolve().then(() => execute(stored, controller.signal));
    running.set(stored.job.id, { stored, controller, ended, pausing: false });
  }

  async function execute(stored: StoredJob, signal: AbortSignal): Promise<void> {
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
      settle(stored);
      await definition.run({ jobId: job.id, input: stored.input, resumeFrom: stored.checkpoint, progress, signal });
      job.state = 'done';
    } catch (error) {
      if (interrupted(stored)) return;
      job.state = signal.aborted ? 'cancelled' : 'failed';
      if (!signal.aborted) {
        job.error = error instanceof Error ? error.message : 'unexpected failure';
        log.error({ jobKind: job.kind, ...causeOf(error) }, 'job failed');
      }
    }
    end(stored);
  }

  /** Stopped without having ended: by the station's close (the next run goes on from the checkpoint) or by a pause. */
  function interrupted(stored: StoredJob): boolean {
    const pausing = running.get(stored.job.id)?.pausing === true;
    if (!closing && !pausing) return false;
    stored.job.state = pausing ? 'paused' : 'waiting';
    forgetRate(stored);
    running.delete(stored.job.id);
    save(stored);
    if (pausing) tell(stored);
    pump(stored.job.kind);
    return true;
  }

  function end(stored: StoredJob): void {
    stored.job.endedAt = new Date(clock.now()).toISOString();
    forgetRate(stored);
    running.delete(stored.job.id);
    settle(stored);
    forgetOldest();
    pump(stored.job.kind);
  }

  function forgetRate({ job }: StoredJob): void {
    delete job.rate;
    delete job.bytesRate;
  }

  function forgetOldest(): void {
    const ended = [...all.values()].filter((stored) => !isActive(stored)).sort((a, b) => (a.job.endedAt ?? '').localeCompare(b.job.endedAt ?? ''));
    for (const { job } of ended.slice(0, Math.max(0, ended.length - KEPT_ENDED))) {
      all.delete(job.id);
      store.removeJob(job.id);
    }
  }

  /** Lines up again; what the next run refuses is counted by itself. */
  function lineUp(stored: StoredJob): void {
    const { job } = stored;
    if (definitions[job.kind].asksWhatIsLeft === true) Object.assign(job, countedAnew());
    job.state = 'waiting';
    settle(stored);
    pump(job.kind);
  }

  function sameWork(kind: JobKind, input: unknown): StoredJob | undefined {
    const { key } = definitions[kind];
    if (key === undefined) return undefined;
    return [...all.values()].find((stored) => stored.job.kind === kind && isActive(stored) && key(stored.input) === key(input));
  }

  function made(kind: JobKind, input: unknown): Job {
    const { title, unit, subject, asksWhatIsLeft = false } = definitions[kind];
    const about = subject?.(input);
    return {
      ...{ id: JobId.parse(randomUUID()), kind, title: title(input), state: 'waiting', done: 0, unit },
      ...{ alreadyHere: 0, setAside: 0, refused: [], notes: [], studies: [] },
      ...(asksWhatIsLeft ? { canPause: true, canRetry: true } : {}),
      ...(about === undefined ? {} : { subject: about }),
      startedAt: new Date(clock.now()).toISOString(),
    };
  }

  return {
    start(kind, input, { urgent = false } = {}) {
      if (closing) throw new CallError('unavailable', 'the station is closing');
      const same = sameWork(kind, input);
      if (same !== undefined) {
        if (urgent) same.urgent = true;
        if (same.job.state === 'paused') lineUp(same);
        else pump(kind);
        return structuredClone(same.job);
      }
      const stored: StoredJob = { job: made(kind, input), input, ...(urgent ? { urgent } : {}) };
      keep(stored);
      all.set(stored.job.id, stored);
      tell(stored);
      pump(kind);
      return structuredClone(stored.job);
    },
    list: () => [...all.values()].map(({ job }) => structuredClone(job)).sort((a, b) => b.startedAt.localeCompare(a.startedAt)),
    cancel(id) {
      const stored = known(id);
      const run = running.get(id);
      if (run !== undefined) {
        run.pausing = false;
        run.controller.abort(new CallError('cancelled', 'cancelled by the user'));
      } else if (isActive(stored)) {
        stored.job.state = 'cancelled';
        end(stored);
      }
    },
    pause(id) {
      const stored = known(id);
      if (definitions[stored.job.kind].asksWhatIsLeft !== true) throw new CallError('badRequest', 'this cannot be paused');
      const run = running.get(id);
      if (run !== undefined) {
        if (run.controller.signal.aborted) return;
        run.pausing = true;
        run.controller.abort(new CallError('cancelled', 'paused by the user'));
      } else if (stored.job.state === 'waiting') {
        stored.job.state = 'paused';
        settle(stored);
      }
    },
    unpause(id) {
      const stored = known(id);
      if (stored.job.state === 'paused') lineUp(stored);
    },
    retry(id) {
      const stored = known(id);
      if (isActive(stored)) throw new CallError('badRequest', 'this has not ended yet');
      if (definitions[stored.job.kind].asksWhatIsLeft !== true) throw new CallError('badRequest', 'this cannot be done again from here');
      delete stored.job.endedAt;
      delete stored.job.error;
      delete stored.job.readAt;
      lineUp(stored);
    },
    markRead(ids) {
      for (const id of ids) {
        const stored = all.get(id);
        if (stored === undefined || isActive(stored) || stored.job.readAt !== undefined) continue;
        stored.job.readAt = new Date(clock.now()).toISOString();
        settle(stored);
      }
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resume() {
      for (const stored of all.values()) {
        if (running.has(stored.job.id) || (stored.job.state !== 'running' && stored.job.state !== 'waiting')) continue;
        if (definitions[stored.job.kind].asksWhatIsLeft === true) Object.assign(stored.job, countedAnew());
        stored.job.state = 'waiting';
      }
      for (const kind of Object.keys(definitions) as JobKind[]) pump(kind);
    },
    async close() {
      closing = true;
      const open = [...running.values()];
      for (const { controller } of open) controller.abort(new CallError('unavailable', 'the station is closing'));
      await Promise.allSettled(open.map(({ ended }) => ended));
    },
  };
}

/** For the log: where and what kind, never the words, which may name a file and so a patient. */
function causeOf(error: unknown): { readonly code: string; readonly at: string } {
  if (!(error instanceof Error)) return { code: typeof error, at: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // the frames stand behind the words
  const at =
    error.stack
      ?.slice(error.stack.indexOf(error.message) + error.message.length)
      .split('\n')[1]
      ?.trim() ?? '';
  return { code, at };
}
