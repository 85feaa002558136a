import type { Handlers, outageSetCalls } from '@shared/contract';
import type { ServiceParts } from '../service-parts';

type OutageSetHandlers = Pick<Handlers<'services'>, keyof typeof outageSetCalls>;

export function outageSetHandlers({ outageSets, jobs, nodes }: ServiceParts): OutageSetHandlers {
  return {
    'outageSet.get': () => ({ set: outageSets.get() }),
    'outageSet.plan': ({ plan }) => {
      for (const { node, worklist } of plan.rules) for (const name of worklist === '' ? [node] : [node, worklist]) nodes.byName(name);
      return { set: outageSets.plan(plan) };
    },
    'outageSet.run': () => ({ jobId: jobs.start('outageSet', {}).id }),
  };
}
