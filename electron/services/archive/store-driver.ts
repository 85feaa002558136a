import { assertNever } from '@shared/util';
import type { Cache } from '../cache';
import { sendObjects, type ScuFailure, type SendOutcome } from '../dimse';
import { webSend, type WebObject } from '../dicomweb';
import type { Index, OrderedObject } from '../index';
import type { Delivery, DeliveryDriver } from '../sync';
import type { ArchivePool } from './archive-pool';
import { heldObject } from './held-object';
import type { NodeList } from './node-list';

export interface StoreDriverParts {
  readonly pool: ArchivePool;
  readonly nodes: Pick<NodeList, 'byName' | 'target'>;
  readonly cache: Pick<Cache, 'readRange' | 'flush' | 'rowsAreWhole'>;
  readonly index: Pick<Index, 'instanceByUid'>;
}

const PARALLEL = 2;
/** 0x0124: the node does not let us (reliability O4). */
const NOT_AUTHORIZED = 0x0124;

/** Orders by C-STORE, or by STOW-RS to an archive with a URL: bytes as they are kept, each object by its own response. */
export function storeDriver(parts: StoreDriverParts): DeliveryDriver {
  return {
    async deliver(node, objects, onDelivery, signal) {
      const target = targetOf(parts.nodes, node);
      if (typeof target === 'string') {
        for (const { SOPInstanceUID } of objects) onDelivery(SOPInstanceUID, { kind: 'nodeAway', words: target });
        return;
      }
      // What was acknowledged a moment ago has its row only after this.
      await parts.cache.flush();
      const here: WebObject[] = [];
      for (const { SOPInstanceUID } of objects) {
        const record = parts.index.instanceByUid(SOPInstanceUID);
        if (record === undefined) onDelivery(SOPInstanceUID, missing(parts.cache.rowsAreWhole()));
        else here.push(heldObject(parts.cache, record));
      }
      const onOutcome = ({ SOPInstanceUID }: OrderedObject, outcome: SendOutcome): void => onDelivery(SOPInstanceUID, deliveryOf(outcome));
      if (here.length === 0) return;
      if (target.web !== undefined) {
        await webSend(parts.pool.web, target.web, { objects: here, onOutcome }, signal);
        return;
      }
      await sendObjects(parts.pool, target, { objects: here, parallel: PARALLEL, onOutcome }, signal);
    },
  };
}

/** After a crash, or while a damaged list is made again, an object may be here that the list does not know yet: that is no reason to give its order up. */
function missing(rowsAreWhole: boolean): Delivery {
  if (rowsAreWhole) return { kind: 'refused', isOurs: true, words: 'It is not here any more: its bytes were damaged, or it was removed.' };
  return { kind: 'notReady', words: 'It is not in the list now, which is being compared with the image files: it waits until that is done.' };
}

/** Reliability O1 to O7. */
function deliveryOf(outcome: SendOutcome): Delivery {
  switch (outcome.kind) {
    case 'sent':
      return { kind: 'stored' };
    case 'sentWithWarning':
      return { kind: 'stored', words: outcome.words, status: outcome.status.code };
    case 'notNegotiated':
      return { kind: 'refused', words: outcome.words };
    case 'unknown':
      return { kind: 'unknown', words: outcome.words };
    case 'cancelled':
      return { kind: 'untried' };
    case 'failed':
      if (outcome.status === undefined) return neverSent(outcome.words, outcome.failure);
      if (outcome.status.code === NOT_AUTHORIZED) return { kind: 'nodeRefuses', words: outcome.words, status: outcome.status.code };
      return { kind: outcome.isTransient ? 'later' : 'refused', words: outcome.words, status: outcome.status.code };
    default:
      return assertNever(outcome);
  }
}

function neverSent(words: string, failure: ScuFailure | undefined): Delivery {
  switch (failure?.cause) {
    case 'local':
      return { kind: 'refused', isOurs: true, words };
    case 'rejected':
      return { kind: failure.isTransient ? 'nodeAway' : 'nodeRefuses', words };
    case 'noContext':
      return { kind: 'refused', words };
    case 'cancelled':
      return { kind: 'untried' };
    case 'protocol':
    case 'unreachable':
    case 'noAnswer':
    case 'aborted':
    case 'closed':
    case undefined:
      return { kind: 'nodeAway', words };
    default:
      return assertNever(failure as never);
  }
}

function targetOf(nodes: StoreDriverParts['nodes'], name: string): ReturnType<NodeList['target']> | string {
  try {
    return nodes.target(nodes.byName(name));
  } catch {
    return `There is no archive or node "${name}" in the settings (any more).`;
  }
}
