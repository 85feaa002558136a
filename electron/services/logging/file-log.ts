import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { LogLine } from '@shared/domain';
import type { Logger } from './logger';

/** Lines that the health board can show. */
const RECENT = 200;
/** pino's numbers. */
const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

export interface FileLogOptions {
  readonly folder: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** A file that grows beyond this is put behind the others. */
  readonly maxBytes?: number;
  readonly keep?: number;
  /** Also to stderr, for a developer at a terminal. */
  readonly echo?: boolean;
}

export interface FileLog {
  readonly log: Logger;
  /** The newest lines of this run, newest first. */
  recent(): LogLine[];
  close(): void;
}

/** Keys under which a patient could be named by accident: never written, whatever the caller passes. */
const REDACTED = ['PatientName', 'PatientID', 'PatientBirthDate', 'patientKey', 'OtherPatientIDs', 'AccessionNumber', 'name', 'id'].flatMap((key) => [
  key,
  `*.${key}`,
]);

/**
 * pino into `folder`/services.log, rotated by size. Plain synchronous writes without pino's worker transports: the program is one
 * bundle, and the last lines before a crash are the ones that matter.
 */
export function openFileLog(options: FileLogOptions): FileLog {
  mkdirSync(options.folder, { recursive: true });
  const file = new RotatingFile(join(options.folder, 'services.log'), options.maxBytes ?? 8 * 1024 * 1024, options.keep ?? 4);
  const echo = options.echo === true;
  const recent: string[] = [];
  const destination = {
    write(line: string): void {
      file.write(line);
      recent.push(line);
      if (recent.length > RECENT) recent.shift();
      if (echo) process.stderr.write(line);
    },
  };
  const log = pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: REDACTED, censor: '[not logged]' } },
    destination,
  );
  return { log, recent: () => recent.map(lineOf).reverse(), close: () => file.close() };
}

function lineOf(json: string): LogLine {
  const { level, time, part, msg } = JSON.parse(json) as { level?: number; time?: string; part?: string; msg?: string };
  return { at: time ?? '', level: LEVELS[level ?? 30] ?? 'info', part: part ?? '', text: msg ?? '' };
}

class RotatingFile {
  private handle: number | undefined;
  private size = 0;

  constructor(
    private readonly path: string,
    private readonly maxBytes: number,
    private readonly keep: number,
  ) {
    this.open();
  }

  /** A log that cannot be written must not stop the station: the line is lost, the next one tries again. */
  write(line: string): void {
    try {
      if (this.handle === undefined) this.open();
      if (this.size > this.maxBytes) this.rotate();
      if (this.handle !== undefined) this.size += writeSync(this.handle, line);
    } catch {
      this.close();
    }
  }

  close(): void {
    if (this.handle === undefined) return;
    const handle = this.handle;
    this.handle = undefined;
    closeSync(handle);
  }

  private open(): void {
    this.handle = openSync(this.path, 'a', 0o600);
    this.size = fstatSync(this.handle).size;
  }

  private rotate(): void {
    this.close();
    rmSync(`${this.path}.${this.keep}`, { force: true });
    for (let n = this.keep - 1; n >= 1; n--) if (existsSync(`${this.path}.${n}`)) renameSync(`${this.path}.${n}`, `${this.path}.${n + 1}`);
    renameSync(this.path, `${this.path}.1`);
    this.open();
  }
}
