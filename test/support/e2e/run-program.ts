import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..', '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a user would and waits for its end; a program that does not end is ended after `limitMs`, code null. */
export async function runProgram(args: readonly string[], limitMs = 90_000, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { executable, flags } = JSON.parse(process.env['ALTERNATOR_E2E_RUNTIME'] ?? '{}') as { executable: string; flags: string[] };
  const child = spawn(executable, [...flags, repository, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const code = await new Promise<number | null>((settle) => child.on('close', (ended) => settle(ended)));
  clearTimeout(limit);
  return { code, stdout, stderr };
}
