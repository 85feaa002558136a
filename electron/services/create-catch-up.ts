import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPayload } from '@shared/contract';
import type { ReconcileRun, StudyUid } from '@shared/domain';
import {
  type ArchivePool,
  comparisonBudget,
  isLeftToCompare,
  isUnsettled,
  keepUnsettled,
  type MoveCopies,
  type NodeList,
  outageSetParts,
  reconcileParts,
  settleOutage,
} from './archive';
import type { Archiving } from './archiving';
import { type KeyImages, ownResults } from './authoring';
import type { Cache } from './cache';
import type { Clock } from './host-environment';
import type { Index } from './index';
import type { Logger } from './logging/logger';
import type { Settings } from './settings';
import {
  type ArchiveWatch,
  AtOpening,
  CompareAgain,
  ContentRounds,
  type DifferenceStore,
  type JobDefinition,
  type Jobs,
  OutageSets,
  Reconcile,
  systemTimers,
  type UncomparedStudy,
} from './sync';

/** From the opening of a study to its comparison with the archives. */
const AFTER_OPENING_MS = 3000;
/** What was opened so long ago is not gone on with in the background. */
const LATELY_MS = 14 * 86_400_000;
const MOST_WAITING = 200;

export interface CatchUpParts {
  readonly clock: Clock;
  readonly index: Index;
  readonly cache: Cache;
  readonly differences: DifferenceStore;
  readonly settings: Settings;
  readonly nodes: NodeList;
  readonly pool: ArchivePool;
  readonly moves: MoveCopies;
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
  /** Goes on with what openings began to compare. */
  readonly rounds: ContentRounds;
  /** Clears what waits about studies that go, and goes on where the list was not whole. */
  readonly removals: { close(): void };
}

export function createCatchUp(parts: CatchUpParts): CatchUp {
  const onChanged = (run: ReconcileRun): void => {
    const isDone = run.state === 'ready' && run.brokeOff === undefined && run.failed.length === 0 && run.items.every(({ applied }) => applied !== undefined);
    // rows of an earlier comparison that are done, or went with their study, say nothing of what changed while it was away since
    if (isDone && parts.archiving.gate.isCompared(run.node)) settleOutage(parts.index, run.node);
    parts.emit('reconcile.changed', { run });
    again.look(run.node);
  };
  const fetched = { bytes: 0 };
  const reconcile = new Reconcile(
    reconcileParts({
      onFetched: (bytes) => void (fetched.bytes += bytes),
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
  /** It answers, and nothing else is to be settled with it first: after an outage everything is compared, and chosen about, first. */
  const isReady = (name: string): boolean =>
    !isUnsettled(parts.index, name) &&
    parts
      .watch()
      .status()
      .some(({ node, state }) => node === name && state === 'ok');
  const close = parts.index.onRemoved((uids) => {
    for (const uid of uids)
      void reconcile.forget(uid).catch((error: unknown) => parts.log.error({ error: String(error) }, 'what was known of a study that went cannot be cleared'));
  });
  // their first answer is that of one that is back
  unsettleLost(parts);
  const isListWhole = (): boolean => parts.cache.rebuildNeeded() === undefined;
  let wasWhole = isListWhole();
  const offList = parts.cache.onListChanged(() => {
    for (const node of unsettleLost(parts)) {
      parts.archiving.gate.away(node);
      parts.jobs().start('reconcile', { node });
    }
    // what failed because the list was not whole; a try of the check that failed is told as well, and changes nothing here
    const isMade = isListWhole() && !wasWhole;
    wasWhole = isListWhole();
    if (isMade) for (const { node } of reconcile.list()) again.contact(node);
  });
  return {
    removals: {
      close() {
        close();
        offList();
      },
    },
    ...{ reconcile, again, rounds: contentRounds(parts, reconcile, isReady, fetched) },
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
      archivesOf: (uid) => (parts.index.keeping.archivedOf(uid)?.nodes ?? []).filter(isReady),
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

/** Whether archives were away stood in the list that was lost: each is taken for one that was, and compared before results go there. Names those that are so from now on. */
function unsettleLost({ cache, index, nodes, clock }: CatchUpParts): string[] {
  if (!cache.isListLost()) return [];
  const names = nodes.all().flatMap(({ name, role }) => (role === 'archive' && !isUnsettled(index, name) ? [name] : []));
  for (const name of names) keepUnsettled(index, name, clock.now());
  return names;
}

/** `fetched`: what came to be compared, by whatever look. */
function contentRounds(
  { clock, index, cache, log, jobs, settings }: CatchUpParts,
  reconcile: Reconcile,
  isReady: (node: string) => boolean,
  fetched: { readonly bytes: number },
): ContentRounds {
  const checkedAt = (node: string, uid: StudyUid): number => index.keeping.contentChecks(uid).find((one) => one.node === node)?.atMs ?? 0;
  const isWaiting = ({ node, StudyInstanceUID: uid }: UncomparedStudy): boolean =>
    isReady(node) && reconcile.left(node) !== undefined && index.getStudy(uid) !== undefined && isLeftToCompare(index, uid, node);
  return new ContentRounds({
    timers: systemTimers(clock),
    budget: comparisonBudget(settings, log),
    onArrival: (tell) => cache.onStored(tell),
    isBusy: () =>
      jobs()
        .list()
        .some(({ endedAt }) => endedAt === undefined),
    waiting: () =>
      index.keeping
        .openedSince(clock.now() - LATELY_MS)
        .flatMap(({ StudyInstanceUID, nodes }) => nodes.map((node) => ({ node, StudyInstanceUID })))
        .filter(isWaiting)
        .slice(0, MOST_WAITING),
    isWaiting,
    async compare({ node, StudyInstanceUID }, signal) {
      const before = checkedAt(node, StudyInstanceUID);
      await reconcile.compareOne(node, StudyInstanceUID, signal, 'many');
      return { left: isLeftToCompare(index, StudyInstanceUID, node), compared: checkedAt(node, StudyInstanceUID) !== before };
    },
    fetched: () => fetched.bytes,
    onFault: (error) => log.error({ error: String(error) }, 'studies that were opened lately could not be compared'),
  });
}
