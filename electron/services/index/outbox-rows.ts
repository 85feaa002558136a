import { OutboxCounts, OutboxId, OutboxReason, type ReturnCounts, StudyUid } from '@shared/domain';
import { z } from 'zod';
import type { Row, SqlDatabase, SqlValue } from './database';
import type {
  EntryChange,
  HeldResults,
  KeptObjectState,
  NotedOrder,
  OrderedObject,
  OrderFilter,
  OutboxEntry,
  OutboxNote,
  OutboxOrder,
  OutboxStore,
} from './outbox-types';
import { count, text } from './rows';

const Transition = z.object({ to: z.enum(['held', 'released']), by: z.string(), atMs: z.number(), why: z.string(), uncompared: z.boolean().optional() });
const Document = z.object({ reason: OutboxReason, why: z.string(), by: z.string(), transition: Transition.optional() });
const ENTRY = 'o.item, o.uid, o.state, o.attempts, o.notBeforeMs, o.atMs, o.sopClass, o.syntax, o.words, o.status, o.faults';

const MOST_OBJECTS = 1_000_000;
const RANK: readonly string[] = ['failed', 'waiting', 'sent', 'proven', 'committed'];
/** Results of this station: made here, or key object selections whoever asked for sending them. */
const AUTHORED = `(json_extract(b.document, '$.reason') = 'authored' OR o.sopClass = '1.2.840.10008.5.1.4.1.1.88.59')`;

/** The outbox's tables. `note` keeps beside the index what a rebuild could not derive; it is called before the rows change. */
export class OutboxRows implements OutboxStore {
  constructor(
    private readonly db: () => SqlDatabase,
    private readonly note: (note: OutboxNote) => void,
  ) {}

  put(order: OutboxOrder, objects: readonly OrderedObject[]): number {
    const known = this.order(order.id);
    const fresh = known === undefined ? objects : objects.filter(({ SOPInstanceUID }) => this.entry(order.id, SOPInstanceUID) === undefined);
    if (known !== undefined && fresh.length === 0) return 0;
    // an order that had ended is noted whole: the side journal has forgotten it
    if (known?.state === 'done') this.noteAgain(order.id);
    this.note({ kind: 'order', order, objects: fresh });
    this.db().transaction(true, () => {
      this.writeOrder(order);
      for (const object of fresh) this.insert(order.id, object, 'waiting', '');
    });
    return fresh.length;
  }

  setState(id: OutboxId, state: OutboxOrder['state'], transition?: OutboxOrder['transition']): void {
    const order = this.order(id);
    if (order === undefined) return;
    const next = { ...order, state, ...(transition && { transition }) };
    this.note({ kind: 'orderState', id, state, ...(transition && { transition }) });
    this.db().transaction(true, () => this.writeOrder(next));
  }

  record(changes: readonly EntryChange[], atMs: number): void {
    if (changes.length === 0) return;
    const byItem = new Map<string, (readonly [string, KeptObjectState, string])[]>();
    for (const { item, SOPInstanceUID, state, words } of changes) {
      // a try that changed nothing needs no sync beside the index: it is made again
      if (state === 'waiting' && this.entry(item, SOPInstanceUID)?.state === 'waiting') continue;
      byItem.set(item, [...(byItem.get(item) ?? []), [SOPInstanceUID, state, words]]);
    }
    for (const [id, results] of byItem) this.note({ kind: 'results', id, results });
    this.db().transaction(true, () => {
      for (const { item, SOPInstanceUID, state, attempts, notBeforeMs, words, status, faults } of changes) {
        this.db().run(
          'UPDATE outboxObjects SET state = ?, attempts = ?, notBeforeMs = ?, atMs = ?, words = ?, status = ?, faults = ? WHERE item = ? AND uid = ?',
          ...[state, attempts, notBeforeMs, atMs, words, status ?? null, faults, item, SOPInstanceUID],
        );
      }
    });
  }

