import { createInterface } from 'node:readline';
import type { MessagePortMain, UtilityProcess } from 'electron';
import { FromServices, type StartOptions, type ToServices } from '@shared/contract';
import type { NodeStatus } from '@shared/domain';
import type { MainLog } from './main-log';

export type ServicesState =
  | { readonly kind: 'starting'; readonly attempt: number }
  | { readonly kind: 'running'; readonly node: NodeStatus }
  /** Died; started again after `delayMs`. */
  | { readonly kind: 'restarting'; readonly attempt: number; readonly delayMs: number }
  /** A restart would not help: why, in words. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' };

export interface ServicesProcess {
  start(): void;
  /** Asks the services to end in order, once, and ends them after `timeoutMs`. Resolves when the process is gone. */
  stop(timeoutMs: number): Promise<void>;
  /** Hands a port over together with the one who will use it; ports wait in the services until these have started. */
  handOver(message: Extract<ToServices, { kind: 'port' }>, port: MessagePortMain): boolean;
  /** Something to the services themselves; dropped while they are not running. */
  send(message: ToServices): void;
  readonly state: ServicesState;
  onState(listener: (state: ServicesState) => void): () => void;
  /** What the services say of themselves beside their state. */
  onMessage(listener: (message: FromServices) => void): () => void;
}

export interface ServicesProcessParts {
  /** Starts the process: `utilityProcess.fork` in production. */
  readonly fork: () => UtilityProcess;
  readonly options: StartOptions;
  readonly log: MainLog;
  readonly monotonic: () => number;
}

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
/** Alive for this long: the next death counts as the first one again. */
const SETTLED_MS = 30_000;

/**
 * Keeps the services alive: started again within a second when they die, slower when they die again and again. The port that was
 * bound at first is asked for again, so that senders find the station where it was.
 */
export function createServicesProcess({ fork, options, log, monotonic }: ServicesProcessParts): ServicesProcess {
  const listeners = new Set<(state: ServicesState) => void>();
  const messageListeners = new Set<(message: FromServices) => void>();
  let state: ServicesState = { kind: 'starting', attempt: 0 };
  let child: UtilityProcess | undefined;
  let boundPort: number | undefined;
  let attempt = 0;
  let launchedAt = 0;
  let stopping: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function setState(next: ServicesState): void {
    state = next;
    for (const listener of [...listeners]) listener(next);
  }

  function launch(): void {
    timer = undefined;
    launchedAt = monotonic();
    setState({ kind: 'starting', attempt });
    const process = fork();
    child = process;
    logLines(process.stdout, (line) => log.info({ line }, 'services stdout'));
    logLines(process.stderr, (line) => log.warn({ line }, 'services stderr'));
    process.on('message', (message: unknown) => onMessage(message));
    process.on('exit', (code) => onExit(process, code));
    const port = options.dicomPort === 0 ? (boundPort ?? 0) : options.dicomPort;
    // An index is rebuilt by command once, not at each restart.
    const message: ToServices = { kind: 'start', options: { ...options, dicomPort: port, rebuildIndex: options.rebuildIndex && attempt === 0 } };
    process.postMessage(message);
  }

  function onMessage(raw: unknown): void {
    const parsed = FromServices.safeParse(raw);
    if (!parsed.success) return log.warn({}, 'dropped a message of the services that does not parse');
    const message = parsed.data;
    if (message.kind === 'started') {
      boundPort = message.node.port ?? boundPort;
      setState({ kind: 'running', node: message.node });
    } else if (message.kind === 'failed') {
      log.error({ reason: message.message, permanent: message.permanent }, 'services cannot start');
      if (message.permanent) setState({ kind: 'failed', message: message.message });
      else child?.kill(); // its end starts the next attempt
    } else for (const listener of [...messageListeners]) listener(message);
  }

  function onExit(process: UtilityProcess, code: number): void {
    if (child !== process) return;
    child = undefined;
    if (stopping !== undefined) return setState({ kind: 'stopped' });
    if (state.kind === 'failed') return;
    if (monotonic() - launchedAt > SETTLED_MS) attempt = 0;
    attempt++;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), MAX_DELAY_MS);
    log.error({ exitCode: code, attempt, delayMs }, 'services ended, starting them again');
    setState({ kind: 'restarting', attempt, delayMs });
    timer = setTimeout(launch, delayMs);
  }

  async function end(timeoutMs: number): Promise<void> {
    clearTimeout(timer);
    const process = child;
    if (process === undefined) return;
    await new Promise<void>((resolve) => {
      const limit = setTimeout(() => {
        log.warn({ timeoutMs }, 'services did not end in time and are ended');
        process.kill();
      }, timeoutMs);
      process.on('exit', () => {
        clearTimeout(limit);
        resolve();
      });
      const message: ToServices = { kind: 'stop' };
      process.postMessage(message);
    });
  }

  return {
    get state() {
      return state;
    },
    start: launch,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onMessage(listener) {
      messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    send(message) {
      child?.postMessage(message);
    },
    handOver(message, port) {
      if (child === undefined) {
        port.close();
        return false;
      }
      child.postMessage(message, [port]);
      return true;
    },
    stop(timeoutMs) {
      stopping ??= end(timeoutMs);
      return stopping;
    },
  };
}

function logLines(stream: NodeJS.ReadableStream | null, write: (line: string) => void): void {
  if (stream === null) return;
  createInterface({ input: stream }).on('line', write);
}
