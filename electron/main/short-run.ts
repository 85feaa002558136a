import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How the names of folders of short runs begin. */
export const RUN_FOLDER = 'alternator-run-';

export interface ShortRun {
  readonly program: string;
  readonly args: readonly string[];
  /** Variable of its environment that names a folder for what it writes: made before it, taken away behind it. */
  readonly folderVariable: string;
  /** Then it is asked to end, and `graceMs` later it is ended. */
  readonly timeoutMs: number;
  readonly graceMs: number;
  /** It runs; `end` asks it to end. */
  readonly onStarted: (end: () => void) => void;
}

/** What a program prints that runs for a moment. Ends in any case, and leaves nothing behind. Rejects when it fails or takes too long. */
export async function runShortly({ program, args, folderVariable, timeoutMs, graceMs, onStarted }: ShortRun): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), RUN_FOLDER));
  const env = { ...process.env, [folderVariable]: folder };
  try {
    return await new Promise<string>((resolve, reject) => {
      const options = { timeout: timeoutMs, maxBuffer: 1024 * 1024, windowsHide: true, env };
      const child = execFile(program, [...args], options, (error, stdout) => {
        clearTimeout(last);
        if (error === null) resolve(stdout);
        else reject(new Error(error.message, { cause: error }));
      });
      const last = setTimeout(() => child.kill('SIGKILL'), timeoutMs + graceMs);
      onStarted(() => void child.kill());
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}
