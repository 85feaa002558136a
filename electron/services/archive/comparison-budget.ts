import { ComparisonPolicy } from '@shared/domain';
import type { Logger } from '../logging/logger';
import type { Settings } from '../settings';
import type { ComparisonBudget } from '../sync';

/** What quiet comparisons may cost, and did: it goes on where the last program left it. */
export function comparisonBudget(settings: Pick<Settings, 'value' | 'set'>, log: Logger): ComparisonBudget {
  /** Where the disk does not take it. */
  let unkept: ComparisonPolicy['spent'];
  const read = (): ComparisonPolicy => ComparisonPolicy.parse(settings.value('comparison'));
  return {
    bytesADay: () => read().bytesADay,
    spent: () => unkept ?? read().spent,
    keep(spent) {
      try {
        settings.set('comparison', { ...read(), spent });
        unkept = undefined;
      } catch (error) {
        unkept = spent;
        log.warn({ error: String(error) }, 'what comparisons cost cannot be kept');
      }
    },
  };
}
