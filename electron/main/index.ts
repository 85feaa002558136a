import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, protocol } from 'electron';
import { isAppLink } from './app-links';
import { parseCommandLine, programArguments, type RunOptions } from './command-line';
import type { ControlCommand } from './control/control-command';
import { dataPlaces } from './data-place';
import { runControl } from './control/run-control';
import { helpText } from './help-text';
import { isDevelopmentRuntime } from './runtime';
import { APP_SCHEME } from './security/page-policy';
import { softwareRendering } from './software-rendering';
import { type HandedOver, startStation } from './station';
import { TELL_COLOURS, tellColours } from './tell-colours';

/** Composition root: command line first, then the lock of the data folder, then the station. */
function main(): void {
  if (process.argv.includes(TELL_COLOURS)) {
    if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
    tellColours();
    return;
  }
  const developmentRuntime = isDevelopmentRuntime(process.versions.electron, process.env);
  const packaged = app.isPackaged && !process.defaultApp;
  const command = parseCommandLine(programArguments(process.argv, packaged), { cwd: process.cwd(), developmentRuntime });
  switch (command.kind) {
    case 'help':
      process.stdout.write(helpText());
      process.exit(0);
      break;
    case 'version':
      process.stdout.write(`${app.getVersion()}\n`);
      process.exit(0);
      break;
    case 'error':
      process.stderr.write(`alternator: ${command.message}\n`);
      process.exit(2);
      break;
    case 'control':
      void control(command.command);
      break;
    case 'run':
      run(command.options, developmentRuntime);
  }
}

/** Asks the program that runs, prints its answer as JSON, ends. No window, no lock; Chromium's own files go to a folder that is removed. */
async function control(command: ControlCommand): Promise<void> {
  const { dataDir } = dataPlaces(app.getPath('appData'), command.dataDir);
  const scratch = mkdtempSync(join(tmpdir(), 'alternator-control-'));
  app.setPath('userData', scratch);
  app.setPath('crashDumps', join(scratch, 'crashes'));
  app.disableHardwareAcceleration();
  app.commandLine.appendSwitch('ozone-platform', 'headless');
  app.on('window-all-closed', () => undefined);
  const answer = await runControl(command, dataDir);
  const text = `${JSON.stringify(answer)}\n`;
  await new Promise((resolve) => process.stdout.write(text, resolve));
  const { error } = answer as { error?: { message: string } };
  if (error !== undefined) process.stderr.write(`alternator: ${error.message}\n`);
  app.on('quit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
  app.exit(answer.ok ? 0 : 1);
}

/** One picture needs no running workstation and disturbs none: a folder of its own, which is removed, and any free port. */
function renderingOptions(options: RunOptions): RunOptions {
  const dataDir = mkdtempSync(join(tmpdir(), 'alternator-render-'));
  app.on('quit', () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 }));
  return {
    ...options,
    dataDir,
    dicomPort: 0,
    dicomHost: '127.0.0.1',
    demo: false,
    demoArchive: 'never',
    accept: [],
    allowQuery: [],
    archives: [],
    archiveTokens: [],
    rebuildIndex: false,
  };
}

function run(given: RunOptions, developmentRuntime: boolean): void {
  const options = given.render === undefined ? given : renderingOptions(given);
  const places = dataPlaces(app.getPath('appData'), options.dataDir);
  const { dataDir } = places;
  if (places.isGone) {
    endWithoutPlace(dataDir);
    return;
  }
  const userData = join(dataDir, 'electron');
  try {
    mkdirSync(userData, { recursive: true });
  } catch (error) {
    process.stderr.write(`alternator: the data folder ${dataDir} cannot be used: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  // Chromium's lock lies in userData: so the data folder alone decides what is the same workstation.
  app.setPath('userData', userData);
  app.setPath('crashDumps', join(userData, 'crashes'));
  // Root cannot have Chromium's sandbox at all: the launcher says so and adds the switch, for root only.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.commandLine.appendSwitch('force-color-profile', 'srgb');
  const switchOf = (name: string): string | undefined => (app.commandLine.hasSwitch(name) ? app.commandLine.getSwitchValue(name) : undefined);
  for (const { name, value } of softwareRendering(process.platform, switchOf)) app.commandLine.appendSwitch(name, value);
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true } },
  ]);
  const handedOver: HandedOver = { paths: options.paths };
  if (!app.requestSingleInstanceLock({ ...handedOver })) {
    process.stderr.write(
      `alternator: already running with ${dataDir}; ${options.paths.length > 0 ? 'it was asked to open the files' : 'its window was brought to the front'}\n`,
    );
    app.exit(0);
    return;
  }
  // macOS hands over files and links by events, some of them before the program is ready.
  const early: string[] = [];
  let open = (paths: readonly string[]): void => void early.push(...paths);
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open([path]);
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    if (isAppLink(url)) open([url]);
  });
  void app.whenReady().then(() => {
    const { versions } = process;
    const facts = { app: app.getVersion(), electron: versions.electron, chromium: versions.chrome, node: versions.node, dataDir };
    const station = startStation({ options, places, developmentRuntime, facts });
    open = (paths) => {
      focusWindow();
      station.open(paths);
    };
    station.open(early);
    app.on('second-instance', (_event, _argv, _cwd, data) => {
      focusWindow();
      station.open(pathsOf(data));
    });
  });
}

/** The disk of the chosen place is not attached: an empty cache somewhere else would look as if everything were lost. */
function endWithoutPlace(dataDir: string): void {
  const words = `The place that was chosen for studies is not there: ${dataDir}. Nothing is lost. Attach its disk and start again, or start with --data-dir to use another place.`;
  process.stderr.write(`alternator: ${words}\n`);
  app.setPath('userData', mkdtempSync(join(tmpdir(), 'alternator-no-place-')));
  void app.whenReady().then(() => {
    dialog.showErrorBox('Alternator', words);
    app.exit(1);
  });
}

/** What another start of the program handed over, checked like anything from outside. */
function pathsOf(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null || !('paths' in data) || !Array.isArray(data.paths)) return [];
  return data.paths.filter((path: unknown): path is string => typeof path === 'string' && path !== '').slice(0, 10_000);
}

function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

main();
