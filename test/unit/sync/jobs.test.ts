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
  return { demo: definition, import: definition, rebuildIndex: definition, retrieve: definition, send: definition };
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
