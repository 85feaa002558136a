import { CallError } from '@shared/contract';
import { type Job, JobId } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../electron/services/host-environment';
import { silentLogger } from '../../../electron/services/logging/logger';
import { createJobs, type JobDefinition, type JobDefinitions, type JobStore, type JobTask } from '../../../electron/services/sync';

class MemoryStore implements JobStore {
  readonly kept = new Map<string, unknown>();
  putJob(job: { id: string; document: unknown }): void {
    this.kept.set(job.id, structuredClone(job.document));
  }
  jobs(): { id: string; document: unknown }[] {
    return [...this.kept].map(([id, document]) => ({ id, document }));
  }
  removeJob(id: string): void {
    this.kept.delete(id);
  }
}

/** Steps far enough with each look that no progress is held back. */
function steppingClock(): Clock {
  let at = 0;
  return { now: () => 1_700_000_000_000 + at, monotonic: () => (at += 2000) };
}

function definitions(run: (task: JobTask) => Promise<void>): JobDefinitions {
  const definition: JobDefinition = { unit: 'files', title: () => 'a job', run };
  return {
    demo: definition,
    import: definition,
    rebuildIndex: definition,
    retrieve: definition,
    send: definition,
    verify: definition,
    evict: definition,
    delete: definition,
    reconcile: definition,
    outageSet: definition,
  };
}

