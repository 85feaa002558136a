import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPayload } from '@shared/contract';
import type { ReconcileRun } from '@shared/domain';
import { type ArchivePool, isUnsettled, keepUnsettled, type NodeList, outageSetParts, reconcileParts, settleOutage } from './archive';
import type { Archiving } from './archiving';
import { type KeyImages, ownResults } from './authoring';
import type { Cache } from './cache';
import type { Clock } from './host-environment';
import type { Index } from './index';
import type { Logger } from './logging/logger';
import type { Settings } from './settings';
import { type ArchiveWatch, AtOpening, CompareAgain, type DifferenceStore, type JobDefinition, type Jobs, OutageSets, Reconcile, systemTimers } from './sync';

/** From the opening of a study to its comparison with the archives. */
const AFTER_OPENING_MS = 3000;

export interface CatchUpParts {
  readonly clock: Clock;
  readonly index: Index;
  readonly cache: Cache;
  readonly differences: DifferenceStore;
  readonly settings: Settings;
  readonly nodes: NodeList;
  readonly pool: ArchivePool;
  readonly log: Logger;
  readonly archiving: Pick<Archiving, 'outbox' | 'gate'>;
  readonly keyImages: KeyImages;
  watch(): Pick<ArchiveWatch, 'status'>;
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
  readonly atOpening: AtOpening;
  readonly again: CompareAgain;
}

export function createCatchUp(parts: CatchUpParts): CatchUp {
  const onChanged = (run: ReconcileRun): void => {
    const isSettled = run.state === 'ready' && run.brokeOff === undefined && run.failed.length === 0 && run.items.every(({ applied }) => applied !== undefined);
    if (isSettled) settleOutage(parts.index, run.node);
    parts.emit('reconcile.changed', { run });
    again.look(run.node);
  };
  const reconcile = new Reconcile(
    reconcileParts({
      ...{ ...parts, onChanged, outbox: parts.archiving.outbox, results: ownResults(parts.keyImages, parts.index), kept: parts.differences },
      gate: parts.archiving.gate,
      onHeld(node) {
        // found when a study was opened: nothing else waits for that
        if (!isUnsettled(parts.index, node)) parts.archiving.gate.open(node);
        keepUnsettled(parts.index, node, parts.clock.now());
      },
    }),
  );
  const again = new CompareAgain({
    timers: systemTimers(parts.clock),
    left: (node) => reconcile.left(node),
    one: (node, uid, signal) => reconcile.compareOne(node, uid, signal),
    everything(node) {
      const { awaySince } = reconcile.runOf(node);
      parts.jobs().start('reconcile', { node, ...(awaySince === undefined ? {} : { awaySince }) });
    },
    onPlanned(node, atMs) {
      parts.archiving.gate.nextTry(node, atMs);
      reconcile.plan(node, atMs);
    },
  });
  reconcile.restore((node) => parts.nodes.all().some(({ name, role }) => name === node && role === 'archive'));
  return {
    ...{ reconcile, again },
    outageSets: new OutageSets(
      outageSetParts({
        ...parts,
        async compare(node, uid, signal) {
          // after an outage everything is compared, and chosen about, first
          if (!isUnsettled(parts.index, node)) await reconcile.compareOne(node, uid, signal);
        },
        onChanged: (set) => parts.emit('outageSet.changed', { set }),
      }),
    ),
    atOpening: new AtOpening({
      monotonic: () => parts.clock.monotonic(),
      archivesOf(uid) {
        const known = parts.index.keeping.archivedOf(uid)?.nodes ?? [];
        // after an outage everything is compared, and chosen about, first
        return parts
          .watch()
          .status()
          .flatMap(({ node, state }) => (state === 'ok' && known.includes(node) && !isUnsettled(parts.index, node) ? [node] : []));
      },
      isArriving: (uid) =>
        parts
          .jobs()
          .list()
          .some((job) => job.endedAt === undefined && job.subject?.StudyInstanceUID === uid),
      pause: (signal) => sleep(AFTER_OPENING_MS, undefined, { signal }),
      compare: (node, uid, signal) => reconcile.compareOne(node, uid, signal),
    }),
  };
}
