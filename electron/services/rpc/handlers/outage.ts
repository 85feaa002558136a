import type { Handlers, outageCalls } from '@shared/contract';
import type { ServiceParts } from '../service-parts';

type OutageHandlers = Pick<Handlers<'services'>, keyof typeof outageCalls>;

export function outageHandlers({ watch, nodes }: ServiceParts): OutageHandlers {
  return {
    'outage.status': () => ({ archives: watch.status() }),
    'outage.samples': () => ({ archives: watch.samples() }),
    'outage.tryNow': async ({ node }) => {
      await watch.tryNow(node === undefined ? undefined : nodes.byName(node).name);
      return { archives: watch.status() };
    },
  };
}
