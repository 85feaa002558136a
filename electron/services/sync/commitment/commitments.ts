import type { Commitment, EntryChange, KeepingStore, OutboxEntry, OutboxStore, Proof } from '../../index';
import type { Logger } from '../../logging/logger';
import { backOffMs, type Outbox, type Timers } from '../outbox';
import type { ConfirmDriver, Report } from './driver';
import { judgeReport, reasonWords } from './judge-report';

export interface CommitmentParts {
  readonly outbox: Outbox;
  readonly store: OutboxStore;
  readonly keeping: KeepingStore;
  readonly driver: ConfirmDriver;
  readonly timers: Timers;
  readonly log: Logger;
  /** From the first object that was sent to the request; absent: the usual time. */
  readonly afterMs?: number;
  newUid(): string;
  /** Objects of this study are known to be elsewhere now, or no longer. */
  onProven(StudyInstanceUID: string): void;
  audit(detail: string): void;
}

/** After the last object of a burst. */
const AFTER_MS = 2000;
const AT_ONCE = 2000;
/** O9: no report for so long: asked anew. Persisted with the request, so that it runs on over a restart. */
export const REPORT_WITHIN_MS = 3_600_000;
const MOST_ASKED = 3;
/** An archive that offers neither commitment nor query, or does not list what it took, is looked at again after this. */
const LOOK_AGAIN_MS = 6 * 3_600_000;
/** Archives index in their own time: so many looks before an object that is not listed is sent again. */
const LOOKS = 3;
/** Looks and sendings together: then it is a dead letter. */
const MOST_FAULTS = 6;

const SUCCESS = 0x0000;
const PROCESSING_FAILURE = 0x0110;

/**
 * Makes sure that what was sent is kept: by storage commitment where it is offered, by an IMAGE-level query where it is not or where no report comes after three
 * requests (reliability O8 to O10). Nothing is called committed but by a report to a request of ours, object by object.
 */
export class Commitments {
  private readonly running = new Map<string, Promise<void>>();
  private readonly timersOf = new Map<string, { readonly dueMs: number; cancel(): void }>();
  private readonly failures = new Map<string, number>();
  private readonly withoutCommitment = new Set<string>();
  private readonly ending = new AbortController();
  private readonly off: () => void;

  constructor(private readonly parts: CommitmentParts) {
    this.off = parts.outbox.onChanged(({ node, sent }) => {
      if (sent.length > 0) this.schedule(node, parts.afterMs ?? AFTER_MS);
    });
  }

  /** Takes up what was asked before a restart, and what was sent and never asked for. */
  start(nodes: readonly string[]): void {
    for (const node of new Set([...nodes, ...this.parts.keeping.commitments('asked').map((each) => each.node)])) this.schedule(node, AFTER_MS);
  }

  async close(): Promise<void> {
    this.off();
    this.ending.abort();
    for (const { cancel } of this.timersOf.values()) cancel();
    this.timersOf.clear();
    await Promise.all(this.running.values());
  }

  /** An N-EVENT-REPORT, on whatever association it came. Returns the status of the response. */
  report(report: Report): number {
    const { keeping, log } = this.parts;
    const asked = keeping.commitment(report.transactionUid);
    if (asked === undefined) {
      log.warn({}, 'a storage commitment report about no request of ours');
      return PROCESSING_FAILURE;
    }
    // PS3.4 J.3.3: a transaction is dead after its report; one that comes twice was not heard as answered
    if (asked.state === 'answered') return SUCCESS;
    this.apply(asked, report);
    return SUCCESS;
  }

