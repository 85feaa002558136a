import { type Index, type IndexOptions, openIndex } from '../../electron/services/index';
import type { HostEnvironment } from '../../electron/services/host-environment';

interface Operation {
  readonly durable: boolean;
  run(index: Index): void;
}

/** Calls that change rows; all of them are synced. */
const OUTBOX_WRITES: ReadonlySet<PropertyKey> = new Set(['put', 'setState', 'record', 'remove', 'restore', 'noteEnded', 'noteAgain']);
const KEEPING_WRITES: ReadonlySet<PropertyKey> = new Set(['prove', 'disprove', 'refreshArchived', 'keep', 'restore', 'putCommitment']);

const OBJECT_WRITES: ReadonlySet<PropertyKey> = new Set(['view']);

/** An index in memory whose writes are remembered, so that a power cut can leave it with all of them or without those after its last synced commit. */
export class IndexDouble {
  constructor(private operations: readonly Operation[] = []) {}

  open(env: HostEnvironment, beside: IndexOptions): Index {
    // what is done again was noted then
    let live = false;
    const whenLive =
      <E>(hook: ((entry: E) => void) | undefined) =>
      (entry: E): void => {
        if (live) hook?.(entry);
      };
    const inner = openIndex(':memory:', env, {
      onOutbox: whenLive(beside.onOutbox),
      onKeeping: whenLive(beside.onKeeping),
      onObjects: whenLive(beside.onObjects),
    });
    for (const operation of this.operations) operation.run(inner);
    live = true;
    const log = [...this.operations];
    this.operations = log;
    const remember = (durable: boolean, run: (index: Index) => void) => {
      run(inner);
      log.push({ durable, run });
    };
    return new Proxy(inner, {
      get(target, key) {
        if (key === 'put') return ((objects, options) => remember(options.durable, (index) => index.put(objects, options))) satisfies Index['put'];
        if (key === 'putFiles') {
          return ((files) => {
            const missing = inner.putFiles(files);
            log.push({ durable: true, run: (index) => index.putFiles(files) });
            return missing;
          }) satisfies Index['putFiles'];
        }
        if (key === 'remove') return ((uids) => remember(true, (index) => index.remove(uids))) satisfies Index['remove'];
        if (key === 'setState') {
          return ((uid, state, actor, atMs) => {
            beside.onState?.({ StudyInstanceUID: uid, state, actor, atMs });
            remember(true, (index) => index.setState(uid, state, actor, atMs));
            return inner.getStudy(uid);
          }) satisfies Index['setState'];
        }
        if (key === 'objects') return remembering(inner.objects, OBJECT_WRITES, (run) => log.push({ durable: true, run: (index) => run(index.objects) }));
        if (key === 'outbox') return remembering(inner.outbox, OUTBOX_WRITES, (run) => log.push({ durable: true, run: (index) => run(index.outbox) }));
        if (key === 'keeping') return remembering(inner.keeping, KEEPING_WRITES, (run) => log.push({ durable: true, run: (index) => run(index.keeping) }));
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
  }

  /** What is left after a cut. */
  afterCut(keepsUnsynced: boolean): IndexDouble {
    const last = this.operations.findLastIndex(({ durable }) => durable);
    return new IndexDouble(keepsUnsynced ? this.operations : this.operations.slice(0, last + 1));
  }
}

/** The store itself, each of whose writes is told to `remember` too. */
function remembering<T extends object>(store: T, writes: ReadonlySet<PropertyKey>, remember: (run: (other: T) => void) => void): T {
  return new Proxy(store, {
    get(target, key) {
      const method = Reflect.get(target, key) as (...args: unknown[]) => unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        if (writes.has(key)) remember((other) => (Reflect.get(other, key) as (...values: unknown[]) => unknown).apply(other, args));
        return method.apply(target, args);
      };
    },
  });
}
