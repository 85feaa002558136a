import { OutboxId, OutboxReason, ReconcileItem, StudyUid, WorkState } from '@shared/domain';
import { z } from 'zod';
import type { KeptObjectState, NotedOrder } from '../index';

const Transition = z.object({ to: z.enum(['held', 'released']), by: z.string(), atMs: z.number(), why: z.string(), uncompared: z.boolean().optional() });
const OrderState = z.enum(['held', 'open', 'done']);
const ObjectState = z.enum(['waiting', 'sent', 'committed', 'proven', 'failed', 'cancelled']);
const Order = z.object({
  id: OutboxId,
  node: z.string(),
  StudyInstanceUID: StudyUid,
  reason: OutboxReason,
  why: z.string(),
  by: z.string(),
  createdAtMs: z.number(),
  state: OrderState,
  transition: Transition.optional(),
});
const Ordered = z.object({ SOPInstanceUID: z.string(), SOPClassUID: z.string(), TransferSyntaxUID: z.string() });

const StateNote = z.object({ kind: z.literal('state'), StudyInstanceUID: z.string(), state: WorkState, actor: z.string(), atMs: z.number() });
const KeepingNote = z.object({
  kind: z.literal('keeping'),
  StudyInstanceUID: z.string(),
  pinned: z.boolean(),
  legalHold: z.boolean(),
  actor: z.string(),
  atMs: z.number(),
  reason: z.string(),
});
const OrderNote = z.object({ kind: z.literal('order'), order: Order, objects: z.array(Ordered) });
const OrderStateNote = z.object({ kind: z.literal('orderState'), id: z.string(), state: OrderState, transition: Transition.optional() });
const ResultsNote = z.object({ kind: z.literal('results'), id: z.string(), results: z.array(z.tuple([z.string(), ObjectState, z.string()])) });
const OrderGoneNote = z.object({ kind: z.literal('orderGone'), id: z.string() });
/** What differs between a study and an archive and waits; no items: nothing any more. */
const DifferencesNote = z.object({ kind: z.literal('differences'), node: z.string(), StudyInstanceUID: StudyUid, items: z.array(ReconcileItem) });
/** Rules of routing looked at all that arrived until then. */
const RoutedNote = z.object({ kind: z.literal('routed'), throughMs: z.number() });

/** One line of the side journal. */
export const SideNote = z.discriminatedUnion('kind', [
  StateNote,
  KeepingNote,
  OrderNote,
  OrderStateNote,
  ResultsNote,
  OrderGoneNote,
  DifferencesNote,
  RoutedNote,
]);
export type SideNote = z.infer<typeof SideNote>;
export type SideEntry = z.infer<typeof StateNote>;
export type KeepingEntry = z.infer<typeof KeepingNote>;
export type DifferencesEntry = Omit<z.infer<typeof DifferencesNote>, 'kind'>;

interface Noted {
  order: z.infer<typeof Order>;
  readonly objects: Map<string, z.infer<typeof Ordered> & { state: KeptObjectState; words: string }>;
}

/** What all lines together say: the last one about a matter holds. */
export class SideFold {
  private readonly states = new Map<string, SideEntry>();
  private readonly keeping = new Map<string, KeepingEntry>();
  private readonly orders = new Map<string, Noted>();
  private routed: z.infer<typeof RoutedNote> | undefined;
  private readonly differences = new Map<string, z.infer<typeof DifferencesNote>>();

  take(note: SideNote): void {
    switch (note.kind) {
      case 'state':
        this.states.set(note.StudyInstanceUID, note);
        return;
      case 'keeping':
        if (note.pinned || note.legalHold) this.keeping.set(note.StudyInstanceUID, note);
        else this.keeping.delete(note.StudyInstanceUID);
        return;
      case 'differences':
        if (note.items.length > 0) this.differences.set(`${note.node} ${note.StudyInstanceUID}`, note);
        else this.differences.delete(`${note.node} ${note.StudyInstanceUID}`);
        return;
      case 'routed':
        this.routed = note;
        return;
      case 'order':
        this.takeOrder(note);
        return;
      case 'orderGone':
        this.orders.delete(note.id);
        return;
      case 'orderState': {
        const known = this.orders.get(note.id);
        if (known) known.order = { ...known.order, state: note.state, ...(note.transition && { transition: note.transition }) };
        return;
      }
      case 'results': {
        const known = this.orders.get(note.id);
        for (const [uid, state, words] of note.results) {
          const object = known?.objects.get(uid);
          if (object) Object.assign(object, { state, words });
        }
      }
    }
  }

  allStates(): SideEntry[] {
    return [...this.states.values()];
  }

  allKeeping(): KeepingEntry[] {
    return [...this.keeping.values()];
  }

  allDifferences(): DifferencesEntry[] {
    return [...this.differences.values()];
  }

  routedThroughMs(): number | undefined {
    return this.routed?.throughMs;
  }

  allOrders(): NotedOrder[] {
    return [...this.orders.values()].map(({ order, objects }) => ({ order, objects: [...objects.values()] }));
  }

  /** The fewest lines that say the same. */
  *lines(): Generator<SideNote> {
    yield* this.states.values();
    yield* this.keeping.values();
    yield* this.differences.values();
    if (this.routed !== undefined) yield this.routed;
    for (const { order, objects } of this.orders.values()) {
      yield {
        kind: 'order',
        order,
        objects: [...objects.values()].map(({ SOPInstanceUID, SOPClassUID, TransferSyntaxUID }) => ({ SOPInstanceUID, SOPClassUID, TransferSyntaxUID })),
      };
      const ended = [...objects.values()].filter(({ state }) => state !== 'waiting');
      if (ended.length > 0) yield { kind: 'results', id: order.id, results: ended.map(({ SOPInstanceUID, state, words }) => [SOPInstanceUID, state, words]) };
    }
  }

  private takeOrder({ order, objects }: z.infer<typeof OrderNote>): void {
    const known: Noted = this.orders.get(order.id) ?? { order, objects: new Map() };
    known.order = order;
    for (const object of objects)
      if (!known.objects.has(object.SOPInstanceUID)) known.objects.set(object.SOPInstanceUID, { ...object, state: 'waiting', words: '' });
    this.orders.set(order.id, known);
  }
}
