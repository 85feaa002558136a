import { assertNever } from '@shared/util';
import { z } from 'zod';
import type { ObjectStore } from '../cache';
import type { JobDefinition, JobProgress } from '../sync';
import { importFile, type ImportOutcome } from './import-file';
import { scanPaths } from './scan';

const Input = z.object({ paths: z.array(z.string()) });
const Checkpoint = z.object({ filesDone: z.int().min(0) });

/** Objects on their way at once: enough for one disk sync to serve several. */
const PARALLEL = 4;

/** Import of files and folders as a job: resumes at the first file that was not done, names each refused one, changes nothing at the source. */
export function importJob(store: ObjectStore): JobDefinition {
  return {
    unit: 'files',
    title: (input) => titleOf(Input.parse(input).paths),
    async run({ jobId, input, progress, signal, resumeFrom }) {
      const { paths } = Input.parse(input);
      const resumed = Checkpoint.safeParse(resumeFrom);
      const { files, refused } = await scanPaths(paths, signal);
      // A resumed run has listed these already.
      if (!resumed.success) for (const { path, reason } of refused) progress.refuse(path, reason);
      await importAll(store, files, resumed.success ? resumed.data.filesDone : 0, jobId, progress, signal);
      if (files.length === 0 && refused.length > 0) throw new Error(`nothing could be read: ${refused[0]?.reason ?? ''}`);
    },
  };
}

async function importAll(store: ObjectStore, files: readonly string[], from: number, jobId: string, progress: JobProgress, signal: AbortSignal): Promise<void> {
  let next = from;
  let contiguous = from;
  const finished = new Set<number>();
  progress.set(from, files.length);
  const worker = async (): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const index = next++;
      const path = files[index];
      if (path === undefined) return;
      const outcome = await importFile(store, path, jobId, signal);
      record(path, outcome, progress);
      finished.add(index);
      while (finished.delete(contiguous)) contiguous++;
      progress.checkpoint({ filesDone: contiguous });
      progress.set(contiguous, files.length);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

function record(path: string, outcome: ImportOutcome, progress: JobProgress): void {
  switch (outcome.kind) {
    case 'stored':
      progress.touched(outcome.attributes.StudyInstanceUID);
      return;
    case 'duplicate':
      progress.alreadyHere();
      progress.touched(outcome.attributes.StudyInstanceUID);
      return;
    case 'refused':
      progress.refuse(path, outcome.comment, outcome.quarantineId !== undefined);
      return;
    case 'notTaken':
      progress.refuse(path, outcome.reason);
      return;
    default:
      assertNever(outcome);
  }
}

function titleOf(paths: readonly string[]): string {
  const first = paths[0] ?? '';
  const name =
    first
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? first;
  return paths.length === 1 ? `Import "${name}"` : `Import "${name}" and ${paths.length - 1} more`;
}
