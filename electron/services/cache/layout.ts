import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Paths in the data folder. No DICOM text becomes part of a path: an object's name is the SHA-256 of its SOP Instance UID (B10). */
export interface Layout {
  readonly root: string;
  readonly lock: string;
  readonly index: string;
  readonly sideJournal: string;
  readonly objectJournal: string;
  readonly objects: string;
  readonly journal: string;
  readonly incoming: string;
  readonly quarantine: string;
  objectFolder(SOPInstanceUID: string): string;
  objectPath(SOPInstanceUID: string): string;
}

export function layoutOf(dataDir: string): Layout {
  const objects = join(dataDir, 'cache', 'objects');
  const nameOf = (uid: string) => createHash('sha256').update(uid, 'utf8').digest('hex');
  return {
    root: dataDir,
    lock: join(dataDir, 'lock'),
    index: join(dataDir, 'index.sqlite'),
    sideJournal: join(dataDir, 'side.journal'),
    objectJournal: join(dataDir, 'objects.journal'),
    objects,
    journal: join(dataDir, 'cache', 'journal'),
    incoming: join(dataDir, 'cache', 'incoming'),
    quarantine: join(dataDir, 'quarantine'),
    objectFolder: (uid) => join(objects, nameOf(uid).slice(0, 2)),
    objectPath(uid) {
      const name = nameOf(uid);
      return join(objects, name.slice(0, 2), `${name}.dcm`);
    },
  };
}
