import type { Handlers, keepingCalls } from '@shared/contract';
import type { StudyKeeping } from '@shared/domain';
import type { ServiceParts } from '../service-parts';

type KeepingHandlers = Pick<Handlers<'services'>, keyof typeof keepingCalls>;

export function keepingHandlers({ archiving: { eviction }, jobs }: ServiceParts): KeepingHandlers {
  const answer = (keeping: StudyKeeping | undefined): { keeping?: StudyKeeping } => (keeping === undefined ? {} : { keeping });
  return {
    'eviction.preview': () => eviction.preview(),
    'eviction.run': () => ({ jobId: jobs.start('evict', {}).id }),
    'study.keeping': ({ StudyInstanceUID }) => answer(eviction.keeping(StudyInstanceUID)),
    'study.pin': ({ StudyInstanceUID, pinned }, { actor }) => answer(eviction.keep(StudyInstanceUID, { pinned }, actor.user)),
    'study.legalHold': ({ StudyInstanceUID, legalHold, reason }, { actor }) => answer(eviction.keep(StudyInstanceUID, { legalHold, reason }, actor.user)),
  };
}
