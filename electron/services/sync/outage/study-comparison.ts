import { isConflict, type ReconcileItem, type ReconcileRun, type StudyUid } from '@shared/domain';
import type { Clock } from '../../host-environment';
import { compareStudy } from './compare-study';
import { holdWords, type HowToLook, isAnswered, type LocalStudy, type RemoteStudy, type ReplacedObject, type SampleSize, wordsOf } from './difference';
import type { KeptOld } from './kept-old';
import type { ResultsGate } from './results-gate';

export interface ComparisonParts {
  readonly clock: Clock;
  local(node: string, uid: StudyUid): LocalStudy | undefined;
  /** Objects of it are here, or may be: the list is being made again and does not know it yet. */
  isHere(uid: StudyUid): boolean;
  /** Undefined: the archive does not know it. Rejects with an Error in words when it cannot be asked. */
  remote(node: string, uid: StudyUid, here: ReadonlySet<string>, sample: SampleSize, signal: AbortSignal): Promise<Omit<RemoteStudy, 'replaced'> | undefined>;
  /** Objects of the study that the archive has with other content under the same UID. */
  replaced(node: string, local: LocalStudy, remote: RemoteStudy, how: HowToLook, signal: AbortSignal): Promise<readonly ReplacedObject[]>;
  /** Whether results of studies may go to an archive that was away: only what was compared lets them go. */
  readonly gate: Pick<ResultsGate, 'cleared' | 'failed'>;
  /** Orders of the study for the archive wait for a choice, or no longer; `why` of the hold. */
  hold(node: string, uid: StudyUid, why: string): void;
  release(node: string, uid: StudyUid, by: string): void;
}

/** What the comparison of one study came to. */
export interface Found {
  readonly items: readonly ReconcileItem[];
  /** Studies without a difference: 0 or 1. */
  readonly same: number;
  /** The study as the archive has it; absent: it does not, or could not be asked. */
  readonly remote?: RemoteStudy;
  readonly problem?: ReconcileRun['failed'][number];
}

/** One lost answer is no deletion: what was not found is asked for a second time. */
const ASKED = 2;
const NOTHING: Found = { items: [], same: 0 };

/** Compares single studies with an archive, and holds or lets go what is to be sent of them. Nothing that an archive said stays here: a large study is some megabytes of UIDs. */
export class StudyComparison {
  constructor(
    private readonly parts: ComparisonParts,
    private readonly keptOld: KeptOld,
    /** Rows about an archive as they stand. */
    private readonly rowsOf: (node: string) => readonly ReconcileItem[],
  ) {}

  /** Rejects when `signal` is aborted; an archive that cannot be asked is a `problem`. Of a study that is not here, or goes while the archive is asked, nothing is found. */
  async compare(node: string, uid: StudyUid, sample: SampleSize, signal: AbortSignal): Promise<Found> {
    let PatientName = '';
    try {
      const local = this.parts.local(node, uid);
      if (local === undefined) {
        if (this.parts.isHere(uid)) throw new Error('it is not in the list, which is being made again');
        return NOTHING;
      }
      ({ PatientName } = local);
      let remote = await this.remote(node, uid, new Set(local.objects.map(({ SOPInstanceUID }) => SOPInstanceUID)), sample, signal);
      let items = compareStudy(node, local, remote);
      // another patient's values stand in every object: that is one difference, not many
      if (remote !== undefined && !items.some(({ kind }) => kind === 'reidentified')) {
        const known = this.rowsOf(node).flatMap((one) => (one.id === `replaced ${uid}` && one.applied === undefined ? one.objects : []));
        const how = { sample, known, answered: this.keptOld.of(node, uid) };
        remote = { ...remote, replaced: this.keptOld.without(node, uid, await this.parts.replaced(node, local, remote, how, signal)) };
        items = compareStudy(node, local, remote);
      }
      if (!this.parts.isHere(uid)) return NOTHING;
      this.holdOrRelease(node, uid, items);
      const seenAt = new Date(this.parts.clock.now()).toISOString();
      return { items: items.map((item) => ({ ...item, seenAt })), same: items.length === 0 ? 1 : 0, ...(remote && { remote }) };
    } catch (error) {
      signal.throwIfAborted();
      if (!this.parts.isHere(uid)) return NOTHING;
      const words = wordsOf(error);
      this.parts.gate.failed(node, uid, words);
      return { items: [], same: 0, problem: { StudyInstanceUID: uid, PatientName, words } };
    }
  }

  private async remote(node: string, uid: StudyUid, here: ReadonlySet<string>, sample: SampleSize, signal: AbortSignal): Promise<RemoteStudy | undefined> {
    for (let n = 0; n < ASKED; n++) {
      const found = await this.parts.remote(node, uid, here, sample, signal);
      if (found !== undefined) return { ...found, replaced: [] };
    }
    return undefined;
  }

  private holdOrRelease(node: string, uid: StudyUid, items: readonly ReconcileItem[]): void {
    const conflict = items.find((item) => isConflict(item) && !isAnswered(item, this.rowsOf(node)));
    if (conflict !== undefined) this.parts.hold(node, uid, holdWords(conflict));
    else this.parts.release(node, uid, 'system');
    // what is in conflict is held by its orders
    this.parts.gate.cleared(node, uid);
  }
}
