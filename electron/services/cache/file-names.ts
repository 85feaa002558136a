import { setImmediate as turn } from 'node:timers/promises';
import type { Index, ObjectNote } from '../index';
import type { FileLayer } from './file-layer';
import type { Layout } from './layout';
import { readObjectHeader } from './object-reader';

const PAGE = 2000;

export interface NameSources {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly index: Index;
  readonly side: { objects(onlyLast: boolean): Iterable<ObjectNote> };
}

/** SOP Instance UIDs of object files that cannot be read as objects: by the rows, by what was noted of single objects, else by their own headers. */
export async function namesOf(parts: NameSources, paths: ReadonlySet<string>): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const look = (uid: string): void => {
    const path = parts.layout.objectPath(uid);
    if (paths.has(path)) names.set(path, uid);
  };
  for (let after = 0; names.size < paths.size;) {
    const page = parts.index.uidPage(after, PAGE);
    for (const { SOPInstanceUID } of page) look(SOPInstanceUID);
    if (page.length < PAGE) break;
    after = page.at(-1)?.id ?? after;
    await turn();
  }
  if (names.size < paths.size) for (const note of parts.side.objects(false)) for (const uid of uidsOf(note)) look(uid);
  for (const path of paths) {
    const uid = names.has(path) ? undefined : await nameInHeader(parts, path);
    if (uid !== undefined) look(uid);
  }
  return names;
}

function uidsOf(note: ObjectNote): readonly string[] {
  return note.kind === 'viewed' ? note.images.map(([uid]) => uid) : note.uids;
}

async function nameInHeader({ files }: NameSources, path: string): Promise<string | undefined> {
  try {
    const handle = await files.async.open(path, 'r');
    try {
      return (await readObjectHeader(files, handle))?.SOPInstanceUID;
    } finally {
      await files.async.close(handle);
    }
  } catch {
    return undefined; // nothing of it can be read
  }
}
