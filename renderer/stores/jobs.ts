import type { Job, JobId } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useHost } from './host';
import { useNodeStore } from './node';
import { wordsOf } from './words';

/** Long work: imports, demo studies, rebuilds. Finished ones stay until read. */
export const useJobsStore = defineStore('jobs', () => {
  const host = useHost();
  const node = useNodeStore();
  const jobs = shallowRef<readonly Job[]>([]);
  const read = ref<ReadonlySet<string>>(new Set());
  /** The import that the user started last and wants to watch. */
  const watchedId = ref<JobId>();

  const running = computed(() => jobs.value.filter((job) => job.state === 'running' || job.state === 'waiting'));
  const unreadCount = computed(() => jobs.value.filter((job) => job.state !== 'running' && job.state !== 'waiting' && !read.value.has(job.id)).length);
  const shown = computed(() => jobs.value.filter((job) => !read.value.has(job.id)));
  const watched = computed(() => jobs.value.find((job) => job.id === watchedId.value));

  function put(job: Job): void {
    const others = jobs.value.filter((other) => other.id !== job.id);
    jobs.value = [...others, job].sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
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

  async function startDemo(): Promise<void> {
    try {
      await host.call('demo.start', {});
  /** Shows the file of a refused line in the system's file manager. */
  async function showRefused(jobId: JobId, at: number): Promise<void> {
    try {
      await host.call('shell.showRefused', { jobId, at });
    } catch (error) {
      fail(error, 'The file could not be shown', 'show-refused');
    }
  }

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

  async function cancel(jobId: JobId): Promise<void> {
    try {
      await host.call('job.cancel', { jobId });
    } catch (error) {
      fail(error, 'The work could not be cancelled', 'jobs');
    }
  }

  function markRead(jobId: JobId): void {
    read.value = new Set([...read.value, jobId]);
    if (watchedId.value === jobId) watchedId.value = undefined;
  }

  function watchJob(jobId: JobId | undefined): void {
    watchedId.value = jobId;
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.onReconnected(() => void load());
    host.on('job.changed', put);
    void load();
  }

  return {
    ...{ jobs, active, running, unread, unreadCount, history, shown, watched },
    ...{ start, importPaths, importFiles, chooseAndImport, showRefused, startDemo, rebuildIndex, cancel, pause, resume, retry, markRead, watchJob },
  };
});
