import { CallError } from '@shared/contract';
import { type ReconcileChoice, type ReconcileItem, type ReconcileRun, type StudyUid } from '@shared/domain';
import { z } from 'zod';
import type { Clock } from '../../host-environment';
import type { JobDefinition } from '../job-types';
import { compareStudy, type LocalStudy, type RemoteStudy } from './compare-study';

export interface ReconcileParts {
  readonly clock: Clock;
  /** Studies that an archive had, or that wait to be sent there; the latest first. */
  studiesAt(node: string): readonly StudyUid[];
  local(node: string, uid: StudyUid): LocalStudy | undefined;
  /** Undefined: the archive does not know it. Rejects with an Error in words when it cannot be asked. */
  remote(node: string, uid: StudyUid, here: ReadonlySet<string>, signal: AbortSignal): Promise<RemoteStudy | undefined>;
  /** What each choice does. Each resolves to words of what came of it. */
  readonly does: {
    setAside(item: ReconcileItem, node: string): Promise<string>;
    fetch(item: ReconcileItem, node: string): Promise<string>;
    fetchAgain(item: ReconcileItem, node: string): Promise<string>;
    forgetProof(item: ReconcileItem, node: string): Promise<string>;
    send(item: ReconcileItem, node: string): Promise<string>;
  };
  audit(user: string, detail: string): void;
  onChanged(run: ReconcileRun): void;
}

const Input = z.object({ node: z.string(), awaySince: z.string().optional() });
/** One lost answer is no deletion: what was not found is asked for a second time. */
const ASKED = 2;

/** Compares what is here with an archive that was away, and does what people choose about each difference. */
export class Reconcile {
  private readonly runs = new Map<string, ReconcileRun>();

  constructor(private readonly parts: ReconcileParts) {}

  list(): ReconcileRun[] {
    return [...this.runs.values()];
  }

  job(): JobDefinition {
    return {
      unit: 'studies',
      title: (input) => `Compare the studies here with ${Input.parse(input).node}`,
      key: (input) => Input.parse(input).node,
      run: async ({ input, progress, signal }) => {
        const { node, awaySince } = Input.parse(input);
        const studies = this.parts.studiesAt(node);
        let run: ReconcileRun = {
          ...{ node, state: 'comparing', at: this.now(), compared: 0, total: studies.length, same: 0, failed: [], items: [] },
          ...(awaySince === undefined ? {} : { awaySince }),
        };
        this.put(run);
        progress.set(0, studies.length);
        for (const uid of studies) {
          signal.throwIfAborted();
          run = await this.compared(run, uid, signal);
          this.put(run);
          progress.set(run.compared, studies.length);
        }
        this.put({ ...run, state: 'ready', at: this.now() });
      },
    };
  }

  choose(node: string, id: string, choice: ReconcileChoice): ReconcileRun {
    const run = this.runOf(node);
    const item = run.items.find((one) => one.id === id);
    if (item === undefined) throw new CallError('notFound', 'there is no such difference (any more)');
    if (!item.choices.some((one) => one.id === choice)) throw new CallError('badRequest', 'this cannot be chosen here');
    if (item.applied !== undefined) throw new CallError('badRequest', 'this is done already');
    return this.put({ ...run, items: run.items.map((one) => (one.id === id ? { ...one, choice } : one)) });
  }

  /** One after another; what fails says so and can be applied again. */
  async apply(node: string, user: string): Promise<ReconcileRun> {
    for (const { id } of this.runOf(node).items) {
      const item = this.runOf(node).items.find((one) => one.id === id);
      if (item?.choice === undefined || item.applied !== undefined || item.choice === 'hold') continue;
      // Work that was made since the comparison is unsent work as well.
      const unsent = this.parts.local(node, item.StudyInstanceUID)?.unsent ?? 0;
      if (unsent > item.unsent && item.kind !== 'newObjects') {
        this.change(node, { ...item, unsent, choices: item.choices, applied: undefined }, true);
        continue;
      }
      try {
        const applied = await this.done(item, node);
        this.parts.audit(user, `${item.StudyInstanceUID} with ${node}: ${item.kind}, ${item.choice}: ${applied}`);
        this.change(node, { ...item, applied });
      } catch (error) {
        this.parts.audit(user, `${item.StudyInstanceUID} with ${node}: ${item.kind}, ${item.choice} failed`);
        this.change(node, { ...item, here: `${item.here}; it failed: ${error instanceof Error ? error.message : 'no reason given'}` });
      }
    }
    return this.runOf(node);
  }

  private async done(item: ReconcileItem, node: string): Promise<string> {
    const { does } = this.parts;
    switch (item.choice) {
      case 'follow':
        return item.kind === 'rejected' ? does.setAside(item, node) : does.fetchAgain(item, node);
      case 'fetch':
        return does.fetch(item, node);
      case 'send':
        return does.send(item, node);
      case 'keep':
        return item.kind === 'missing' ? does.forgetProof(item, node) : 'kept as it is';
      default:
        return 'left as it is';
    }
  }

  private async compared(run: ReconcileRun, uid: StudyUid, signal: AbortSignal): Promise<ReconcileRun> {
    const compared = run.compared + 1;
    try {
      const local = this.parts.local(run.node, uid);
      if (local === undefined) return { ...run, compared };
      const here = new Set(local.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
      let remote: RemoteStudy | undefined;
      for (let n = 0; n < ASKED && remote === undefined; n++) remote = await this.parts.remote(run.node, uid, here, signal);
      const items = compareStudy(run.node, local, remote);
      return { ...run, compared, same: run.same + (items.length === 0 ? 1 : 0), items: [...run.items, ...items] };
    } catch (error) {
      signal.throwIfAborted();
      return { ...run, compared, failed: [...run.failed, { StudyInstanceUID: uid, words: error instanceof Error ? error.message : 'no reason given' }] };
    }
  }

  private change(node: string, item: ReconcileItem, withoutChoice = false): void {
    const run = this.runOf(node);
    const { choice: _choice, ...rest } = item;
    const next = withoutChoice ? rest : item;
    this.put({ ...run, items: run.items.map((one) => (one.id === item.id ? next : one)) });
  }

  private runOf(node: string): ReconcileRun {
    const run = this.runs.get(node);
    if (run === undefined) throw new CallError('notFound', `nothing was compared with ${node} in this run`);
    return run;
  }

  private put(run: ReconcileRun): ReconcileRun {
    this.runs.set(run.node, run);
    this.parts.onChanged(run);
    return run;
  }

  private now(): string {
    return new Date(this.parts.clock.now()).toISOString();
  }
}
