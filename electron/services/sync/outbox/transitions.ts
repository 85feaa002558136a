import { assertNever } from '@shared/util';
import type { EntryChange, OutboxEntry } from '../../index';
import { backOffMs } from './back-off';
import type { Delivery } from './delivery';

/** Failed so often while others were taken: the fault is the object's own. */
const MOST_FAULTS = 10;

export interface TransitionContext {
  readonly nowMs: number;
  readonly random: number;
  /** The archive took another object in the same try. */
  readonly othersWereTaken: boolean;
}

/** What a try makes of an object that waits. `undefined`: it stays as it is. */
export function afterDelivery(entry: OutboxEntry, delivery: Delivery, context: TransitionContext): EntryChange | undefined {
  const { item, SOPInstanceUID, attempts, faults } = entry;
  const tried = { item, SOPInstanceUID, attempts: attempts + 1, notBeforeMs: 0, faults };
  switch (delivery.kind) {
    case 'stored':
      return { ...tried, state: 'sent', words: delivery.words ?? '', status: delivery.status };
    case 'refused':
      return { ...tried, state: 'failed', words: delivery.words, status: delivery.status };
    case 'later':
    case 'unknown': {
      const status = delivery.kind === 'later' ? delivery.status : undefined;
      const own = context.othersWereTaken ? faults + 1 : faults;
      if (own >= MOST_FAULTS) {
        return {
          ...tried,
          state: 'failed',
          faults: own,
          words: `Tried ${String(attempts + 1)} times while other objects were taken. ${delivery.words}`,
          status,
        };
      }
      return { ...tried, state: 'waiting', faults: own, notBeforeMs: context.nowMs + backOffMs(own + 1, context.random), words: delivery.words, status };
    }
    case 'notReady':
      return { item, SOPInstanceUID, attempts, faults, state: 'waiting', notBeforeMs: context.nowMs + backOffMs(1, context.random), words: delivery.words };
    case 'nodeAway':
    case 'nodeRefuses':
    case 'untried':
      return undefined;
    default:
      return assertNever(delivery);
  }
}

/** A person sends a dead letter again, or does not wait for the next try. */
export function afterRetry(entry: OutboxEntry): EntryChange | undefined {
  if (entry.state !== 'failed' && entry.state !== 'waiting' && entry.state !== 'cancelled') return undefined;
  const { item, SOPInstanceUID, attempts } = entry;
  return { item, SOPInstanceUID, state: 'waiting', attempts, notBeforeMs: 0, faults: 0, words: '' };
}

export function afterCancel(entry: OutboxEntry, words: string): EntryChange | undefined {
  if (entry.state !== 'waiting' && entry.state !== 'failed') return undefined;
  const { item, SOPInstanceUID, attempts, faults } = entry;
  return { item, SOPInstanceUID, state: 'cancelled', attempts, notBeforeMs: 0, faults, words };
}
