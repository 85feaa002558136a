import type { Index, InstanceRecord } from '../index';

/** How far routing came, by the arrival of objects: beside the index, which loses its own mark when it is made anew from the files. */
export interface RoutedNote {
  /** Rules of their time looked at objects that arrived until then (ms since the epoch); undefined: nothing was ever noted. */
  throughMs(): number | undefined;
  /** Durable when it returns. */
  note(throughMs: number): void;
}

export interface MadeAnewParts {
  readonly index: Pick<Index, 'latestArrivalMs' | 'mark' | 'setMark'>;
  readonly routed: RoutedNote;
  now(): number;
}

/** `routed`: rules have looked at it before; `unknown`: nobody knows whether they have. */
export type Routing = 'new' | 'routed' | 'unknown';

/** When this index began without a row, ms since the epoch. */
const BEGAN = 'routingBegan';
/** Nothing was noted beside the index when it began: an older version of the program, or no rule was ever on. */
const UNKNOWN = 'routingUnknown';
/** What was noted when it began: rows of an index that is made anew come in no order of arrival, so what is noted meanwhile says nothing about those that follow. */
const THROUGH = 'routingThrough';

type Arrival = Pick<InstanceRecord, 'attributes' | 'arrivedAtMs'>;

/** Tells objects that arrived from those that an index which is made anew hands out again. */
export class MadeAnew {
  /** Not looked at yet, with their arrival (ms since the epoch), and new whatever a clock that was set says. */
  private readonly arrived = new Map<string, number>();
  /** Latest arrival that rules of this run looked at. */
  private latest = 0;
  private began = 0;
  private through: number | undefined;
  private isUnknown = false;
  private isOff = false;

  constructor(private readonly parts: MadeAnewParts) {}

  /** Before rows are looked at; `mark`: how far this index says that it came, undefined: it is a new one. */
  look(mark: number | undefined): void {
    const { index, routed, now } = this.parts;
    if (mark === undefined) {
      index.setMark(UNKNOWN, routed.throughMs() === undefined ? 1 : 0);
      index.setMark(THROUGH, routed.throughMs() ?? 0);
      // what this run has seen arrive and did not look at yet is known by its name
      this.through = Math.max(this.latest, routed.throughMs() ?? 0);
      index.setMark(BEGAN, now());
    }
    this.began = index.mark(BEGAN) ?? 0;
    this.through ??= index.mark(THROUGH) ?? routed.throughMs() ?? 0;
    this.isUnknown = index.mark(UNKNOWN) === 1;
    // an older version of the program kept the mark of the index alone
    if (mark !== undefined && this.began === 0 && routed.throughMs() === undefined) this.passed(mark);
  }

  /** An object is durable here. One that was long on its way may have begun to arrive before others that rules looked at already. */
  stored({ attributes, arrivedAtMs }: Arrival): void {
    this.arrived.set(attributes.SOPInstanceUID, arrivedAtMs);
    const known = this.parts.routed.throughMs();
    if (this.isOff || known === undefined || arrivedAtMs > known) return;
    this.latest = Math.max(this.latest, known);
    this.parts.routed.note(arrivedAtMs - 1);
  }

  routingOf({ attributes, arrivedAtMs }: Arrival): Routing {
    if (arrivedAtMs >= this.began || this.arrived.has(attributes.SOPInstanceUID)) return 'new';
    if (this.isUnknown) return 'unknown';
    return arrivedAtMs > (this.through ?? 0) ? 'new' : 'routed';
  }

  /** Rules have looked at these, and their orders are on the disk. */
  note(page: readonly Arrival[]): void {
    for (const { attributes } of page) this.arrived.delete(attributes.SOPInstanceUID);
    this.noteThrough(page.reduce((most, { arrivedAtMs }) => Math.max(most, arrivedAtMs), 0));
  }

  /** What stands up to this row was here before a rule was on: no rule looks at it later. */
  passed(mark: number): void {
    this.isOff = false;
    this.noteThrough(this.parts.index.latestArrivalMs(mark));
  }

  /** No rule is on. */
  forget(): void {
    this.isOff = true;
    this.arrived.clear();
  }

  /** Never past what is here and was not looked at yet: sent twice is better than never. */
  private noteThrough(arrivedAtMs: number): void {
    const known = this.parts.routed.throughMs();
    this.latest = Math.max(this.latest, known ?? 0, arrivedAtMs);
    let through = this.latest;
    for (const waiting of this.arrived.values()) through = Math.min(through, waiting - 1);
    if (through !== known) this.parts.routed.note(through);
  }
}
