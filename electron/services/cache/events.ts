import type { QuarantineItem } from '@shared/domain';
import type { CacheNotice, DamagedObject, StoredEvent } from './cache-types';
import { Listeners } from './listeners';

export interface CacheEvents {
  readonly stored: Listeners<StoredEvent>;
  readonly quarantined: Listeners<QuarantineItem>;
  readonly notices: Listeners<CacheNotice>;
  readonly damaged: Listeners<DamagedObject>;
  /** What may be believed of the list is another now. */
  readonly list: Listeners<void>;
}

export function createCacheEvents(report: (error: unknown) => void): CacheEvents {
  return {
    stored: new Listeners(report),
    quarantined: new Listeners(report),
    notices: new Listeners(report),
    damaged: new Listeners(report),
    list: new Listeners(report),
  };
}
