import type { Job, JobId } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useHost } from './host';
import { useNodeStore } from './node';
import { wordsOf } from './words';

const ENDED: ReadonlySet<Job['state']> = new Set(['done', 'failed', 'cancelled']);
const hasEnded = (job: Job): boolean => ENDED.has(job.state);

/** Long work: imports, transfers, demo studies, rebuilds. Finished ones stay until read, then in the history. */
export const useJobsStore = defineStore('jobs', () => {
  const host = useHost();
  const node = useNodeStore();
  const jobs = shallowRef<readonly Job[]>([]);
  /** The import that the user started last and wants to watch. */
  const watchedId = ref<JobId>();

  /** Not ended: what is paused waits for somebody. */
  const active = computed(() => jobs.value.filter((job) => !hasEnded(job)));
  const running = computed(() => active.value.filter((job) => job.state !== 'paused'));
  const unread = computed(() => jobs.value.filter((job) => hasEnded(job) && job.readAt === undefined));
  const unreadCount = computed(() => unread.value.length);
  const history = computed(() => jobs.value.filter((job) => job.readAt !== undefined));
  const shown = computed(() => [...active.value, ...unread.value]);
  const watched = computed(() => jobs.value.find((job) => job.id === watchedId.value));

  function put(job: Job): void {
    const others = jobs.value.filter((other) => other.id !== job.id);
    jobs.value = [...others, job].sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  }

  /** An import that nobody watches (of the command line, of a run before) and that did not take every file: the reader was shown a study and would not know. */
  function tellRefused(job: Job, before: Job | undefined): void {
    const hasJustEnded = hasEnded(job) && before !== undefined && !hasEnded(before);
    if (job.kind !== 'import' || !hasJustEnded || job.refused.length === 0 || job.id === watchedId.value) return;
    const count = job.refused.length === 1 ? '1 file was' : `${String(job.refused.length)} files were`;
    const text = `${job.title}: ${count} not taken. Transfers (Ctrl+J) name each with its reason; nothing at the source was changed.`;
    node.notify({ key: `import-${job.id}`, level: 'attention', text, detail: '' });
  }

  function fail(error: unknown, action: string, key: string): void {
    const words = wordsOf(error, action);
    if (words !== undefined) node.notify({ key, level: 'danger', text: `${words.what}. ${words.lost}`, detail: words.detail });
  }

  async function load(): Promise<void> {
    try {
      const known = (await host.call('job.list', {})).jobs;
      jobs.value = [...known].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    } catch (error) {
      fail(error, 'The list of transfers could not be read', 'jobs');
    }
  }

  async function importPaths(paths: readonly string[]): Promise<JobId | undefined> {
    const usable = paths.filter((path) => path !== '');
    if (usable.length === 0) return undefined;
    try {
      const { jobId } = await host.call('import.start', { paths: usable });
      watchedId.value = jobId;
      return jobId;
    } catch (error) {
      fail(error, 'The import could not be started', 'import');
      return undefined;
    }
  }

  /** Paths of dropped files; a dropped folder counts as one path. */
  async function importFiles(files: Iterable<File>): Promise<void> {
    await importPaths([...files].map((file) => host.pathForFile(file)));
  }

  async function chooseAndImport(kind: 'files' | 'folder'): Promise<void> {
    try {
      const { paths } = await host.call('dialog.choosePaths', { kind });
      await importPaths(paths);
    } catch (error) {
      fail(error, 'The dialog could not be opened', 'import');
    }
  }

  /** Shows the file of a refused line in the system's file manager. */
  async function showRefused(jobId: JobId, at: number): Promise<void> {
    try {
      await host.call('shell.showRefused', { jobId, at });
    } catch (error) {
      fail(error, 'The file could not be shown', 'show-refused');
    }
  }

  async function startDemo(): Promise<void> {
    try {
      await host.call('demo.start', {});
    } catch (error) {
      fail(error, 'The demo studies could not be made', 'demo');
    }
  }

  async function rebuildIndex(): Promise<void> {
    try {
      await host.call('index.rebuild', {});
    } catch (error) {
      fail(error, 'The rebuild of the index could not be started', 'rebuild');
    }
  }

  async function tell(call: 'job.cancel' | 'job.pause' | 'job.resume' | 'job.retry', jobId: JobId, action: string): Promise<void> {
    try {
      await host.call(call, { jobId });
    } catch (error) {
      fail(error, action, 'jobs');
    }
  }
  const cancel = (jobId: JobId): Promise<void> => tell('job.cancel', jobId, 'The work could not be cancelled');
  const pause = (jobId: JobId): Promise<void> => tell('job.pause', jobId, 'The work could not be paused');
  const resume = (jobId: JobId): Promise<void> => tell('job.resume', jobId, 'The work could not be taken up');
  const retry = (jobId: JobId): Promise<void> => tell('job.retry', jobId, 'The work could not be done again');

  /** Those that have ended move to the history. */
  function markRead(...jobIds: readonly JobId[]): void {
    if (watchedId.value !== undefined && jobIds.includes(watchedId.value)) watchedId.value = undefined;
    const ended = jobIds.filter((id) => unread.value.some((job) => job.id === id));
    const readAt = new Date().toISOString();
    jobs.value = jobs.value.map((job) => (ended.includes(job.id) ? { ...job, readAt } : job));
    if (ended.length > 0)
      host.call('job.markRead', { jobIds: ended.slice(0, 500) }).catch((error: unknown) => fail(error, 'It could not be noted as read', 'jobs'));
  }

  function watchJob(jobId: JobId | undefined): void {
    watchedId.value = jobId;
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.onReconnected(() => void load());
    host.on('job.changed', (job) => {
      const before = jobs.value.find((other) => other.id === job.id);
      put(job);
      tellRefused(job, before);
    });
    void load();
  }

  return {
    ...{ jobs, active, running, unread, unreadCount, history, shown, watched },
    ...{ start, importPaths, importFiles, chooseAndImport, showRefused, startDemo, rebuildIndex, cancel, pause, resume, retry, markRead, watchJob },
  };
});
