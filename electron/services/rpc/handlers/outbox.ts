import type { Handlers, outboxCalls } from '@shared/contract';
import type { OutboxItem, OutboxObject } from '@shared/domain';
import { exportDeadLetters } from '../../archive';
import type { OutboxEntry, OutboxOrder } from '../../index';
import type { ServiceParts } from '../service-parts';
import { archiveStates, resultsWait } from './archive-states';

type OutboxHandlers = Pick<Handlers<'services'>, keyof typeof outboxCalls>;

export function outboxHandlers(parts: ServiceParts): OutboxHandlers {
  const { outbox } = parts.archiving;
  const answer = (order: OutboxOrder): { item: OutboxItem } => ({ item: itemOf(parts, order) });
  return {
    'outbox.list': ({ where, node, offset, limit }) => {
      const { orders, matching } = outbox.orders({ where, node }, offset, limit);
      return { items: orders.map((order) => itemOf(parts, order)), matching, counts: outbox.counts({}) };
    },
    'outbox.item': ({ id, offset, limit }) => {
      const order = outbox.order(id);
      const item = itemOf(parts, order);
      return { item, total: item.total, objects: outbox.entries(id, offset, limit).map((entry) => objectOf(parts, order.node, entry)) };
    },
    'outbox.retry': ({ id }) => answer(outbox.retry(id)),
    'outbox.cancel': ({ id, why }, { actor }) => answer(outbox.cancel(id, actor.user, why)),
    'outbox.hold': ({ id, why }, { actor }) => answer(outbox.hold(id, actor.user, why)),
    'outbox.release': ({ id, why }, { actor }) => answer(outbox.release(id, actor.user, why)),
    'outbox.retryNode': ({ node }) => {
      outbox.retryNode(parts.nodes.byName(node).name);
      return {};
    },
    'outbox.export': ({ id, folder }) => exportDeadLetters({ cache: parts.cache, index: parts.index, outbox }, id, folder),
    'archive.states': () => ({ archives: archiveStates(parts) }),
  };
}

function itemOf({ archiving: { outbox, gate }, index }: ServiceParts, order: OutboxOrder): OutboxItem {
  const { id, node, StudyInstanceUID, reason, why, by, createdAtMs, state, transition } = order;
  const counts = outbox.counts({ id });
  const row = index.getStudy(StudyInstanceUID);
  const waits = outbox.isUncompared(order) ? gate.why(node, StudyInstanceUID) : undefined;
  return {
    ...{ id, StudyInstanceUID, node, reason, why, by, state, counts },
    createdAt: new Date(createdAtMs).toISOString(),
    ...(transition && { transition: { to: transition.to, by: transition.by, at: new Date(transition.atMs).toISOString(), why: transition.why } }),
    ...(waits && { waits: resultsWait(waits) }),
    PatientName: row?.PatientName ?? '',
    StudyDescription: row?.StudyDescription ?? '',
    Modalities: row?.ModalitiesInStudy ?? [],
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    words: outbox.lastWords(id),
  };
}

function objectOf({ archiving: { outbox } }: ServiceParts, node: string, entry: OutboxEntry): OutboxObject {
  const { SOPInstanceUID, SOPClassUID, state, attempts, notBeforeMs, words, status } = entry;
  return {
    SOPInstanceUID: SOPInstanceUID as OutboxObject['SOPInstanceUID'],
    SOPClassUID,
    state: state === 'waiting' && outbox.isSending(node, SOPInstanceUID) ? 'sending' : state,
    attempts,
    words,
    ...(notBeforeMs > 0 && { notBefore: new Date(notBeforeMs).toISOString() }),
    ...(status !== undefined && { status }),
  };
}
