import type { Commitment } from '../../index';
import type { Report } from './driver';

/** What a report makes of each object that was asked for. */
export type Verdict = 'committed' | 'sendAgain' | 'refused' | 'askAgain';

/** PS3.4 J.3.3.1.1, Failure Reason (0008,1197). */
const NO_SUCH_OBJECT = 0x0112;
const CLASS_INSTANCE_CONFLICT = 0x0119;
const SOP_CLASS_NOT_SUPPORTED = 0x0122;

/**
 * Reliability O10. Only what the report names as committed, by class and instance, is; what it names in neither list counts as not committed and is asked for again.
 */
export function judgeReport(asked: Commitment['objects'], report: Report): ReadonlyMap<string, Verdict> {
  const committed = new Map(report.committed.map(({ SOPInstanceUID, SOPClassUID }) => [SOPInstanceUID, SOPClassUID]));
  const failed = new Map(report.failed.map(({ SOPInstanceUID, reason }) => [SOPInstanceUID, reason]));
  return new Map(
    asked.map(({ SOPInstanceUID, SOPClassUID }): [string, Verdict] => {
      const reason = failed.get(SOPInstanceUID);
      if (reason === undefined) return [SOPInstanceUID, committed.get(SOPInstanceUID) === SOPClassUID ? 'committed' : 'askAgain'];
      if (reason === NO_SUCH_OBJECT) return [SOPInstanceUID, 'sendAgain'];
      return [SOPInstanceUID, reason === CLASS_INSTANCE_CONFLICT || reason === SOP_CLASS_NOT_SUPPORTED ? 'refused' : 'askAgain'];
    }),
  );
}

export function reasonWords(report: Report, SOPInstanceUID: string): string {
  const reason = report.failed.find((object) => object.SOPInstanceUID === SOPInstanceUID)?.reason;
  return reason === undefined
    ? 'the archive did not mention it'
    : `the archive does not keep it (failure reason 0x${reason.toString(16).toUpperCase().padStart(4, '0')})`;
}
