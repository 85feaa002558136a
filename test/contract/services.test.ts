import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { type Actor, type Channel, channelOfEventPort, inProcessChannel } from '@shared/contract';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createNodeFiles } from '../../electron/services/cache';
import { createServices, type Services } from '../../electron/services/create-services';
import { silentLogger } from '../../electron/services/logging/logger';
import { wireOf } from './channel-wire';
import { contractCases } from './contract-suite';

const reader: Actor = { user: 'reader', roles: ['radiologist'] };

function workerPorts(): [Channel, Channel] {
  const { port1, port2 } = new MessageChannel();
  return [channelOfEventPort(port1), channelOfEventPort(port2)];
}

describe.each([
  ['an in-process channel', inProcessChannel],
  ['the ports of a worker', workerPorts],
])('the contract over %s', (_name, connect) => {
  let folder: string;
  let services: Services;
  let page: Channel;
  let lastId = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'alternator-contract-'));
    services = await createServices({
      options: {
        dataDir: folder,
        aeTitle: 'CONTRACT',
        dicomHost: '127.0.0.1',
        dicomPort: 0,
        accept: [],
        demo: false,
        rebuildIndex: false,
        workersDir: join(folder, 'none'),
      },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      files: createNodeFiles(),
      log: silentLogger,
    });
    const [near, far] = connect();
    page = near;
    services.serve(far, reader);
  });
  afterAll(async () => {
    page.close();
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const wire = () => (shared ??= wireOf(page));
  let shared: ReturnType<typeof wireOf> | undefined;

  it.each(contractCases.map((one) => [one.title, one] as const))('%s', async (_title, one) => {
    await one.run(wire(), () => ++lastId);
  });
});
