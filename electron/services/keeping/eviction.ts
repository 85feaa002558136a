import { CallError } from '@shared/contract';
import { type EvictionPolicy, EvictionPolicy as Policy, type EvictionPreview, type StudyKeeping, type StudyUid } from '@shared/domain';
import type { Cache } from '../cache';
import type { Clock } from '../host-environment';
import type { Index } from '../index';
import type { Logger } from '../logging/logger';
import type { Settings } from '../settings';
import { every, type JobDefinition, type Timers } from '../sync';
import { candidateOf, type EvictionFacts, planEviction } from './plan-eviction';

export interface EvictionParts {
  readonly cache: Pick<Cache, 'status' | 'flush' | 'evict' | 'reserveBytes'>;
  readonly index: Pick<Index, 'keeping' | 'instances' | 'audit' | 'getStudy'>;
  readonly settings: Pick<Settings, 'value'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Logger;
  /** Authored work of a study is not finished. */
  isUnfinished?(StudyInstanceUID: string): boolean;
  /** Starts the job below. */
  start(): void;
}

const LOOK_EVERY_MS = 5 * 60_000;
/** A study that was opened stays open for so long: pages do not tell when they let go of one. */
const OPEN_MS = 12 * 3_600_000;
const SHOWN = 500;
/** Of those that stay, so many are looked at object by object for the reason. */
const EXACT = 50;

/** Keeps the cache within its bounds, by removing only what is proven to stand elsewhere. */
export class Eviction {
  private readonly openedAt = new Map<string, number>();
  private stopTimer: (() => void) | undefined;

  constructor(private readonly parts: EvictionParts) {}

  /** Looks by itself from now on. */
  watch(): void {
    this.stopTimer = every(this.parts.timers, LOOK_EVERY_MS, () => {
      if (this.policy().automatic && this.isOver() && this.plan().goes.length > 0) this.parts.start();
    });
  }

  close(): void {
    this.stopTimer?.();
  }

  policy(): EvictionPolicy {
    return Policy.parse(this.parts.settings.value('eviction'));
  }

  /** Somebody has opened it: it is in use. */
  opened(StudyInstanceUID: StudyUid): void {
    this.openedAt.set(StudyInstanceUID, this.parts.clock.monotonic());
    this.parts.index.keeping.opened(StudyInstanceUID, this.parts.clock.now());
  }

  preview(): EvictionPreview {
    const facts = this.facts();
    const { neededBytes, goes, goesBytes, stays, short } = planEviction(facts);
    const words = short
      ? `${gigabytes(neededBytes)} GB must be freed, but only ${gigabytes(goesBytes)} GB may go: new retrieves are refused until there is room.`
      : neededBytes === 0
        ? 'Nothing has to go.'
        : `${String(goes.length)} studies go, ${gigabytes(goesBytes)} GB.`;
    const { policy, usedBytes, freeBytes } = facts;
    const exact = stays.slice(0, SHOWN).map((candidate, at) => {
      const [study] = at < EXACT ? this.parts.index.keeping.evictable(candidate.StudyInstanceUID) : [];
      return study === undefined ? candidate : candidateOf(study, facts);
    });
    return { policy, usedBytes, freeBytes, neededBytes, goes: [...goes], goesBytes, stays: exact, short, words };
  }

  /** Why no retrieve is begun; modalities are still taken down to the reserve of the cache. */
  refusal(): string | undefined {
    const { diskFreeBytes, sizeBytes } = this.parts.cache.status();
    const { maxBytes } = this.policy();
    const floor = this.parts.cache.reserveBytes * 1.5;
    if (diskFreeBytes >= floor && (maxBytes === 0 || sizeBytes <= maxBytes)) return undefined;
    const { goesBytes, neededBytes } = this.plan();
    if (diskFreeBytes >= floor && goesBytes >= neededBytes) return undefined;
    if (diskFreeBytes < floor) return `The disk is nearly full (${gigabytes(diskFreeBytes)} GB free): what is left is kept for modalities. Free some space.`;
    return 'The cache is full, and nothing more in it is proven to stand elsewhere: send studies, or raise its limit.';
  }

  keeping(StudyInstanceUID: StudyUid): StudyKeeping | undefined {
    return this.parts.index.keeping.keepingOf(StudyInstanceUID);
  }

