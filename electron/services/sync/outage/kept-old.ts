import type { ReconcileItem, StudyUid } from '@shared/domain';
import type { ReplacedObject } from './difference';

/** Images that somebody kept as they are here although the archive has them otherwise: each is asked about once in a run of the program, whatever else is found with it. */
export class KeptOld {
  /** By archive and study. */
  private readonly answered = new Map<string, Set<string>>();

  note(node: string, { choice, StudyInstanceUID, objects }: ReconcileItem): void {
    if (choice !== 'keepOld') return;
    const key = `${node} ${StudyInstanceUID}`;
    this.answered.set(key, new Set([...(this.answered.get(key) ?? []), ...objects]));
  }

  /** Those that were answered for, by SOP Instance UID. */
  of(node: string, StudyInstanceUID: StudyUid): readonly string[] {
    return [...(this.answered.get(`${node} ${StudyInstanceUID}`) ?? [])];
  }

  /** Those that are still to be asked about. */
  without(node: string, StudyInstanceUID: StudyUid, replaced: readonly ReplacedObject[]): ReplacedObject[] {
    const answered = this.answered.get(`${node} ${StudyInstanceUID}`);
    return replaced.filter(({ SOPInstanceUID }) => answered?.has(SOPInstanceUID) !== true);
  }
}
