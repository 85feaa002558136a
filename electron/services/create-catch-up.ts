import type { EventPayload } from '@shared/contract';
import type { ReconcileRun } from '@shared/domain';
import { type ArchivePool, type NodeList, outageSetParts, reconcileParts, settleOutage } from './archive';
import type { Cache } from './cache';
import type { Clock } from './host-environment';
import type { Index } from './index';
import type { Settings } from './settings';
import { type JobDefinition, type Jobs, OutageSets, Reconcile } from './sync';

export interface CatchUpParts {
  readonly clock: Clock;
  readonly index: Index;
  readonly cache: Cache;
  readonly settings: Settings;
  readonly nodes: NodeList;
  readonly pool: ArchivePool;
  retrieve(): JobDefinition;
  jobs(): Jobs;
  /** Why nothing more is fetched now. */
  refusal(): string | undefined;
  emit<N extends 'reconcile.changed' | 'outageSet.changed'>(name: N, payload: EventPayload<N>): void;
}

/** What readies this station for an outage, and what catches up after one. */
export interface CatchUp {
  readonly reconcile: Reconcile;
  readonly outageSets: OutageSets;
}

export function createCatchUp(parts: CatchUpParts): CatchUp {
  const onChanged = (run: ReconcileRun): void => {
    const isSettled = run.state === 'ready' && run.failed.length === 0 && run.items.every(({ applied }) => applied !== undefined);
    if (isSettled) settleOutage(parts.index, run.node);
    parts.emit('reconcile.changed', { run });
  };
  return {
    reconcile: new Reconcile(reconcileParts({ ...parts, onChanged })),
    outageSets: new OutageSets(outageSetParts({ ...parts, onChanged: (set) => parts.emit('outageSet.changed', { set }) })),
  };
}
