import { CallError, type Handlers } from '@shared/contract';
import type { outboxCalls } from '@shared/contract';

type OutboxHandlers = Pick<Handlers<'services'>, keyof typeof outboxCalls>;

const later = (): never => {
  throw new CallError('unavailable', 'the outbox is not built in yet');
};

export function outboxHandlers(): OutboxHandlers {
  return {
    'outbox.list': later,
    'outbox.item': later,
    'outbox.retry': later,
    'outbox.cancel': later,
    'outbox.hold': later,
    'outbox.release': later,
    'outbox.retryNode': later,
    'outbox.export': later,
    'archive.states': () => ({ archives: [] }),
  };
}
