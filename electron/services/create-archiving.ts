import { randomUUID } from 'node:crypto';
import { StudyUid } from '@shared/domain';
import type { Archiving } from './archiving';
import { type ArchivePool, CommitmentAnswers, confirmDriver, HELD_BY_RECONCILE, isUnsettled, storeDriver, type NodeList } from './archive';
import type { Cache, DamagedObject } from './cache';
import type { HostEnvironment } from './host-environment';
import type { Index } from './index';
import { coalesce } from './rpc';
import { Eviction, Scrub, type StudyTransfers } from './keeping';
import { type RoutedNote, Router } from './routing';
import type { Settings } from './settings';
import { Commitments, every, type Jobs, Outbox, ResultsGate, systemTimers, type Timers } from './sync';

export interface ArchivingParts {
  readonly env: HostEnvironment;
  readonly cache: Cache;
  readonly index: Index;
  readonly nodes: NodeList;
  readonly pool: ArchivePool;
  readonly settings: Settings;
  readonly routed: RoutedNote;
  readonly transfers: StudyTransfers;
  /** Authored work of a study is not finished. */
  isUnfinished(StudyInstanceUID: string): boolean;
}

const ARCHIVED_EVERY_MS = 500;
const HOUR_MS = 3_600_000;
const REFRESH_EVERY_MS = 50;

export function createArchiving(parts: ArchivingParts): Archiving {
  const { env, index, nodes } = parts;
  const gate = new ResultsGate({
    isUnsettled: (node) => isUnsettled(index, node) && nodes.all().some(({ name, role }) => name === node && role === 'archive'),
    onChanged: (node) => outbox.refresh(node),
  });
  const outbox = new Outbox({
    ...{ store: index.outbox, driver: storeDriver(parts), timers: systemTimers(env.clock), log: env.log.child({ part: 'outbox' }) },
    heldResults: (node) => gate.held(node),
    holdsNew(node, StudyInstanceUID) {
      const why = gate.conflictOf(node, StudyInstanceUID);
      return why === undefined ? undefined : { by: HELD_BY_RECONCILE, why };
    },
  });
  let startEviction = (): void => undefined;
  const { cache, settings } = parts;
  const log = env.log.child({ part: 'eviction' });
  const eviction = new Eviction({
    cache,
    index,
    settings,
    clock: env.clock,
    timers: systemTimers(env.clock),
    log,
    isUnfinished: (uid) => parts.isUnfinished(uid),
    start: () => startEviction(),
  });
  const archived = coalesce<string>(ARCHIVED_EVERY_MS, (StudyInstanceUID) => index.keeping.refreshArchived(StudyInstanceUID));
  const timers = systemTimers(env.clock);
  const auditTransfer = (detail: string): void =>
    index.audit({ atMs: env.clock.now(), user: 'system', action: 'archive.confirmed', outcome: 'allowed', detail });
  const commitments = new Commitments({
    ...{ outbox, store: index.outbox, keeping: index.keeping, driver: confirmDriver(parts), timers },
    log: env.log.child({ part: 'commitment' }),
    newUid,
    onProven: (StudyInstanceUID) => archived.touch(StudyInstanceUID),
    audit: auditTransfer,
  });
  const answers = new CommitmentAnswers({ ...parts, timers, log: env.log.child({ part: 'commitment' }) });
  const router = new Router({
    ...{ index, cache, settings, nodes, outbox, timers, routed: parts.routed, log: env.log.child({ part: 'routing' }) },
    isThere: (uid, node) => index.keeping.proofsOf(uid).some((proof) => proof.node === node),
  });
  const scrub = new Scrub({ index, cache, timers, log: env.log.child({ part: 'scrub' }) });
  const told = new Map<string, string>();
  const offs = [
    outbox.onChanged(({ items, node }) => {
      for (const id of items) {
        const order = outbox.find(id);
        if (order === undefined) continue;
        archived.touch(order.StudyInstanceUID);
        if (order.state !== 'done') continue;
        const { sent, committed, proven, failed, cancelled } = outbox.counts({ id });
        const detail = `${order.StudyInstanceUID} to ${node}: ${String(sent + committed + proven)} sent, ${String(failed)} failed, ${String(cancelled)} cancelled (order ${id})`;
        if (told.get(id) === detail) continue;
        // DICOM PS3.15 A.5.3.7, Instances Transferred: after the fact, with the outcome
        told.set(id, detail);
        index.audit({ atMs: env.clock.now(), user: order.by, action: 'outbox.transferred', outcome: 'allowed', detail });
      }
    }),
  ];
  return {
    outbox,
    gate,
    commitments,
    answers,
    scrub,
    listed(node, StudyInstanceUID, uids) {
      index.keeping.prove(uids.map((SOPInstanceUID) => ({ SOPInstanceUID, node, kind: 'proven', atMs: env.clock.now(), reference: StudyInstanceUID })));
      archived.touch(StudyInstanceUID);
    },
    eviction,
    verifications: new Map(),
    start(jobs) {
      offs.push(jobs.onChanged((job) => followJob(outbox, job)));
      startEviction = () => void jobs.start('evict', {});
      offs.push(refreshSlowly(index, timers, outbox.orders({}, 0, 200).orders));
      outbox.start();
      outbox.forgetEnded();
      offs.push(every(timers, HOUR_MS, () => outbox.forgetEnded()));
      commitments.start(nodes.all().map(({ name }) => name));
      answers.start();
      router.start();
      scrub.start();
      offs.push(cache.onDamaged((damaged) => takeAgain(parts, jobs, damaged)));
      eviction.watch();
    },
    async close() {
      eviction.close();
      await commitments.close();
      await answers.close();
      await router.close();
      await scrub.close();
      for (const off of offs) off();
      await outbox.close();
      archived.close();
    },
  };
}

