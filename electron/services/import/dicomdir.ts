import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { readPart10Header, readReferencedFiles } from '../part10';
import { fileProblem } from './file-problem';

const MAX_DICOMDIR_BYTES = 2 ** 28;
/** PS3.10 8.2 allows 8 components; discs in the field have a few more. */
const MAX_COMPONENTS = 32;

export interface DiscIndex {
  /** Paths of the files that it names and that are there, all inside the folder it stands in. */
  readonly files: readonly string[];
  /** What it names and what is not there, or leads elsewhere. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
  /** Why it cannot be used as an index. */
  readonly problem?: string;
}

/**
 * Reads a DICOMDIR (PS3.3 F): every Referenced File ID of every record, whatever its offsets say, since those are wrong on many discs. File IDs are
 * looked up name by name in the folder of the DICOMDIR: no name of it becomes a path, no link is followed, nothing outside of the medium is reached.
 * Rejects by the signal only.
 */
export async function readDiscIndex(path: string, signal: AbortSignal): Promise<DiscIndex> {
  const none = (problem: string): DiscIndex => ({ files: [], missing: [], problem });
  try {
    const { size } = await stat(path);
    if (size > MAX_DICOMDIR_BYTES) return none('too large for an index');
    const bytes = await readFile(path, { signal });
    const header = readPart10Header(bytes, true);
    if (!header.ok) return none(header.text);
    const read = readReferencedFiles(bytes.subarray(header.dataSetOffset), header.TransferSyntaxUID);
    const found = await lookUp(dirname(await realpath(path)), read.fileIds, signal);
    return { ...found, ...(read.problem !== undefined && { problem: read.problem }) };
  } catch (error) {
    signal.throwIfAborted();
    return none(fileProblem(error));
  }
}

async function lookUp(medium: string, fileIds: readonly string[], signal: AbortSignal): Promise<Pick<DiscIndex, 'files' | 'missing'>> {
  const folders = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const namesIn = (folder: string): Promise<ReadonlyMap<string, string>> => {
    const known = folders.get(folder) ?? listNames(folder);
    folders.set(folder, known);
    return known;
  };
  const files = new Set<string>();
  const missing: { name: string; reason: string }[] = [];
  for (const fileId of new Set(fileIds)) {
    signal.throwIfAborted();
    const found = await locate(medium, fileId, namesIn);
    if (typeof found === 'string') files.add(found);
    else missing.push({ name: fileId.replaceAll('\\', '/'), reason: found.reason });
  }
  return { files: [...files], missing };
}

async function locate(
  medium: string,
  fileId: string,
  namesIn: (folder: string) => Promise<ReadonlyMap<string, string>>,
): Promise<string | { readonly reason: string }> {
  const components = fileId.split('\\');
  if (components.length > MAX_COMPONENTS || components.some((name) => name === '' || name === '.' || name === '..' || /[/\0:]/.test(name)))
    return { reason: 'named by DICOMDIR with a name that no file of a medium has' };
  let path = medium;
  for (const component of components) {
    const names = await namesIn(path);
    const name = names.get(component) ?? names.get(folded(component));
    if (name === undefined) return { reason: 'named by DICOMDIR, not on the medium' };
    path = join(path, name);
  }
  const stats = await lstat(path);
  if (!stats.isFile()) return { reason: stats.isSymbolicLink() ? 'a link, not followed' : 'named by DICOMDIR, not a file' };
  // A folder on the way may be a link: what counts is where the file is.
  return (await realpath(path)).startsWith(medium + (medium.endsWith(sep) ? '' : sep)) ? path : { reason: 'it leads out of the medium' };
}

/** The names in a folder by themselves and as ISO 9660 would have them: upper case, without version and trailing dot. */
async function listNames(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  try {
    const entries = await readdir(folder);
    for (const name of entries) if (!names.has(folded(name))) names.set(folded(name), name);
    for (const name of entries) names.set(name, name);
  } catch {
    // not a folder: nothing is in it
  }
  return names;
}

function folded(name: string): string {
  return name.replace(/;\d+$/, '').replace(/\.$/, '').toUpperCase();
}