  remove(id: OutboxId): void {
    this.note({ kind: 'orderGone', id });
    this.db().transaction(true, () => {
      this.db().run('DELETE FROM outboxObjects WHERE item = ?', id);
      this.db().run('DELETE FROM outbox WHERE id = ?', id);
    });
  }

  noteEnded(id: OutboxId): void {
    this.note({ kind: 'orderGone', id });
  }

  noteAgain(id: OutboxId): void {
    const order = this.order(id);
    if (order === undefined) return;
    const entries = this.entries(id, 0, MOST_OBJECTS);
    this.note({
      kind: 'order',
      order,
      objects: entries.map(({ SOPInstanceUID, SOPClassUID, TransferSyntaxUID }) => ({ SOPInstanceUID, SOPClassUID, TransferSyntaxUID })),
    });
    this.note({ kind: 'results', id, results: entries.map(({ SOPInstanceUID, state, words }) => [SOPInstanceUID, state, words]) });
  }

  order(id: OutboxId): OutboxOrder | undefined {
    const row = this.db().get('SELECT * FROM outbox WHERE id = ?', id);
    return row === undefined ? undefined : orderOf(row);
  }

  orders({ where, node, StudyInstanceUID }: OrderFilter, offset: number, limit: number): { orders: OutboxOrder[]; matching: number } {
    const [conditions, values]: [string[], SqlValue[]] = [[], []];
    const add = (condition: string, value?: string): void => {
      conditions.push(condition);
      if (value !== undefined) values.push(value);
    };
    if (where === 'failed') add(`EXISTS (SELECT 1 FROM outboxObjects o WHERE o.item = outbox.id AND o.state = 'failed')`);
    else if (where !== undefined) add('state = ?', where);
    if (node !== undefined) add('node = ?', node);
    if (StudyInstanceUID !== undefined) add('study = ?', StudyInstanceUID);
    const from = `FROM outbox${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`}`;
    const matching = count(this.db().get(`SELECT count(*) AS n ${from}`, ...values)?.['n']);
    const rows = this.db().all(`SELECT * ${from} ORDER BY createdAtMs DESC, id LIMIT ? OFFSET ?`, ...values, limit, offset);
    return { orders: rows.map(orderOf), matching };
  }

  entries(id: OutboxId, offset: number, limit: number): OutboxEntry[] {
    return this.list(`SELECT ${ENTRY} FROM outboxObjects o WHERE o.item = ? ORDER BY o.id LIMIT ? OFFSET ?`, id, limit, offset);
  }

  entry(id: OutboxId, SOPInstanceUID: string): OutboxEntry | undefined {
    return this.list(`SELECT ${ENTRY} FROM outboxObjects o WHERE o.item = ? AND o.uid = ?`, id, SOPInstanceUID)[0];
  }

  counts({ id, node }: { readonly id?: OutboxId; readonly node?: string }): OutboxCounts {
    const rows =
      id !== undefined
        ? this.db().all('SELECT state, count(*) AS n FROM outboxObjects WHERE item = ? GROUP BY state', id)
        : node !== undefined
          ? this.db().all('SELECT o.state, count(*) AS n FROM outbox b JOIN outboxObjects o ON o.item = b.id WHERE b.node = ? GROUP BY o.state', node)
          : this.db().all('SELECT state, count(*) AS n FROM outboxObjects GROUP BY state');
    const none = { waiting: 0, sending: 0, sent: 0, committed: 0, proven: 0, failed: 0, cancelled: 0 };
    return OutboxCounts.parse({ ...none, ...Object.fromEntries(rows.map((row) => [text(row['state']), count(row['n'])])) });
  }

  lastWords(id: OutboxId): string {
    return text(this.db().get(`SELECT words FROM outboxObjects WHERE item = ? AND words <> '' ORDER BY atMs DESC LIMIT 1`, id)?.['words']);
  }

  oldestWaiting(): OutboxOrder | undefined {
    const row = this.db().get(
      `SELECT * FROM outbox b WHERE b.state = 'open' AND EXISTS (SELECT 1 FROM outboxObjects o WHERE o.item = b.id AND o.state = 'waiting') ORDER BY b.createdAtMs LIMIT 1`,
    );
    return row === undefined ? undefined : orderOf(row);
  }

  countsSince(node: string, atMs: number): Omit<ReturnCounts, 'resultsUncompared'> {
    const rows = this.db().all(
      `SELECT DISTINCT o.uid, ${AUTHORED} AS own, o.state AS state, b.state AS held FROM outbox b JOIN outboxObjects o ON o.item = b.id
       WHERE b.node = ? AND o.state <> 'cancelled' AND (o.state IN ('waiting', 'failed') OR o.atMs >= ?)`,
      node,
      atMs,
    );
    const counts = { images: 0, imagesSent: 0, results: 0, resultsSent: 0, proven: 0, resultsHeld: 0 };
    const seen = new Map<string, { own: boolean; state: string; held: boolean }>();
    // one object may stand in two orders: the furthest of them counts
    for (const row of rows) {
      const [uid, state] = [text(row['uid']), text(row['state'])];
      const known = seen.get(uid);
      if (known === undefined || RANK.indexOf(state) > RANK.indexOf(known.state)) seen.set(uid, { own: row['own'] === 1, state, held: row['held'] === 'held' });
    }
    for (const { own, state, held } of seen.values()) {
      counts[own ? 'results' : 'images']++;
      if (RANK.indexOf(state) >= RANK.indexOf('sent')) counts[own ? 'resultsSent' : 'imagesSent']++;
      else if (own && held) counts.resultsHeld++;
      if (state === 'committed' || state === 'proven') counts.proven++;
    }
    return counts;
  }

  due(node: string, nowMs: number, limit: number, held?: HeldResults): OutboxEntry[] {
    const rule = heldRule(held);
    return this.list(
      `SELECT ${ENTRY} FROM outbox b JOIN outboxObjects o ON o.item = b.id
       WHERE b.node = ? AND b.state = 'open' AND o.state = 'waiting' AND o.notBeforeMs <= ?${rule.but} ORDER BY o.attempts > 0, b.createdAtMs, o.id LIMIT ?`,
      node,
      nowMs,
      ...rule.values,
      limit,
    );
  }

  nextDueMs(node: string, held?: HeldResults): number | undefined {
    const rule = heldRule(held);
    const row = this.db().get(
      `SELECT min(o.notBeforeMs) AS at FROM outbox b JOIN outboxObjects o ON o.item = b.id WHERE b.node = ? AND b.state = 'open' AND o.state = 'waiting'${rule.but}`,
      node,
      ...rule.values,
    );
    return typeof row?.['at'] === 'number' ? row['at'] : undefined;
  }

  heldResults({ node, id }: { readonly node: string; readonly id?: OutboxId | undefined }, held: HeldResults): number {
    const rule = heldRule(held);
    const row = this.db().get(
      `SELECT count(DISTINCT o.uid) AS n FROM outbox b JOIN outboxObjects o ON o.item = b.id
       WHERE b.node = ? AND b.state = 'open' AND o.state = 'waiting'${id === undefined ? '' : ' AND b.id = ?'} AND ${rule.are}`,
      ...[node, ...(id === undefined ? [] : [id]), ...rule.values],
    );
    return count(row?.['n']);
  }

  nodesWithWork(): string[] {
    return this.db()
      .all(`SELECT DISTINCT node FROM outbox WHERE state = 'open'`)
      .map((row) => text(row['node']));
  }

  inState(node: string, state: KeptObjectState, limit: number): OutboxEntry[] {
    return this.list(
      `SELECT ${ENTRY} FROM outbox b JOIN outboxObjects o ON o.item = b.id WHERE b.node = ? AND o.state = ? ORDER BY o.atMs, o.id LIMIT ?`,
      node,
      state,
      limit,
    );
  }

  unsentOf(StudyInstanceUID: string): number {
    const row = this.db().get(
      `SELECT count(*) AS n FROM outbox b JOIN outboxObjects o ON o.item = b.id WHERE b.study = ? AND o.state IN ('waiting', 'failed')`,
      StudyInstanceUID,
    );
    return count(row?.['n']);
  }

  restore(noted: readonly NotedOrder[]): void {
    this.db().transaction(true, () => {
      for (const { order, objects } of noted) {
        this.writeOrder(order);
        for (const object of objects) {
          const known = this.entry(order.id, object.SOPInstanceUID);
          if (known === undefined) this.insert(order.id, object, object.state, object.words);
          else if (known.state !== object.state) {
            this.db().run(
              'UPDATE outboxObjects SET state = ?, words = ? WHERE item = ? AND uid = ?',
              object.state,
              object.words,
              order.id,
              object.SOPInstanceUID,
            );
          }
        }
      }
    });
  }

  private writeOrder({ id, node, StudyInstanceUID, state, createdAtMs, reason, why, by, transition }: OutboxOrder): void {
    const document = JSON.stringify({ reason, why, by, transition });
    this.db().run(
      `INSERT INTO outbox (id, node, study, state, createdAtMs, document) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, document = excluded.document`,
      ...[id, node, StudyInstanceUID, state, createdAtMs, document],
    );
  }

  private insert(id: OutboxId, object: OrderedObject, state: KeptObjectState, words: string): void {
    const { SOPInstanceUID, SOPClassUID, TransferSyntaxUID } = object;
    this.db().run(
      'INSERT INTO outboxObjects (item, uid, state, sopClass, syntax, words) VALUES (?, ?, ?, ?, ?, ?)',
      ...[id, SOPInstanceUID, state, SOPClassUID, TransferSyntaxUID, words],
    );
  }

  private list(sql: string, ...values: SqlValue[]): OutboxEntry[] {
    return this.db()
      .all(sql, ...values)
      .map(entryOf);
  }
}

/** Conditions: which results wait (`are`), and everything else (`but`, empty where nothing waits). */
function heldRule(held: HeldResults | undefined): { readonly are: string; readonly but: string; readonly values: readonly string[] } {
  if (held === undefined) return { are: '0', but: '', values: [] };
  const notReleased = `coalesce(json_extract(b.document, '$.transition.uncompared'), 0) = 0`;
  const are = `(${AUTHORED} AND ${notReleased} AND b.study ${held.but ? 'NOT ' : ''}IN (SELECT value FROM json_each(?)))`;
  return { are, but: ` AND NOT ${are}`, values: [JSON.stringify(held.studies)] };
}

function orderOf(row: Row): OutboxOrder {
  const { reason, why, by, transition } = Document.parse(JSON.parse(text(row['document'])));
  const state = z.enum(['held', 'open', 'done']).parse(row['state']);
  return {
    id: OutboxId.parse(row['id']),
    node: text(row['node']),
    StudyInstanceUID: StudyUid.parse(row['study']),
    ...{ reason, why, by, state },
    createdAtMs: count(row['createdAtMs']),
    ...(transition && { transition }),
  };
}

function entryOf(row: Row): OutboxEntry {
  const status = row['status'];
  return {
    item: OutboxId.parse(row['item']),
    SOPInstanceUID: text(row['uid']),
    SOPClassUID: text(row['sopClass']),
    TransferSyntaxUID: text(row['syntax']),
    state: text(row['state']) as KeptObjectState,
    attempts: count(row['attempts']),
    notBeforeMs: count(row['notBeforeMs']),
    atMs: count(row['atMs']),
    words: text(row['words']),
    faults: count(row['faults']),
    ...(typeof status === 'number' && { status }),
  };
}
