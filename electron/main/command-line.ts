import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { RenderRequest } from '@shared/contract';
import { isAppLink } from './app-links';
import { parseWebArchive } from './archive-flag';
import { isChromiumSwitch } from './chromium-switches';
import { parseRenderInput, parseVoi } from './render-options';
import { printable, UsageError } from './usage-error';
import { type ControlCommand, parseControl } from './control/control-command';

/** One picture of one frame, in place of the workstation; paths are absolute. */
export interface RenderOptions {
  readonly input: string;
  /** Counted from 1. */
  readonly frame: number;
  /** Tile of a mosaic, counted from 1. */
  readonly tile?: number;
  readonly output: string;
  readonly voi: RenderRequest['voi'];
  /** A presentation state to apply. */
  readonly state: string | undefined;
}

/** What one start was asked to do; paths are absolute. */
export interface RunOptions {
  /** Files, folders, and links of our own scheme (`splitLinks`). */
  readonly paths: readonly string[];
  /** Absent: the place of this user's applications. */
  readonly dataDir: string | undefined;
  readonly aeTitle: string;
  /** 0: any free one. */
  readonly dicomPort: number;
  readonly dicomHost: string;
  readonly demo: boolean;
  /** `always`: run the demo archive, whether this is the first run or not. */
  readonly demoArchive: 'never' | 'always' | 'firstRun';
  readonly accept: readonly { readonly aeTitle: string; readonly host: string }[];
  /** Who may query and retrieve what is here. */
  readonly allowQuery: readonly { readonly aeTitle: string; readonly host: string }[];
  /** Files with the secrets of archives. */
  readonly archiveTokens: readonly { readonly name: string; readonly file: string }[];
  readonly archives: readonly {
    readonly name: string;
    readonly aeTitle: string;
    readonly host: string;
    readonly port: number;
    readonly role: 'archive';
    readonly url?: string;
    readonly tls?: true;
  }[];
  /** Files and port of TLS, for this run; undefined: as the settings say. */
  readonly tls:
    | {
        readonly caFile?: string;
        readonly certificateFile?: string;
        readonly keyFile?: string;
        readonly port?: number;
        readonly clients?: 'required' | 'anonymous';
      }
    | undefined;
  readonly screenshot: string | undefined;
  readonly rebuildIndex: boolean;
  readonly render: RenderOptions | undefined;
  /** File of a measured display. */
  readonly calibration: string | undefined;
  readonly dither: boolean;
}

export type CommandLine =
  | { readonly kind: 'run'; readonly options: RunOptions }
  /** For the program that runs with this data folder already. */
  | { readonly kind: 'control'; readonly command: ControlCommand }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** For stderr, exit code 2. */
  | { readonly kind: 'error'; readonly message: string };

export interface CommandLineContext {
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** On the development runtime only loopback addresses may be listened on (reliability.md chapter 4, item 21). */
  readonly developmentRuntime: boolean;
}

export const DEFAULT_AE_TITLE = 'ALTERNATOR';
export const DEFAULT_DICOM_PORT = 11112;
export const DEFAULT_DICOM_HOST = '127.0.0.1';

type Draft = { -readonly [K in keyof RunOptions]: RunOptions[K] } & { renderMore: Partial<RenderOptions> };

const NO_RENDER: RenderOptions = { input: '', frame: 1, output: '', voi: { kind: 'file' }, state: undefined };

interface Flag {
  /** Absent: a switch without a value. */
  readonly value?: string;
  readonly repeatable?: boolean;
  apply(draft: Draft, value: string, context: CommandLineContext): void;
}

