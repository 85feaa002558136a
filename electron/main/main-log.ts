import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Log of the main process: fixed texts and facts of the program, never of patients. */
export interface MainLog {
  info(fields: Readonly<Record<string, unknown>>, text: string): void;
  warn(fields: Readonly<Record<string, unknown>>, text: string): void;
  error(fields: Readonly<Record<string, unknown>>, text: string): void;
}

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_FIELD_CHARACTERS = 2000;

/** JSON lines in `folder`/main.log, one older file is kept. A log that cannot be written does not stop the program. */
export function openMainLog(folder: string, now: () => number): MainLog {
  const path = join(folder, 'main.log');
  const write = (level: string, fields: Readonly<Record<string, unknown>>, text: string): void => {
    try {
      mkdirSync(folder, { recursive: true });
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(path, `${path}.1`);
      const short = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, shorten(value)]));
      appendFileSync(path, `${JSON.stringify({ level, time: new Date(now()).toISOString(), ...short, msg: text })}\n`, { mode: 0o600 });
    } catch {
      // A full or read-only disk: the services say so where the user sees it.
    }
  };
  return {
    info: (fields, text) => write('info', fields, text),
    warn: (fields, text) => write('warn', fields, text),
    error: (fields, text) => write('error', fields, text),
  };
}

function shorten(value: unknown): unknown {
  return typeof value === 'string' && value.length > MAX_FIELD_CHARACTERS ? `${value.slice(0, MAX_FIELD_CHARACTERS)}…` : value;
}
