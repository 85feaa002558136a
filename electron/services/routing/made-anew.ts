import type { Index, InstanceRecord } from '../index';

/** How far routing came, by the arrival of objects: beside the index, which loses its own mark when it is made anew from the files. */
export interface RoutedNote {
  /** Rules of their time looked at objects that arrived until then (ms since the epoch); undefined: nothing was ever noted. */
  throughMs(): number | undefined;
  /** Durable when it returns. */
  note(throughMs: number): void;
}

export interface MadeAnewParts {
  readonly index: Pick<Index, 'instancesAfter' | 'mark' | 'setMark'>;
  readonly routed: RoutedNote;
  now(): number;
}

/** `routed`: rules have looked at it before; `unknown`: nobody knows whether they have. */
export type Routing = 'new' | 'routed' | 'unknown';

/** When this index began without a row, ms since the epoch. */
const BEGAN = 'routingBegan';
/** Nothing was noted beside the index when it began: an older version of the program, or no rule was ever on. */
const UNKNOWN = 'routingUnknown';

/** Tells objects that arrived from those that an index which is made anew hands out again. */
export class MadeAnew {
  /** Not looked at yet, and new whatever a clock that was set says. */
  private readonly arrived = new Set<string>();
  private began = 0;
  private isUnknown = false;

  constructor(private readonly parts: MadeAnewParts) {}

  /** Before rows are looked at; `mark`: how far this index says that it came, undefined: it is a new one. */
  look(mark: number | undefined): void {
    const { index, routed, now } = this.parts;
    if (mark === undefined) {
      index.setMark(UNKNOWN, routed.throughMs() === undefined ? 1 : 0);
      index.setMark(BEGAN, now());
    }
    this.began = index.mark(BEGAN) ?? 0;
    this.isUnknown = index.mark(UNKNOWN) === 1;
    // an older version of the program kept the mark of the index alone
    if (mark !== undefined && this.began === 0 && routed.throughMs() === undefined) this.passed(mark);
  }

  /** An object is durable here. */
  stored(SOPInstanceUID: string): void {
    this.arrived.add(SOPInstanceUID);
  }

  routingOf({ attributes, arrivedAtMs }: Pick<InstanceRecord, 'attributes' | 'arrivedAtMs'>): Routing {
    if (arrivedAtMs >= this.began || this.arrived.has(attributes.SOPInstanceUID)) return 'new';
    if (this.isUnknown) return 'unknown';
    return arrivedAtMs > (this.parts.routed.throughMs() ?? 0) ? 'new' : 'routed';
  }

  /** Rules have looked at these, and their orders are on the disk. */
  note(page: readonly Pick<InstanceRecord, 'attributes' | 'arrivedAtMs'>[]): void {
    const known = this.parts.routed.throughMs();
    const latest = page.reduce((most, { arrivedAtMs }) => Math.max(most, arrivedAtMs), known ?? 0);
    for (const { attributes } of page) this.arrived.delete(attributes.SOPInstanceUID);
    if (latest !== known) this.parts.routed.note(latest);
  }

  /** What stands up to this row was here before a rule was on: no rule looks at it later. */
  passed(mark: number): void {
    const [row] = mark > 0 ? this.parts.index.instancesAfter(mark - 1, 1) : [];
    this.note(row === undefined ? [] : [row]);
  }

  /** No rule is on. */
  forget(): void {
    this.arrived.clear();
  }
}
