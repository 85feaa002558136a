import { createHash } from 'node:crypto';
import type { IncomingObject, ObjectStore, ObjectWriter, StoreOutcome } from '../../electron/services/cache/types';
import type { InstanceAttributes } from '../../electron/services/part10/attributes';

export interface KeptObject {
  readonly incoming: IncomingObject;
  readonly sha256: string;
  readonly length: number;
}

/** Places where a test lays its hand on the store. */
export interface StoreHooks {
  admission?: () => string | undefined;
  /** Asked at the end of each object; undefined = stored. */
  outcome?: (incoming: IncomingObject) => StoreOutcome | Promise<StoreOutcome> | undefined;
  onWrite?: (incoming: IncomingObject, chunk: Uint8Array) => void;
  /** Bytes after which `write` says false until `release` is called. */
  stopAfter?: number;
}

export interface StoreDouble extends ObjectStore {
  readonly kept: KeptObject[];
  readonly counts: { begun: number; finished: number; aborted: number; overrun: number };
  /** Ends the back-pressure of all writers that wait. */
  release(): void;
}

/** Attributes of which tests of the network look at two. */
export function attributesOf(incoming: IncomingObject, StudyInstanceUID = '1.2.3'): InstanceAttributes {
  const { SOPClassUID, SOPInstanceUID, TransferSyntaxUID } = incoming;
  return { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, StudyInstanceUID, SeriesInstanceUID: '1.2.3.4', warnings: [] } as unknown as InstanceAttributes;
}

/** An ObjectStore that keeps digests in memory. */
export function createStoreDouble(hooks: StoreHooks = {}): StoreDouble {
  const kept: KeptObject[] = [];
  const counts = { begun: 0, finished: 0, aborted: 0, overrun: 0 };
  let waiting: (() => void)[] = [];
  return {
    kept,
    counts,
    release: () => {
      const all = waiting;
      waiting = [];
      for (const go of all) go();
    },
    admission: () => hooks.admission?.(),
    receive: (incoming): ObjectWriter => {
      counts.begun++;
      const hash = createHash('sha256');
      let length = 0;
      let isStopped = false;
      return {
        write: (chunk) => {
          if (isStopped) counts.overrun++;
          hooks.onWrite?.(incoming, chunk);
          hash.update(chunk);
          length += chunk.length;
          if (hooks.stopAfter === undefined || length < hooks.stopAfter) return true;
          isStopped = true;
          return false;
        },
        drained: () =>
          new Promise((resolve) => {
            waiting.push(() => {
              isStopped = false;
              resolve();
            });
          }),
        finish: async () => {
          counts.finished++;
          const outcome = await hooks.outcome?.(incoming);
          if (outcome) return outcome;
          kept.push({ incoming, sha256: hash.digest('hex'), length });
          return { kind: 'stored', attributes: attributesOf(incoming) };
        },
        abort: () => {
          counts.aborted++;
        },
      };
    },
  };
}