/** Reliability C3: what is damaged is fetched again where it is known to be; a retrieve brings only what is missing. */
function takeAgain({ index, env, nodes, transfers }: ArchivingParts, jobs: Jobs, { StudyInstanceUID, SOPInstanceUID, nodes: known }: DamagedObject): void {
  const there = nodes.all().find(({ name, role }) => role === 'archive' && known.includes(name));
  // what somebody deletes is not brought back
  const node = transfers.isDeleting(StudyInstanceUID) ? undefined : there;
  const detail = `${SOPInstanceUID}: its bytes were not those that were received${node === undefined ? '' : `; fetched again from ${node.name}`}`;
  index.audit({ atMs: env.clock.now(), user: 'system', action: 'object.damaged', outcome: 'allowed', detail });
  if (node === undefined) return;
  const row = index.getStudy(StudyUid.parse(StudyInstanceUID));
  const { PatientName = '', PatientID = '', StudyDate = '', StudyDescription = '', ModalitiesInStudy = [] } = row ?? {};
  const subject = { StudyInstanceUID, node: node.name, PatientName, PatientID, StudyDate, StudyDescription, ModalitiesInStudy };
  jobs.start('retrieve', { StudyInstanceUID, node: node.name, subject });
}

/** A crash may have come between a proof and the study's state; one study at a time, in nobody's way. */
function refreshSlowly(index: Index, timers: Timers, orders: readonly { readonly StudyInstanceUID: string }[]): () => void {
  const studies = [...new Set(orders.map(({ StudyInstanceUID }) => StudyInstanceUID))];
  const next = (): void => {
    const study = studies.shift();
    if (study === undefined) return;
    cancel = timers.after(REFRESH_EVERY_MS, next);
    index.keeping.refreshArchived(study);
  };
  let cancel = timers.after(REFRESH_EVERY_MS, next);
  return () => cancel();
}

/** PS3.5 B.2: a UID from a UUID. */
function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`).toString(10)}`;
}

/** A send job that somebody pauses or cancels does so to its order. */
function followJob(outbox: Outbox, { id, kind, state }: Parameters<Parameters<Jobs['onChanged']>[0]>[0]): void {
  if (kind !== 'send' || (state !== 'paused' && state !== 'cancelled')) return;
  const order = outbox.find(id);
  if (order === undefined) return;
  if (state === 'cancelled') outbox.cancel(order.id, order.by, '');
  else if (order.state === 'open') outbox.hold(order.id, order.by, 'paused');
}
