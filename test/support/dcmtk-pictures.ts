import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isPadding } from '@shared/grayscale';
import type { GreyFile } from './grey-of-file';
import { peerEnv } from './peers';
import { readPgm } from './pnm';

const run = promisify(execFile);

/** What a program of DCMTK (dcm2pnm, dcmj2pnm, dcml2pnm) draws of a file, overlays left out; its reason when it draws nothing. */
export async function drawnByDcmtk(program: string, path: string, args: readonly string[]): Promise<{ levels: Uint8Array } | { reason: string }> {
  try {
    const options = { encoding: 'buffer', env: peerEnv(), timeout: 120_000, maxBuffer: 2 ** 28 } as const;
    const { stdout } = await run(program, [...args, '-O', '+op', path], options);
    return stdout[1] === 0x35 ? { levels: readPgm(stdout).levels } : { reason: 'a colour picture' };
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    return { reason: said === '' ? String(error) : said };
  }
}

export interface Difference {
  readonly pixels: number;
  /** Pixels that differ by more than one level, padding left out. */
  readonly wrong: number;
  readonly largest: number;
  readonly first?: string;
}

/** Ours beside theirs, pixel by pixel. */
export function difference(file: GreyFile, ours: Uint8Array, theirs: Uint8Array): Difference {
  let wrong = ours.length === theirs.length ? 0 : Infinity;
  let largest = 0;
  let first = wrong === 0 ? undefined : `${theirs.length} pixels for ${ours.length}`;
  const { padding } = file.frame;
  for (let at = 0; at < ours.length; at++) {
    const stored = file.values[at] ?? 0;
    // DCMTK draws padding as any other value; here it is background (PS3.3 C.7.5.1.1.2).
    if (padding !== undefined && isPadding(stored, padding)) continue;
    const apart = Math.abs((ours[at] ?? 0) - (theirs[at] ?? 0));
    largest = Math.max(largest, apart);
    if (apart <= 1) continue;
    wrong++;
    first ??= `stored ${stored}: ours ${ours[at] ?? -1}, theirs ${theirs[at] ?? -1}`;
  }
  return { pixels: ours.length, wrong, largest, ...(first === undefined ? {} : { first }) };
}
