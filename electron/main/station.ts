import { existsSync, mkdirSync } from 'node:fs';
import { totalmem, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  safeStorage,
  session,
  shell,
  utilityProcess,
  type WebContents,
} from 'electron';
import type { Actor, HostChannels, StartOptions } from '@shared/contract';
import { answerAppRequest, listAppFiles } from './app-files';
import type { RunOptions } from './command-line';
import type { DataPlaces } from './data-place';
import { type ColourWatch, watchColours } from './colour-watch';
import { createDemoArchive } from './demo-archive';
import { createHostCalls } from './host-calls';
import { stationKey } from './key-ring';
import { usableLocale } from './locale';
import { mainHandlers } from './main-handlers';
import { type MainLog, openMainLog } from './main-log';
import { splitLinks } from './app-links';
import { openBrowser } from './open-browser';
import { openLink } from './open-link';
import { openPaths } from './open-paths';
import { pictureHandlers } from './picture-handlers';
import { createPortBroker, type PortBroker } from './port-broker';
import { listeningLine, type ProgramFacts } from './program-facts';
import { type Rendering, startRendering } from './render';
import { takeScreenshot, type Screenshot } from './screenshot';
import { hardenSession } from './security/harden-session';
import { APP_PARTITION, APP_SCHEME } from './security/page-policy';
import { screensFor, watchScreens, watchWindow } from './screens';
import { isOwnSender } from './security/sender';
import { SERVICES_EXEC_ARGV } from './services-heap';
import { createServicesProcess, type ServicesProcess } from './services-process';
import { showRefused } from './show-refused';
import { openWindow } from './windows';

export interface StationParts {
  readonly options: RunOptions;
  readonly places: DataPlaces;
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
export function startStation({ options, places, developmentRuntime, facts }: StationParts): Station {
  const { dataDir } = places;
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
  const rendering = options.render === undefined ? undefined : startRendering(options.render);
  printWhenListening(services, rendering === undefined ? facts : undefined);

  const actorOf = (contents: WebContents): Actor => ({
    user: userName(),
    roles: ['radiologist', 'technologist', 'admin'],
    windowId: contents.id,
  });
  const ownContents = (id: number) => BrowserWindow.getAllWindows().some((window) => !window.isDestroyed() && window.webContents.id === id);
  const own = (event: Electron.IpcMainEvent | Electron.IpcMainInvokeEvent) => isOwnSender(event, ownContents);
  const broker = createPortBroker({ services, channel: () => new MessageChannelMain(), actorOf, isOwnSender: own, log });

  const shot: { current: Screenshot | undefined } = { current: undefined };
  const screensChanged = (): void => broker.emit('app.screensChanged', {});
  const isMeasured = (): boolean => existsSync(join(dataDir, 'settings', 'displays.json'));
  const colours = isOnePicture(options) ? NO_COLOURS : watchColours({ changed: screensChanged, log, isMeasured });
  const handlersFor = (contents: WebContents) =>
    mainHandlers({
      info: {
        ...facts,
        developmentRuntime,
        platform: process.platform,
        locale: usableLocale(app.getSystemLocale(), app.getLocale()),
        openPaths: options.paths.length > 0,
        screenshot: options.screenshot !== undefined,
        memoryBytes: totalmem(),
      },
      onPainted: (report) => shot.current?.painted(report),
      pictures: pictureHandlers({ options, rendering }),
      screens: (look) => {
        if (look) colours.look();
        return screensFor(contents, colours);
      },
      places,
      choosePaths: (kind) => choosePaths(contents, kind),
      chooseTarget: (name) => chooseTarget(contents, name),
      showRefused: (jobId, at) => showRefused({ services, channel: () => new MessageChannelMain(), log }, (path) => shell.showItemInFolder(path), jobId, at),
      copyText: (text) => clipboard.writeText(text),
      printPdf: () => contents.printToPDF({ printBackground: true, preferCSSPageSize: true, generateTaggedPDF: true }),
    });
  ipcMain.handle(channels.call, createHostCalls({ handlersFor, actorOf, isOwnSender: own, log }));
  ipcMain.on(channels.connect, (event) => broker.connect(event));
  ipcMain.on(channels.pixelPorts, (event, request: unknown) => broker.pixelPorts(event, request));

  const { window, placeKept } = openWindow({
    userDataDir: app.getPath('userData'),
    preload: join(distDir, 'preload', 'index.cjs'),
    log,
    onGone: (contents) => broker.forget(contents),
    hidden: rendering !== undefined,
  });
  watchScreens(() => {
    screensChanged();
    colours.look();
  });
  watchWindow(window, screensChanged);
  if (options.screenshot !== undefined) {
    shot.current = takeScreenshot(window, options.screenshot, options.paths.length > 0 ? 'viewer' : 'worklist', log);
    endWithScreenshot(shot.current, services);
  }
  if (rendering !== undefined) endWithPicture(rendering, services);
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
  services.onMessage((message) => {
    if (message.kind === 'quit') app.quit();
    else if (message.kind === 'keyWanted')
      void stationKey({ ring: safeStorage, folder: join(dataDir, 'secrets'), platform: process.platform, now: () => Date.now(), log }).then((key) =>
        services.send(key),
      );
    else if (message.kind === 'openBrowser') void openBrowser(message.url, (notice) => broker.emit('station.notice', notice));
  });
  quitInOrder([demoArchive.stop, () => services.stop(STOP_TIMEOUT_MS), placeKept], log);

  const open = (paths: readonly string[]): void => {
    const { links, files } = splitLinks(paths);
    for (const link of links) void followLink(services, broker, log, link);
    if (files.length > 0) void openAndShow(services, broker, log, files, shot.current);
  };
  open(options.paths);
  if (rendering !== undefined && options.render !== undefined)
    void openForPicture(services, broker, log, [options.render.input, options.render.state], rendering);
  return { open };
}

const NO_COLOURS: ColourWatch = { of: () => undefined, stateOf: () => 'unknown', look: () => undefined };

/** A run that draws one picture and ends. */
function isOnePicture({ render, screenshot }: RunOptions): boolean {
  return render !== undefined || screenshot !== undefined;
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
    allowQuery: [...options.allowQuery],
    archives: [...options.archives],
    archiveTokens: [...options.archiveTokens],
    ...(options.tls && { tls: options.tls }),
    demo: options.demo,
    rebuildIndex: options.rebuildIndex,
  };
}

