import type { ObjectRef } from '@shared/domain';
import { codeOf, Content } from './content';
import { type ObjectCache, openTable } from './open-object';
import { REPORT_LIMITS } from './structured-report';

export interface RejectionNote {
  /** Code Meaning of the document title: why. */
  readonly title: string;
  /** SOP Instance UIDs that it names. */
  readonly references: readonly string[];
}

const CONCEPT_NAME = 0x0040a043;
/** CID 7011: rejected for quality, for patient safety, incorrect worklist entry, data retention expired (IHE RAD TF 3, 4.66). */
const TITLES: ReadonlySet<string> = new Set(['113001', '113037', '113038', '113039']);
const EVIDENCE = 0x0040a375;
const SERIES = 0x00081115;
const OBJECTS = 0x00081199;
const REFERENCED_UID = 0x00081155;
const MOST = 20_000;

/** A key object selection that rejects objects (IHE IOCM: its title is one of CID 7011), or undefined when it is another one. Rejects with a CallError. */
export async function readRejectionNote(cache: ObjectCache, object: ObjectRef): Promise<RejectionNote | undefined> {
  const { table } = await openTable(cache, object, REPORT_LIMITS);
  const root = new Content(table, -1);
  const title = codeOf(root, CONCEPT_NAME);
  if (title === undefined || !TITLES.has(title.value)) return undefined;
  const references: string[] = [];
  for (const study of root.items(EVIDENCE)) {
    for (const series of study.items(SERIES)) {
      for (const item of series.items(OBJECTS)) if (references.length < MOST) references.push(item.text(REFERENCED_UID));
    }
  }
  return { title: title.meaning, references: references.filter((uid) => uid !== '') };
}
