import type { ElectronApplication } from '@playwright/test';

/** What Chromium calls a process made by `utilityProcess.fork`; the program has one. */
const NODE_SERVICE = 'node.mojom.NodeService';

interface Metric {
  readonly pid: number;
  readonly type: string;
  readonly name: string;
  /** Private bytes where the system tells, else the working set; KiB. */
  readonly memoryKb: number;
}

/** The processes of a running program as Electron counts them. */
export async function metrics(app: ElectronApplication): Promise<Metric[]> {
  return await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().map(({ pid, type, name, serviceName, memory }) => ({
      pid,
      type,
      name: serviceName ?? name ?? '',
      memoryKb: memory.privateBytes ?? memory.workingSetSize,
    })),
  );
}

export async function allProcesses(app: ElectronApplication): Promise<number[]> {
  const main = app.process().pid;
  const found = (await metrics(app)).map((metric) => metric.pid);
  return [...new Set([...found, ...(main === undefined ? [] : [main])])];
}

/** Process id of the services; fails when they do not run. */
export async function servicesPid(app: ElectronApplication): Promise<number> {
  const all = await metrics(app);
  const services = all.find((metric) => metric.name === NODE_SERVICE);
  if (services === undefined) throw new Error(`no services process among ${JSON.stringify(all.map(({ type, name }) => ({ type, name })))}`);
  return services.pid;
}

/** kill -9, each by its id; one that is gone already is fine. */
export function endAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
