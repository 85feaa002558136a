import type { deleteCalls, Handlers } from '@shared/contract';
import { deletePlan } from '../../keeping';
import type { ServiceParts } from '../service-parts';

type DeleteHandlers = Pick<Handlers<'services'>, keyof typeof deleteCalls>;

export function deleteHandlers({ index, cache, jobs, env, keyImages, transfers }: ServiceParts): DeleteHandlers {
  const parts = { index, cache, clock: env.clock, transfers, isUnfinished: (uid: string) => keyImages.isUnfinished(uid) };
  return {
    'study.deletePlan': ({ studies }) => ({ studies: deletePlan(parts, studies) }),
    'study.delete': ({ studies, lastCopies }, { actor }) => ({ jobId: jobs.start('delete', { studies, lastCopies, actor: actor.user }).id }),
  };
}
