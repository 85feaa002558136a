import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { CallError } from '@shared/contract';
import type { InstanceId } from '@shared/domain';
import type { Cache } from '../cache';

/** What stays inflated for the next frames of the same objects. */
const KEPT_BYTES = 256 * 2 ** 20;
/** One object's inflated data set at most. */
const MAX_INFLATED_BYTES = 2 ** 30;

/** Deflated data sets (PS3.5 A.5), inflated for their frames: frames of a deflated stream have no byte ranges of their own. */
export interface InflatedObjects {
  /** Rejects with `corrupt` when the bytes do not inflate, `cannotDecode` when there are too many. */
  get(instanceId: InstanceId, sizeBytes: number): Promise<Uint8Array>;
}

export function createInflatedObjects(cache: Pick<Cache, 'readRange'>): InflatedObjects {
  /** Least recently used first. */
  const objects = new Map<InstanceId, { readonly dataSet: Promise<Uint8Array>; bytes: number }>();

  function makeRoom(): void {
    let sum = [...objects.values()].reduce((total, { bytes }) => total + bytes, 0);
    for (const [id, { bytes }] of objects) {
      if (sum <= KEPT_BYTES || objects.size <= 1) return;
      objects.delete(id);
      sum -= bytes;
    }
  }

  return {
    get(instanceId, sizeBytes) {
      const known = objects.get(instanceId);
      objects.delete(instanceId);
      const entry = known ?? { dataSet: inflateObject(cache, instanceId, sizeBytes), bytes: 0 };
      objects.set(instanceId, entry);
      if (known === undefined) {
        entry.dataSet.then(
          (dataSet) => {
            entry.bytes = dataSet.length;
            makeRoom();
          },
          () => objects.delete(instanceId),
        );
      }
      return entry.dataSet;
    },
  };
}

/** In zlib's own thread: the DICOM node must not wait for it. */
const inflateInThread = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(inflateRaw);

async function inflateObject(cache: Pick<Cache, 'readRange'>, instanceId: InstanceId, sizeBytes: number): Promise<Uint8Array> {
  const deflated = await cache.readRange(instanceId, 0, sizeBytes);
  try {
    return await inflateInThread(deflated, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (error) {
    const isTooLarge = error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLarge) throw new CallError('cannotDecode', `the deflated object is larger than ${MAX_INFLATED_BYTES / 2 ** 20} MiB`);
    throw new CallError('corrupt', 'the deflated object does not inflate');
  }
}