/** The services in a process of their own for these options, not started yet. */
function servicesOf(options: StartOptions, log: MainLog): ServicesProcess {
  const serviceName = options.role === 'demoArchive' ? 'Alternator demo archive' : 'Alternator services';
  return createServicesProcess({
    fork: () => utilityProcess.fork(join(options.workersDir, 'entry.cjs'), [], { serviceName, stdio: 'pipe', execArgv: [...SERVICES_EXEC_ARGV] }),
    options,
    log,
    monotonic: () => performance.now(),
  });
}

/** Exactly one line a run, also when the services are restarted later; none without facts. */
function printWhenListening(services: ServicesProcess, facts: ProgramFacts | undefined): void {
  const off = services.onState((state) => {
    if (state.kind !== 'running' && state.kind !== 'failed') return;
    off();
    if (state.kind === 'running') process.stdout.write(facts === undefined ? '' : listeningLine(facts, state.node));
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

/** Shows what a link names; what cannot be shown is said in one line. */
async function followLink(services: ServicesProcess, broker: PortBroker, log: MainLog, link: string): Promise<void> {
  const found = await openLink({ services, channel: () => new MessageChannelMain(), log }, link);
  if (found.kind === 'opened') broker.emit('app.openStudy', { StudyInstanceUID: found.StudyInstanceUID });
  else if (found.kind === 'nothing')
    broker.emit('station.notice', { level: 'attention', text: 'A link could not be opened.', detail: found.reason, key: 'open.link' });
}

/** The image and its presentation state, one after the other: what is wrong with which is said. */
async function openForPicture(
  services: ServicesProcess,
  broker: PortBroker,
  log: MainLog,
  paths: readonly (string | undefined)[],
  rendering: Rendering,
): Promise<void> {
  let study: string | undefined;
  for (const path of paths) {
    if (path === undefined) continue;
    const opened = await openPaths({ services, channel: () => new MessageChannelMain(), log }, [path]);
    if (opened.kind === 'nothing') return rendering.failed(opened.reason);
    study ??= opened.StudyInstanceUID;
  }
  if (study !== undefined) broker.emit('app.openStudy', { StudyInstanceUID: study });
}

function endWithPicture(rendering: Rendering, services: ServicesProcess): void {
  services.onState((state) => {
    if (state.kind === 'failed') rendering.failed(state.message);
  });
  void rendering.done.then((reason) => {
    if (reason !== undefined) {
      process.stderr.write(`alternator: no picture: ${reason}\n`);
      process.exitCode = 1;
    }
    app.quit();
  });
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
  let stopping: Promise<void> | undefined;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    event.preventDefault();
    // a second wish to quit waits for the first
    stopping ??= Promise.allSettled(stops.map((stop) => stop())).then(() => {
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

async function chooseTarget(contents: WebContents, name: string): Promise<string | undefined> {
  const window = BrowserWindow.fromWebContents(contents);
  const options = { defaultPath: name };
  const chosen = window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
  return chosen.canceled || chosen.filePath === '' ? undefined : chosen.filePath;
}

function userName(): string {
  try {
    return userInfo().username || 'user';
  } catch {
    return 'user'; // no entry in the system's user table (containers)
  }
}