/** Every flag of the program but `--help` and `--version`. */
const flags: Readonly<Record<string, Flag>> = {
  '--data-dir': { value: 'DIR', apply: (draft, value, { cwd }) => (draft.dataDir = resolve(cwd, value)) },
  '--ae-title': { value: 'T', apply: (draft, value) => (draft.aeTitle = parseAeTitle(value, '--ae-title')) },
  '--dicom-port': { value: 'N', apply: (draft, value) => (draft.dicomPort = parsePort(value)) },
  '--dicom-host': { value: 'ADDR', apply: (draft, value, context) => (draft.dicomHost = parseListenAddress(value, context)) },
  '--no-demo': { apply: (draft) => Object.assign(draft, { demo: false, demoArchive: 'never' }) },
  '--demo': { apply: (draft) => (draft.demoArchive = 'always') },
  '--accept': { value: 'AET@HOST', repeatable: true, apply: (draft, value) => (draft.accept = [...draft.accept, parseSender(value, '--accept')]) },
  '--allow-query': {
    value: 'AET@HOST',
    repeatable: true,
    apply: (draft, value) => (draft.allowQuery = [...draft.allowQuery, parseSender(value, '--allow-query')]),
  },
  '--archive': {
    value: 'NAME=AET@HOST:PORT or NAME=https://HOST/PATH',
    repeatable: true,
    apply: (draft, value) => (draft.archives = addArchive(draft.archives, value)),
  },
  '--tls-ca': { value: 'FILE', apply: (draft, value, { cwd }) => (draft.tls = { ...draft.tls, caFile: resolve(cwd, value) }) },
  '--tls-cert': { value: 'FILE', apply: (draft, value, { cwd }) => (draft.tls = { ...draft.tls, certificateFile: resolve(cwd, value) }) },
  '--tls-key': { value: 'FILE', apply: (draft, value, { cwd }) => (draft.tls = { ...draft.tls, keyFile: resolve(cwd, value) }) },
  '--tls-port': { value: 'N', apply: (draft, value) => (draft.tls = { ...draft.tls, port: parsePort(value, '--tls-port') }) },
  '--tls-anonymous': { apply: (draft) => (draft.tls = { ...draft.tls, clients: 'anonymous' }) },
  '--archive-token': {
    value: 'NAME=FILE',
    repeatable: true,
    apply: (draft, value, { cwd }) => (draft.archiveTokens = [...draft.archiveTokens, parseTokenFile(value, cwd)]),
  },
  '--screenshot': { value: 'FILE', apply: (draft, value, { cwd }) => (draft.screenshot = resolve(cwd, value)) },
  '--rebuild-index': { apply: (draft) => (draft.rebuildIndex = true) },
  '--render': { value: 'IN.dcm[#frame] OUT.png', apply: (draft, value, { cwd }) => (draft.render = { ...NO_RENDER, ...parseRenderInput(value, cwd) }) },
  '--voi': { value: 'file|C,W|function', apply: (draft, value) => (draft.renderMore = { ...draft.renderMore, voi: parseVoi(value) }) },
  '--state': { value: 'FILE', apply: (draft, value, { cwd }) => (draft.renderMore = { ...draft.renderMore, state: resolve(cwd, value) }) },
  '--calibration': { value: 'FILE', apply: (draft, value, { cwd }) => (draft.calibration = resolve(cwd, value)) },
  '--dither': { apply: (draft) => (draft.dither = true) },
};

/** The program's own arguments: what stands behind the executable, and when unpacked behind the app's folder too. */
export function programArguments(argv: readonly string[], packaged: boolean): readonly string[] {
  const all = argv.slice(1);
  if (packaged) return all;
  const own: string[] = [];
  let folderSeen = false;
  for (let index = 0; index < all.length; index++) {
    const argument = all[index] ?? '';
    if (folderSeen) own.push(argument);
    else if (argument === '-r' || argument === '--require') index++;
    else if (argument.startsWith('-')) own.push(argument);
    else folderSeen = true; // Electron takes the first argument that is no flag as the app's folder
  }
  return own;
}

