import type { MessagePortMain } from 'electron';
import { type Actor, CallError, channelOfEmitterPort, type ContractClient, createClient } from '@shared/contract';
import type { Job, JobId } from '@shared/domain';
import type { MainLog } from './main-log';
import type { ServicesProcess } from './services-process';

/** Main itself as a caller of the services. */
const MAIN_ACTOR: Actor = { user: 'system', roles: ['system'] };

export type OpenedPaths =
  | { readonly kind: 'opened'; readonly StudyInstanceUID: string }
  /** Nothing to show: why, in words. */
  | { readonly kind: 'nothing'; readonly reason: string };

export interface PathOpenerParts {
  readonly services: ServicesProcess;
  readonly channel: () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain };
  readonly log: MainLog;
}

/**
 * Imports files and folders and names the first study among them. Waits for services that start or restart meanwhile: an import
 * goes on after a restart. Never rejects.
 */
export async function openPaths(parts: PathOpenerParts, paths: readonly string[]): Promise<OpenedPaths> {
  let jobId: JobId | undefined;
  for (;;) {
    const client = await connectAsMain(parts);
    if (client === undefined) return { kind: 'nothing', reason: 'the services cannot start' };
    try {
      jobId ??= (await client.call('import.start', { paths: [...paths] })).jobId;
      return judge(await endOf(client, jobId));
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== 'disconnected')
        return { kind: 'nothing', reason: error instanceof Error ? error.message : 'unexpected failure' };
      // The services ended meanwhile; with the next ones the import is looked up, or started when it never was.
    } finally {
      client.close();
    }
  }
}

function judge(job: Job): OpenedPaths {
  const [study] = job.studies;
  if (study !== undefined) return { kind: 'opened', StudyInstanceUID: study };
  const [refused] = job.refused;
  if (refused !== undefined) return { kind: 'nothing', reason: `${refused.name}: ${refused.reason}` };
  return { kind: 'nothing', reason: job.error ?? (job.state === 'cancelled' ? 'the import was cancelled' : 'no DICOM object was found') };
}

/** Resolves when the job has ended; rejects with `disconnected` when the services end before. */
async function endOf(client: ContractClient, jobId: JobId): Promise<Job> {
  return await new Promise<Job>((resolve, reject) => {
    const settle = (job: Job): void => {
      if (job.id === jobId && job.endedAt !== undefined) resolve(job);
    };
    client.on('job.changed', settle);
    client.onClose(() => reject(new CallError('disconnected', 'the services ended')));
    client.call('job.list', {}).then(({ jobs }) => {
      if (jobs.every(({ id }) => id !== jobId)) reject(new CallError('notFound', 'the import is not known any more'));
      jobs.forEach(settle);
    }, reject);
  });
}

/** Main as a caller of the services, once they run; undefined when they do not start. The caller closes it. */
export async function connectAsMain({ services, channel, log }: PathOpenerParts): Promise<ContractClient | undefined> {
  await new Promise<void>((resolve) => {
    const decided = () => services.state.kind === 'running' || services.state.kind === 'failed' || services.state.kind === 'stopped';
    if (decided()) return resolve();
    const off = services.onState(() => {
      if (!decided()) return;
      off();
      resolve();
    });
  });
  if (services.state.kind !== 'running') return undefined;
  const { port1, port2 } = channel();
  if (!services.handOver({ kind: 'port', port: 'contract', actor: MAIN_ACTOR }, port1)) return undefined;
  return createClient(channelOfEmitterPort(port2), (text) => log.warn({}, text));
}
