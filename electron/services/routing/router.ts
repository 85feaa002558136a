import { createHash } from 'node:crypto';
import { OutboxId, type RoutingRule, RoutingRules, type StudyUid } from '@shared/domain';
import type { Cache } from '../cache';
import type { Index, InstanceRecord } from '../index';
import type { Logger } from '../logging/logger';
import type { Settings } from '../settings';
import type { Outbox, Timers } from '../sync';
import { holdOf, rulesFor, type RoutingNode } from './match-rule';

export interface RouterParts {
  readonly index: Pick<Index, 'instancesAfter' | 'lastInstanceId' | 'mark' | 'setMark' | 'onChanged'>;
  readonly cache: Pick<Cache, 'sourceOf'>;
  readonly settings: Pick<Settings, 'value'>;
  readonly nodes: { all(): readonly RoutingNode[] };
  readonly outbox: Pick<Outbox, 'enqueue'>;
  /** Its presence at this node is proven. An index that is made anew hands out every object again: what is there is not sent a second time. */
  isThere(SOPInstanceUID: string, node: string): boolean;
  readonly timers: Timers;
  readonly log: Logger;
}

const MARK = 'routedThrough';
const AFTER_MS = 300;
const PAGE = 500;

/**
 * Makes orders of what modalities send, by the rules of the settings. Goes through the rows of new objects in their order and remembers how far it came only after the
 * orders are on the disk: what came right before a crash is routed at the next start, and what was routed twice is the same order.
 */
export class Router {
  private readonly off: () => void;
  private cancelTimer: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private isClosed = false;

  constructor(private readonly parts: RouterParts) {
    this.off = parts.index.onChanged(() => this.soon());
  }

  /** What came before there was any rule is not routed. */
  start(): void {
    const { index } = this.parts;
    if (index.mark(MARK) === undefined) index.setMark(MARK, index.lastInstanceId());
    this.soon();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.off();
    this.cancelTimer?.();
    await this.running;
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
    if (active.length === 0) {
      const last = index.lastInstanceId();
      if (last > (index.mark(MARK) ?? 0)) index.setMark(MARK, last);
      return;
    }
    for (let after = index.mark(MARK) ?? 0; !this.isClosed;) {
      const page = index.instancesAfter(after, PAGE);
      if (page.length === 0) return;
      await this.route(page, active);
      after = page.at(-1)?.id ?? after;
      index.setMark(MARK, after);
    }
  }

  private async route(page: readonly InstanceRecord[], rules: readonly RoutingRule[]): Promise<void> {
    const nodes = this.parts.nodes.all();
    const orders = new Map<string, { rule: RoutingRule; study: StudyUid; objects: InstanceRecord['attributes'][] }>();
    for (const record of page) {
      const source = await this.parts.cache.sourceOf(record.id);
      for (const rule of rulesFor({ attributes: record.attributes, source }, rules, nodes)) {
        if (this.parts.isThere(record.attributes.SOPInstanceUID, rule.to)) continue;
        const key = JSON.stringify([rule.name, rule.to, record.attributes.StudyInstanceUID]);
        const order = orders.get(key) ?? { rule, study: record.attributes.StudyInstanceUID as StudyUid, objects: [] };
        order.objects.push(record.attributes);
        orders.set(key, order);
      }
    }
    for (const [key, { rule, study, objects }] of orders) {
      // one order for each rule and study, however often the study grows
      const id = OutboxId.parse(`route-${createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 32)}`);
      this.parts.outbox.enqueue({
        id,
        node: rule.to,
        StudyInstanceUID: study,
        reason: 'routing',
        why: rule.name,
        by: 'routing',
        ...holdOf(rule, nodes),
        objects,
      });
    }
  }
}
