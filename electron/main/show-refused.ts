import { existsSync } from 'node:fs';
import { CallError } from '@shared/contract';
import type { JobId } from '@shared/domain';
import { connectAsMain, type PathOpenerParts } from './open-paths';

/**
 * Shows the file of a refused line in the system's file manager. The path is asked of the services: a page names a line of a job, never a path, and nothing is
 * opened or run.
 */
export async function showRefused(parts: PathOpenerParts, show: (path: string) => void, jobId: JobId, at: number): Promise<void> {
  const client = await connectAsMain(parts);
  if (client === undefined) throw new CallError('unavailable', 'the services do not run');
  try {
    const { path } = await client.call('job.refusedFile', { jobId, at });
    if (!existsSync(path)) throw new CallError('notFound', 'the file is not there any more');
    show(path);
  } finally {
    client.close();
  }
}
