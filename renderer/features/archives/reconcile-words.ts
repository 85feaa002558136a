import type { ReconcileRun } from '@shared/domain';
import { countOf } from '../../ui';

/** How much of a comparison is done, 0..1; undefined: none goes on, or it has not begun. */
export function comparedShare({ state, waits, compared, total }: Pick<ReconcileRun, 'state' | 'waits' | 'compared' | 'total'>): number | undefined {
  if (state !== 'comparing' || waits !== undefined) return undefined;
  return total === 0 ? 1 : compared / total;
}

/** What is left to be done with the rows of a comparison: so many need a choice, so many can be applied. */
export function footWords({ state, items }: Pick<ReconcileRun, 'state' | 'items'>, needChoice: number, ready: number): string {
  if (items.length === 0) return '';
  const old = items.filter(({ isOld, applied, choice }) => isOld === true && applied === undefined && choice !== undefined && choice !== 'hold');
  const waiting = state === 'comparing' ? old.length : 0;
  const waits = waiting === 0 ? '' : `${countOf(waiting, 'row waits until it is', 'rows wait until they are')} compared again`;
  const others = ready === 0 ? 'Nothing' : needChoice + waiting > 0 ? 'Everything else is ready; nothing' : 'Everything is ready; nothing';
  if (needChoice + waiting + ready === 0) return 'Everything that was chosen is done.';
  const parts = [needChoice === 0 ? '' : `${countOf(needChoice, 'row needs', 'rows need')} a choice`, waits, `${others} has been changed yet`];
  return `${parts.filter((part) => part !== '').join('. ')}.`;
}
