import { VERIFICATION_SOP_CLASS } from '@shared/dicom';
import type { ArchiveReach } from '@shared/domain';
import { probe } from '../dimse';
import { testWeb } from '../dicomweb';
import type { Clock } from '../host-environment';
import type { Index } from '../index';
import { type ArchiveWatch, createArchiveWatch, type Outbox, systemTimers } from '../sync';
import type { ArchivePool } from './archive-pool';
import type { NodeList } from './node-list';

export interface WatchArchivesParts {
  readonly nodes: Pick<NodeList, 'all' | 'byName' | 'target'>;
  readonly outbox: Pick<Outbox, 'noteContact'>;
  readonly pool: Pick<ArchivePool, 'web'>;
  readonly clock: Clock;
  /** Outlives the program: an archive that comes back while this station is down is compared all the same. */
  readonly index: Pick<Index, 'mark' | 'setMark'>;
  onChanged(reach: ArchiveReach): void;
  /** It has stopped answering. */
  onAway(node: string): void;
  /** It answers again; since when it did not (ISO). */
  onBack(node: string, awaySince: string): void;
}

const awayMark = (node: string): string => `away ${node}`;

/** What changed while it was away is settled: nobody is asked about it again. */
export function settleOutage(index: Pick<Index, 'setMark'>, node: string): void {
  index.setMark(awayMark(node), 0);
}

/** It was away, and not everybody has chosen yet what to do about what changed meanwhile. */
export function isUnsettled(index: Pick<Index, 'mark'>, node: string): boolean {
  return (index.mark(awayMark(node)) ?? 0) > 0;
}

/** Something waits for a choice: the next start compares again. */
export function keepUnsettled(index: Pick<Index, 'mark' | 'setMark'>, node: string, atMs: number): void {
  if (!isUnsettled(index, node)) index.setMark(awayMark(node), atMs);
}

/** Since when it was away when that is not settled (ms). */
function unsettledSince(index: Pick<Index, 'mark'>, node: string): number | undefined {
  return index.mark(awayMark(node)) || undefined;
}

/** Looks after the archives of the settings by C-ECHO, and lets the outbox know: what waits for one that is back is sent at once. */
export function watchArchives({ nodes, outbox, pool, clock, index, onChanged, onAway, onBack }: WatchArchivesParts): ArchiveWatch {
  return createArchiveWatch({
    timers: systemTimers(clock),
    archives: () => nodes.all().flatMap(({ name, role }) => (role === 'archive' ? [name] : [])),
    unsettledSince: (node) => unsettledSince(index, node),
    async ask(node, signal) {
      const began = clock.monotonic();
      const known = nodes.all().find(({ name }) => name === node);
      if (known === undefined) return { ok: false, words: 'it is not in the settings any more', elapsedMs: 0 };
      const target = nodes.target(known);
      if (target.web !== undefined) {
        const { outcome, words, elapsedMs } = await testWeb(pool.web, target.web, signal, () => clock.monotonic());
        return { ok: outcome === 'reachable', words, elapsedMs };
      }
      const { failure, echoStatus } = await probe(target, [VERIFICATION_SOP_CLASS], signal);
      const elapsedMs = Math.round((clock.monotonic() - began) * 10) / 10;
      if (failure !== undefined) return { ok: false, words: failure.words, elapsedMs };
      if (echoStatus !== undefined && echoStatus !== 0)
        return { ok: false, words: `${node} answered the C-ECHO with 0x${echoStatus.toString(16)}.`, elapsedMs };
      return { ok: true, words: '', elapsedMs };
    },
    onChanged(reach, change) {
      const since = unsettledSince(index, reach.node);
      // the first of several outages whose differences nobody has looked at yet
      if (change === 'away' && since === undefined) index.setMark(awayMark(reach.node), Date.parse(reach.since));
      if (change === 'away') onAway(reach.node);
      if (change !== undefined) outbox.noteContact(reach.node, change === 'back', reach.words);
      onChanged(reach);
      if (change === 'back') onBack(reach.node, since === undefined ? reach.since : new Date(since).toISOString());
    },
  });
}
