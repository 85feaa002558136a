import { type Index, openIndex } from '../../electron/services/index';
import type { HostEnvironment } from '../../electron/services/host-environment';

interface Operation {
  readonly durable: boolean;
  run(index: Index): void;
}

type StateHook = NonNullable<Parameters<typeof openIndex>[2]>['onState'];

/** An index in memory whose writes are remembered, so that a power cut can leave it with all of them or without those after its last synced commit. */
export class IndexDouble {
  constructor(private operations: readonly Operation[] = []) {}

  open(env: HostEnvironment, onState: StateHook): Index {
    const inner = openIndex(':memory:', env, {});
    for (const operation of this.operations) operation.run(inner);
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
            onState?.({ StudyInstanceUID: uid, state, actor, atMs });
            remember(true, (index) => index.setState(uid, state, actor, atMs));
            return inner.getStudy(uid);
          }) satisfies Index['setState'];
        }
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
