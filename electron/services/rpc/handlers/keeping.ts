import { CallError, type Handlers } from '@shared/contract';
import type { keepingCalls } from '@shared/contract';

type KeepingHandlers = Pick<Handlers<'services'>, keyof typeof keepingCalls>;

const later = (): never => {
  throw new CallError('unavailable', 'eviction is not built in yet');
};

export function keepingHandlers(): KeepingHandlers {
  return {
    'eviction.preview': later,
    'eviction.run': later,
    'study.keeping': () => ({}),
    'study.pin': later,
    'study.legalHold': later,
  };
}
