import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, realpath, rm, stat, unlink } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { CallError, type DataPlace } from '@shared/contract';
import { z } from 'zod';
import { writeAtomic } from './write-atomic';

const Document = z.object({ dataDir: z.string().min(1).max(4096) });
const FILE = 'data-place.json';
/**
 * What a data folder of ours has from its first start on (settings only once something was set); anything else in a chosen folder is somebody's, and ours goes into a folder of its
 * own there.
 */
const OURS = ['cache', 'electron', 'objects.journal'];

export interface DataPlaces {
  /** The folder of this start. */
  readonly dataDir: string;
  /** It was chosen in the preferences and is not there: a disk that is not attached. Nothing must be kept in its stead. */
  readonly isGone: boolean;
  state(): DataPlace;
  /** For the starts to come; throws CallError `badRequest` in words when nothing can be kept there. */
  choose(folder: string): Promise<DataPlace>;
  /** The usual place again. */
  forget(): Promise<DataPlace>;
}

/**
 * Where everything is kept: `--data-dir`, else the folder that was chosen in the preferences, else this user's place for applications. The choice stands in the usual place, since
 * the chosen one may be a disk that is not there: then the program says so and does not begin an empty cache somewhere else.
 */
export function dataPlaces(appData: string, byFlag: string | undefined): DataPlaces {
  const usual = join(appData, 'Alternator');
  const file = join(usual, FILE);
  const dataDir = byFlag ?? chosen(file) ?? usual;
  const state = (): DataPlace => ({ now: dataDir, next: byFlag ?? chosen(file) ?? usual, usual, byFlag: byFlag !== undefined });
  return {
    dataDir,
    isGone: byFlag === undefined && dataDir !== usual && !existsSync(dataDir),
    state,
    async choose(folder) {
      const place = await usable(folder, dataDir);
      if (place === usual) return this.forget();
      mkdirSync(usual, { recursive: true });
      await writeAtomic(file, `${JSON.stringify({ dataDir: place })}\n`);
      return state();
    },
    async forget() {
      await rm(file, { force: true });
      return state();
    },
  };
}

function chosen(file: string): string | undefined {
  try {
    const { dataDir } = Document.parse(JSON.parse(readFileSync(file, 'utf8')));
    return isAbsolute(dataDir) ? dataDir : undefined;
  } catch {
    return undefined; // never chosen, or not ours to read
  }
}

/** The folder that will be used: the chosen one when it is empty or ours already, else a new one in it. It is made, and written to once. */
async function usable(folder: string, now: string): Promise<string> {
  const refuse = (why: string): never => {
    throw new CallError('badRequest', `${folder}: ${why}. Nothing was changed.`);
  };
  try {
    if (!isAbsolute(folder) || !(await stat(folder)).isDirectory()) return refuse('not a folder');
    const real = await realpath(folder);
    const names = await readdir(real);
    const place = names.length === 0 || OURS.every((name) => names.includes(name)) ? real : join(real, 'Alternator');
    if (place !== now && isWithin(place, now)) return refuse('it lies within the folder that is used now');
    await mkdir(place, { recursive: true });
    const probe = join(place, '.alternator-write-test');
    await (await open(probe, 'w')).close();
    await unlink(probe);
    return place;
  } catch (error) {
    if (error instanceof CallError) throw error;
    return refuse(`it cannot be written to (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`);
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
