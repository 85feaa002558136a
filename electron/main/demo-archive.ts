import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FromServices, StartOptions, ToServices } from '@shared/contract';
import type { NodeStatus, RemoteNode } from '@shared/domain';
import type { MainLog } from './main-log';
import type { ServicesProcess } from './services-process';

/** What people read wherever a node is named: nobody takes it for one of the hospital's. */
export const DEMO_ARCHIVE_NAME = 'Demo archive';
const DEMO_AE_TITLE = 'DEMO';
const LOOPBACK = '127.0.0.1';
/** The window and the list come first; nobody waits for the archive in the first seconds. */
const START_AFTER_MS = 1500;

export interface DemoArchiveParts {
  readonly station: ServicesProcess;
  /** How the workstation's services were started. */
  readonly options: StartOptions;
  /** `never`: --no-demo; `always`: --demo; otherwise where demo studies are made, and later where its folder is. */
  readonly wanted: 'never' | 'always' | 'firstRun';
  /** A process of its own for these options; not started yet. */
  readonly create: (options: StartOptions) => ServicesProcess;
  /** It cannot run: why, in words. */
  readonly onFailed: (message: string) => void;
  readonly log: MainLog;
  /** How long a stop may take. */
  readonly stopTimeoutMs: number;
}

export interface DemoArchive {
  stop(): Promise<void>;
}

/**
 * Runs the demo archive: the program's own services a second time, in a folder below the workstation's, on loopback and any free port. Both sides
 * are told of each other whenever one of them has (re)started: the archive is a node of the list, the workstation may query it and is its C-MOVE
 * destination. It starts behind the workstation, and only in its own time.
 */
export function createDemoArchive({ station, options, wanted, create, onFailed, log, stopTimeoutMs }: DemoArchiveParts): DemoArchive {
  const dataDir = join(options.dataDir, 'demo-archive');
  let archive: ServicesProcess | undefined;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;

  function startSoon(demoDay: string | undefined): void {
    timer ??= setTimeout(() => start(demoDay), START_AFTER_MS);
  }

  function start(demoDay: string | undefined): void {
    if (archive !== undefined || stopping) return;
    log.info({ dataDir }, 'demo archive starts');
    const { workersDir } = options;
    archive = create({
      dataDir,
      workersDir,
      aeTitle: DEMO_AE_TITLE,
      dicomHost: LOOPBACK,
      dicomPort: 0,
      accept: [],
      demo: true,
      rebuildIndex: false,
      role: 'demoArchive',
      ...(demoDay === undefined ? {} : { demoDay }),
    });
    archive.onState((state) => {
      if (state.kind === 'failed') onFailed(state.message);
      introduce();
    });
    archive.start();
  }

  /** Both must run; the one that starts later is the one that is waited for. */
  function introduce(): void {
    const [here, there] = [nodeOf(station), archive === undefined ? undefined : nodeOf(archive)];
    if (here !== undefined) station.send(companionOf(DEMO_ARCHIVE_NAME, there, 'archive'));
    if (there !== undefined) archive?.send(companionOf('Alternator', here, 'other'));
  }

  async function remove(): Promise<void> {
    const unwanted = archive;
    archive = undefined;
    clearTimeout(timer);
    timer = undefined;
    await unwanted?.stop(stopTimeoutMs);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) => {
      log.error({ error: String(error) }, 'the folder of the demo archive could not be removed');
    });
  }

  station.onState((state) => {
    if (state.kind !== 'running') return;
    if (wanted === 'always' || (wanted === 'firstRun' && existsSync(dataDir))) startSoon(undefined);
    introduce();
  });
  station.onMessage((message: FromServices) => {
    if (message.kind === 'demoMade') startSoon(message.day);
    else if (message.kind === 'demoUnwanted') void remove();
  });
  return {
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await archive?.stop(stopTimeoutMs);
    },
  };
}

function nodeOf({ state }: ServicesProcess): NodeStatus | undefined {
  return state.kind === 'running' && state.node.listening ? state.node : undefined;
}

function companionOf(name: string, status: NodeStatus | undefined, role: RemoteNode['role']): ToServices {
  if (status?.port === undefined) return { kind: 'companion', addresses: [] };
  const host = status.host === '0.0.0.0' || status.host === '::' ? LOOPBACK : status.host;
  return {
    kind: 'companion',
    node: { name, aeTitle: status.aeTitle, host, port: status.port, role, maySend: true, mayQuery: role === 'other' },
    // A connection to our own address comes from it, one to loopback from loopback.
    addresses: [...new Set([LOOPBACK, host])],
  };
}
