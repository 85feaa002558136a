import { resolve } from 'node:path';
import { isChromiumSwitch } from '../chromium-switches';

/** What a script asks of the program that runs with this data folder. */
export type ControlAction =
  { readonly action: 'status' | 'verify' | 'quit' } | { readonly action: 'retrieve' | 'send'; readonly StudyInstanceUID: string; readonly node: string };

export interface ControlCommand {
  readonly request: ControlAction;
  /** Absent: the place of this user's applications. */
  readonly dataDir: string | undefined;
  /** How long the outcome is waited for; absent: as long as it takes. */
  readonly timeoutMs: number | undefined;
}

type Parsed = { readonly command: ControlCommand } | { readonly message: string };

const ACTIONS: Readonly<Record<string, { readonly value?: string }>> = {
  '--status': {},
  '--verify': {},
  '--quit': {},
  '--retrieve': { value: 'STUDYUID@NAME' },
  '--send': { value: 'STUDYUID@NAME' },
};
const VALUES: Readonly<Record<string, string>> = { '--data-dir': 'DIR', '--timeout': 'SECONDS' };

/** Undefined: these are arguments of a start. PS3.5 9.1 for the UID. */
export function parseControl(args: readonly string[], cwd: string): Parsed | undefined {
  if (!args.some((argument) => Object.hasOwn(ACTIONS, nameOf(argument)))) return undefined;
  const given = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    const name = nameOf(argument);
    const expected = Object.hasOwn(ACTIONS, name) ? (ACTIONS[name]?.value ?? '') : VALUES[name];
    if (expected === undefined) {
      if (argument.startsWith('-') && isChromiumSwitch(name)) continue;
      return {
        message: `${[...given.keys()].find((key) => key in ACTIONS) ?? 'a command to the running program'} cannot be combined with ${printable(argument)}`,
      };
    }
    if (given.has(name)) return { message: `${name} is given twice` };
    if (expected === '') {
      if (argument !== name) return { message: `${name} takes no value` };
      given.set(name, '');
      continue;
    }
    const value = argument === name ? args[++index] : argument.slice(name.length + 1);
    if (value === undefined || value === '' || value.startsWith('--')) return { message: `${name} needs a value: ${name} ${expected}` };
    given.set(name, value);
  }
  const actions = [...given.keys()].filter((name) => Object.hasOwn(ACTIONS, name));
  if (actions.length > 1) return { message: `${actions.join(' and ')} cannot be combined: one command at a time` };
  return commandOf(actions[0] ?? '', given, cwd);
}

function commandOf(name: string, given: ReadonlyMap<string, string>, cwd: string): Parsed {
  const seconds = given.get('--timeout');
  if (seconds !== undefined && !/^\d{1,6}$/.test(seconds)) return { message: `--timeout: "${printable(seconds)}" is no number of seconds` };
  const folder = given.get('--data-dir');
  const rest = { dataDir: folder === undefined ? undefined : resolve(cwd, folder), timeoutMs: seconds === undefined ? undefined : Number(seconds) * 1000 };
  const action = name.slice(2) as ControlAction['action'];
  if (action !== 'retrieve' && action !== 'send') return { command: { request: { action }, ...rest } };
  const value = given.get(name) ?? '';
  const at = value.indexOf('@');
  const [StudyInstanceUID, node] = [value.slice(0, at), value.slice(at + 1).trim()];
  if (at < 0 || node === '' || node.length > 64) return { message: `${name}: "${printable(value)}" is not STUDYUID@NAME` };
  if (StudyInstanceUID.length > 64 || !/^[0-9]+(\.[0-9]+)*$/.test(StudyInstanceUID)) {
    return { message: `${name}: "${printable(StudyInstanceUID)}" is no UID: digits and points, 64 characters at most` };
  }
  return { command: { request: { action, StudyInstanceUID, node }, ...rest } };
}

function nameOf(argument: string): string {
  const equals = argument.indexOf('=');
  return equals < 0 ? argument : argument.slice(0, equals);
}

function printable(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
}
