import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { app, BrowserWindow, clipboard, dialog, ipcMain, Menu, MessageChannelMain, session, shell, utilityProcess, type WebContents } from 'electron';
import type { Actor, HostChannels, StartOptions } from '@shared/contract';
import { answerAppRequest, listAppFiles } from './app-files';
import type { RunOptions } from './command-line';
import { createDemoArchive } from './demo-archive';
import { createHostCalls } from './host-calls';
import { usableLocale } from './locale';
import { mainHandlers } from './main-handlers';
import { type MainLog, openMainLog } from './main-log';
import { openPaths } from './open-paths';
import { createPortBroker, type PortBroker } from './port-broker';
import { listeningLine, type ProgramFacts } from './program-facts';
import { takeScreenshot, type Screenshot } from './screenshot';
import { hardenSession } from './security/harden-session';
import { APP_PARTITION, APP_SCHEME } from './security/page-policy';
import { isOwnSender } from './security/sender';
import { createServicesProcess, type ServicesProcess } from './services-process';
import { showRefused } from './show-refused';
import { openWindow } from './windows';

export interface StationParts {
  readonly options: RunOptions;
  readonly dataDir: string;
  readonly developmentRuntime: boolean;
  readonly facts: ProgramFacts;
}

/** What a second start hands over to the first. */
export interface HandedOver {
  readonly paths: readonly string[];
}

export interface Station {
  /** Paths of a second start, or of the system: import and show them. */
  open(paths: readonly string[]): void;
}

const STOP_TIMEOUT_MS = 10_000;
const channels: HostChannels = { call: 'host:call', connect: 'host:connect', pixelPorts: 'host:pixel-ports', message: 'host:message' };

