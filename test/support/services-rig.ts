import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, inProcessChannel, type ContractClient } from '@shared/contract';
import type { Job, RemoteNode } from '@shared/domain';
import { createNodeFiles } from '../../electron/services/cache';
import { createServices, type ServiceHooks, type Services } from '../../electron/services/create-services';
import type { HostEnvironment, ServicesOptions } from '../../electron/services/host-environment';
import { silentLogger } from '../../electron/services/logging/logger';

export interface ServicesRig extends AsyncDisposable {
  readonly services: Services;
  readonly client: ContractClient;
  readonly dir: string;
  readonly port: number;
  /** Closes the services and starts them anew on the same folder. */
  restart(archives?: readonly RemoteNode[]): Promise<void>;
  /** Puts the services' wall clock on by so much. */
  later(ms: number): void;
  /** The job when it has ended. */
  ended(jobId: string): Promise<Job>;
}

/** All services on a folder of their own, as the program runs them, with a client of the contract. */
export async function servicesRig(
  archives: readonly RemoteNode[] = [],
  aeTitle = 'ALTERNATOR',
  more: Partial<Pick<ServicesOptions, 'allowQuery' | 'dicomPort' | 'role' | 'tls'>> = {},
  host: Pick<HostEnvironment, 'keys'> & Partial<Pick<HostEnvironment, 'files'>> & ServiceHooks = {},
): Promise<ServicesRig> {
  const dir = mkdtempSync(join(tmpdir(), 'alternator-services-'));
  let dicomPort = 0;
  let ahead = 0;
  const start = async (nodes: readonly RemoteNode[]): Promise<{ services: Services; client: ContractClient }> => {
    const env: HostEnvironment = {
      options: {
        dataDir: dir,
        aeTitle,
        dicomHost: '127.0.0.1',
        dicomPort,
        accept: [{ aeTitle: 'FILLER', host: '*' }],
        archives: nodes,
        demo: false,
        workersDir: '',
        ...more,
        ...(dicomPort === 0 ? {} : { dicomPort }),
      },
      clock: { now: () => Date.now() + ahead, monotonic: () => performance.now() },
      files: host.files ?? createNodeFiles(),
      log: silentLogger,
      ...(host.keys !== undefined && { keys: host.keys }),
    };
    const services = await createServices(env, {}, host);
    dicomPort = services.nodeStatus().port ?? 0;
    const [page, side] = inProcessChannel();
    services.serve(side, { user: 'reader', roles: ['radiologist'] });
    return { services, client: createClient(page, () => undefined) };
  };
  let now = await start(archives);
  return {
    get services() {
      return now.services;
    },
    get client() {
      return now.client;
    },
    get port() {
      return dicomPort;
    },
    dir,
    async restart(nodes = archives) {
      await now.services.close();
      now = await start(nodes);
    },
    later(ms) {
      ahead += ms;
    },
    async ended(jobId) {
      for (let turn = 0; turn < 2000; turn++) {
        const { jobs } = await now.client.call('job.list', {});
        const job = jobs.find(({ id }) => id === jobId);
        if (job?.endedAt !== undefined) return job;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('the job never ended');
    },
    async [Symbol.asyncDispose]() {
      await now.services.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
