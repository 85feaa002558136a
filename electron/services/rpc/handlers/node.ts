import type { Handlers } from '@shared/contract';
import { echo } from '../../dimse';
import type { ServiceParts } from '../service-parts';

type NodeHandlers = Pick<
  Handlers<'services'>,
  'node.status' | 'node.senders' | 'node.allowSender' | 'node.forgetSender' | 'node.acceptUnknownSopClasses' | 'node.echo'
>;

export function nodeHandlers({ node, senders, env }: ServiceParts): NodeHandlers {
  return {
    'node.status': () => node.status(),
    'node.senders': () => ({ accepted: senders.all(), refused: node.refused(), acceptUnknownSopClasses: senders.takesUnknownClasses() }),
    'node.allowSender': ({ aeTitle, host }) => {
      senders.allow(aeTitle, host);
      node.forgetRefused(aeTitle, host);
      return { accepted: senders.all() };
    },
    'node.forgetSender': ({ aeTitle, host }) => {
      senders.forget(aeTitle, host);
      return { accepted: senders.all() };
    },
    'node.acceptUnknownSopClasses': ({ accept }) => {
      senders.takeUnknownClasses(accept);
      return { acceptUnknownSopClasses: senders.takesUnknownClasses() };
    },
    'node.echo': (target, { signal }) => echo({ ...target, callingAeTitle: env.options.aeTitle }, signal),
  };
}
