import { createHash } from 'node:crypto';
import { OutboxId, type RoutingRule, RoutingRules, type StudyUid } from '@shared/domain';
import type { Cache } from '../cache';
import type { Index, InstanceRecord } from '../index';
import type { Logger } from '../logging/logger';
import type { Settings } from '../settings';
import type { Outbox, Timers } from '../sync';
import { MadeAnew, type RoutedNote } from './made-anew';
import { holdOf, rulesFor, type RoutingNode } from './match-rule';

export interface RouterParts {
  readonly index: Pick<Index, 'instancesAfter' | 'lastInstanceId' | 'latestArrivalMs' | 'mark' | 'setMark' | 'onChanged'>;
  readonly cache: Pick<Cache, 'sourceOf' | 'onStored'>;
  /** How far it came, beside the index. */
  readonly routed: RoutedNote;
  readonly settings: Pick<Settings, 'value'>;
  readonly nodes: { all(): readonly RoutingNode[] };
  readonly outbox: Pick<Outbox, 'enqueue'>;
  /** Its presence at this node is proven. */
  isThere(SOPInstanceUID: string, node: string): boolean;
  readonly timers: Timers;
  readonly log: Logger;
}

const MARK = 'routedThrough';
/** 1: when it was looked last no rule was on. */
const OFF = 'routingOff';
const AFTER_MS = 300;
const PAGE = 500;
const NOT_KNOWN = 'the list was made anew from the files, and it is not known whether this was sent there before';

/**
 * Makes orders of what modalities send, by the rules of the settings. Goes through the rows of new objects in their order and remembers how far it came only after the
 * orders are on the disk: what came right before a crash is routed at the next start, and what was routed twice is the same order. An index that is made anew hands out
 * every object again: what rules looked at before is passed over, whatever became of its order; where that is not known the order waits for a person.
 */
export class Router {
  private readonly off: readonly (() => void)[];
  private readonly anew: MadeAnew;
  private cancelTimer: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private isClosed = false;

  constructor(private readonly parts: RouterParts) {
    this.anew = new MadeAnew({ ...parts, now: () => parts.timers.now() });
    this.off = [parts.index.onChanged(() => this.soon()), parts.cache.onStored((event) => this.anew.stored(event))];
  }

  /** What came while no rule was on is not routed. */
  start(): void {
    this.look();
    this.soon();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const off of this.off) off();
    this.cancelTimer?.();
    await this.running;
  }

  /** An index may be made anew while the program runs, too. */
  private look(): void {
    const { index } = this.parts;
    const mark = index.mark(MARK);
    this.anew.look(mark);
    if (mark === undefined) index.setMark(MARK, 0);
  }

  private soon(): void {
    if (this.isClosed || this.cancelTimer !== undefined) return;
    this.cancelTimer = this.parts.timers.after(AFTER_MS, () => {
      this.cancelTimer = undefined;
      if (this.running !== undefined) {
        this.again = true;
        return;
      }
      this.running = this.run()
        .catch((error: unknown) => this.parts.log.error({ error: String(error) }, 'arrivals could not be routed'))
        .finally(() => {
          this.running = undefined;
          if (this.again) this.soon();
          this.again = false;
        });
    });
  }

  private async run(): Promise<void> {
    const { index } = this.parts;
    const { rules } = RoutingRules.parse(this.parts.settings.value('routing'));
    const active = rules.filter(({ enabled }) => enabled);
    this.look();
    if (active.length === 0) {
      const last = index.lastInstanceId();
      if (last > (index.mark(MARK) ?? 0)) index.setMark(MARK, last);
      if (index.mark(OFF) !== 1) index.setMark(OFF, 1);
      this.anew.forget();
      return;
    }
    if (index.mark(OFF) === 1) {
      this.anew.passed(index.mark(MARK) ?? 0);
      index.setMark(OFF, 0);
    }
    for (let after = index.mark(MARK) ?? 0; !this.isClosed;) {
      const page = index.instancesAfter(after, PAGE);
      if (page.length === 0) return;
      await this.route(page, active);
      after = page.at(-1)?.id ?? after;
      this.anew.note(page);
      index.setMark(MARK, after);
    }
  }

  private async route(page: readonly InstanceRecord[], rules: readonly RoutingRule[]): Promise<void> {
    const nodes = this.parts.nodes.all();
    const orders = new Map<string, { rule: RoutingRule; study: StudyUid; isKnown: boolean; objects: InstanceRecord['attributes'][] }>();
    for (const record of page) {
      const routing = this.anew.routingOf(record);
      if (routing === 'routed') continue;
      const source = await this.parts.cache.sourceOf(record.id);
      for (const rule of rulesFor({ attributes: record.attributes, source }, rules, nodes)) {
        if (this.parts.isThere(record.attributes.SOPInstanceUID, rule.to)) continue;
        const isKnown = routing === 'new';
        const key = JSON.stringify([rule.name, rule.to, record.attributes.StudyInstanceUID, ...(isKnown ? [] : ['not known'])]);
        const order = orders.get(key) ?? { rule, study: record.attributes.StudyInstanceUID as StudyUid, isKnown, objects: [] };
        order.objects.push(record.attributes);
        orders.set(key, order);
      }
    }
    for (const [key, { rule, study, isKnown, objects }] of orders) {
      // one order for each rule and study, however often the study grows
      const id = OutboxId.parse(`route-${createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 32)}`);
      this.parts.outbox.enqueue({
        id,
        node: rule.to,
        StudyInstanceUID: study,
        reason: 'routing',
        why: rule.name,
        by: 'routing',
        ...(isKnown ? holdOf(rule, nodes) : { held: true, heldBecause: NOT_KNOWN }),
        objects,
      });
    }
  }
}
