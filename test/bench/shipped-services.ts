import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { FromServices, type ContractClient, type StartOptions } from '@shared/contract';
import { connectToRunning } from '../../electron/main/control/connect';
import { SERVICES_NODE_ARGS } from '../../electron/main/services-heap';
import { nodeOfElectron } from '../support/bench/program';

/** Our services as they are shipped: a process of its own in Electron's Node, with its workers and the heap that main gives it. */
export interface ShippedServices {
  readonly child: ChildProcess;
  readonly port: number;
  /** Speaks the contract with them. */
  connect(): Promise<ContractClient>;
  /** Plain files of objects are made when nothing arrives: waits for the `count`th, so that this neither helps nor hinders whoever is next. Milliseconds waited. */
  filesMade(count: number): Promise<number>;
}

/** `services`: the folder of the build; they accept everybody on loopback, on any free port. */
export async function startShipped(dataDir: string, services = join('dist', 'services')): Promise<ShippedServices> {
  const options: StartOptions = {
    ...{ dataDir, aeTitle: 'ALTERNATOR', dicomHost: '127.0.0.1', dicomPort: 0, accept: [{ aeTitle: '*', host: '*' }] },
    ...{ demo: false, rebuildIndex: false, workersDir: resolve(services) },
  };
  const { executable, env } = await nodeOfElectron();
  const child = spawn(executable, [...SERVICES_NODE_ARGS, join(resolve(services), 'entry.cjs'), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const port = await new Promise<number>((done, fail) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = FromServices.parse(JSON.parse(line));
      if (message.kind === 'started' && message.node.port !== undefined) done(message.node.port);
      else if (message.kind === 'failed') fail(new Error(message.message));
    });
    child.once('exit', (code) => fail(new Error(`services ended with ${String(code)}`)));
  });
  return {
    ...{ child, port },
    connect: () => connectToRunning(dataDir),
    async filesMade(count) {
      const began = performance.now();
      const objects = join(dataDir, 'cache', 'objects');
      for (;;) {
        const made = readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.dcm')).length;
        if (made >= count) return performance.now() - began;
        if (performance.now() - began > 120_000) throw new Error(`${String(made)} of ${String(count)} files were made`);
        await new Promise((wait) => setTimeout(wait, 100));
      }
    },
  };
}
