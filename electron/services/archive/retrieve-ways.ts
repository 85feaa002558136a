import type { RetrieveChoice, RetrieveWay } from '@shared/domain';
import type { MoveResult } from '../dimse';
import type { ArchiveTarget } from './archive-pool';

/** An archive changes over the months, and so does the network. */
const OLD_MS = 30 * 86_400_000;

/** Nothing was measured, or too long ago. */
export function isOld(choice: RetrieveChoice | undefined, nowMs: number): boolean {
  return choice === undefined || Math.abs(nowMs - Date.parse(choice.at)) > OLD_MS;
}

/** The first is taken while nothing was measured. */
export function waysOf({ web, alsoDimse }: ArchiveTarget): RetrieveWay[] {
  if (web === undefined) return ['move', 'get'];
  return alsoDimse === true ? ['wado', 'move', 'get'] : ['wado'];
}

/**
 * The archive offers no C-MOVE, or refuses it as a whole and sends nothing: most often it does not know our AE title as a destination (0xA801; Orthanc
 * says 0xC000). Not when it is short of resources: asking in another way would not help it.
 */
export function isWithoutMove({ end, arrived, refused }: MoveResult): boolean {
  if (end.kind === 'failed') return end.failure.cause === 'noContext';
  return end.kind === 'answered' && end.status.category === 'failure' && end.status.remedy !== 'retry' && arrived.size === 0 && refused.size === 0;
}