async function ended(jobs: ReturnType<typeof createJobs>, id: string): Promise<Job> {
  for (;;) {
    const job = jobs.list().find((candidate) => candidate.id === id);
    if (job?.endedAt !== undefined) return job;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('jobs', () => {
  it('tell their progress and end done', async () => {
    const seen: string[] = [];
    const jobs = createJobs(
      definitions(({ progress }) => {
        progress.set(1, 2);
        progress.refuse('b.dcm', 'cut short');
        progress.set(2, 2);
        return Promise.resolve();
      }),
      new MemoryStore(),
      steppingClock(),
      silentLogger,
    );
    jobs.onChanged((job) => seen.push(`${job.state} ${job.done}`));
    const job = await ended(jobs, jobs.start('import', {}).id);
    expect(job).toMatchObject({ state: 'done', done: 2, total: 2, refused: [{ name: 'b.dcm', reason: 'cut short' }] });
    expect(seen).toEqual(['waiting 0', 'running 0', 'running 1', 'running 1', 'running 2', 'done 2']);
  });

  it('tell the last of a burst of progress, though nothing follows it', async () => {
    const seen: string[] = [];
    let finish = (): void => undefined;
    const jobs = createJobs(
      definitions(({ progress }) => {
        progress.set(0, 40);
        progress.set(10, 40);
        return new Promise((resolve) => (finish = resolve));
      }),
      new MemoryStore(),
      { now: () => Date.now(), monotonic: () => performance.now() },
      silentLogger,
    );
    const told = new Promise<void>((resolve) => jobs.onChanged((job) => (seen.push(`${job.state} ${job.done}`), job.done === 10 && resolve())));
    const { id } = jobs.start('import', {});
    await told;
    expect(seen).toEqual(['waiting 0', 'running 0', 'running 0', 'running 10']);
    finish();
    await ended(jobs, id);
  });

  it('end failed with the reason in words', async () => {
    const jobs = createJobs(
      definitions(() => Promise.reject(new Error('the folder is gone'))),
      new MemoryStore(),
      steppingClock(),
      silentLogger,
    );
    expect(await ended(jobs, jobs.start('import', {}).id)).toMatchObject({ state: 'failed', error: 'the folder is gone' });
  });

  it('end cancelled, and a job that nobody knows cannot be cancelled', async () => {
    const jobs = createJobs(
      definitions(({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))),
      new MemoryStore(),
      steppingClock(),
      silentLogger,
    );
    const { id } = jobs.start('import', {});
    await new Promise((resolve) => setTimeout(resolve, 5));
    jobs.cancel(id);
    expect(await ended(jobs, id)).toMatchObject({ state: 'cancelled' });
    expect(() => jobs.cancel(JobId.parse('nobody'))).toThrow(CallError);
  });

  it('go on and end, one after the other, while the disk does not take how they stand', async () => {
    const store = new MemoryStore();
    const jobs = createJobs(
      definitions(() => Promise.resolve()),
      store,
      steppingClock(),
      silentLogger,
    );
    const ids = [jobs.start('import', {}), jobs.start('import', {})].map(({ id }) => id);
    store.putJob = () => {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    };
    for (const id of ids) expect(await ended(jobs, id)).toMatchObject({ state: 'done' });
    // what cannot be kept is not begun
    expect(() => jobs.start('import', {})).toThrow('disk is full');
    expect(jobs.list()).toHaveLength(2);
  });

  it('tell the user in words why they failed, and the log nothing that could name a patient', async () => {
    const lines: string[] = [];
    const error = (fields: Record<string, unknown>, text: string): void => void lines.push(JSON.stringify({ ...fields, text }));
    const jobs = createJobs(
      definitions(() => Promise.reject(Object.assign(new Error('no room, at /media/DOE^JANE\n    at DOE.dcm'), { code: 'ENOSPC' }))),
      new MemoryStore(),
      steppingClock(),
      { ...silentLogger, error },
    );
    expect(await ended(jobs, jobs.start('import', {}).id)).toMatchObject({ state: 'failed', error: expect.stringContaining('DOE^JANE') as string });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('ENOSPC');
    expect(lines[0]).toContain('jobs.test.ts');
    expect(lines[0]).not.toContain('DOE');
  });

  it('run one after another within a kind', async () => {
    let active = 0;
    let most = 0;
    const jobs = createJobs(
      definitions(async () => {
        most = Math.max(most, ++active);
        await new Promise((resolve) => setTimeout(resolve, 5));
        active--;
      }),
      new MemoryStore(),
      steppingClock(),
      silentLogger,
    );
    const ids = [jobs.start('import', {}), jobs.start('import', {}), jobs.start('import', {})].map(({ id }) => id);
    for (const id of ids) await ended(jobs, id);
    expect(most).toBe(1);
  });

  it('go on from their checkpoint after the station was closed', async () => {
    const store = new MemoryStore();
    const first = createJobs(
      definitions(({ progress, signal }) => {
        progress.checkpoint({ filesDone: 7 });
        progress.set(7, 10);
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('closing'))));
      }),
      store,
      steppingClock(),
      silentLogger,
    );
    const { id } = first.start('import', { paths: ['/disc'] });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await first.close();

    let resumed: unknown;
    const second = createJobs(
      definitions((task) => {
        resumed = { from: task.resumeFrom, input: task.input, id: task.jobId };
        return Promise.resolve();
      }),
      store,
      steppingClock(),
      silentLogger,
    );
    expect(second.list()[0]).toMatchObject({ state: 'waiting', done: 7 });
    second.resume();
    expect(await ended(second, id)).toMatchObject({ state: 'done' });
    expect(resumed).toEqual({ from: { filesDone: 7 }, input: { paths: ['/disc'] }, id });
  });

  it('leave out what was kept and does not parse', () => {
    const store = new MemoryStore();
    store.putJob({ id: 'x', document: { job: 'nonsense' } });
    expect(
      createJobs(
        definitions(() => Promise.resolve()),
        store,
        steppingClock(),
        silentLogger,
      ).list(),
    ).toEqual([]);
  });
});