/** Reads the arguments that `programArguments` returns. Never throws: a mistake is an `error` that names the argument and what is expected. */
export function parseCommandLine(args: readonly string[], context: CommandLineContext): CommandLine {
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help' };
  if (args.includes('--version')) return { kind: 'version' };
  const control = parseControl(args, context.cwd);
  if (control !== undefined) return 'command' in control ? { kind: 'control', command: control.command } : { kind: 'error', message: control.message };
  const draft: Draft = {
    paths: [],
    dataDir: undefined,
    aeTitle: DEFAULT_AE_TITLE,
    dicomPort: DEFAULT_DICOM_PORT,
    dicomHost: DEFAULT_DICOM_HOST,
    demo: true,
    demoArchive: 'firstRun',
    accept: [],
    allowQuery: [],
    archives: [],
    archiveTokens: [],
    tls: undefined,
    screenshot: undefined,
    rebuildIndex: false,
    render: undefined,
    calibration: undefined,
    dither: false,
    renderMore: {},
  };
  try {
    readArguments(args, draft, context);
    const { renderMore, ...options } = draft;
    return { kind: 'run', options: withRender(options, renderMore) };
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'error', message: error.message };
    throw error;
  }
}

/** `--render` takes the one path that stands with it as its output; the flags that only make sense with it are refused without. */
function withRender(options: RunOptions, more: Partial<RenderOptions>): RunOptions {
  const { render, paths } = options;
  if (render === undefined) {
    const [first] = Object.keys(more);
    if (first !== undefined) throw new UsageError(`--${first} goes with --render IN.dcm OUT.png`);
    return options;
  }
  const [output, ...others] = paths;
  if (output === undefined || others.length > 0) throw new UsageError('--render needs one picture to write: --render IN.dcm[#frame] OUT.png');
  if (options.screenshot !== undefined) throw new UsageError('--render and --screenshot are two different things: one of them at a time');
  return { ...options, paths: [], render: { ...render, ...more, output } };
}

function readArguments(args: readonly string[], draft: Draft, context: CommandLineContext): void {
  const given = new Set<string>();
  let onlyPaths = false;
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    if (onlyPaths || !argument.startsWith('-') || argument === '-') {
      if (argument === '') throw new UsageError('a path is empty');
      draft.paths = [...draft.paths, isAppLink(argument) ? argument : resolve(context.cwd, argument)];
      continue;
    }
    if (argument === '--') {
      onlyPaths = true;
      continue;
    }
    const equals = argument.indexOf('=');
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) {
      if (isChromiumSwitch(name)) continue;
      throw new UsageError(`unknown flag ${printable(name)}; --help lists the flags`);
    }
    if (given.has(name) && flag.repeatable !== true) throw new UsageError(`${name} is given twice`);
    given.add(name);
    let value = equals < 0 ? undefined : argument.slice(equals + 1);
    if (flag.value === undefined) {
      if (value !== undefined) throw new UsageError(`${name} takes no value`);
      flag.apply(draft, '', context);
      continue;
    }
    if (value === undefined) {
      const next = args[index + 1];
      if (next !== undefined && !next.startsWith('--')) {
        value = next;
        index++;
      }
    }
    if (value === undefined || value === '') throw new UsageError(`${name} needs a value: ${name} ${flag.value}`);
    flag.apply(draft, value, context);
  }
  if (given.has('--demo') && given.has('--no-demo')) throw new UsageError('--demo and --no-demo exclude each other');
}

/** PS3.5 6.2, VR AE: 1 to 16 characters of the default repertoire, no backslash, no control character, not only spaces. */
function parseAeTitle(value: string, flag: string): string {
  const title = value.trim();
  if (title === '') throw new UsageError(`${flag}: an AE title must not be empty`);
  if (title.length > 16) throw new UsageError(`${flag}: "${printable(title)}" has ${title.length} characters, an AE title has at most 16`);
  if (!/^[\x20-\x5b\x5d-\x7e]+$/.test(title)) {
    throw new UsageError(`${flag}: "${printable(title)}" is no AE title: ASCII characters only, no backslash, no control character`);
  }
  return title;
}