  keep(StudyInstanceUID: StudyUid, change: Partial<Pick<StudyKeeping, 'pinned' | 'legalHold' | 'reason'>>, actor: string): StudyKeeping | undefined {
    if (this.parts.index.getStudy(StudyInstanceUID) === undefined) throw new CallError('notFound', 'this study is not here (any more)');
    const before = this.keeping(StudyInstanceUID);
    const { pinned = before?.pinned ?? false, legalHold = before?.legalHold ?? false } = change;
    // who put it on hold, when and why stays with the hold, whoever pins it meanwhile
    const hold = before?.legalHold === true && change.legalHold === undefined ? before : undefined;
    const by = hold === undefined ? { actor, atMs: this.parts.clock.now() } : { actor: hold.by, atMs: Date.parse(hold.at) };
    const reason = legalHold ? (change.reason ?? before?.reason ?? '') : '';
    this.parts.index.keeping.keep({ StudyInstanceUID, pinned, legalHold, reason, ...by });
    return this.keeping(StudyInstanceUID);
  }

  /** What the preview names, each study looked at again right before it goes, and audited with its proof. */
  job(): JobDefinition {
    return {
      unit: 'studies',
      title: () => 'Make room in the cache',
      key: () => 'evict',
      run: async ({ progress, signal }) => {
        // Nothing that is to go stands in the journal any more.
        await this.parts.cache.flush();
        const { goes } = this.plan();
        let done = 0;
        progress.set(0, goes.length);
        for (const { StudyInstanceUID } of goes) {
          signal.throwIfAborted();
          const kept = await this.evictStudy(StudyInstanceUID);
          if (kept !== undefined) progress.refuse(StudyInstanceUID, kept);
          progress.set(++done, goes.length);
        }
      },
    };
  }

  /** Undefined: it is gone. Otherwise why it stays. */
  private async evictStudy(StudyInstanceUID: StudyUid): Promise<string | undefined> {
    const { index, cache, clock, log } = this.parts;
    const [study] = index.keeping.evictable(StudyInstanceUID);
    if (study === undefined) return 'it is not here any more';
    const { obstacles, proof, objects, sizeBytes } = candidateOf(study, this.facts([]));
    if (obstacles.length > 0) return `it stays: ${obstacles.join(', ')}`;
    const uids = index.instances(StudyInstanceUID).map(({ attributes }) => attributes.SOPInstanceUID);
    if (uids.length !== objects) return 'it changed while it was looked at';
    index.audit({
      atMs: clock.now(),
      user: 'system',
      action: 'eviction.study',
      outcome: 'allowed',
      detail: `${StudyInstanceUID}: ${String(uids.length)} objects, ${String(sizeBytes)} bytes removed from the cache; proof: ${proof}`,
    });
    const { removed, kept } = await cache.evict(uids, () => this.mayStillGo(StudyInstanceUID));
    log.info({ objects: removed, sizeBytes }, 'a study was removed from the cache');
    if (kept.includes('INUSE')) return `it is needed again: ${String(kept.length)} objects of it stay`;
    return kept.length === 0 ? undefined : `${String(kept.length)} files could not be removed (${kept[0] ?? ''})`;
  }

  /** Somebody may have opened it meanwhile, ordered it to be sent, or put another object in the place of one that was proven. */
  private mayStillGo(StudyInstanceUID: StudyUid): boolean {
    const [study] = this.parts.index.keeping.evictable(StudyInstanceUID);
    return study !== undefined && candidateOf(study, this.facts([])).obstacles.length === 0;
  }

  /** Cheap: asked before all studies are looked through. */
  private isOver(): boolean {
    const { diskFreeBytes, sizeBytes } = this.parts.cache.status();
    const { maxBytes, minFreeBytes } = this.policy();
    return diskFreeBytes < minFreeBytes || (maxBytes > 0 && sizeBytes > maxBytes);
  }

  private plan(): ReturnType<typeof planEviction> {
    return planEviction(this.facts());
  }

  private facts(studies = this.parts.index.keeping.evictable()): EvictionFacts {
    const { sizeBytes, diskFreeBytes } = this.parts.cache.status();
    const { clock } = this.parts;
    return {
      policy: this.policy(),
      nowMs: clock.now(),
      usedBytes: sizeBytes,
      freeBytes: diskFreeBytes,
      studies,
      isUnfinished: (uid) => this.parts.isUnfinished?.(uid) === true,
      isOpen: (uid) => clock.monotonic() - (this.openedAt.get(uid) ?? -Infinity) < OPEN_MS,
    };
  }
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