  private apply(asked: Commitment, report: Report): void {
    const { keeping, store, timers, outbox } = this.parts;
    const verdicts = judgeReport(asked.objects, report);
    const proofs: Proof[] = [];
    const changes: EntryChange[] = [];
    for (const { item, SOPInstanceUID } of asked.objects) {
      const verdict = verdicts.get(SOPInstanceUID);
      if (verdict === 'committed') proofs.push({ SOPInstanceUID, node: asked.node, kind: 'committed', atMs: timers.now(), reference: asked.transactionUid });
      const entry = store.entry(item as OutboxEntry['item'], SOPInstanceUID);
      if (entry?.state !== 'sent') continue;
      if (verdict === 'committed') changes.push(changeOf(entry, 'committed', entry.words));
      else if (verdict === 'sendAgain') changes.push(this.sendAgain(entry, reasonWords(report, SOPInstanceUID)));
      else if (verdict === 'refused') changes.push(changeOf(entry, 'failed', `Sent, but ${reasonWords(report, SOPInstanceUID)}.`));
    }
    // proofs first: a crash in between asks once more, and forgets nothing
    keeping.prove(proofs);
    keeping.putCommitment({ ...asked, state: 'answered' });
    this.settle(changes);
    this.parts.audit(
      `storage commitment by ${asked.node}: ${String(proofs.length)} of ${String(asked.objects.length)} objects (transaction ${asked.transactionUid})`,
    );
    this.failures.delete(asked.node);
    if (outbox.counts({ node: asked.node }).sent > 0) this.schedule(asked.node, backOffMs(asked.attempt, timers.random()));
  }

  private settle(changes: readonly EntryChange[]): void {
    const { outbox, store } = this.parts;
    outbox.settleSent(changes);
    const studies = new Set(changes.flatMap(({ item }) => store.order(item)?.StudyInstanceUID ?? []));
    for (const study of studies) this.parts.onProven(study);
  }

  /** No later than that: a steady stream of sent objects must not put it off. */
  private schedule(node: string, ms: number): void {
    if (this.ending.signal.aborted) return;
    const { timers } = this.parts;
    const dueMs = timers.monotonic() + ms;
    const known = this.timersOf.get(node);
    if (known !== undefined && known.dueMs <= dueMs) return;
    known?.cancel();
    const cancel = timers.after(ms, () => {
      this.timersOf.delete(node);
      this.run(node);
    });
    this.timersOf.set(node, { dueMs, cancel });
  }

  private run(node: string): void {
    if (this.running.has(node)) {
      this.schedule(node, AFTER_MS);
      return;
    }
    const work = this.look(node)
      .catch((error: unknown) => this.parts.log.error({ error: String(error) }, 'storage commitment could not be looked after'))
      .finally(() => this.running.delete(node));
    this.running.set(node, work);
  }

  private async look(node: string): Promise<void> {
    const { keeping, store, timers } = this.parts;
    const nowMs = timers.now();
    const asked = keeping.commitments('asked').filter((each) => each.node === node);
    let attempt = 1;
    let nextMs = Infinity;
    const waitsFor = new Set<string>();
    for (const each of asked) {
      // a due time further away than any that is ever set comes from a clock that was wrong (C4)
      if (each.dueAtMs <= nowMs || each.dueAtMs > nowMs + 2 * REPORT_WITHIN_MS) {
        keeping.putCommitment({ ...each, state: 'abandoned' });
        attempt = Math.max(attempt, each.attempt + 1);
        continue;
      }
      nextMs = Math.min(nextMs, each.dueAtMs - nowMs);
      for (const { SOPInstanceUID } of each.objects) waitsFor.add(SOPInstanceUID);
    }
    const sent = store.inState(node, 'sent', AT_ONCE + waitsFor.size).filter(({ SOPInstanceUID }) => !waitsFor.has(SOPInstanceUID));
    if (sent.length > 0) {
      const later = attempt > MOST_ASKED || this.withoutCommitment.has(node) ? await this.proveByQuery(node, sent) : await this.ask(node, sent, attempt);
      if (later !== undefined) nextMs = Math.min(nextMs, later);
    }
    if (nextMs < Infinity) this.schedule(node, nextMs);
  }

