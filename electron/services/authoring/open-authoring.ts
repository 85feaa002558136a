import { join } from 'node:path';
import { LineJournal } from '../cache';
import type { HostEnvironment } from '../host-environment';
import { AuthoringNote, KeyImageFold } from './key-image-fold';
import { KeyImages, type KeyImagesParts } from './key-images';

/** Opens the journal of authored work in the data folder, whose lock the caller holds. Nothing is taken up before `start`. */
export function openAuthoring(env: HostEnvironment, parts: Omit<KeyImagesParts, 'journal' | 'fold'>): KeyImages {
  const fold = new KeyImageFold();
  const journal = LineJournal.open(env.files, join(env.options.dataDir, 'authoring.journal'), fold, (value) => AuthoringNote.safeParse(value).data);
  return new KeyImages({ ...parts, journal, fold });
}