describe('transfers', () => {
  /** Tasks of kind retrieve that run until they are told to end; what runs, in order. */
  function held(parallel = 2) {
    const runs: { input: unknown; end(): void; fail(words: string): void }[] = [];
    const all = definitions(() => Promise.resolve());
    const retrieve: JobDefinition = {
      unit: 'images',
      title: () => 'Fetch',
      parallel,
      asksWhatIsLeft: true,
      key: (input) => JSON.stringify(input),
      run: ({ input, signal, progress }) =>
        new Promise((resolve, reject) => {
          progress.refuse('1.2', 'did not come');
          const end = (settle: () => void) => () => {
            runs.splice(runs.indexOf(run), 1);
            settle();
          };
          const run = { input, end: end(resolve), fail: (words: string) => end(() => reject(new Error(words)))() };
          signal.addEventListener('abort', () => end(() => reject(new Error('stopped')))());
          runs.push(run);
        }),
    };
    const store = new MemoryStore();
    return { runs, store, jobs: createJobs({ ...all, retrieve }, store, steppingClock(), silentLogger), again: { ...all, retrieve } };
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve, 2));
  const stateOf = (jobs: ReturnType<typeof createJobs>, id: string) => jobs.list().find((job) => job.id === id)?.state;

  it('run so many at a time, in order, and what somebody waits for before the others', async () => {
    const { jobs, runs } = held();
    for (const n of [1, 2, 3, 4]) jobs.start('retrieve', n);
    await turn();
    expect(runs.map(({ input }) => input)).toEqual([1, 2]);
    jobs.start('retrieve', 5, { urgent: true });
    await turn();
    expect(runs.map(({ input }) => input)).toEqual([1, 2, 5]);
    runs[0]?.end();
    runs[0]?.end();
    await turn();
    expect(runs.map(({ input }) => input)).toEqual([5, 3]);
  });

  it('asked for twice are one, and hurry when the second wish does', async () => {
    const { jobs, runs } = held(1);
    jobs.start('retrieve', 1);
    const second = jobs.start('retrieve', 2);
    jobs.start('retrieve', 3);
    expect(jobs.start('retrieve', 3, { urgent: true }).id).not.toBe(second.id);
    expect(jobs.list()).toHaveLength(3);
    await turn();
    runs[0]?.end();
    await turn();
    expect(runs.map(({ input }) => input)).toEqual([3]);
  });

  it('pause, wait paused over a restart, and go on when they are told to', async () => {
    const { jobs, runs, store, again } = held();
    const { id } = jobs.start('retrieve', 1);
    await turn();
    jobs.pause(id);
    await turn();
    expect(stateOf(jobs, id)).toBe('paused');
    expect(runs).toEqual([]);
    await jobs.close();
    const next = createJobs(again, store, steppingClock(), silentLogger);
    next.resume();
    await turn();
    expect(stateOf(next, id)).toBe('paused');
    next.unpause(id);
    await turn();
    expect(stateOf(next, id)).toBe('running');
    expect(next.list()[0]?.refused).toHaveLength(1);
    runs[0]?.end();
    await turn();
    expect(stateOf(next, id)).toBe('done');
  });

  it('pause while they wait, are cancelled while paused, and make room for the next', async () => {
    const { jobs, runs } = held(1);
    jobs.start('retrieve', 1);
    const { id } = jobs.start('retrieve', 2);
    jobs.pause(id);
    expect(stateOf(jobs, id)).toBe('paused');
    jobs.start('retrieve', 3);
    await turn();
    runs[0]?.end();
    await turn();
    expect(runs.map(({ input }) => input)).toEqual([3]);
    jobs.cancel(id);
    expect(jobs.list().find((job) => job.id === id)).toMatchObject({ state: 'cancelled', endedAt: expect.any(String) as string });
  });

  it('that failed run again for what is left, with what they refused counted anew', async () => {
    const { jobs, runs } = held();
    const { id } = jobs.start('retrieve', 1);
    expect(() => jobs.retry(id)).toThrow('has not ended yet');
    await turn();
    runs[0]?.fail('the archive went away');
    await turn();
    jobs.markRead([id, JobId.parse('gone')]);
    expect(jobs.list()[0]).toMatchObject({ state: 'failed', error: 'the archive went away', canRetry: true, readAt: expect.any(String) as string });
    jobs.retry(id);
    await turn();
    const { refused, endedAt, readAt, error } = jobs.list()[0] as Job;
    expect({ refused: refused.length, endedAt, readAt, error }).toEqual({ refused: 1, endedAt: undefined, readAt: undefined, error: undefined });
    runs[0]?.end();
    await turn();
    expect(stateOf(jobs, id)).toBe('done');
  });

  it('tell how fast they are now, and nothing of it once they have ended', async () => {
    const all = definitions(async ({ progress }) => {
      progress.bytes(0);
      progress.set(0, 100);
      progress.bytes(8_000_000);
      progress.set(40, 100);
      await turn();
    });
    const jobs = createJobs(all, new MemoryStore(), steppingClock(), silentLogger);
    const rates: { rate: number | undefined; bytesRate: number | undefined }[] = [];
    jobs.onChanged(({ rate, bytesRate }) => rates.push({ rate, bytesRate }));
    const job = await ended(jobs, jobs.start('send', {}).id);
    expect(rates.some(({ rate = 0, bytesRate = 0 }) => rate > 0 && bytesRate > 0)).toBe(true);
    expect(job.rate).toBeUndefined();
  });
});
