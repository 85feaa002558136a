import { mkdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { CallError, channelOfEmitterPort, type EmitterPort, type FromServices, StartOptions, ToServices } from '@shared/contract';
import { createNodeFiles } from './cache';
import { createServices, type Services } from './create-services';
import { isFullDisk } from './full-disk';
import type { Clock, HostEnvironment } from './host-environment';
import type { KeyProvider, StationKey } from './secrets';
import { type FileLog, openFileLog } from './logging/file-log';

/** What a utility process has and plain Node has not (its type belongs to a module that no service may import). */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: readonly EmitterPort[] }) => void): void;
  postMessage(message: FromServices): void;
}

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** How long a stop may take: main waits a little longer, then ends the process. Nothing acknowledged depends on it. */
const STOP_LIMIT_MS = 8000;

/** The one key of this station, asked of main once; a locked key ring is asked again. */
class KeyFromMain implements KeyProvider {
  private asked: { readonly promise: Promise<StationKey>; settle(key: StationKey): void } | undefined;

  constructor(private readonly tell: (message: FromServices) => void) {}

  key(): Promise<StationKey> {
    if (this.asked !== undefined) return this.asked.promise;
    let settle: (key: StationKey) => void = () => undefined;
    const promise = new Promise<StationKey>((resolve) => (settle = resolve));
    this.asked = { promise, settle };
    this.tell({ kind: 'keyWanted' });
    return promise;
  }

  answered({ ring, key, words }: Extract<ToServices, { kind: 'key' }>): void {
    const { asked } = this;
    if (ring === 'locked') this.asked = undefined;
    asked?.settle(
      ring === 'ring' && key !== undefined ? { kind: 'ring', key: Buffer.from(key, 'base64'), words } : { kind: ring === 'ring' ? 'locked' : ring, words },
    );
  }
}

class Process {
  private readonly keys: KeyFromMain;
  private services: Promise<Services> | undefined;
  private fileLog: FileLog | undefined;
  private stopping: Promise<void> | undefined;

  /** `hasMain`: somebody is there who can reach the key ring of the system. */
  constructor(
    private readonly tell: (message: FromServices) => void,
    private readonly hasMain: boolean,
  ) {
    this.keys = new KeyFromMain(tell);
  }

  receive(raw: unknown, ports: readonly EmitterPort[]): void {
    const parsed = ToServices.safeParse(raw);
    if (!parsed.success) {
      for (const port of ports) port.close();
      this.fileLog?.log.error({}, 'main sent a message that is not in the contract');
      return;
    }
    const message = parsed.data;
    if (message.kind === 'start') void this.start(message.options);
    else if (message.kind === 'stop') void this.stop();
    else if (message.kind === 'key') this.keys.answered(message);
    else if (message.kind === 'companion')
      void this.services?.then((services) => services.setCompanion(message.node, message.addresses)).catch(() => undefined);
    else for (const port of ports) void this.serve(port, message);
  }

  async start(options: StartOptions): Promise<void> {
    if (this.services !== undefined) return;
    if (options.role === 'demoArchive') beNice();
    try {
      mkdirSync(options.dataDir, { recursive: true });
      this.fileLog = openFileLog({ folder: join(options.dataDir, 'logs'), level: 'info' });
      const { log, recent } = this.fileLog;
      const env: HostEnvironment = {
        options,
        clock: systemClock,
        files: createNodeFiles(),
        log,
        recentLog: () => recent(),
        ...(this.hasMain && { keys: this.keys }),
      };
      this.services = createServices(
        env,
        {},
        options.role === 'demoArchive'
          ? {}
          : {
              demoMade: (day) => this.tell({ kind: 'demoMade', day }),
              demoUnwanted: () => this.tell({ kind: 'demoUnwanted' }),
              quit: () => this.tell({ kind: 'quit' }),
              openBrowser: (url) => this.tell({ kind: 'openBrowser', url }),
            },
      );
      const services = await this.services;
      this.fileLog.log.info({ port: services.nodeStatus().port ?? 0 }, 'services started');
      this.tell({ kind: 'started', node: services.nodeStatus() });
    } catch (error) {
      const message = error instanceof CallError ? error.message : `the services cannot start: ${error instanceof Error ? error.message : 'unknown reason'}`;
      this.fileLog?.log.error({ error: String(error) }, 'services did not start');
      // What the folder itself forbids does not change by trying again.
      this.tell({ kind: 'failed', message, permanent: error instanceof CallError || isFolderProblem(error) });
    }
  }

  private async serve(port: EmitterPort, message: Extract<ToServices, { kind: 'port' }>): Promise<void> {
    const channel = channelOfEmitterPort(port);
    try {
      const services = await this.services;
      if (services === undefined) channel.close();
      else if (message.port === 'pixel') services.servePixels(channel);
      else services.serve(channel, message.actor);
    } catch {
      channel.close();
    }
  }

  /** In order, once: a second wish must not cut the first short. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    const limit = setTimeout(() => process.exit(1), STOP_LIMIT_MS);
    try {
      await (await this.services)?.close();
      this.tell({ kind: 'stopped' });
    } catch (error) {
      this.fileLog?.log.error({ error: String(error) }, 'stop failed');
    } finally {
      clearTimeout(limit);
      this.fileLog?.close();
      // The message above must leave the process first.
      setTimeout(() => process.exit(0), 20);
    }
  }

  /** A fault that nobody caught: the state of this process is not known any more, unless it is the disk that is full. Main starts a new one; the journal has what was promised. */
  die(error: unknown): void {
    if (isFullDisk(error)) {
      this.fileLog?.log.error({ error: String(error) }, 'the disk is full');
      return;
    }
    this.fileLog?.log.error({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, 'unexpected fault, the services end');
    this.fileLog?.close();
    process.exit(70);
  }
}

/** The workstation goes first: threads that are made from now on (workers, file system) stand behind it too. */
function beNice(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that does not allow it: the archive is made at the same rank then.
  }
}

function isFolderProblem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENAMETOOLONG'].includes(String(error.code));
}

/**
 * Two ways in: as Electron's utility process (messages of `ToServices`, ports attached), or in plain Node for tests, benchmarks and
 * `--rebuild-index` without a screen: `node entry.cjs '{StartOptions as JSON}'`, which prints `FromServices` lines and stops on SIGTERM.
 */
function main(): void {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (parentPort !== undefined) {
    const services = new Process((message) => parentPort.postMessage(message), true);
    watchFaults(services);
    parentPort.on('message', ({ data, ports }) => services.receive(data, ports));
    return;
  }
  const services = new Process((message) => process.stdout.write(`${JSON.stringify(message)}\n`), false);
  watchFaults(services);
  const options = StartOptions.safeParse(JSON.parse(process.argv[2] ?? 'null'));
  if (!options.success) {
    process.stderr.write(`the start options do not parse: ${options.error.message}\n`);
    process.exit(2);
  }
  process.once('SIGTERM', () => void services.stop());
  process.once('SIGINT', () => void services.stop());
  void services.start(options.data);
}

function watchFaults(services: Process): void {
  process.on('uncaughtException', (error) => services.die(error));
  process.on('unhandledRejection', (error) => services.die(error));
}

main();
