import { StudyUid } from '@shared/domain';
import type { HostEnvironment } from '../../electron/services/host-environment';
import { type Index, type IndexOptions, type OrderedObject, openIndex } from '../../electron/services/index';
import { silentLogger } from '../../electron/services/logging/logger';
import { type Delivery, type DeliveryDriver, type NewOrder, Outbox, type OutboxParts } from '../../electron/services/sync';
import { VirtualTime } from './virtual-time';

export const STUDY = StudyUid.parse('1.2.3');

export function ordered(n: number): OrderedObject {
  return { SOPInstanceUID: `2.25.${String(n)}`, SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', TransferSyntaxUID: '1.2.840.10008.1.2.1' };
}

export function order(count: number, more: Partial<NewOrder> = {}): NewOrder {
  const objects = Array.from({ length: count }, (_, n) => ordered(n));
  return { node: 'PACS', StudyInstanceUID: STUDY, reason: 'user', why: '', by: 'reader', objects, ...more };
}

/** An archive of the test: what it says to each object, and what it was asked. */
export class ScriptedArchive implements DeliveryDriver {
  /** Each object that was on the wire, in order. */
  readonly heard: string[] = [];
  /** How often anything was tried at all. */
  tries = 0;
  answer: (SOPInstanceUID: string) => Delivery | Promise<Delivery> = () => ({ kind: 'stored' });

  async deliver(
    _node: string,
    objects: readonly OrderedObject[],
    onDelivery: (SOPInstanceUID: string, delivery: Delivery) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.tries++;
    for (const { SOPInstanceUID } of objects) {
      if (signal.aborted) {
        onDelivery(SOPInstanceUID, { kind: 'untried' });
        continue;
      }
      const delivery = await this.answer(SOPInstanceUID);
      if (delivery.kind !== 'nodeAway') this.heard.push(SOPInstanceUID);
      onDelivery(SOPInstanceUID, delivery);
    }
  }
}

export interface OutboxRig {
  readonly time: VirtualTime;
  readonly archive: ScriptedArchive;
  readonly index: Index;
  readonly outbox: Outbox;
}

/** An outbox over an index in memory and a clock that the test moves. `index`: an earlier run's, to go on with. */
export function outboxRig({
  index,
  beside,
  time = new VirtualTime(),
  more = {},
}: { index?: Index; beside?: IndexOptions; time?: VirtualTime; more?: Pick<OutboxParts, 'heldResults' | 'holdsNew'> } = {}): OutboxRig {
  const env: Pick<HostEnvironment, 'clock' | 'log'> = { clock: time, log: silentLogger };
  const store = index ?? openIndex(':memory:', env, beside ?? {});
  const archive = new ScriptedArchive();
  const outbox = new Outbox({ store: store.outbox, driver: archive, timers: time, log: silentLogger, ...more });
  return { time, archive, index: store, outbox };
}
