import type { Handlers, reconcileCalls } from '@shared/contract';
import type { ServiceParts } from '../service-parts';

type ReconcileHandlers = Pick<Handlers<'services'>, keyof typeof reconcileCalls>;

export function reconcileHandlers({ reconcile, nodes, jobs }: ServiceParts): ReconcileHandlers {
  return {
    'reconcile.list': () => ({ runs: reconcile.list() }),
    'reconcile.compare': ({ node }) => ({ jobId: jobs.start('reconcile', { node: nodes.byName(node).name }).id }),
    'reconcile.choose': ({ node, id, choice }) => ({ run: reconcile.choose(node, id, choice) }),
    'reconcile.apply': async ({ node }, { actor }) => ({ run: await reconcile.apply(node, actor.user) }),
  };
}
