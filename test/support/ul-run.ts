import { spawn } from 'node:child_process';
import { peerEnv } from './peers';

export interface RunResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a peer program to its end; kills it after `timeoutMs`. */
export function run(program: string, args: readonly string[], timeoutMs = 100_000): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: peerEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
