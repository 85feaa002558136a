import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** An instrument that measures luminance. One object a kind; the wizard asks for one reading after the other. */
export interface MeterDriver {
  readonly id: string;
  readonly name: string;
  /** Whether it can be used here, and in words why not. */
  look(): Promise<{ readonly available: boolean; readonly words: string }>;
  /** Luminance under the meter, cd/m². Rejects in words. */
  read(): Promise<{ readonly luminance: number; readonly words: string }>;
}

const READ_TIMEOUT_MS = 75_000;
/** From the wish that it ends to its end. */
const GRACE_MS = 2000;
const MOST_OUTPUT = 256 * 1024;

/** Emissive spot, one reading without asking, no calibration dialogue, Yxy beside XYZ. */
export const SPOT_ARGUMENTS: readonly string[] = ['-e', '-O', '-N', '-x'];

/** ArgyllCMS `spotread`: nearly every colorimeter there is. Looked for on the path only; nothing is fetched. */
export function spotreadDriver(env: { readonly PATH?: string | undefined }, platform: NodeJS.Platform, timeoutMs = READ_TIMEOUT_MS): MeterDriver {
  const program = async (): Promise<string | undefined> => {
    const file = platform === 'win32' ? 'spotread.exe' : 'spotread';
    for (const folder of (env.PATH ?? '').split(delimiter)) {
      if (folder === '') continue;
      try {
        await access(join(folder, file), constants.X_OK);
        return join(folder, file);
      } catch {
        // not in this folder
      }
    }
    return undefined;
  };
  return {
    id: 'spotread',
    name: 'ArgyllCMS spotread',
    async look() {
      const found = await program();
      return found === undefined
        ? { available: false, words: 'spotread of ArgyllCMS is not installed: type the values, or take them from a CSV file.' }
        : { available: true, words: found };
    },
    async read() {
      const found = await program();
      if (found === undefined) throw new Error('spotread of ArgyllCMS is not installed');
      const output = await run(found, SPOT_ARGUMENTS, timeoutMs);
      const luminance = luminanceIn(output);
      if (luminance === undefined) throw new Error(`spotread gave no reading: ${lastLine(output)}`);
      return { luminance, words: lastLine(output) };
    },
  };
}

/** Y of "Result is XYZ: 95.0 100.1 108.9, Yxy: ..." in cd/m²; undefined without one. The last result counts. */
export function luminanceIn(output: string): number | undefined {
  const found = [...output.matchAll(/Result is XYZ:\s*-?[\d.]+(?:[eE][-+]?\d+)?\s+(-?[\d.]+(?:[eE][-+]?\d+)?)/g)].at(-1);
  const value = Number(found?.[1] ?? NaN);
  if (!Number.isFinite(value) || value > 20_000) return undefined;
  return Math.max(0, value);
}

function lastLine(output: string): string {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? 'it said nothing').trim().slice(0, 200);
}

function run(program: string, args: readonly string[], timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], { timeout: timeoutMs, maxBuffer: MOST_OUTPUT, windowsHide: true }, (error, stdout, stderr) => {
      clearTimeout(last);
      if (error === null || luminanceIn(stdout) !== undefined) resolve(stdout);
      // It looks at each port of the computer in turn, and waits for ever at one that is open and silent.
      else if (error.killed === true)
        reject(new Error(`spotread gave no answer within ${timeoutMs / 1000} s: is the meter connected, and not used elsewhere?`));
      else reject(new Error(`spotread could not measure: ${lastLine(stderr === '' ? stdout : stderr)}`));
    });
    const last = setTimeout(() => child.kill('SIGKILL'), timeoutMs + GRACE_MS);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end();
  });
}