/** Builds the program once Electron is ready: session, services, broker, window; and takes it down in order when it quits. */
export function startStation({ options, dataDir, developmentRuntime, facts }: StationParts): Station {
  const log = openMainLog(join(dataDir, 'logs'), () => Date.now());
  log.info({ app: facts.app, electron: facts.electron, developmentRuntime }, 'start');
  const distDir = join(__dirname, '..');
  const files = listAppFiles(join(distDir, 'renderer'));
  const pages = session.fromPartition(APP_PARTITION);
  hardenSession(pages);
  pages.protocol.handle(APP_SCHEME, (request) => answerAppRequest(files, request));
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null);

  const startOptions = startOptionsOf(options, dataDir, distDir);
  const services = servicesOf(startOptions, log);
  services.start();
  printWhenListening(services, facts);

  const actorOf = (contents: WebContents): Actor => ({
    user: userName(),
    roles: ['radiologist', 'technologist', 'admin'],
    windowId: contents.id,
  });
  const ownContents = (id: number) => BrowserWindow.getAllWindows().some((window) => !window.isDestroyed() && window.webContents.id === id);
  const own = (event: Electron.IpcMainEvent | Electron.IpcMainInvokeEvent) => isOwnSender(event, ownContents);
  const broker = createPortBroker({ services, channel: () => new MessageChannelMain(), actorOf, isOwnSender: own, log });

  const shot: { current: Screenshot | undefined } = { current: undefined };
  const handlersFor = (contents: WebContents) =>
    mainHandlers({
      info: {
        ...facts,
        developmentRuntime,
        platform: process.platform,
        locale: usableLocale(app.getSystemLocale(), app.getLocale()),
        openPaths: options.paths.length > 0,
        screenshot: options.screenshot !== undefined,
      },
      onPainted: (report) => shot.current?.painted(report),
      choosePaths: (kind) => choosePaths(contents, kind),
      chooseTarget: (name) => chooseTarget(contents, name),
      showRefused: (jobId, at) => showRefused({ services, channel: () => new MessageChannelMain(), log }, (path) => shell.showItemInFolder(path), jobId, at),
      copyText: (text) => clipboard.writeText(text),
    });
  ipcMain.handle(channels.call, createHostCalls({ handlersFor, actorOf, isOwnSender: own, log }));
  ipcMain.on(channels.connect, (event) => broker.connect(event));
  ipcMain.on(channels.pixelPorts, (event, request: unknown) => broker.pixelPorts(event, request));

  const window = openWindow({
    userDataDir: app.getPath('userData'),
    preload: join(distDir, 'preload', 'index.cjs'),
    log,
    onGone: (contents) => broker.forget(contents),
  });
  if (options.screenshot !== undefined) {
    shot.current = takeScreenshot(window, options.screenshot, options.paths.length > 0 ? 'viewer' : 'worklist', log);
    endWithScreenshot(shot.current, services);
  }
  const demoArchive = createDemoArchive({
    station: services,
    options: startOptions,
    // A picture is of what was asked for, and done at once.
    wanted: options.screenshot !== undefined && options.demoArchive === 'firstRun' ? 'never' : options.demoArchive,
    create: (own) => servicesOf(own, log),
    onFailed: (message) =>
      broker.emit('station.notice', { level: 'attention', text: 'The demo archive cannot run.', detail: message, key: 'demo-archive.failed' }),
    log,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  quitInOrder([demoArchive.stop, () => services.stop(STOP_TIMEOUT_MS)], log);

  const open = (paths: readonly string[]): void => {
    if (paths.length > 0) void openAndShow(services, broker, log, paths, shot.current);
  };
  open(options.paths);
  return { open };
}

function startOptionsOf(options: RunOptions, dataDir: string, distDir: string): StartOptions {
  mkdirSync(dataDir, { recursive: true });
  return {
    dataDir,
    workersDir: join(distDir, 'services'),
    aeTitle: options.aeTitle,
    dicomHost: options.dicomHost,
    dicomPort: options.dicomPort,
    accept: [...options.accept],
    archives: [...options.archives],
    demo: options.demo,
    rebuildIndex: options.rebuildIndex,
  };
}

/** The services in a process of their own for these options, not started yet. */
function servicesOf(options: StartOptions, log: MainLog): ServicesProcess {
  const serviceName = options.role === 'demoArchive' ? 'Alternator demo archive' : 'Alternator services';
  return createServicesProcess({
    fork: () => utilityProcess.fork(join(options.workersDir, 'entry.cjs'), [], { serviceName, stdio: 'pipe' }),
    options,
    log,
    monotonic: () => performance.now(),
  });
}

/** Exactly one line a run, also when the services are restarted later. */
function printWhenListening(services: ServicesProcess, facts: ProgramFacts): void {
  const off = services.onState((state) => {
    if (state.kind !== 'running' && state.kind !== 'failed') return;
    off();
    if (state.kind === 'running') process.stdout.write(listeningLine(facts, state.node));
    else process.stderr.write(`alternator: ${state.message}\n`);
  });
}

async function openAndShow(services: ServicesProcess, broker: PortBroker, log: MainLog, paths: readonly string[], shot: Screenshot | undefined): Promise<void> {
  const opened = await openPaths({ services, channel: () => new MessageChannelMain(), log }, paths);
  if (opened.kind === 'opened') {
    broker.emit('app.openStudy', { StudyInstanceUID: opened.StudyInstanceUID });
    return;
  }
  broker.emit('station.notice', { level: 'attention', text: 'Nothing of what was given could be opened.', detail: opened.reason, key: 'open.paths' });
  shot?.failed(`nothing to show: ${opened.reason}`);
}

function endWithScreenshot(shot: Screenshot, services: ServicesProcess): void {
  services.onState((state) => {
    if (state.kind === 'failed') shot.failed(state.message);
  });
  void shot.done.then((reason) => {
    if (reason !== undefined) {
      process.stderr.write(`alternator: no screenshot: ${reason}\n`);
      process.exitCode = 1;
    }
    app.quit();
  });
}

/** Quitting waits for the services: they make files of what stands in the journal and give the folder back. A power cut needs none of this. */
function quitInOrder(stops: readonly (() => Promise<void>)[], log: MainLog): void {
  let stopped = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void Promise.all(stops.map((stop) => stop())).then(() => {
      stopped = true;
      log.info({}, 'end');
      app.exit(Number(process.exitCode ?? 0));
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
}

async function choosePaths(contents: WebContents, kind: 'files' | 'folder'): Promise<string[]> {
  const window = BrowserWindow.fromWebContents(contents);
  const properties: ('openFile' | 'openDirectory' | 'multiSelections')[] =
    kind === 'files' ? ['openFile', 'multiSelections'] : ['openDirectory', 'multiSelections'];
  const chosen = window === null ? await dialog.showOpenDialog({ properties }) : await dialog.showOpenDialog(window, { properties });
  return chosen.canceled ? [] : chosen.filePaths;
}

function userName(): string {
  try {
    return userInfo().username || 'user';
  } catch {
    return 'user'; // no entry in the system's user table (containers)
  }
}
