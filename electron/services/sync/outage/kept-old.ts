import type { ReconcileItem, StudyUid } from '@shared/domain';
import type { ReplacedObject } from './difference';

/** As many as a row may name. */
const MOST_OBJECTS = 50_000;

/** Somebody has kept the images of this row as they are here. */
export function isKeptOld({ choice, applied }: ReconcileItem): boolean {
  return choice === 'keepOld' && applied !== undefined;
}

/**
 * Images that somebody kept as they are here although the archive has them otherwise: each is asked about once, whatever else is found with it, until its study is no longer here. The
 * answers are kept beside the rows that wait, so they hold in later runs of the program too.
 */
export class KeptOld {
  /** By archive and study: the last answer as a row, about all images that were answered for. */
  private readonly answered = new Map<string, ReconcileItem>();

  note(node: string, item: ReconcileItem): void {
    if (!isKeptOld(item)) return;
    const key = keyOf(node, item.StudyInstanceUID);
    const objects = new Set([...item.objects, ...(this.answered.get(key)?.objects ?? [])]);
    this.answered.set(key, { ...item, objects: [...objects].slice(0, MOST_OBJECTS) });
  }

  /** What is kept of it; undefined: nobody has answered. */
  row(node: string, StudyInstanceUID: StudyUid): ReconcileItem | undefined {
    return this.answered.get(keyOf(node, StudyInstanceUID));
  }

  /** Those that were answered for, by SOP Instance UID. */
  of(node: string, StudyInstanceUID: StudyUid): readonly string[] {
    return this.row(node, StudyInstanceUID)?.objects ?? [];
  }

  /** Those that are still to be asked about. */
  without(node: string, StudyInstanceUID: StudyUid, replaced: readonly ReplacedObject[]): ReplacedObject[] {
    const answered = new Set(this.of(node, StudyInstanceUID));
    return replaced.filter(({ SOPInstanceUID }) => !answered.has(SOPInstanceUID));
  }

  /** The images are not here any more; what comes under their UIDs later is another matter. */
  forget(node: string, StudyInstanceUID: StudyUid): void {
    this.answered.delete(keyOf(node, StudyInstanceUID));
  }
}

function keyOf(node: string, StudyInstanceUID: StudyUid): string {
  return `${node} ${StudyInstanceUID}`;
}