function parsePort(value: string, flag = '--dicom-port'): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : NaN;
  if (!(port <= 65535)) throw new UsageError(`${flag}: "${printable(value)}" is no port: a number from 0 (any free one) to 65535 is expected`);
  return port;
}

function parseListenAddress(value: string, { developmentRuntime }: CommandLineContext): string {
  const address = value === 'localhost' ? '127.0.0.1' : value.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) throw new UsageError(`--dicom-host: "${printable(value)}" is no IP address of this computer (0.0.0.0 means all of them)`);
  if (developmentRuntime && address !== '::1' && !/^127\./.test(address)) {
    throw new UsageError(
      `--dicom-host: ${address} cannot be used on the development runtime: its Electron gets no security fixes any more, so it listens on loopback only. ` +
        'Run with the current Electron (ELECTRON_OVERRIDE_DIST_PATH) to listen on the network',
    );
  }
  return address;
}

function parseSender(value: string, flag: string): { aeTitle: string; host: string } {
  const at = value.lastIndexOf('@');
  if (at < 0) throw new UsageError(`${flag}: "${printable(value)}" has no @; AET@HOST is expected, * for either part`);
  const title = value.slice(0, at);
  const host = value.slice(at + 1).replace(/^\[(.*)\]$/, '$1');
  if (host !== '*' && !/^[A-Za-z0-9._:%-]{1,255}$/.test(host))
    throw new UsageError(`${flag}: "${printable(host)}" is neither a host name nor an address nor *`);
  return { aeTitle: title === '*' ? '*' : parseAeTitle(title, flag), host };
}

function parseTokenFile(value: string, cwd: string): { name: string; file: string } {
  const equals = value.indexOf('=');
  const [name, file] = [value.slice(0, equals).trim(), value.slice(equals + 1)];
  if (equals < 0 || name === '' || name.length > 64 || file === '') throw new UsageError(`--archive-token: "${printable(value)}" is not NAME=FILE`);
  return { name, file: resolve(cwd, file) };
}

function addArchive(archives: RunOptions['archives'], value: string): RunOptions['archives'] {
  const web = parseWebArchive(value);
  if (typeof web === 'string') throw new UsageError(`--archive: "${printable(value)}" ${web}`);
  if (web !== undefined) {
    if (archives.some((archive) => archive.name === web.name)) throw new UsageError(`--archive: "${printable(web.name)}" is given twice`);
    return [...archives, web];
  }
  const parts = /^([^=]*)=(dicoms:\/\/)?(.*)@(\[[^\]]*\]|[^@:]*):(\d{1,5})$/.exec(value);
  if (!parts) throw new UsageError(`--archive: "${printable(value)}" is not NAME=AET@HOST:PORT, NAME=dicoms://AET@HOST:PORT or NAME=https://HOST/PATH`);
  const [, name = '', isTls, title = '', rawHost = '', rawPort = ''] = parts;
  const [host, port] = [rawHost.replace(/^\[(.*)\]$/, '$1'), Number(rawPort)];
  if (name.trim() === '' || name.trim().length > 64) throw new UsageError(`--archive: "${printable(name)}" is no name: 1 to 64 characters are expected`);
  if (archives.some((archive) => archive.name === name.trim())) throw new UsageError(`--archive: "${printable(name)}" is given twice`);
  if (!/^[A-Za-z0-9._:%-]{1,255}$/.test(host)) throw new UsageError(`--archive: "${printable(host)}" is neither a host name nor an address`);
  if (port < 1 || port > 65535) throw new UsageError(`--archive: ${rawPort} is no port: 1 to 65535 is expected`);
  return [
    ...archives,
    { name: name.trim(), aeTitle: parseAeTitle(title, '--archive'), host, port, role: 'archive', ...(isTls === undefined ? {} : { tls: true }) },
  ];
}
