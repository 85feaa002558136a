/**
 * The services as the program starts them, in a process of its own that a test may kill: argv is one JSON `ServicesChildOptions`. Says
 * `{kind:'listening', port}` and ends when its parent goes.
 */
import { performance } from 'node:perf_hooks';
import { createNodeFiles } from '../../electron/services/cache';
import { createServices } from '../../electron/services/create-services';
import { silentLogger } from '../../electron/services/logging/logger';

export interface ServicesChildOptions {
  readonly dataDir: string;
  readonly workersDir: string;
}

const { dataDir, workersDir } = JSON.parse(process.argv[2] ?? '{}') as ServicesChildOptions;

async function main(): Promise<void> {
  const services = await createServices({
    options: {
      dataDir,
      workersDir,
      aeTitle: 'ALTERNATOR',
      dicomHost: '127.0.0.1',
      dicomPort: 0,
      accept: [{ aeTitle: '*', host: '*' }],
      demo: false,
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    files: createNodeFiles(),
    log: silentLogger,
  });
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message) => {
    if (message !== 'close') return;
    void services.close().then(() => process.exit(0));
  });
  process.send?.({ kind: 'listening', port: services.nodeStatus().port });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