  /** Milliseconds until the next look. */
  private async ask(node: string, sent: readonly OutboxEntry[], attempt: number): Promise<number | undefined> {
    const { keeping, timers, driver } = this.parts;
    const objects = sent.map(({ item, SOPInstanceUID, SOPClassUID }) => ({ item, SOPInstanceUID, SOPClassUID }));
    const askedAtMs = timers.now();
    const commitment: Commitment = {
      transactionUid: this.parts.newUid(),
      node,
      state: 'asked',
      askedAtMs,
      dueAtMs: askedAtMs + REPORT_WITHIN_MS,
      attempt,
      objects,
    };
    // on the disk before it leaves: its report may come on another association, and after a restart
    keeping.putCommitment(commitment);
    const subjects = [...new Map(objects.map((object) => [object.SOPInstanceUID, object])).values()];
    const end = await driver.ask(node, commitment.transactionUid, subjects, (report) => this.report(report), this.ending.signal);
    const current = keeping.commitment(commitment.transactionUid);
    if (this.ending.signal.aborted || current?.state !== 'asked') return undefined;
    switch (end.kind) {
      case 'accepted':
        this.failures.delete(node);
        return REPORT_WITHIN_MS;
      case 'notOffered':
        keeping.putCommitment({ ...commitment, state: 'abandoned' });
        this.withoutCommitment.add(node);
        return this.proveByQuery(node, sent);
      case 'later': {
        // it may have arrived all the same: its report is still taken until it is due
        const failures = (this.failures.get(node) ?? 0) + 1;
        this.failures.set(node, failures);
        const pauseMs = backOffMs(failures, timers.random());
        keeping.putCommitment({ ...commitment, attempt: attempt - 1, dueAtMs: timers.now() + pauseMs });
        return pauseMs;
      }
    }
  }

  private async proveByQuery(node: string, sent: readonly OutboxEntry[]): Promise<number | undefined> {
    const { store, driver, timers } = this.parts;
    const studies = new Map<string, OutboxEntry[]>();
    for (const entry of sent) {
      const study = store.order(entry.item)?.StudyInstanceUID;
      if (study !== undefined) studies.set(study, [...(studies.get(study) ?? []), entry]);
    }
    let later: number | undefined;
    for (const [study, entries] of studies) {
      const listed = await driver.list(node, study, this.ending.signal);
      if (this.ending.signal.aborted) return undefined;
      if (listed.kind === 'listed') {
        const missed = this.applyList(node, study, entries, listed.uids);
        if (missed > 0) later = Math.min(later ?? Infinity, backOffMs(missed, timers.random()));
        continue;
      }
      const failures = (this.failures.get(node) ?? 0) + 1;
      this.failures.set(node, failures);
      later = Math.min(later ?? Infinity, listed.kind === 'notOffered' ? LOOK_AGAIN_MS : backOffMs(failures, timers.random()));
    }
    return later;
  }

  /** How often something that was sent has not been listed there by now; 0: everything is. */
  private applyList(node: string, study: string, entries: readonly OutboxEntry[], uids: ReadonlySet<string>): number {
    const { keeping, timers } = this.parts;
    const here = entries.filter(({ SOPInstanceUID }) => uids.has(SOPInstanceUID));
    const absent = entries.filter(({ SOPInstanceUID }) => !uids.has(SOPInstanceUID));
    keeping.prove(here.map(({ SOPInstanceUID }) => ({ SOPInstanceUID, node, kind: 'proven', atMs: timers.now(), reference: study })));
    this.settle([
      ...here.map((entry) => changeOf(entry, 'proven', entry.words)),
      ...absent.map((entry) =>
        entry.faults < LOOKS
          ? { ...changeOf(entry, 'sent', 'Sent; the archive does not list it yet.'), faults: entry.faults + 1 }
          : this.sendAgain(entry, 'the archive took it and does not list it'),
      ),
    ]);
    this.parts.audit(`query at ${node}: ${String(here.length)} of ${String(entries.length)} sent objects of ${study} are listed`);
    return Math.max(0, ...absent.map(({ faults }) => faults + 1));
  }

  private sendAgain(entry: OutboxEntry, words: string): EntryChange {
    if (entry.faults + 1 >= MOST_FAULTS) return changeOf(entry, 'failed', `Sent ${String(entry.attempts)} times, but ${words}.`);
    const { timers } = this.parts;
    return {
      ...changeOf(entry, 'waiting', `To be sent again: ${words}.`),
      faults: entry.faults + 1,
      notBeforeMs: timers.now() + backOffMs(entry.faults + 1, timers.random()),
    };
  }
}

function changeOf({ item, SOPInstanceUID, attempts, faults, status }: OutboxEntry, state: EntryChange['state'], words: string): EntryChange {
  return { item, SOPInstanceUID, state, attempts, notBeforeMs: 0, faults, words, status };
}
