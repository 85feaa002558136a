import type { Handlers, reconcileCalls } from '@shared/contract';
import { returnHistory } from '../../archive';
import type { ServiceParts } from '../service-parts';

type ReconcileHandlers = Pick<Handlers<'services'>, keyof typeof reconcileCalls>;

export function reconcileHandlers({ reconcile, nodes, jobs, index, keyImages, atOpening, archiving }: ServiceParts): ReconcileHandlers {
  return {
    'reconcile.list': () => ({ runs: reconcile.list() }),
    'reconcile.opened': ({ StudyInstanceUID }) => {
      atOpening.opened(StudyInstanceUID);
      return {};
    },
    'reconcile.compare': ({ node }) => ({ jobId: jobs.start('reconcile', { node: nodes.byName(node).name }).id }),
    'reconcile.choose': ({ node, id, choice }) => ({ run: reconcile.choose(node, id, choice) }),
    'reconcile.history': ({ node, StudyInstanceUID }) => ({ events: returnHistory({ index, keyImages }, reconcile.runOf(node), StudyInstanceUID) }),
    'reconcile.counts': ({ node }) => {
      const { awaySince, at } = reconcile.runOf(node);
      return { ...index.outbox.countsSince(node, Date.parse(awaySince ?? at)), resultsUncompared: archiving.outbox.uncompared(node) };
    },
    'reconcile.apply': async ({ node, seen }, { actor }) => ({ run: await reconcile.apply(node, actor.user, seen) }),
  };
}
