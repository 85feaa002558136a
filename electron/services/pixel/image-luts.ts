import { CallError } from '@shared/contract';
import { transferSyntax } from '@shared/dicom';
import type { ImageLuts, InstanceId } from '@shared/domain';
import type { Cache } from '../cache';
import { readImageLuts } from '../part10';
import { createInflatedObjects } from './inflated-objects';

/** Modality and VOI LUTs of an object in the cache. Rejects with a CallError where the object is not here or has no picture. */
export async function imageLuts(cache: Pick<Cache, 'locate' | 'readRange'>, instanceId: InstanceId): Promise<ImageLuts> {
  const { attributes, sizeBytes } = cache.locate(instanceId);
  const { TransferSyntaxUID, image } = attributes;
  if (image === undefined) throw new CallError('cannotDecode', 'the object has no picture');
  if (transferSyntax(TransferSyntaxUID)?.isDeflated === true) {
    const inflated = await createInflatedObjects(cache).get(instanceId, sizeBytes);
    return await readImageLuts({ read: (offset, length) => inflated.subarray(offset, offset + length) }, { TransferSyntaxUID, image });
  }
  const read = async (offset: number, length: number): Promise<Uint8Array> =>
    offset >= sizeBytes ? new Uint8Array(0) : await cache.readRange(instanceId, offset, Math.min(length, sizeBytes - offset));
  return await readImageLuts({ read }, { TransferSyntaxUID, image });
}
